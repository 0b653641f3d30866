import Columns
import Store

/// Answers `source`: the lines of a file with what each holds, as line profilers print them.
struct SourceRunner {
  private let context: QueryContext
  private let query: Query
  private let measures: [Measure]
  private let weights: SampleWeights
  private static let keys: [Key] = [.filename, .lineno]

  init(_ context: QueryContext) throws(EngineError) {
    self.context = context
    query = context.query
    measures = try context.measures()
    weights = try SampleWeights(context)
  }

  /// The answer: rows of `filename`, `line` and the measures, by file and line.
  func answer() throws(EngineError) -> Answer {
    let gathered = try GroupGatherer(
      context: context, keys: Self.keys, measures: measures
    ).gather()
    var table = context.emptyTable(population: gathered.title)
    let files = try chosenFiles(of: gathered.table, notes: &table.notes)
    fill(&table, gathered, files: files)
    table.sourceTexts = try carriedTexts(of: Set(files))
    if table.rowCount == 0, gathered.table.total.isEmpty {
      table.notes += try EmptyResultAdvice(context: context, keys: [.lineno]).notes()
    }
    return Answer(content: .table(table), verb: .source, output: query.output, limit: nil)
  }

  // MARK: Files

  /// The largest files, of those that meet the name asked.
  private func chosenFiles(
    of lines: GroupTable, notes: inout [String]
  ) throws(EngineError) -> [String] {
    let groups = try GroupGatherer(
      context: context, keys: [.filename], measures: measures
    ).gather().table
    let order = GroupOrder(measures: measures, keys: [.filename], order: [])
    let matcher = try query.file.map { (file) throws(EngineError) in
      try asking(try PatternMatcher(file))
    }
    let held = order.sorted(Array(groups.tuples.indices), in: groups)
      .filter { !groups.sums[$0].isEmpty }
      .compactMap { groups.value(group: $0, key: 0)?.text }
    let found = held.filter { matcher?.matchesPath($0) ?? true }
    if found.isEmpty, let file = query.file, !held.isEmpty {
      throw .query(unknownFile(file, held))
    }
    let limit = context.limit(default: 1) ?? found.count
    if query.file != nil, found.count > limit, query.limit == nil {
      notes.append("\(found.count) files meet that name; `source all` … shows each")
    }
    return Array(found.prefix(limit))
  }

  private func unknownFile(_ file: Pattern, _ held: [String]) -> QueryError {
    let names = held.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
    let near = NearestWord.matches(for: file.text, in: names + Vocabulary.partWords)
    return QueryError(
      .answer(.cannotAnswer("no file of this population meets `\(file.text)`")), at: file.range,
      [
        near.isEmpty
          ? .advice("there is " + NearestWord.list(names, limit: 3)) : .didYouMean(near)
      ])
  }

  /// The lines of some files that captures carry, by file and number.
  private func carriedTexts(
    of wanted: Set<String>
  ) throws(EngineError) -> [String: [Int: String]] {
    var found: [String: [Int: String]] = [:]
    for data in context.captures {
      guard let facts = try reading(try data.profile()) else { continue }
      for segment in 0..<StoredProfile.segments(facts.sourceLines) {
        let files = try reading(try data.columns.texts(.sourceFile, segment: segment))
        let lines = try reading(try data.columns.integers(.sourceLine, segment: segment))
        let texts = try reading(try data.columns.texts(.sourceText, segment: segment))
        guard files.count == lines.count, files.count == texts.count else {
          throw .store(data.columns.damaged(.sourceText, segment))
        }
        for index in files.indices where wanted.contains(files[index]) {
          found[files[index], default: [:]][Int(lines[index])] = texts[index]
        }
      }
    }
    return found
  }

  // MARK: Lines

  private struct Line {
    var file: String
    var number: Int64
    var group: Int
  }

  private func fill(_ table: inout ResultTable, _ gathered: GatheredGroups, files: [String]) {
    let groups = gathered.table
    let filter = HavingFilter(
      limits: query.having, total: groups.total, weights: weights)
    let passing = groups.tuples.indices.filter {
      !groups.sums[$0].isEmpty && filter.passes(groups.sums[$0])
    }
    let order = GroupOrder(measures: measures, keys: Self.keys, order: query.order)
    let sorted = query.order.isEmpty ? passing : order.sorted(passing, in: groups)
    var byFile: [String: [Line]] = [:]
    for group in sorted {
      guard let file = groups.value(group: group, key: 0)?.text,
        let text = groups.value(group: group, key: 1)?.text
      else { continue }
      let number = Int64(text.dropFirst(file.count + 1)) ?? 0
      byFile[file, default: []].append(Line(file: file, number: number, group: group))
    }
    if query.order.isEmpty {
      for file in files { byFile[file]?.sort { $0.number < $1.number } }
    }
    let shown = files.flatMap { byFile[$0] ?? [] }
    table.columns =
      [
        ResultColumn(
          name: "filename", role: .key, unit: .none, values: .texts(shown.map(\.file))),
        ResultColumn(
          name: "line", role: .key, unit: .none, values: .integers(shown.map(\.number))),
      ] + measures.map { column($0, groups, shown) }
    table.otherCount = passing.count - shown.count
    if table.otherCount > 0, query.inclusive == nil {
      let taken = Set(shown.map(\.group))
      var rest = GroupSums()
      for group in passing where !taken.contains(group) { rest.merge(groups.sums[group]) }
      table.other = values(rest)
    }
    table.total = values(groups.total)
    if let all = gathered.all { table.all = values(all) }
  }

  private func values(_ sums: GroupSums) -> [MeasureValue] {
    measures.map {
      MeasureValue(column: $0.columnName, value: weights.scaled(sums.value(of: $0), $0))
    }
  }

  private func column(_ measure: Measure, _ groups: GroupTable, _ lines: [Line]) -> ResultColumn {
    let numbers = lines.map {
      weights.scaled(groups.sums[$0.group].value(of: measure), measure)
    }
    return ResultColumn(
      name: measure.columnName, role: .measure,
      unit: weights.unit(of: measure),
      values: weights.isWhole(measure)
        ? .integers(numbers.map { $0.map { Int64(nearest: $0) } }) : .reals(numbers))
  }
}
