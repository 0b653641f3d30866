package import Columns

/// What a flamegraph page may weigh and how it writes sizes.
package struct FlamegraphOptions: Sendable {
  /// Bytes of page, nil for any number; small subtrees are merged until it fits.
  package var budgetBytes: Int?
  /// Family of sizes.
  package var sizes: SizeFamily

  /// Options; the defaults make a page that can be mailed.
  package init(budgetBytes: Int? = 5_000_000, sizes: SizeFamily = .decimal) {
    self.budgetBytes = budgetBytes
    self.sizes = sizes
  }
}

/// A stack tree as one self-contained HTML file.
///
/// Style, script and data are inline, and a content security policy forbids every request. Names
/// reach the page as JSON text and canvas pixels, never as markup.
package enum FlamegraphPage {
  /// The bytes of a page.
  ///
  /// - Parameters:
  ///   - tree: What to draw; sizes below zero are drawn as nothing, and the page says so.
  ///   - title: The page's title, such as the capture's name.
  ///   - options: Its size budget, and the family of sizes.
  /// - Returns: UTF-8 HTML.
  package static func render(
    tree: StackTree, title: String, options: FlamegraphOptions = FlamegraphOptions()
  ) -> [UInt8] {
    let ready = FlamegraphTree(tree)
    // The page around the data takes its share of the budget first.
    let frameBytes = style.utf8.count + body.utf8.count + script.utf8.count + 4096
    let budget = options.budgetBytes.map { max(0, $0 - frameBytes) }
    let data = FlamegraphData.fitting(ready, budget: budget)
    let notes = tree.notes + remarks(data, ready, options)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(data.pageBytes + frameBytes)
    HTMLPage.open(title: title, style: style, to: &bytes)
    bytes.append(body)
    bytes.append("<script type=\"application/json\" id=\"memq-data\">")
    append(tree, data, notes, title, options, to: &bytes)
    bytes.append("</script>\n<script>\n")
    bytes.append(script)
    bytes.append("</script>\n")
    HTMLPage.close(to: &bytes)
    return bytes
  }

  static var script: String { modelScript + drawScript + controlScript }

  /// What the page does not show, in words.
  private static func remarks(
    _ data: FlamegraphData, _ tree: FlamegraphTree, _ options: FlamegraphOptions
  ) -> [String] {
    var remarks: [String] = []
    if data.mergedNodes > 0 {
      let largest = Humanize.size(data.mergedLargest, options.sizes)
      let sum = Humanize.size(data.mergedSize, options.sizes)
      let share =
        tree.sizes[0] > 0
        ? " (\(Humanize.percent(Double(data.mergedSize) / Double(tree.sizes[0]))))" : ""
      remarks.append(
        "\(Humanize.count(Int64(data.mergedNodes))) of \(Humanize.count(Int64(tree.nodeCount))) "
          + "frames, none above \(largest), are merged into \"smaller\" nodes to keep the page "
          + "small; together \(sum)\(share), and all totals still add up")
    }
    if data.cutNames > 0 {
      remarks.append("\(Humanize.count(Int64(data.cutNames))) very long names are cut")
    }
    if tree.negativeNodes > 0 {
      let count = Humanize.count(Int64(tree.negativeNodes))
      remarks.append("\(count) frames below zero have no width here; a table shows them")
    }
    if tree.orphanNodes > 0 {
      let count = Humanize.count(Int64(tree.orphanNodes))
      remarks.append("\(count) frames without a caller stand directly below the root")
    }
    return remarks
  }

  private static func append(
    _ tree: StackTree, _ data: FlamegraphData, _ notes: [String], _ title: String,
    _ options: FlamegraphOptions, to bytes: inout [UInt8]
  ) {
    let texts = [("query", tree.query), ("title", title), ("population", tree.population)]
    for (index, (name, text)) in texts.enumerated() {
      bytes.append(index == 0 ? "{\"\(name)\":" : ",\n\"\(name)\":")
      JSONText.append(SafeText.shown(text), to: &bytes, forHTML: true)
    }
    let lists = [
      ("captures", tree.captures), ("header", tree.header), ("notes", notes),
      ("functions", data.functions), ("files", data.files),
    ]
    for (name, list) in lists {
      bytes.append(",\n\"\(name)\":[")
      for (index, text) in list.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        JSONText.append(SafeText.shown(text), to: &bytes, forHTML: true)
      }
      bytes.append("]")
    }
    bytes.append(",\n\"inverted\":\(tree.isInverted),\"unit\":\"\(tree.unit.rawValue)\"")
    bytes.append(",\"binary\":\(options.sizes == .binary),\"nodes\":\(data.nodeCount)")
    bytes.append(",\"frames\":\(data.frameCount),\"mergedNodes\":\(data.mergedNodes)")
    bytes.append(",\n\"data\":\"")
    Base64.append(data.bytes, to: &bytes)
    bytes.append("\"}")
  }
}
