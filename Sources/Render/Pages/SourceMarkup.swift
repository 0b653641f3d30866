import Results

/// Files with what each line holds, as markup: heat beside the lines, gaps folded.
struct SourceMarkup {
  private let table: ResultTable
  private let lookup: SourceLookup?
  private let listings: [SourceListing.Listing]
  private let measures: [ResultColumn]
  private let greatest: Double

  /// Lines of a gap that the page carries; longer ones stay a gap.
  private static let mostFolded = 2000

  /// Rows of `filename`, `line` and measures; nil for other tables.
  init?(_ table: ResultTable, _ lookup: SourceLookup?) {
    let keys = table.columns.filter { $0.role == .key }.map(\.meaning)
    guard keys == [.file, .line] else { return nil }
    self.table = table
    self.lookup = lookup
    listings = SourceListing.listings(table, lookup: lookup)
    measures = table.columns.filter { $0.role == .measure && $0.isNumeric }
    greatest = (0..<table.safeRowCount).reduce(0) { most, row in
      max(most, table.columns.first { $0.role == .measure }?.number(row)?.magnitude ?? 0)
    }
  }

  /// The files within `budget` bytes, and how many lines that hold something they show.
  func body(budget: Int?) -> (bytes: [UInt8], rows: Int) {
    var bytes: [UInt8] = []
    var shown = 0
    for listing in listings {
      let before = bytes.count
      let count = write(listing, to: &bytes)
      if let budget, bytes.count > budget {
        bytes.removeLast(bytes.count - before)
        break
      }
      shown += count
    }
    if listings.isEmpty { bytes.append("<p class=\"empty\">no line holds anything</p>\n") }
    writeSums(to: &bytes)
    return (bytes, shown)
  }

  private func write(_ listing: SourceListing.Listing, to bytes: inout [UInt8]) -> Int {
    let file = HTMLPage.escaped(SafeText.cut(listing.file))
    let short = HTMLPage.escaped(SafeText.cut(ShortPath.text(listing.file)))
    bytes.append("<section><h2 class=\"path\" title=\"\(file)\">\(short)</h2>\n")
    bytes.append("<table class=\"code\" data-binary=\"\(table.sizes == .binary)\">\n<thead><tr>")
    for column in measures {
      bytes.append(
        "<th scope=\"col\" class=\"n\"><span>\(HTMLPage.escaped(column.name))</span></th>")
    }
    bytes.append("<th scope=\"col\" class=\"n\"><span>line</span></th>")
    bytes.append("<th scope=\"col\" class=\"t\"><span>source</span></th></tr></thead>\n<tbody>\n")
    for (place, line) in listing.lines.enumerated() {
      if let line {
        write(line, row: listing.rowOf[line], of: listing.file, gap: nil, to: &bytes)
      } else {
        let before = place > 0 ? listing.lines[place - 1] ?? 0 : 0
        let after = place + 1 < listing.lines.count ? listing.lines[place + 1] : nil
        writeGap(before, after, of: listing.file, number: place, to: &bytes)
      }
    }
    bytes.append("</tbody></table></section>\n")
    return listing.rowOf.count
  }

  /// One line; `gap` is the number of the gap that it is folded into.
  private func write(
    _ line: Int, row: Int?, of file: String, gap: Int?, to bytes: inout [UInt8]
  ) {
    let value = row.flatMap { measures.first?.number($0) }?.magnitude ?? 0
    let share = greatest > 0 ? value / greatest : 0
    let heat = share.isFinite ? Int((min(1, share) * 100).rounded(.up)) : 0
    let folded = gap.map { " data-gap=\"\($0)\" hidden" } ?? ""
    let style = row == nil ? "" : " class=\"hot\" style=\"--h:\(heat)%\""
    bytes.append("<tr data-row=\"\(line)\"\(folded)\(style)>")
    for column in measures {
      guard let row, let value = column.number(row) else {
        bytes.append("<td class=\"n\" data-v=\"NaN\"></td>")
        continue
      }
      let exact = SumText.exact(value, in: column) ?? ""
      let text = Humanize.value(value, unit: column.unit, sizes: table.sizes)
      bytes.append("<td class=\"n\" data-v=\"\(exact)\" title=\"\(exact)\">")
      bytes.append("\(HTMLPage.escaped(text))</td>")
    }
    let source = lookup?(file, line).map { SourceListing.expanded($0) } ?? ""
    let text = HTMLPage.escaped(SafeText.cut(SourceText.withoutTrailingSpace(source)))
    bytes.append("<td class=\"n line\">\(line)</td><td class=\"k\">\(text)</td></tr>\n")
  }

  /// Lines left out: a row that opens them where they are known and not too many.
  private func writeGap(
    _ before: Int, _ after: Int?, of file: String, number: Int, to bytes: inout [UInt8]
  ) {
    let columns = measures.count + 1
    let count = after.map { $0 - before - 1 } ?? 0
    let isKnown = count > 0 && count <= Self.mostFolded && lookup?(file, before + 1) != nil
    bytes.append("<tr class=\"gap\"><td colspan=\"\(columns)\"></td><td class=\"k\">")
    guard isKnown, let after else { return bytes.append("…</td></tr>\n") }
    bytes.append("<button aria-expanded=\"false\" data-gap=\"\(number)\">")
    bytes.append("… \(Humanize.count(Int64(count))) lines</button></td></tr>\n")
    for line in before + 1..<after {
      write(line, row: nil, of: file, gap: number, to: &bytes)
    }
  }

  /// What other lines hold, and the sum.
  private func writeSums(to bytes: inout [UInt8]) {
    var words: [String] = []
    let texts = { (values: [MeasureValue]?) -> String in
      measures.compactMap { column in
        ResultTable.value(of: column.name, in: values).map {
          "\(column.name) \(Humanize.value($0, unit: column.unit, sizes: table.sizes))"
        }
      }.joined(separator: ", ")
    }
    if table.otherCount > 0 {
      words.append("other (\(Humanize.count(Int64(table.otherCount))) more): \(texts(table.other))")
    }
    if table.total != nil { words.append("total: \(texts(table.total))") }
    guard !words.isEmpty else { return }
    bytes.append("<p class=\"sums\">\(HTMLPage.escaped(words.joined(separator: " · ")))</p>\n")
  }
}
