package import Results

/// A timeline or histogram as one self-contained HTML file.
///
/// One panel per unit, so that bytes and counts do not share an axis. A text key (`by function`)
/// turns its values into stacked areas.
package enum ChartPage {
  /// Rows that a chart carries; more are thinned, keeping the greatest of each stretch.
  static let mostRows = 8000

  /// The bytes of a page.
  ///
  /// - Parameters:
  ///   - table: Rows of a `timeline` (a numeric key first) or of a `hist` (`from` and `to`).
  ///   - title: The page's title, such as the capture's name.
  ///   - showsRows: Whether the rows stand below the picture, for series whose numbers say more.
  ///   - sourceLines: Source lines shown below such rows.
  /// - Returns: UTF-8 HTML; nil when the table has no numeric key, or no measure, to draw.
  package static func render(
    _ table: ResultTable, title: String, showsRows: Bool = false, sourceLines: SourceLookup? = nil
  ) -> [UInt8]? {
    guard let chart = ChartData(table, mostRows: mostRows) else { return nil }
    var notes = table.notes
    if chart.thinnedBy > 1 { notes.append(chart.thinningNote) }
    var bytes: [UInt8] = []
    HTMLPage.open(title: HTMLPage.title(table.query, title), style: style, to: &bytes)
    bytes.append(body)
    if showsRows {
      TablePage.appendRows(of: table, sourceLines, to: &bytes)
    } else {
      bytes.append("<section class=\"rows\" id=\"summary\"></section>\n")
    }
    bytes.append("<script type=\"application/json\" id=\"memq-data\">")
    chart.append(table, notes, to: &bytes)
    bytes.append("</script>\n")
    HTMLPage.append(script: script, to: &bytes)
    HTMLPage.close(to: &bytes)
    return bytes
  }

  private static let body = PageFiles.text("chart/page.html")
  private static let style = PageFiles.texts(
    "shared/base.css", "table/rows.css", "chart/page.css")
  private static let script = PageScript.linked("chart/main.js")
}
