import Analysis
import Results
import Language
import Planning
import Store

/// Answers `hist … vs …` and `timeline … vs …`: each row of the left side beside what the right
/// has at the same place of the axis, and the difference.
struct AxisComparison {
  private let query: Query
  private let pairing: AxisPairing
  private let left: AxisRows
  private let right: AxisRows

  /// A place of the axis: the row of each side that speaks of it.
  private struct Place {
    var left: Int?
    var right: Int?
    /// Whether what the right side has there is known.
    var isKnown = true
  }

  /// A comparison of what the plans of both sides found.
  init(query: Query, pairing: AxisPairing, left: AxisRows, right: AxisRows) {
    self.query = query
    self.pairing = pairing
    self.left = left
    self.right = right
  }

  /// Refuses what no comparison of the kind shows.
  static func check(_ query: Query, _ pairing: AxisPairing, _ right: Query) throws(EngineError) {
    let isHistogram = pairing == .classes
    if let per = query.per {
      throw .cannotAnswer(
        "a \(isHistogram ? "histogram" : "timeline") shows each side's own numbers",
        suggestion: "`top all by \(isHistogram ? "sizeclass" : "lineno") vs … per …`", at: per.range
      )
    }
    if !isHistogram, let normalized = query.normalized {
      throw .cannotAnswer(
        "a timeline has no total to scale by", suggestion: "`top … vs … normalized`", at: normalized
      )
    }
    if pairing == .state, let series = right.measures.first(where: \.value.isSeries) {
      throw .cannotAnswer(
        "`\(series.value.name)` is a value over time, and no part of what lives at one instant",
        suggestion: "`timeline \(series.value.name)`", at: series.range)
    }
  }

  /// The question of the right side that meets what the left shows.
  static func base(
    _ right: Query, _ pairing: AxisPairing, of left: QueryContext
  ) throws(EngineError) -> Query {
    var base = right
    switch pairing {
    case .classes, .windows: break
    // Read at every point, because times are looked up in it.
    case .times: base.windows = nil
    case .state:
      let range = right.verb.range
      base.verb = Located(.top, range)
      base.measures = try TimelineRunner.measures(of: left)
      let keys = try TimelineRunner.keys(of: left).filter { $0 != .capture }
      let captures: [Key] = keys.isEmpty || left.captures.count > 1 ? [.capture] : []
      base.keys = (captures + keys).map { Located($0, range) }
      base.windows = nil
      base.limit = Located(.all, range)
    }
    return base
  }

  /// The rows of both sides together.
  func rows() throws(EngineError) -> AxisRows {
    let places: [Place]
    switch pairing {
    case .classes: places = classes()
    case .times: places = try times()
    case .windows: places = windows()
    case .state: places = rowsOfGroups.enumerated().map { Place(left: $0, right: $1.first) }
    }
    var rows = left
    rows.frame.query = query.questionText
    rows.frame.namesCaptures = left.frame.captures != right.frame.captures
    rows.frame.population = title
    rows.frame.header += right.frame.header.filter { !left.frame.header.contains($0) }
    rows.frame.notes += right.frame.notes.filter { !left.frame.notes.contains($0) }
    let unknown = places.count { !$0.isKnown }
    if unknown > 0 {
      rows.frame.notes.append(
        "\(unknown) of \(places.count) differences are left out: in windows without a tick nothing is "
          + "known of a side")
    }
    if pairing == .classes {
      rows.places = places.map { place in
        place.left.map { left.places[$0] } ?? place.right.flatMap { right.places[$0] }
      }
      rows.keys = AxisRows.bounds(rows.places, left.keys[0].unit)
      rows.groups = places.map { _ in 0 }
    }
    rows.columns = left.columns.flatMap { compare($0, places) }
    return rows
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
    for (row, bound) in left.places.enumerated() { rows[bound] = Place(left: row) }
    for (row, bound) in right.places.enumerated() {
      rows[bound] = Place(left: rows[bound]?.left, right: row)
    }
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
      throw .cannotAnswer(
        isOfOne
          ? "a comparison over time needs times on both sides"
          : "a comparison over time is of one capture on each side",
        suggestion: "`timeline of a, b`", at: query.verb.range)
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
      guard next > 0 else { return Place(left: row) }
      // Of several states of one time the last but n meets the last but n.
      var place = next - 1
      for _ in 0..<later[row]
      where place > 0 && others[rows[row][place - 1]] == others[rows[row][place]] {
        place -= 1
      }
      return Place(left: row, right: rows[row][place])
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

  /// The windows that a row speaks of: those behind the row before it, up to its own.
  private struct Stretch: Equatable {
    var from: Int
    var to: Int
  }

  /// Each row of the left side, and the right's row of the same group and the same windows.
  ///
  /// A row holds what happened since the row before, and a window without a tick has no row, so
  /// that rows of the same number may speak of different stretches.
  private func windows() -> [Place] {
    let (ours, theirs) = (stretches(left), stretches(right))
    var next = [Int](repeating: 0, count: left.names.count)
    return rowsOfGroups.enumerated().map { row, others in
      let group = left.groups[row]
      while next[group] < others.count, theirs[others[next[group]]].to < ours[row].to {
        next[group] += 1
      }
      guard !others.isEmpty else { return Place(left: row) }
      guard next[group] < others.count, theirs[others[next[group]]] == ours[row] else {
        return Place(left: row, isKnown: false)
      }
      next[group] += 1
      return Place(left: row, right: others[next[group] - 1])
    }
  }

  private func stretches(_ side: AxisRows) -> [Stretch] {
    let places = side.places.map { $0 ?? 0 }
    let thinning = query.windows.flatMap {
      Thinning(places, windows: $0.value.count(from: places.min(), to: places.max()))
    }
    var last = [Int](repeating: 0, count: side.names.count)
    return places.indices.map { row in
      let group = side.groups[row]
      // Without windows both sides have the same ticks.
      let window = thinning?.window(places[row]) ?? last[group] + 1
      defer { last[group] = window }
      return Stretch(from: last[group], to: window)
    }
  }

  // MARK: Columns

  /// A column of the left side, and what it has more than the right one.
  private func compare(_ column: AxisRows.Column, _ places: [Place]) -> [AxisRows.Column] {
    let other = right.columns.first { $0.measure == column.measure }
    // What the right side's numbers are multiplied by.
    var factor = 1.0
    if query.normalized != nil, let a = column.total, let b = other?.total, b != 0 {
      factor = a / b
    }
    var (shown, difference) = (column, column)
    shown.isInteger = column.hasIntegers
    shown.values = places.map { value(column, $0.left) }
    difference.isDifference = true
    difference.isInteger = column.hasIntegers && factor == 1
    difference.values = places.map { place in
      guard place.isKnown, let a = value(column, place.left), let b = value(other, place.right)
      else { return nil }
      return a - b * factor
    }
    difference.total = column.total.flatMap { total in other?.total.map { total - $0 * factor } }
    return [shown, difference]
  }

  /// A side holds nothing in what it does not list; before its first moment nothing is known.
  private func value(_ column: AxisRows.Column?, _ row: Int?) -> Double? {
    guard let row else { return pairing == .times ? nil : 0 }
    return column?.values[row]
  }
}

extension Versus {
  /// Whether the right side has a stretch of its own.
  fileprivate var hasRange: Bool {
    if case .population(_, .some) = self { true } else { false }
  }
}
