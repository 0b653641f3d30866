import Language
import Results
import Store

/// Groups of two sides: what the left holds less what the right does.
struct GroupComparison {
  let left: GatheredGroups
  let right: GatheredGroups
  /// What both sides hold, where that is known.
  let both: GroupTable?

  /// Both sides of every group.
  ///
  /// - Parameters:
  ///   - shown: the left side's groups, with what is measured of them.
  ///   - compared: how the sides are scaled.
  ///   - title: both populations in words.
  /// - Returns: one row for each group of either side.
  func groups(like shown: Groups, _ compared: Groups.Compared, title: String) -> Groups {
    let (tuples, sides) = paired
    var compared = compared
    compared.hasSurvivors = both != nil
    compared.totals = Groups.Sides(
      left: left.table.total, right: right.table.total, both: both?.total ?? GroupSums(),
      lacks: (false, left.listed != nil || right.listed != nil))
    return Groups(
      comparing: shown, title: title, table: both ?? right.table, tuples: tuples, sides: sides,
      compared)
  }

  private var paired: (tuples: [[Int32]], sides: [Groups.Sides]) {
    var places: [[Int32]: Int] = [:]
    var tuples: [[Int32]] = []
    var sides: [Groups.Sides] = []
    // The capture is what differs, so groups meet whatever capture they are of.
    let captures = left.table.keys.indices.filter { left.table.keys[$0] == .capture }
    func add(_ table: GroupTable, _ side: WritableKeyPath<Groups.Sides, GroupSums>) {
      for group in table.tuples.indices where !table.sums[group].isEmpty {
        var tuple = table.tuples[group]
        for index in captures { tuple[index] = KeyDictionary.absent }
        let place = places[tuple] ?? tuples.count
        if place == tuples.count {
          places[tuple] = place
          tuples.append(tuple)
          sides.append(Groups.Sides())
        }
        sides[place][keyPath: side].add(table.sums[group])
      }
    }
    add(left.table, \.left)
    add(right.table, \.right)
    if let both { add(both, \.both) }
    for index in sides.indices {
      sides[index].lacks = (
        left.lacks(tuples[index], of: right, sides[index].right.isEmpty ? 0 : 1),
        right.lacks(tuples[index], of: left, sides[index].left.isEmpty ? 0 : 1)
      )
    }
    return (tuples, sides)
  }
}

extension Query {
  /// The questions of both sides of a `vs`.
  func sides(of versus: Versus) -> (left: Query, right: Query) {
    var left = self
    left.versus = nil
    left.normalized = nil
    left.per = nil
    var right = left
    switch versus {
    case .captures(let references, _): right.captures = references
    case .population(let population, let range):
      right.population = population
      if let range { right.range = range }
      if population.value.hasOwnTime { right.range = nil }
    }
    return (left, right)
  }
}

extension RateUnit {
  /// How many of it one side of a comparison has: of its range, or of its captures' whole time.
  func amount(of side: QueryContext, at range: SourceRange) throws(EngineError) -> Double {
    var span = side.query.range
    if case .survived(let own) = side.population.value { span = own }
    var sum = 0.0
    for data in side.captures {
      let timeline = try reading(try data.timeline())
      let times = try reading(try TimeResolver(data: data, timeline: timeline))
      var states: Range<UInt32>?
      if let span { states = try asking(try times.states(span)) }
      sum += try amount(of: data, in: states, at: range)
    }
    return sum
  }
}

extension Population {
  /// Whether it says itself which time it speaks of.
  fileprivate var hasOwnTime: Bool {
    switch self {
    case .live, .survived: true
    case .peak, .leaked, .allocated, .freed, .temporary: false
    }
  }
}

extension GroupTable {
  /// Scales bytes and blocks so that the totals equal another side's.
  mutating func scale(to other: GroupSums) {
    let bytes = total.bytes == 0 ? 1 : Double(other.bytes) / Double(total.bytes)
    let count = total.count == 0 ? 1 : Double(other.count) / Double(total.count)
    scale(bytes: bytes, count: count)
  }
}
