import Columns
import Store

/// Answers `hist … vs …` and `timeline … vs …`: each row of the left side beside what the right
/// has at the same place of the axis, and the difference.
struct AxisComparison {
  private let query: Query
  private let pairing: Pairing
  private let left: AxisRows
  private let right: AxisRows

  /// Which row of the right side a row of the left one meets.
  private enum Pairing {
    /// That of the same class.
    case classes
    /// The state as long after its start.
    case times
    /// What happened in the window of the same number.
    case windows
    /// One state, whatever the time.
    case state
  }

  /// A place of the axis: the row of each side that speaks of it.
  private typealias Place = (left: Int?, right: Int?)

  /// Gathers both sides; the right one shows what the left does.
  init(
    store: Store, query: Query, versus: Versus, budget: PointBudget?
  ) throws(EngineError) {
    self.query = query
    pairing = try Self.pairing(query, versus)
    let (leftQuery, base) = query.sides(of: versus)
    store.scanLog?.section = "left"
    let context = try QueryContext(store: store, query: leftQuery)
    if pairing == .classes {
      left = try context.histogram()
      store.scanLog?.section = "right, the base"
      right = try QueryContext(store: store, query: base).histogram()
      return
    }
    left = try TimelineRunner(context, budget: budget).rows()
    store.scanLog?.section = "right, the base"
    if pairing == .state {
      try Self.refuseSeries(query)
      right = try Self.state(store, base, left.columns.map(\.measure))
      return
    }
    var other = base
    // Read at every point, because times are looked up in it.
    if pairing == .times { other.windows = nil }
    let otherContext = try QueryContext(store: store, query: other)
    right = try TimelineRunner(otherContext, budget: nil, showing: left.shownKeys).rows()
  }

  /// How the sides of a comparison meet.
  private static func pairing(_ query: Query, _ versus: Versus) throws(EngineError) -> Pairing {
    let isHistogram = query.verb.value == .hist
    if let per = query.per {
      throw .query(
        .cannotAnswer(
          "a \(isHistogram ? "histogram" : "timeline") shows each side's own numbers",
          wayOut: "`top all by \(isHistogram ? "sizeclass" : "lineno") vs … per …`", at: per.range))
    }
    guard !isHistogram else { return .classes }
    if let normalized = query.normalized {
      throw .query(
        .cannotAnswer(
          "a timeline has no total to scale by", wayOut: "`top … vs … normalized`", at: normalized))
    }
    let isFlow = (query.population?.value ?? .live(at: nil)).flow != .alive
    switch versus {
    case .captures(_, let range):
      guard isFlow else { return .times }
      if query.windows != nil { return .windows }
      throw .query(
        .cannotAnswer(
          "what happens in two captures is compared by windows", wayOut: "`over 20 windows`",
          at: range))
    case .population(let population, _):
      guard isFlow == (population.value.flow != .alive) else {
        throw .query(
          .cannotAnswer(
            "one side is what happens, the other is what is alive",
            wayOut: "`timeline allocated vs freed`, or `timeline vs live at TIME`",
            at: population.range))
      }
      return isFlow ? .windows : .state
    }
  }

  private static func refuseSeries(_ query: Query) throws(EngineError) {
    guard let series = query.measures.first(where: \.value.isSeries) else { return }
    throw .query(
      .cannotAnswer(
        "`\(series.value.name)` is a value over time, and no part of what lives at one instant",
        wayOut: "`timeline \(series.value.name)`", at: series.range))
  }

  /// What lives at one instant, by the groups of a timeline.
  private static func state(
    _ store: Store, _ query: Query, _ measures: [Measure]
  ) throws(EngineError) -> AxisRows {
    var query = query
    query.verb = Located(.top, query.verb.range)
    query.measures = measures.map { Located($0, query.verb.range) }
    query.windows = nil
    query.limit = Located(.all, query.verb.range)
    query.keys.removeAll { $0.value == .capture }
    query.keys.insert(Located(.capture, query.verb.range), at: 0)
    let context = try QueryContext(store: store, query: query)
    let measured = try MeasuredGroups(
      context, keys: query.keys.map(\.value), measures: measures)
    var frame = context.emptyTable(population: measured.title)
    frame.notes += context.notesOnTotals
    let isAlone = context.captures.count == 1
    return AxisRows(
      frame: frame, keys: [],
      columns: measures.enumerated().map { index, measure in
        AxisRows.Column(
          measure: measure, unit: measured.units[index],
          values: measured.groups.map { $0.values[index] })
      }, places: measured.groups.map { _ in nil }, groups: Array(measured.groups.indices),
      names: measured.groups.map { Array($0.key.dropFirst(isAlone ? 1 : 0)) })
  }

  /// The rows of both sides together.
  func answer() throws(EngineError) -> Answer {
    let places: [Place]
    switch pairing {
    case .classes: places = classes()
    case .times: places = try times()
    case .windows: places = windows()
    case .state: places = rowsOfGroups.enumerated().map { ($0, $1.first) }
    }
    let (captures, others) = (left.frame.captures, right.frame.captures)
    var table = left.frame
    table.query = query.questionText
    table.namesCaptures = captures != others
    table.population = title
    table.header += right.frame.header.filter { !left.frame.header.contains($0) }
    table.columns = columns(places)
    table.total = totals()
    table.notes += right.frame.notes.filter { !left.frame.notes.contains($0) }
    return Answer(content: .table(table), verb: query.verb.value, output: query.output, limit: nil)
  }

  private var title: String {
    let sides = [left.frame, right.frame]
    guard sides[0].captures != sides[1].captures else {
      return sides.map(\.population).joined(separator: " vs ")
    }
    return sides.map { "\($0.population) of \($0.captures.joined(separator: ", "))" }
      .joined(separator: " vs ")
  }

  // MARK: Places

  /// Every class that one of the sides has, rising; what has none last.
  private func classes() -> [Place] {
    var rows: [Double?: Place] = [:]
    for (row, bound) in left.places.enumerated() { rows[bound] = (row, nil) }
    for (row, bound) in right.places.enumerated() { rows[bound] = (rows[bound]?.left, row) }
    return rows.sorted { ($0.key ?? .infinity) < ($1.key ?? .infinity) }.map(\.value)
  }

  /// The rows of the right side that are of the same group as each row of the left one.
  private var rowsOfGroups: [[Int]] {
    var rows: [[KeyValue?]: [Int]] = [:]
    let members = Dictionary(grouping: right.groups.indices) { right.groups[$0] }
    for (group, name) in right.names.enumerated() {
      rows[name, default: []] += members[group] ?? []
    }
    let found = left.names.map { (rows[$0] ?? []).sorted() }
    return left.groups.map { found[$0] }
  }

  /// Each row of the left side, and the right's state of the same group as long after its start.
  private func times() throws(EngineError) -> [Place] {
    let isOfOne = [left, right].allSatisfy { $0.frame.captures.count == 1 }
    guard isOfOne, left.isOverTime, right.isOverTime else {
      throw .query(
        .cannotAnswer(
          isOfOne
            ? "a comparison over time needs times on both sides"
            : "a comparison over time is of one capture on each side",
          wayOut: "`timeline of a, b`", at: query.verb.range))
    }
    let times = left.places.map { $0 ?? 0 }
    let others = right.places.map { $0 ?? 0 }
    let shift =
      query.versus?.hasRange == true || query.range != nil
      ? (others.first ?? 0) - (times.first ?? 0) : 0
    let rows = rowsOfGroups
    let later = laterOfSameTime(times)
    return times.indices.map { row in
      // Of a state's milliseconds only whole ones are kept, so half of one is no difference.
      let time = times[row] + shift + 0.0005
      let next = rows[row].partitioningIndex { others[$0] > time }
      guard next > 0 else { return (row, nil) }
      // Of several states of one time the last but n meets the last but n.
      var place = next - 1
      for _ in 0..<later[row]
      where place > 0 && others[rows[row][place - 1]] == others[rows[row][place]] {
        place -= 1
      }
      return (row, rows[row][place])
    }
  }

  /// How many rows of the same group and time follow each row of the left side.
  private func laterOfSameTime(_ times: [Double]) -> [Int] {
    var later = [Int](repeating: 0, count: times.count)
    var following = [Int?](repeating: nil, count: left.names.count)
    for row in times.indices.reversed() {
      if let next = following[left.groups[row]], times[next] == times[row] {
        later[row] = later[next] + 1
      }
      following[left.groups[row]] = row
    }
    return later
  }

  /// Each row of the left side, and the right's row of the same window and group.
  private func windows() -> [Place] {
    var next = [Int](repeating: 0, count: left.names.count)
    return rowsOfGroups.enumerated().map { row, others in
      let window = next[left.groups[row]]
      next[left.groups[row]] += 1
      return (row, window < others.count ? others[window] : nil)
    }
  }

  // MARK: Columns

  private func columns(_ places: [Place]) -> [ResultColumn] {
    let keys =
      pairing == .classes
      ? AxisRows.bounds(
        places.map { $0.left.map { left.places[$0] } ?? $0.right.flatMap { right.places[$0] } },
        left.keys[0].unit) : left.keys
    return keys
      + left.columns.flatMap { column -> [ResultColumn] in
        let others = right.column(column.measure)
        let factor = scale(column)
        let differences = places.map { place -> Double? in
          guard let a = value(column, place.left), let b = value(others, place.right) else {
            return nil
          }
          return a - b * factor
        }
        var difference = AxisRows.column(
          column, differences, isWhole: column.isWhole && factor == 1)
        difference.name += "_diff"
        let values = places.map { value(column, $0.left) }
        return [AxisRows.column(column, values, isWhole: column.isWhole), difference]
      }
  }

  /// A side holds nothing in what it does not list; before its first moment nothing is known.
  private func value(_ column: AxisRows.Column?, _ row: Int?) -> Double? {
    guard let row else { return pairing == .times ? nil : 0 }
    return column?.values[row]
  }

  /// What the right side's numbers are multiplied by.
  private func scale(_ column: AxisRows.Column) -> Double {
    guard query.normalized != nil, let a = column.total,
      let b = right.column(column.measure)?.total, b != 0
    else { return 1 }
    return a / b
  }

  private func totals() -> [MeasureValue]? {
    AxisRows.totals(
      left.columns.flatMap { column -> [(String, Double?)] in
        let name = column.measure.columnName
        let difference = column.total.flatMap { total in
          right.column(column.measure)?.total.map { total - $0 * scale(column) }
        }
        return [(name, column.total), (name + "_diff", difference)]
      })
  }
}

extension AxisRows {
  /// The column of a measure.
  fileprivate func column(_ measure: Measure) -> Column? {
    columns.first { $0.measure == measure }
  }
}

extension Versus {
  /// Whether the right side has a stretch of its own.
  fileprivate var hasRange: Bool {
    if case .population(_, .some) = self { true } else { false }
  }
}
