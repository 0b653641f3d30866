import Columns
import Language
import Store

/// Answers `stats` of captures of other tools: totals, the largest groups, series and facts.
struct ProfileStatsRunner {
  private let context: QueryContext
  private let query: Query

  /// One line of the answer, as of `StatsRunner`.
  private struct Line {
    var section: String
    var name: String?
    var value: String?
    var size: Int64?
    var count: Int64?
  }

  init(_ context: QueryContext) {
    self.context = context
    query = context.query
  }

  /// The answer: rows of `section`, `name`, `value`, `size`, `count`.
  func answer() throws(EngineError) -> Answer {
    var lines: [Line] = []
    var title = "recorded"
    var hasTotals = false
    for data in context.captures {
      if let facts = try reading(try data.profile()), !facts.values.isEmpty { hasTotals = true }
    }
    if hasTotals {
      let keys = try context.keys()
      let measures = try context.measures()
      let gathered = try GroupGatherer(context: context, keys: keys, measures: measures).gather()
      title = gathered.title
      lines += try totals(gathered, keys, measures)
    }
    for data in context.captures { lines += try series(of: data) + facts(of: data) }
    var table = context.emptyTable(population: title)
    table.columns = [
      text("section", lines.map(\.section)), text("name", lines.map(\.name)),
      text("value", lines.map(\.value)),
      ResultColumn(
        name: "size", role: .measure, unit: .bytes, values: .integers(lines.map(\.size))),
      ResultColumn(
        name: "count", role: .measure, unit: .count, values: .integers(lines.map(\.count))),
    ]
    return Answer(content: .table(table), verb: .stats, output: query.output, limit: nil)
  }

  private func text(_ name: String, _ values: [String?]) -> ResultColumn {
    ResultColumn(name: name, role: .key, unit: .none, values: .texts(values))
  }

  private func totals(
    _ gathered: GatheredGroups, _ keys: [Key], _ measures: [Measure]
  ) throws(EngineError) -> [Line] {
    let weights = try SampleWeights(context)
    let groups = gathered.table
    func line(_ section: String, _ name: String?, _ sums: GroupSums) -> Line {
      var line = Line(section: section, name: name)
      for measure in measures {
        guard let value = weights.scaled(sums.value(of: measure), measure) else { continue }
        let words = Int64(exactly: value).map(String.init) ?? "\(value)"
        if measure == .samples { line.value = "\(words) \(weights.word)" }
        if let type = measure.sampleType { line.value = "\(words) \(type.unit)" }
      }
      if measures.contains(.size) { line.size = sums.bytes }
      if measures.contains(.maximumSize) { line.size = Int64(clamping: sums.greatestSize) }
      if measures.contains(.count) { line.count = sums.count }
      return line
    }
    let full = groups.tuples.indices.filter { !groups.sums[$0].isEmpty }
    var lines = [line("total", "this population", groups.total)]
    lines.append(
      Line(section: "total", name: "groups by \(keys[0].name)", count: Int64(full.count)))
    let order = GroupOrder(measures: measures, keys: keys, order: [])
    let places = context.limit(default: 5)
    let sorted = order.sorted(full, in: groups)
    for group in places.map({ Array(sorted.prefix($0)) }) ?? sorted {
      lines.append(
        line(
          "largest \(keys[0].name)", groups.value(group: group, key: 0)?.text,
          groups.sums[group]))
    }
    return lines
  }

  private func series(of data: CaptureData) throws(EngineError) -> [Line] {
    guard let facts = try reading(try data.profile()), facts.points > 0 else { return [] }
    let series = try reading(try ProfileSeries(data: data, facts: facts))
    let names = try reading(try ProcessNames(data.columns))
    return series.lines.flatMap { line in
      let name = line.process.map { "\(line.name) of \(names.title($0))" } ?? line.name
      let values: [(String, Double?)] = [
        ("least", line.values.min()), ("greatest", line.values.max()), ("last", line.values.last),
      ]
      return values.map { word, value in
        var row = Line(section: name, name: word)
        if line.unit == .bytes {
          row.size = value.map { Int64(nearest: $0) }
        } else {
          row.value = value.map { Int64(exactly: $0).map(String.init) ?? "\($0)" }
        }
        return row
      } + [Line(section: name, name: "values", count: Int64(line.values.count))]
    }
  }

  private func facts(of data: CaptureData) throws(EngineError) -> [Line] {
    guard let facts = try reading(try data.profile()) else { return [] }
    return facts.lines.filter { !$0.1.isEmpty }.map {
      Line(section: data.info.name, name: $0.0, value: $0.1)
    }
  }
}
