package import Results

/// A timeline, histogram or growth as one SVG file.
///
/// It holds no script: values are read from the titles of the stretches under the pointer, and from
/// the description. Light or dark is the viewer's choice.
package enum ChartPicture {
  /// Points that a picture carries: about two a pixel.
  static let mostRows = 2000
  static let width = 960.0

  /// The bytes of a picture.
  ///
  /// - Parameters:
  ///   - table: Rows of a `timeline` (a numeric key first), of a `hist` (`from` and `to`), or of
  ///     `growth` (a column of series).
  ///   - title: What stands for the question when there is none, such as the capture's name.
  /// - Returns: UTF-8 SVG; when there is nothing to draw, a picture that says so.
  package static func render(_ table: ResultTable, title: String) -> [UInt8] {
    let chart = ChartData(table, mostRows: mostRows)
    var notes = table.notes
    if let chart, chart.thinnedBy > 1 { notes.append(chart.thinningNote) }
    let head = PictureHead(
      query: table.query.isEmpty ? title : table.query, lines: [table.subject] + table.header,
      notes: notes, width: width)
    let drawing = chart.map { ChartDrawing($0, sizes: table.sizes, top: head.bottom) }
    let bottom = drawing?.bottom ?? head.bottom + 60
    var bytes: [UInt8] = []
    SVGText.open(
      width: width, height: bottom + head.notesHeight + 8, title: PictureHead.head(head.query),
      description: chart.map { description($0, table) } ?? "nothing to draw: no rows",
      style: drawing?.style ?? "", to: &bytes)
    head.append(to: &bytes)
    if let drawing {
      drawing.append(to: &bytes)
    } else {
      bytes.append(SVGText.line("nothing to draw: no rows", x: 16, y: bottom - 24, "s"))
    }
    head.appendNotes(below: bottom, to: &bytes)
    SVGText.close(to: &bytes)
    return bytes
  }

  /// The numbers in words: where each series begins, ends and is greatest.
  private static func description(_ chart: ChartData, _ table: ResultTable) -> String {
    var sentences = [PictureHead.head(table.subject)]
    for panel in chart.panels {
      for series in panel.series.prefix(20) {
        let known = chart.xs.indices.filter { series.values[$0] != nil }
        guard let first = known.first, let last = known.last else { continue }
        let greatest =
          known.max { (series.values[$0] ?? 0) < (series.values[$1] ?? 0) } ?? first
        func said(_ place: Int) -> String {
          let value = Humanize.value(
            series.values[place] ?? 0, unit: panel.unit, sizes: table.sizes)
          return "\(value) at \(chart.placeText(place, table.sizes))"
        }
        sentences.append(
          "\(PictureHead.head(series.name)): first \(said(first)), last \(said(last)), "
            + "greatest \(said(greatest))")
      }
    }
    return sentences.joined(separator: ". ")
  }
}

extension ChartData {
  /// A place of the x axis in words.
  func placeText(_ place: Int, _ sizes: SizeFamily) -> String {
    let sizes = isOfTwos ? .binary : sizes
    let from = Humanize.value(xs[place], unit: xUnit, sizes: sizes)
    if let ends, !ends[place].isFinite { return "never freed" }
    guard let ends else { return isOfRuns ? "\(xName) \(from)" : from }
    return "\(from) to \(Humanize.value(ends[place], unit: xUnit, sizes: sizes))"
  }
}
