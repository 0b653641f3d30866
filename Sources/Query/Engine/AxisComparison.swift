import Columns
import Language
import Store

/// Answers `hist … vs …` and `timeline … vs …`: each row of the left side beside what the right
/// has at the same place of the axis, and the difference.
struct AxisComparison {
  private let query: Query
  private let pairing: Pairing
  private let left: ResultTable
  private let right: ResultTable

  /// Which row of the right side a row of the left one meets.
  enum Pairing {
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

  /// A comparison of the answers of both sides, with the same keys and measures.
  init(query: Query, pairing: Pairing, left: ResultTable, right: ResultTable) {
    self.query = query
    self.pairing = pairing
    self.left = left
    self.right = right
  }

  /// How the sides of a comparison meet.
  static func pairing(_ query: Query, _ versus: Versus) throws(EngineError) -> Pairing {
    guard query.verb.value == .timeline else { return .classes }
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

  /// The question of the right of a comparison: of places of an axis, that which meets them.
  static func base(
    of right: Query, _ versus: Versus, asked: Query
  ) throws(EngineError) -> Query {
    guard [.hist, .timeline].contains(asked.verb.value) else { return right }
    return base(right, try pairing(asked, versus))
  }

  /// The right side's question.
  private static func base(_ query: Query, _ pairing: Pairing) -> Query {
    var base = query
    switch pairing {
    case .classes: break
    // What one side shows may not be among the greatest of the other, and still be there.
    case .windows: if !base.keys.isEmpty { base.limit = Located(.all, query.verb.range) }
    case .times:
      // Read at every point, because times are looked up in it.
      base.windows = nil
      base.output.format = Located(.csv, query.verb.range)
    case .state:
      base.verb = Located(.top, query.verb.range)
      if base.measures.isEmpty { base.measures = [Located(.size, query.verb.range)] }
      if base.keys.isEmpty { base.keys = [Located(.capture, query.verb.range)] }
      base.windows = nil
      base.limit = Located(.all, query.verb.range)
    }
    return base
  }

  /// The rows of both sides together.
  func answer() throws(EngineError) -> Answer {
    let isHistogram = query.verb.value == .hist
    if let per = query.per {
      throw .query(
        .cannotAnswer(
          "a \(isHistogram ? "histogram" : "timeline") shows each side's own numbers",
          wayOut: "`top all by \(isHistogram ? "sizeclass" : "lineno") vs … per …`", at: per.range))
    }
    if !isHistogram, let normalized = query.normalized {
      throw .query(
        .cannotAnswer(
          "a timeline has no total to scale by", wayOut: "`top … vs … normalized`", at: normalized))
    }
    let places: [Place]
    switch pairing {
    case .classes: places = classes()
    case .times: places = try times()
    case .windows: places = windows()
    case .state: places = states()
    }
    var table = left
    table.query = query.questionText
    table.namesCaptures = left.captures != right.captures
    table.population = title
    table.header += right.header.filter { !left.header.contains($0) }
    table.columns = columns(places)
    table.total = totals()
    table.notes += right.notes.filter { !left.notes.contains($0) }
    return Answer(content: .table(table), verb: query.verb.value, output: query.output, limit: nil)
  }

  private var title: String {
    guard left.captures != right.captures else {
      return "\(left.population) vs \(right.population)"
    }
    return [left, right].map { "\($0.population) of \($0.captures.joined(separator: ", "))" }
      .joined(separator: " vs ")
  }

  // MARK: Places

  /// Every class that one of the sides has, rising; what has none last.
  private func classes() -> [Place] {
    let sides = [left, right].map { $0.integers("from") }
    var rows: [Int64?: Place] = [:]
    for (row, bound) in sides[0].enumerated() { rows[bound] = (row, nil) }
    for (row, bound) in sides[1].enumerated() {
      rows[bound] = (rows[bound]?.left, row)
    }
    return rows.sorted { a, b in
      guard let first = a.key, let second = b.key else { return a.key != nil && b.key == nil }
      return first < second
    }.map(\.value)
  }

  /// Each row of the left side, and the right's state of the same group as long after its start.
  private func times() throws(EngineError) -> [Place] {
    guard let times = left.reals("time"), let others = right.reals("time") else {
      throw .query(
        .cannotAnswer(
          "a comparison over time needs times on both sides", wayOut: "`timeline of a, b`",
          at: query.verb.range))
    }
    if left.hasColumn("capture") || right.hasColumn("capture") {
      throw .query(
        .cannotAnswer(
          "a comparison over time is of one capture on each side", wayOut: "`timeline of a, b`",
          at: query.verb.range))
    }
    let shift =
      query.versus?.hasRange == true || query.range != nil
      ? (others.first ?? 0) - (times.first ?? 0) : 0
    let names = left.groupNames
    var rows: [[String?]: [Int]] = [:]
    for (row, name) in right.groupNames.enumerated() { rows[name, default: []].append(row) }
    let later = Self.laterOfSameTime(times, names)
    return times.indices.map { row in
      let group = rows[names[row]] ?? []
      // Of a state's milliseconds only whole ones are kept, so half of one is no difference.
      let time = times[row] + shift + 0.0005
      var low = 0
      var high = group.count
      while low < high {
        let middle = (low + high) / 2
        if others[group[middle]] <= time { low = middle + 1 } else { high = middle }
      }
      guard low > 0 else { return (row, nil) }
      // Of several states of one time the last but n meets the last but n.
      var place = low - 1
      for _ in 0..<later[row]
      where place > 0 && others[group[place - 1]] == others[group[place]] {
        place -= 1
      }
      return (row, group[place])
    }
  }

  /// How many rows of the same group and time follow each row.
  private static func laterOfSameTime(_ times: [Double], _ names: [[String?]]) -> [Int] {
    var later = [Int](repeating: 0, count: times.count)
    var following: [[String?]: Int] = [:]
    for row in times.indices.reversed() {
      if let next = following[names[row]], times[next] == times[row] {
        later[row] = later[next] + 1
      }
      following[names[row]] = row
    }
    return later
  }

  /// Each row of the left side, and the right's row of the same window and group.
  private func windows() -> [Place] {
    var rows: [[String?]: [Int]] = [:]
    for (row, name) in right.groupNames.enumerated() { rows[name, default: []].append(row) }
    var next: [[String?]: Int] = [:]
    return left.groupNames.enumerated().map { row, name in
      let window = next[name, default: 0]
      next[name] = window + 1
      let others = rows[name] ?? []
      return (row, window < others.count ? others[window] : nil)
    }
  }

  /// Each row of the left side, and the right's row of the same group.
  private func states() -> [Place] {
    let names = right.groupNames
    let rows = Dictionary(zip(names, names.indices)) { first, _ in first }
    return left.groupNames.enumerated().map { row, name in (row, rows[name]) }
  }

  // MARK: Columns

  private func columns(_ places: [Place]) -> [ResultColumn] {
    var columns: [ResultColumn] = []
    for (index, column) in left.columns.enumerated() {
      var column = column
      guard column.role == .measure else {
        if pairing == .classes {
          column.values = keys(column.values, right.columns[index].values, places)
        }
        columns.append(column)
        continue
      }
      let others = right.columns.first { $0.name == column.name }?.values ?? .reals([])
      let factor = scale(column.name)
      let values = places.map { value(column.values, $0.left) }
      let differences = places.map { place -> Double? in
        guard let a = value(column.values, place.left), let b = value(others, place.right) else {
          return nil
        }
        return a - b * factor
      }
      column.values = numbers(values, isWhole: column.isWhole)
      columns.append(column)
      column.name += "_diff"
      column.values = numbers(differences, isWhole: column.isWhole && factor == 1)
      columns.append(column)
    }
    return columns
  }

  /// A side holds nothing in what it does not list; before its first moment nothing is known.
  private func value(_ values: ResultValues, _ row: Int?) -> Double? {
    guard let row else { return pairing == .times ? nil : 0 }
    return values.number(row)
  }

  private func numbers(_ values: [Double?], isWhole: Bool) -> ResultValues {
    isWhole ? .integers(values.map { $0.map { Int64(nearest: $0) } }) : .reals(values)
  }

  private func keys(_ left: ResultValues, _ right: ResultValues, _ places: [Place]) -> ResultValues
  {
    switch (left, right) {
    case (.integers(let a), .integers(let b)):
      .integers(places.map { place in place.left.map { a[$0] } ?? place.right.flatMap { b[$0] } })
    default: left
    }
  }

  /// What the right side's numbers are multiplied by.
  private func scale(_ column: String) -> Double {
    guard query.normalized != nil, let a = left.totalValue(column),
      let b = right.totalValue(column), b != 0
    else { return 1 }
    return a / b
  }

  private func totals() -> [MeasureValue]? {
    left.total?.flatMap { total -> [MeasureValue] in
      let difference = total.value.flatMap { value in
        right.totalValue(total.column).map { value - $0 * scale(total.column) }
      }
      return [total, MeasureValue(column: "\(total.column)_diff", value: difference)]
    }
  }
}

extension Versus {
  /// Whether the right side has a stretch of its own.
  fileprivate var hasRange: Bool {
    if case .population(_, .some) = self { true } else { false }
  }
}

extension ResultColumn {
  fileprivate var isWhole: Bool {
    if case .integers = values { true } else { false }
  }
}

extension ResultValues {
  fileprivate func number(_ row: Int) -> Double? {
    switch self {
    case .integers(let values): values[row].map(Double.init)
    case .reals(let values): values[row]
    default: nil
    }
  }
}

extension ResultTable {
  fileprivate func hasColumn(_ name: String) -> Bool { columns.contains { $0.name == name } }

  fileprivate func integers(_ name: String) -> [Int64?] {
    for column in columns where column.name == name {
      if case .integers(let values) = column.values { return values }
    }
    return []
  }

  fileprivate func reals(_ name: String) -> [Double]? {
    for column in columns where column.name == name {
      if case .reals(let values) = column.values { return values.map { $0 ?? 0 } }
    }
    return nil
  }

  fileprivate func totalValue(_ column: String) -> Double? {
    total?.first { $0.column == column }?.value
  }

  /// What each row is of, beside its time and its only capture.
  fileprivate var groupNames: [[String?]] {
    let keys = columns.filter { $0.role == .key && $0.name != "time" && $0.name != "capture" }
    return (0..<rowCount).map { row in
      keys.map { column in
        switch column.values {
        case .texts(let values): values[row]
        case .stacks(let values):
          values[row].map { frames in frames.map { "\($0)" }.joined(separator: "\n") }
        default: column.values.number(row).map { "\($0)" }
        }
      }
    }
  }
}
