import Analysis
import Results
import Language
import Planning
import Store

extension TimelineRunner {
  /// What is said of captures that show nothing.
  func absent(_ rows: SeriesRows) -> [String] {
    let drawn = Set(rows.rows.map { rows.groups[$0.group].capture })
    return context.captures.indices.filter { !drawn.contains($0) }.map {
      "\(context.captures[$0].info.name) holds nothing of this: it is not shown"
    }
  }

  /// Why captures with records have no rows, and what to ask instead.
  func emptyNote(_ tickCount: Int) -> String {
    if tickCount == 0 {
      return "no tick lies there, and a timeline shows ticks: `top live at TIME` shows any state"
    }
    if context.population.value.flow != .alive { return "nothing of this happened" }
    let keys = query.keys.map(\.value.rawValue).joined(separator: ", ")
    return "nothing of this lives at any tick: `top peak by \(keys)` shows what lived at the peak, "
      + "`top allocated by \(keys)` what lived between ticks"
  }

  /// That the most was alive behind the last tick, with which a timeline ends; nil where it was not
  /// by much, or where that is not asked.
  ///
  /// A short recording has few ticks, and its end none.
  func lateNote(_ timeline: Timeline, _ flow: PopulationFlow) -> String? {
    let isOfHeap = measures.contains { [.size, .count, .series(.heap)].contains($0.value) }
    guard isOfHeap, query.range == nil, flow == .alive, let last = timeline.peaks.last,
      let seen = timeline.heap.max(), last == timeline.peaks.max(), last / 8 * 7 > seen
    else { return nil }
    return "a timeline ends with the last tick; behind it the heap reached "
      + "\(context.sizes.text(Double(last))): `show peak`, `top live at end`"
  }

  /// What is said of groups that are left out: their greatest value together.
  func restNote(_ greatest: Double) -> String {
    let names = keys.map(\.name).joined(separator: ", ")
    let value =
      measures[0].value == .count
      ? "\(Int64(nearest: greatest)) allocations" : context.sizes.text(greatest)
    return "the \(context.limit ?? 0) greatest by \(names); the others together hold "
      + "at most \(value)"
  }

  /// Rows with the columns that say what they are of.
  func present(_ rows: SeriesRows, in frame: ResultTable) throws(EngineError) -> AxisRows {
    let shown = rows.rows
    let axis = try axis()
    var columns: [ResultColumn] = []
    if !isAlone {
      let names = context.names
      columns.append(
        .key("capture", .texts(shown.map { names[rows.groups[$0.group].capture] })))
    }
    columns.append(axis.column(shown.map(\.place)))
    let processes = try processes(rows.groups, Set(shown.map(\.group)))
    for process in processes {
      columns.append(
        .key(process.name, .texts(shown.map { process.texts[$0.group] })))
    }
    for (index, key) in keys.enumerated() {
      columns.append(
        ResultColumn(key, shown.map { rows.groups[$0.group].keys[index] }))
    }
    let weights = try SampleWeights(context)
    let measured = measures.enumerated().map { index, measure in
      AxisRows.Column(
        measure: measure.value,
        unit: weights.unit(of: measure.value),
        values: shown.map { weights.scaled($0.values[index], measure.value) })
    }
    let names = rows.groups.enumerated().map { number, group in
      (isAlone ? [] : [.text(context.names[group.capture])])
        + keys.indices.filter { keys[$0] != .capture }.map { group.keys[$0] }
        + processes.map { $0.texts[number].map { .text($0) } }
    }
    return AxisRows(
      frame: frame, keys: columns, columns: measured, places: shown.map(\.place),
      isOverTime: axis == .seconds, groups: shown.map(\.group), names: names,
      shownKeys: Array(Set(rows.groups.map(\.keys))))
  }

  /// Ids and names of the processes of groups, where there are several.
  private func processes(
    _ groups: [SeriesRows.Group], _ shown: Set<Int>
  ) throws(EngineError) -> [(name: String, texts: [String?])] {
    guard shown.contains(where: { groups[$0].process != nil }) else { return [] }
    var names: [ProcessNames] = []
    for data in context.captures { names.append(try reading(try ProcessNames(data.columns))) }
    let ids = groups.map { group -> String? in
      guard let process = group.process else { return "main" }
      return names[group.capture].id(process).map(String.init)
    }
    let titles = groups.map { names[$0.capture].name($0.process) }
    guard shown.contains(where: { titles[$0] != nil }) else { return [("pid", ids)] }
    return (shown.contains { ids[$0] != nil && ids[$0] != "main" } ? [("pid", ids)] : [])
      + [("process", titles)]
  }

  /// What all captures count; seconds where one has times and another has none.
  private func axis() throws(EngineError) -> ProfileAxis {
    var axes: [ProfileAxis] = []
    for data in context.captures {
      let axis = try reading(try data.profile()).map { ProfileAxis($0) } ?? .seconds
      if axis != .lines, !axes.contains(axis) { axes.append(axis) }
    }
    guard axes.count < 2 else {
      throw .cannotAnswer(
        "these captures do not count the same: \(axes.map(\.name).joined(separator: ", "))",
        suggestion: "ask each alone", at: query.captures.first?.range ?? query.verb.range)
    }
    return axes.first ?? .lines
  }
}
