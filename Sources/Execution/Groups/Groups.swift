import Language
import Planning
import Results

/// Groups as the nodes of a plan hand them on: of one side, or of two that are compared.
struct Groups: RowSet {
  /// What a group holds.
  struct Sides {
    var left = GroupSums()
    var right = GroupSums()
    /// What both sides hold.
    var both = GroupSums()
    /// Whether a side does not tell what it holds.
    var lacks = (left: false, right: false)

    mutating func add(_ other: Sides) {
      left.add(other.left)
      right.add(other.right)
      both.add(other.both)
    }
  }

  /// The right side of a comparison.
  struct Compared {
    /// Sums by row.
    var right: [GroupSums] = []
    /// What both sides hold, by row.
    var both: [GroupSums] = []
    /// Whether what both sides hold is known.
    var hasSurvivors = false
    var lacks: [(left: Bool, right: Bool)] = []
    var totals = Sides()
    /// What `per` divides each side by: its own time or marks.
    var divisors: (left: Double, right: Double)?
    var per: RateUnit?
    var isNormalized = false
  }

  /// What is shown of every group.
  let measures: [Measure]
  let weights: SampleWeights
  /// Population in words.
  var title: String
  /// Names of the keys' values.
  var table: GroupTable
  /// Numbers of the keys' values, by row.
  private(set) var tuples: [[Int32]]
  /// Sums of the left side, by row.
  private(set) var sums: [GroupSums]
  private(set) var compared: Compared?
  /// Sums of the left side before `where`; nil when nothing was filtered.
  var all: GroupSums?
  /// What objects retain or reach, by measure and row: such sizes have no sum.
  let graph: [Measure: [Int64]]
  /// Whether the moment has no counts, though others of the capture do.
  let lacksCounts: Bool
  /// Whether a moment lists only some of what there is.
  let isPartial: Bool
  /// Whether a record counts in several groups.
  let isInclusive: Bool
  /// The rows that are left, in order once they were put into one.
  var rows: [Int]
  /// How many of the rows are shown.
  var shownCount: Int
  /// What is looked at before the measures shown; nil for nothing.
  var first: Measure?
  /// What tells rows apart that `order by` does not.
  private let standard: [Measure]

  var keys: [Key] { table.keys }

  /// The groups of one side that hold something of what is measured.
  init(
    _ gathered: GatheredGroups, measures: [Measure], weights: SampleWeights, isInclusive: Bool,
    countsNothing: Bool
  ) {
    self.measures = measures
    standard = measures + [.size, .count]
    self.weights = weights
    self.isInclusive = isInclusive
    title = gathered.title
    table = gathered.table
    tuples = gathered.table.tuples
    sums = gathered.table.sums
    all = gathered.all
    graph = gathered.graph
    lacksCounts = gathered.lacksCounts
    isPartial = gathered.listed != nil
    let ofObjects = measures == [.objects]
    rows = sums.indices.filter { [sums] row in
      if ofObjects { return sums[row].objects != 0 }
      // Some tools record no counts: groups of no blocks can hold bytes.
      return sums[row].count != 0 || sums[row].objects != 0
        || countsNothing && (sums[row].bytes != 0 || sums[row].greatestSize != 0)
    }
    shownCount = rows.count
  }

  /// The groups of two sides; `sides` has one element a tuple.
  init(
    comparing left: Groups, title: String, table: GroupTable, tuples: [[Int32]], sides: [Sides],
    _ compared: Compared
  ) {
    (measures, weights, isInclusive) = (left.measures, left.weights, left.isInclusive)
    (graph, lacksCounts, isPartial) = ([:], false, false)
    standard = left.standard
    self.title = title
    self.table = table
    self.tuples = tuples
    sums = sides.map(\.left)
    var compared = compared
    compared.right = sides.map(\.right)
    compared.both = sides.map(\.both)
    compared.lacks = sides.map(\.lacks)
    self.compared = compared
    rows = Array(tuples.indices)
    shownCount = rows.count
  }

  // MARK: Values

  /// A row's value of one of the keys; nil where it has none.
  func key(at index: Int, of row: Int) -> KeyValue? {
    table.value(number: tuples[row][index], key: index)
  }

  func compare(_ key: Key, _ a: Int, _ b: Int) -> Int {
    keys.firstIndex(of: key).map { table.compare(tuples[a][$0], tuples[b][$0], key: $0) } ?? 0
  }

  func key(_ key: Key, of row: Int) -> KeyValue? {
    keys.firstIndex(of: key).flatMap { self.key(at: $0, of: row) }
  }

  func value(_ measure: Measure, of row: Int) -> Double? {
    if compared != nil { return value(measure, sides(row)) }
    if let sizes = graph[measure] { return row < sizes.count ? Double(sizes[row]) : nil }
    return weights.scaled(sums[row].value(of: measure), measure)
  }

  /// What a row holds on each side.
  func sides(_ row: Int) -> Sides {
    guard let compared else { return Sides(left: sums[row]) }
    return Sides(
      left: sums[row], right: compared.right[row], both: compared.both[row],
      lacks: compared.lacks[row])
  }

  /// What all groups hold, each record once; with `having`, see `kept`.
  var total: Sides { compared?.totals ?? Sides(left: table.total) }

  /// A measure of sums.
  func value(_ measure: Measure, _ sides: Sides) -> Double? {
    switch measure {
    case .sizeDifference: difference(.size, sides)
    case .countDifference: difference(.count, sides)
    default: sides.lacks.left ? nil : divided(measure, sides.left.value(of: measure))
    }
  }

  private func divided(_ measure: Measure, _ value: Double?) -> Double? {
    guard isDivided(measure), let divisors = compared?.divisors else {
      return weights.scaled(value, measure)
    }
    return weights.scaled(value.map { $0 / divisors.left }, measure)
  }

  /// The left less the right; an empty group has none of anything.
  func difference(_ measure: Measure, _ sides: Sides) -> Double? {
    guard !sides.lacks.left, !sides.lacks.right,
      let left = sides.left.isEmpty ? 0 : sides.left.value(of: measure),
      let right = sides.right.isEmpty ? 0 : sides.right.value(of: measure)
    else { return nil }
    guard isDivided(measure), let divisors = compared?.divisors else {
      return weights.scaled(left - right, measure)
    }
    return weights.scaled(left / divisors.left - right / divisors.right, measure)
  }

  /// Whether `per` divides a measure: sums are, averages and extremes are of single records.
  func isDivided(_ measure: Measure) -> Bool {
    compared?.divisors != nil && measure.definition.totals == .sum
  }

  /// What a percentage of a measure is of: of everything, where its own sum means nothing.
  func whole(_ measure: Measure) -> Double {
    if graph[measure] != nil { return Double(total.left.bytes) }
    return value(measure, total) ?? 0
  }

  // MARK: Order

  /// The greatest change and value of each measure first, then the keys.
  func precedes(_ a: Int, _ b: Int, _ ordering: Ordering) -> Bool {
    if ordering.risesByKey { return rises(a, b) }
    for measure in (first.map { [$0] } ?? []) + standard {
      if compared != nil {
        let (first, second) = (sides(a), sides(b))
        let left = abs(difference(measure, first) ?? 0)
        let right = abs(difference(measure, second) ?? 0)
        if left != right { return left > right }
        let (one, other) = (first.left.value(of: measure) ?? 0, second.left.value(of: measure) ?? 0)
        if one != other { return one > other }
      } else {
        let left = value(measure, of: a) ?? -.infinity
        let right = value(measure, of: b) ?? -.infinity
        if left != right { return left > right }
      }
    }
    for index in keys.indices {
      let order = table.compare(tuples[a][index], tuples[b][index], key: index)
      if order != 0 { return order > 0 }
    }
    return a < b
  }

  /// Rising by the first key, what has none last.
  private func rises(_ a: Int, _ b: Int) -> Bool {
    let (left, right) = (key(at: 0, of: a), key(at: 0, of: b))
    if left == nil || right == nil { return right == nil && left != nil }
    return KeyValue.precedes(left, right)
  }

  /// The rows beyond the limit as one.
  var rest: Sides {
    var rest = Sides(lacks: (false, total.lacks.right))
    for row in rows.dropFirst(shownCount) { rest.add(sides(row)) }
    return rest
  }

  /// The rows as one, where `having` chose them.
  var kept: Sides {
    var kept = Sides()
    for row in rows { kept.add(sides(row)) }
    return kept
  }
}
