package import Results

/// A result table as one self-contained HTML file that sorts and filters.
///
/// The rows are markup, so the page also reads without its script; what does not fit into the
/// budget is left out and said.
package enum TablePage {
  /// Bytes of a page that can be mailed.
  package static let usualBudgetBytes = 5_000_000

  /// The bytes of a page.
  ///
  /// - Parameters:
  ///   - table: What to show.
  ///   - title: The page's title, such as the capture's name.
  ///   - budgetBytes: Bytes of page, nil for any number; later rows are left out beyond it.
  ///   - sourceLines: Source lines shown below the rows; nil shows none.
  /// - Returns: UTF-8 HTML.
  package static func render(
    _ table: ResultTable, title: String, budgetBytes: Int? = usualBudgetBytes,
    sourceLines: SourceLookup? = nil
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    HTMLPage.open(title: HTMLPage.title(table.query, title), style: style, to: &bytes)
    // The note on rows left out stands above them, so the rows are made first.
    let room = budgetBytes.map { max(0, $0 - bytes.count - script.utf8.count - 8192) }
    let source = SourceTally(sourceLines)
    let (body, shown) = content(table, budget: room, source.lookup)
    var notes = table.notes + source.notes
    if shown < table.safeRowCount {
      let left = Humanize.count(Int64(table.safeRowCount - shown))
      notes.append(
        "\(left) of \(Humanize.count(Int64(table.safeRowCount))) rows are left out to keep the "
          + "page small; memq --full has them all, and so have the CSV and JSON forms")
    }
    // What was found comes before what to know about it.
    let isFound = TerminalFindings.suits(table)
    head(table, isFound ? [] : notes, to: &bytes)
    bytes.append("<main>\n")
    bytes += body
    if isFound { appendNotes(notes, to: &bytes) }
    bytes.append("</main>\n")
    bytes.append(PageFiles.text("table/help.html"))
    HTMLPage.append(script: script, to: &bytes)
    HTMLPage.close(to: &bytes)
    return bytes
  }

  /// The rows within `budget` bytes, and how many they are: a table, a table for each section, or
  /// findings.
  private static func content(
    _ table: ResultTable, budget: Int?, _ sourceLines: SourceLookup?
  ) -> (bytes: [UInt8], rows: Int) {
    if let listing = SourceMarkup(table, sourceLines) { return listing.body(budget: budget) }
    if TerminalFindings.suits(table) {
      return FindingsMarkup(table: table, sourceLines: sourceLines).body(budget: budget)
    }
    var bytes: [UInt8] = []
    var shown = 0
    for (name, section) in table.sections {
      let rows = TableMarkup(table: section, sourceLines: sourceLines)
      let (body, count) = rows.body(budget: budget.map { max(0, $0 - bytes.count) })
      shown += count
      if count == 0 && section.safeRowCount > 0 && !bytes.isEmpty { break }
      bytes.append("<section>")
      if let name { bytes.append("<h2>\(HTMLPage.escaped(SafeText.cut(name)))</h2>") }
      bytes.append("<table data-binary=\"\(table.sizes == .binary)\">\n")
      rows.writeHead(to: &bytes)
      bytes += body
      rows.writeFoot(to: &bytes)
      bytes.append("</table></section>\n")
    }
    return (bytes, shown)
  }

  /// Appends a table's rows below another picture, with a field that filters them.
  static func appendRows(
    of table: ResultTable, _ sourceLines: SourceLookup?, to bytes: inout [UInt8]
  ) {
    let source = SourceTally(sourceLines)
    var table = table
    // The picture shows the series.
    table.columns.removeAll { if case .series = $0.values { true } else { false } }
    let rows = TableMarkup(table: table, sourceLines: source.lookup)
    bytes.append(
      "<section class=\"rows\">\n<div class=\"tools\">\(PageFiles.text("table/filter.html"))</div>\n<table>\n"
    )
    rows.writeHead(to: &bytes)
    bytes += rows.body(budget: nil).bytes
    rows.writeFoot(to: &bytes)
    bytes.append("</table></section>\n")
    appendNotes(source.notes, to: &bytes)
  }

  private static func head(_ table: ResultTable, _ notes: [String], to bytes: inout [UInt8]) {
    let escaped = HTMLPage.escaped
    bytes.append("<header>\n<h1>\(escaped(table.query))</h1>\n")
    bytes.append("<p class=\"sub\">\(escaped(SafeText.cut(table.subject)))</p>\n")
    if !table.header.isEmpty {
      bytes.append(
        "<p class=\"sub\">\(escaped(SafeText.cut(table.header.joined(separator: " · "))))</p>\n")
    }
    appendNotes(notes, to: &bytes)
    bytes.append(tools)
    bytes.append("</header>\n")
  }

  private static func appendNotes(_ notes: [String], to bytes: inout [UInt8]) {
    for note in notes { bytes.append("<p class=\"note\">\(HTMLPage.escaped(note))</p>\n") }
  }

  private static let tools =
    "<div class=\"tools\">\n" + PageFiles.text("table/filter.html")
    + PageFiles.text("table/page.html") + "</div>\n"

  private static let style = PageFiles.texts("shared/base.css", "table/page.css", "table/rows.css")
  private static let script = PageScript.linked("table/main.js")
}
