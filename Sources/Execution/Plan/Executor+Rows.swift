import Results
import Language
import Planning
import Store

/// Tables of rows: one presenter a verb.
extension Executor {
  /// The answer that rows make.
  func present(_ rows: any RowSet) throws(EngineError) -> Answer {
    if let processes = rows as? ProcessPeaks {
      var table = question.emptyTable(population: ProcessPeaks.title)
      processes.fill(&table)
      return answer(table, limit: processes.shownCount < processes.rows.count)
    }
    if let trends = rows as? Trends {
      var table = question.emptyTable(population: trends.title)
      trends.fill(&table, for: query)
      return answer(table, limit: true)
    }
    guard let groups = rows as? Groups else { return answer(question.emptyTable(population: "")) }
    return answer(try top(groups), limit: true)
  }

  private func answer(_ table: ResultTable, limit isLimited: Bool = false) -> Answer {
    Answer(
      content: .table(table), verb: query.verb.value, output: query.output,
      limit: isLimited ? question.left.limit : nil)
  }

  private func top(_ groups: Groups) throws(EngineError) -> ResultTable {
    var table = question.emptyTable(population: groups.title)
    groups.fill(&table, isChosen: query.having != nil)
    table.sourceTexts = try question.left.carriedTexts(of: nil)
    if groups.compared != nil {
      if groups.total.lacks.right { table.notes.append(PartialWords.differences) }
      return table
    }
    table.notes += question.left.notesOnTotals
    if groups.isPartial { table.notes.append(PartialWords.totals) }
    if !groups.graph.isEmpty {
      table.notes.append("what groups retain or reach overlaps: such sizes have no sum")
    }
    if table.rowCount == 0, groups.total.left.isEmpty {
      table.notes += try EmptyResultAdvice(context: question.left, keys: groups.keys).notes()
    }
    return table
  }

  // MARK: Lines

  /// The lines of the greatest files, as line profilers print them: rows of `filename`, `line` and
  /// the measures.
  func lines(
    _ lines: RowPlan, _ files: RowPlan, _ name: Pattern?, _ number: Int
  ) throws(EngineError) -> Answer {
    guard var found = try rows(lines, number + 1) as? Groups,
      let held = try rows(files, number + 1 + lines.nodeCount) as? Groups
    else { return answer(question.emptyTable(population: "")) }
    var table = question.emptyTable(population: found.title)
    let chosen = try chosenFiles(held, name, notes: &table.notes)
    found.keepLines(of: chosen, inFileOrder: query.order.isEmpty)
    let shown = found.rows.prefix(found.shownCount)
    let places = shown.map { found.place(of: $0) }
    found.fill(&table, isChosen: false)
    table.columns.replaceSubrange(
      0..<2,
      with: [
        .key("filename", .texts(places.map { $0?.file }), meaning: .file),
        .key("line", .integers(places.map { $0?.line }), meaning: .line),
      ])
    table.sourceTexts = try question.left.carriedTexts(of: Set(chosen))
    if table.rowCount == 0, found.total.left.isEmpty {
      table.notes += try EmptyResultAdvice(context: question.left, keys: [.lineno]).notes()
    }
    return answer(table)
  }

  /// The largest files, of those that meet the name asked.
  private func chosenFiles(
    _ files: Groups, _ name: Pattern?, notes: inout [String]
  ) throws(EngineError) -> [String] {
    let matcher = try name.map { (file) throws(EngineError) in
      try asking(try PatternMatcher(file))
    }
    let held = files.rows.filter { !files.sums[$0].isEmpty }
      .compactMap { files.key(at: 0, of: $0)?.text }
    let found = held.filter { matcher?.matchesPath($0) ?? true }
    if found.isEmpty, let name, !held.isEmpty { throw .query(Self.unknownFile(name, held)) }
    let limit = question.left.limit ?? found.count
    if name != nil, found.count > limit, query.limit == nil {
      notes.append("\(found.count) files meet that name; `source all` … shows each")
    }
    return Array(found.prefix(limit))
  }

  private static func unknownFile(_ file: Pattern, _ held: [String]) -> QueryError {
    let names = held.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
    let near = NearestWord.matches(for: file.text, in: names + Vocabulary.partWords)
    return QueryError(
      .answer(.cannotAnswer("no file of this population meets `\(file.text)`")), at: file.range,
      [
        near.isEmpty
          ? .advice("there is " + NearestWord.list(names, limit: 3)) : .didYouMean(near)
      ])
  }
}

extension Groups {
  /// File and line of a row by `filename, lineno`; nil without a place.
  fileprivate func place(of row: Int) -> (file: String, line: Int64)? {
    guard let file = key(at: 0, of: row)?.text, let text = key(at: 1, of: row)?.text else {
      return nil
    }
    return (file, Int64(text.dropFirst(file.count + 1)) ?? 0)
  }

  /// Shows the lines of some files, file by file; what else there is comes after them.
  fileprivate mutating func keepLines(of files: [String], inFileOrder: Bool) {
    var byFile: [String: [(row: Int, line: Int64)]] = [:]
    for row in rows {
      if let place = place(of: row) { byFile[place.file, default: []].append((row, place.line)) }
    }
    var shown: [Int] = []
    for file in files {
      var lines = byFile[file] ?? []
      if inFileOrder { lines.sort { $0.line < $1.line } }
      shown += lines.map(\.row)
    }
    let isShown = Set(shown)
    shownCount = shown.count
    rows = shown + rows.filter { !isShown.contains($0) }
  }
}

extension QueryContext {
  /// The lines of some files, or of all, that captures carry, by file and number.
  fileprivate func carriedTexts(
    of wanted: Set<String>?
  ) throws(EngineError) -> [String: [Int: String]] {
    var found: [String: [Int: String]] = [:]
    for data in captures {
      guard let facts = try reading(try data.profile()) else { continue }
      for segment in 0..<StoredProfile.segments(facts.sourceLines) {
        let files = try reading(try data.columns.texts(.sourceFile, segment: segment))
        let lines = try reading(try data.columns.integers(.sourceLine, segment: segment))
        let texts = try reading(try data.columns.texts(.sourceText, segment: segment))
        guard files.count == lines.count, files.count == texts.count else {
          throw .store(data.columns.damaged(.sourceText, segment))
        }
        for index in files.indices where wanted?.contains(files[index]) ?? true {
          found[files[index], default: [:]][Int(lines[index])] = texts[index]
        }
      }
    }
    return found
  }
}
