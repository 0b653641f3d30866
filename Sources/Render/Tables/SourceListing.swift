package import Results

/// Lines of files with what each holds: the file's own text where it is there.
///
/// Long stretches that hold nothing are left out but for a few lines around those that do.
package enum SourceListing {
  /// Lines shown on either side of one that holds something.
  private static let around = 3
  /// Gaps shorter than this are shown whole.
  private static let leastGap = 4

  /// One table a file, with a column of numbered lines; the last one has the sums and notes.
  ///
  /// - Parameters:
  ///   - table: rows of `filename`, `line` and measures, by file and line.
  ///   - lookup: finds the text of a line.
  /// - Returns: the tables in order; the given one when it holds no line.
  package static func tables(_ table: ResultTable, lookup: SourceLookup?) -> [ResultTable] {
    guard let files = texts(.file, table), let lines = numbers(.line, table) else {
      return [table]
    }
    var tables: [ResultTable] = []
    var start = 0
    while start < table.safeRowCount {
      var end = start
      while end < table.safeRowCount, files[end] == files[start] { end += 1 }
      tables.append(
        listing(table, file: files[start] ?? "", rows: start..<end, lines, lookup: lookup))
      start = end
    }
    guard !tables.isEmpty else { return [table] }
    for index in tables.indices.dropFirst() {
      tables[index].query = ""
      tables[index].population = ""
      tables[index].header = []
    }
    for index in tables.indices {
      let file = files.isEmpty ? "" : tables[index].columns[0].name
      tables[index].header.append(file)
      tables[index].columns[0].name = "source"
      guard index == tables.count - 1 else { continue }
      tables[index].other = table.other
      tables[index].otherCount = table.otherCount
      tables[index].total = table.total
      tables[index].notes = table.notes
    }
    return tables
  }

  /// A file's lines as they are shown, each with its row where it holds something.
  struct Listing {
    var file: String
    /// nil stands for lines left out.
    var lines: [Int?]
    var rowOf: [Int: Int]
  }

  /// The files of rows of `filename` and `line`, in order.
  static func listings(_ table: ResultTable, lookup: SourceLookup?) -> [Listing] {
    guard let files = texts(.file, table), let lines = numbers(.line, table) else {
      return []
    }
    var listings: [Listing] = []
    var start = 0
    while start < table.safeRowCount {
      var end = start
      while end < table.safeRowCount, files[end] == files[start] { end += 1 }
      let known = (start..<end).map { Int(lines[$0] ?? 0) }
      let file = files[start] ?? ""
      let isRising = zip(known, known.dropFirst()).allSatisfy { $0 < $1 }
      let shown = isRising ? self.shown(file, known, lookup) : known.map(Optional.some)
      var rowOf: [Int: Int] = [:]
      for row in start..<end { rowOf[Int(lines[row] ?? 0)] = row }
      listings.append(Listing(file: file, lines: shown, rowOf: rowOf))
      start = end
    }
    return listings
  }

  private static func listing(
    _ table: ResultTable, file: String, rows: Range<Int>, _ lines: [Int64?],
    lookup: SourceLookup?
  ) -> ResultTable {
    let known = rows.map { Int(lines[$0] ?? 0) }
    let isRising = zip(known, known.dropFirst()).allSatisfy { $0 < $1 }
    let shown = isRising ? self.shown(file, known, lookup) : known.map(Optional.some)
    let width = String(known.max() ?? 0).count + 1
    var rowOf: [Int: Int] = [:]
    for row in rows { rowOf[Int(lines[row] ?? 0)] = row }
    let texts = shown.map { line -> String? in
      guard let line else { return String(repeating: " ", count: width) + "..." }
      let number = String(line)
      let padding = String(repeating: " ", count: max(0, width - number.count))
      let text = lookup?(file, line).map { SourceText.withoutTrailingSpace(expanded($0)) } ?? ""
      return SourceText.withoutTrailingSpace(padding + number + "  " + text)
    }
    var result = table
    result.other = nil
    result.otherCount = 0
    result.notes = []
    // The name carries the file to `tables`.
    result.columns = [.init(name: file, role: .key, unit: .none, values: .texts(texts))]
    for column in table.columns where column.role == .measure {
      var copy = column
      let places = shown.map { $0.flatMap { rowOf[$0] } }
      switch column.values {
      case .integers(let values): copy.values = .integers(places.map { $0.flatMap { values[$0] } })
      case .reals(let values): copy.values = .reals(places.map { $0.flatMap { values[$0] } })
      default: continue
      }
      result.columns.append(copy)
    }
    return result
  }

  /// The lines to show; nil stands for some left out.
  private static func shown(_ file: String, _ known: [Int], _ lookup: SourceLookup?) -> [Int?] {
    guard let lookup, lookup(file, max(1, known.first ?? 1)) != nil else {
      return known.map(Optional.some)
    }
    var shown: [Int?] = []
    var last = 0
    for line in known {
      let first = max(line - around, last + 1)
      let from = first - last - 1 < leastGap ? last + 1 : first
      if from > last + 1 { shown.append(nil) }
      for number in min(from, line)..<line where number > 0 { shown.append(number) }
      shown.append(line)
      last = line
      for number in line + 1...line + around
      where !known.contains(number) && lookup(file, number) != nil && number > last {
        if let next = known.first(where: { $0 > line }), number >= next { break }
        shown.append(number)
        last = number
      }
    }
    if lookup(file, last + 1) != nil {
      shown.append(nil)
    } else {
      // The end of the last line makes one that is empty.
      while let end = shown.last, let line = end, !known.contains(line),
        lookup(file, line).map({ $0.allSatisfy(\.isWhitespace) }) ?? true
      {
        shown.removeLast()
      }
    }
    return shown
  }

  static func expanded(_ text: String) -> String {
    text.contains("\t")
      ? text.split(separator: "\t", omittingEmptySubsequences: false).joined(separator: "    ")
      : text
  }

  private static func texts(_ meaning: ColumnMeaning, _ table: ResultTable) -> [String?]? {
    guard case .texts(let values) = table.columns.first(where: { $0.meaning == meaning })?.values
    else {
      return nil
    }
    return values
  }

  private static func numbers(_ meaning: ColumnMeaning, _ table: ResultTable) -> [Int64?]? {
    guard case .integers(let values) = table.columns.first(where: { $0.meaning == meaning })?.values
    else { return nil }
    return values
  }
}
