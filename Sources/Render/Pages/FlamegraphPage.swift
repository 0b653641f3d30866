package import Results

/// What a flamegraph page may weigh.
package struct FlamegraphOptions: Sendable {
  /// Bytes of page, nil for any number; small subtrees are merged until it fits.
  package var budgetBytes: Int?

  /// Options; the default makes a page that can be mailed.
  package init(budgetBytes: Int? = 5_000_000) {
    self.budgetBytes = budgetBytes
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
  ///   - options: Its size budget.
  /// - Returns: UTF-8 HTML.
  package static func render(
    tree: StackTree, title: String, options: FlamegraphOptions = FlamegraphOptions()
  ) -> [UInt8] {
    let ready = FlamegraphTree(tree)
    // The page around the data takes its share of the budget first.
    let frameBytes = style.utf8.count + body.utf8.count + script.utf8.count + 4096
    let budget = options.budgetBytes.map { max(0, $0 - frameBytes) }
    let timeBudget = budget.map { budget in
      min(budget * 3 / 10, (tree.times?.cells.count ?? 0) * usualCellBytes + pointBytes(tree))
    }
    let data = FlamegraphData.fitting(
      ready, budget: budget.map { $0 - (tree.times == nil ? 0 : timeBudget ?? 0) })
    let times = tree.times.map { FlamegraphTimes($0, data: data, budget: timeBudget) }
    let hides = tree.controls?.hides ?? []
    let notes =
      tree.notes + remarks(data, ready, tree) + remarks(ready.drawsSomething ? times : nil)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(data.pageBytes + (times?.pageBytes ?? 0) + frameBytes)
    HTMLPage.open(title: HTMLPage.title(tree.query, title), style: style, to: &bytes)
    bytes.append(body)
    bytes.append("<script type=\"application/json\" id=\"memq-data\">")
    PageText(
      tree: tree, title: title, notes: notes,
      colours: ready.colours(hiding: hides, isInverted: tree.isInverted)
    ).append(
      data, times, to: &bytes)
    bytes.append("</script>\n")
    HTMLPage.append(script: script, to: &bytes)
    HTMLPage.close(to: &bytes)
    return bytes
  }

  private static let body = PageFiles.text("flame/page.html")
  private static let style = PageFiles.texts("shared/base.css", "flame/page.css")
  private static let script = PageScript.linked("flame/main.js")

  /// Bytes of page that a cell takes, seldom more.
  private static let usualCellBytes = 14

  private static func pointBytes(_ tree: StackTree) -> Int { (tree.times?.points.count ?? 0) * 60 }

  /// What the page does not show, in words.
  private static func remarks(
    _ data: FlamegraphData, _ tree: FlamegraphTree, _ asked: StackTree
  ) -> [String] {
    var remarks: [String] = []
    if data.mergedNodes > 0 {
      let text = { (value: Int64) in
        Humanize.value(Double(value), unit: asked.unit, sizes: asked.sizeFamily)
      }
      let (largest, sum) = (text(data.mergedLargest), text(data.mergedSize))
      let share =
        tree.totals[0][0] > 0
        ? " (\(Humanize.percent(Double(data.mergedSize) / Double(tree.totals[0][0]))))" : ""
      remarks.append(
        "\(Humanize.count(Int64(data.mergedNodes))) of \(Humanize.count(Int64(tree.nodeCount))) "
          + "frames, none above \(largest), are merged into \"smaller\" nodes to keep the page "
          + "small; together \(sum)\(share), and all totals still add up (memq --full keeps all)")
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

  private static func remarks(_ times: FlamegraphTimes?) -> [String] {
    guard let times, let whole = times.thinnedFrom else { return [] }
    return [
      "\(times.windowCount) windows of time instead of \(whole) to keep the page small; "
        + "each keeps its exact peak"
    ]
  }
}

/// The page's data as JSON.
private struct PageText {
  let tree: StackTree
  let title: String
  let notes: [String]
  let colours: ModuleColours

  func append(_ data: FlamegraphData, _ times: FlamegraphTimes?, to bytes: inout [UInt8]) {
    let texts = [
      ("query", tree.query), ("title", title), ("population", tree.population),
      ("empty", tree.emptyWords),
    ]
    for (index, (name, text)) in texts.enumerated() {
      bytes.append(index == 0 ? "{\"\(name)\":" : ",\n\"\(name)\":")
      append(text, to: &bytes)
    }
    let lists = [
      ("captures", tree.captures.map { SafeText.cut($0) }),
      ("header", tree.header.map { SafeText.cut($0) }), ("notes", notes),
      ("functions", data.functions), ("files", data.files), ("hides", tree.controls?.hides ?? []),
    ]
    for (name, list) in lists {
      bytes.append(",\n\"\(name)\":[")
      for (index, text) in list.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        append(text, to: &bytes)
      }
      bytes.append("]")
    }
    bytes.append(",\n\"inverted\":\(tree.isInverted),\"unit\":\"\(tree.unit.rawValue)\"")
    bytes.append(",\"scale\":\(tree.scale),\"sizeName\":")
    append(tree.unit == .bytes ? "Size" : tree.values == nil ? "Value" : tree.sizeName, to: &bytes)
    bytes.append(",\"countName\":")
    append(tree.countWords, to: &bytes)
    bytes.append(",\"binary\":\(tree.sizeFamily == .binary),\"nodes\":\(data.nodeCount)")
    bytes.append(",\"frames\":\(data.frameCount),\"mergedNodes\":\(data.mergedNodes)")
    bytes.append(",\"hasBase\":\(tree.base != nil),\"hasSurvived\":\(tree.survived != nil)")
    bytes.append(",\"normalized\":\(tree.isNormalized)")
    appendControls(to: &bytes)
    append(colours, of: data, to: &bytes)
    if let times { append(times, to: &bytes) }
    bytes.append(",\n\"data\":\"")
    Base64.append(data.bytes, to: &bytes)
    bytes.append("\"}")
  }

  private func append(_ text: String, to bytes: inout [UInt8]) {
    JSONText.append(SafeText.shown(text), to: &bytes, forHTML: true)
  }

  private func appendControls(to bytes: inout [UInt8]) {
    guard let controls = tree.controls else { return }
    bytes.append(",\n\"split\":")
    append(controls.splitKeys, to: &bytes)
    bytes.append(",\"isSplit\":\(controls.isSplit),\"isTurned\":\(controls.isTurned)")
    bytes.append(",\"showsCounts\":\(controls.showsCounts),\"question\":{")
    for (index, part) in controls.question.enumerated() {
      bytes.append(index == 0 ? "" : ",")
      append(part.name, to: &bytes)
      bytes.append(":")
      append(part.text, to: &bytes)
    }
    bytes.append("}")
  }

  /// Modules with their hues, and per file its module and shade: -1 for none.
  private func append(_ colours: ModuleColours, of data: FlamegraphData, to bytes: inout [UInt8]) {
    var places: [String: Int] = [:]
    var modules: [String] = []
    bytes.append(",\n\"fileColours\":[")
    for (index, file) in data.files.enumerated() {
      let name = data.groups[index]
      let place = places[name] ?? modules.count
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      guard ModuleColours.isKnown(file) else {
        bytes.append("[-1,0]")
        continue
      }
      if place == modules.count { modules.append(name) }
      places[name] = place
      bytes.append("[\(place),\(ModuleColours.shade(file: file))]")
    }
    bytes.append("],\n\"modules\":[")
    for (index, name) in modules.enumerated() {
      bytes.append(index == 0 ? "[" : ",[")
      append(name, to: &bytes)
      bytes.append(",\(colours.hue(module: name))]")
    }
    bytes.append("],\n\"hues\":\(ModuleColours.hues.count),\"palette\":")
    FramePalette.appendJSON(to: &bytes)
  }

  private func append(_ times: FlamegraphTimes, to bytes: inout [UInt8]) {
    bytes.append(",\n\"times\":{\"shown\":\(times.shown ?? -1),\"points\":[")
    for (index, point) in times.points.enumerated() {
      bytes.append(index == 0 ? "[" : ",[")
      append(point.name, to: &bytes)
      bytes.append(",")
      JSONText.append(point.seconds, to: &bytes)
      bytes.append(",\(point.heap),\(point.rss.map { String($0) } ?? "null")]")
    }
    bytes.append("],\n\"pieces\":[")
    for (index, cell) in times.pieces.enumerated() {
      bytes.append(index == 0 ? "" : ",")
      bytes.append("[\(cell.node),\(cell.born),\(cell.died),\(cell.count)]")
    }
    bytes.append("],\n\"cells\":\"")
    Base64.append(times.bytes, to: &bytes)
    bytes.append("\"}")
  }
}
