import Analysis
import Columns
import Store

/// Answers `top … vs …`: groups of the left side less those of the right.
struct VersusRunner {
  private let context: QueryContext
  private let base: QueryContext
  private let query: Query
  private let measures: [Measure]
  private let keys: [Key]
  private let weights: SampleWeights
  /// What `per` divides each side by: its own time or marks.
  private var divisors = (left: 1.0, right: 1.0)

  /// Both sides of a group.
  private struct Pair {
    /// Numbers of the values of the keys, absent for the capture: it is what differs.
    var tuple: [Int32]
    var left = GroupSums()
    var right = GroupSums()
    /// What both sides hold.
    var both = GroupSums()
    /// Whether a side does not tell what it holds.
    var lacks = (left: false, right: false)
  }

  /// Finds both sides of a question.
  init(store: Store, query: Query, versus: Versus) throws(EngineError) {
    let (left, right) = query.sides(of: versus)
    context = try QueryContext(store: store, query: left)
    base = try QueryContext(store: store, query: right)
    // With what is known of sample types and labels now.
    var query = query
    (query.measures, query.keys) = (context.query.measures, context.query.keys)
    (query.having, query.order) = (context.query.having, context.query.order)
    self.query = query
    let plain = query.measures.map(\.value).filter {
      $0 != .sizeDifference && $0 != .countDifference
    }
    var standard = context
    standard.query.measures = []
    measures = plain.isEmpty ? try standard.measures() : plain
    keys = try context.keys()
    weights = try SampleWeights(context)
    let others = try SampleWeights(base)
    guard !measures.contains(.samples) || weights == others else {
      throw .query(
        .cannotAnswer(
          "samples are in \(weights.word) on the left and in \(others.word) on the right",
          wayOut: "ask each capture alone", at: versus.range))
    }
    if let per = query.per {
      divisors = (
        try per.value.amount(of: context, at: per.range),
        try per.value.amount(of: base, at: per.range)
      )
    }
    for measure in query.measures where [.retainedSize, .deepSize].contains(measure.value) {
      throw .query(
        .cannotAnswer(
          "`vs` compares shallow sizes and counts", wayOut: "`size`, or ask each capture alone",
          at: measure.range))
    }
  }

  /// Groups of both sides.
  private struct Comparison {
    var left: GatheredGroups
    var right: GatheredGroups
    var hasSurvivors: Bool
    /// Those that pass `having`.
    var pairs: [Pair]
    var total: Pair
  }

  private func comparison() throws(EngineError) -> Comparison {
    context.explainSection("left")
    let left = try GroupGatherer(context: context, keys: keys, measures: measures).gather()
    base.explainSection("right, the base")
    var right = try GroupGatherer(context: base, keys: keys, measures: measures)
      .gather(sharing: left.table)
    if query.normalized != nil { right.table.scale(to: left.table.total) }
    context.explainSection("what both hold")
    let both = try survivors(sharing: right.table)
    let pairs = self.pairs(left, right, both)
    let total = Pair(
      tuple: [], left: left.table.total, right: right.table.total,
      both: both?.total ?? GroupSums(), lacks: (false, left.listed != nil || right.listed != nil))
    return Comparison(
      left: left, right: right, hasSurvivors: both != nil,
      pairs: pairs.filter { passes($0, total) }, total: total)
  }

  /// The groups that pass `having`, in order, by the first key and measure alone.
  func compared() throws(EngineError) -> ComparedGroups {
    let comparison = try comparison()
    let (measure, table) = (measures[0], comparison.right.table)
    let key = keys.firstIndex { $0 != .capture }
    return ComparedGroups(
      title: title(comparison.left, comparison.right), key: key.map { keys[$0] }, measure: measure,
      unit: column("", measure, []).unit,
      groups: comparison.pairs.sorted { precedes($0, $1, table) }.map { pair in
        ComparedGroups.Group(
          key: key.flatMap { table.value(number: pair.tuple[$0], key: $0) },
          value: value(measure, pair), difference: difference(measure, pair))
      })
  }

  /// The answer.
  func answer() throws(EngineError) -> Answer {
    let comparison = try comparison()
    let (left, right, pairs) = (comparison.left, comparison.right, comparison.pairs)
    let (total, hasSurvivors) = (comparison.total, comparison.hasSurvivors)
    let limit = context.limit(default: 10)
    var leaders = Leaders<Int>(limit: limit) { precedes(pairs[$0], pairs[$1], right.table) }
    for pair in pairs.indices { leaders.add(pair) }
    let shown = leaders.sorted
    var table = ResultTable(
      query: query.questionText, captures: context.names, population: title(left, right))
    table.namesCaptures = base.names != context.names
    table.header = QueryContext.headers(context, base)
    table.sizes = context.sizes
    table.notes = QueryContext.estimates(context, base)
    table.isEstimated = !table.notes.isEmpty
    table.notes += QueryContext.cutNotes(context, base)
    if total.lacks.right { table.notes.append(PartialWords.differences) }
    fill(&table, shown.map { pairs[$0] }, total, right.table, hasSurvivors: hasSurvivors)
    table.otherCount = pairs.count - shown.count
    if table.otherCount > 0, query.inclusive == nil {
      var rest = Pair(tuple: [], lacks: (false, total.lacks.right))
      let isShown = Set(shown)
      for pair in pairs.indices where !isShown.contains(pair) {
        rest.left.merge(pairs[pair].left)
        rest.right.merge(pairs[pair].right)
        rest.both.merge(pairs[pair].both)
      }
      table.other = values(rest, hasSurvivors: hasSurvivors)
    }
    return Answer(content: .table(table), verb: .top, output: query.output, limit: limit)
  }

  private func title(_ left: GatheredGroups, _ right: GatheredGroups) -> String {
    guard base.names != context.names else { return "\(left.title) vs \(right.title)" }
    let sides = [(left, context), (right, base)].map { groups, side in
      "\(groups.title) of \(side.names.joined(separator: ", "))"
    }
    return sides.joined(separator: " vs ")
  }

  /// What both sides hold, when they are states of the same captures.
  private func survivors(sharing groups: GroupTable) throws(EngineError) -> GroupTable? {
    guard case .population = query.versus, query.normalized == nil, query.per == nil,
      measures.contains(.size),
      zip(context.captures, base.captures).allSatisfy({ $0.info.id == $1.info.id })
    else { return nil }
    for data in context.captures {
      guard try reading(try data.profile()) == nil else { return nil }
      let resolver = try reading(try PopulationResolver(data: data))
      let left = try resolver.selection(
        try context.population(of: data), range: context.query.range)
      let right = try resolver.selection(try base.population(of: data), range: base.query.range)
      if left.survivors(of: right) == nil { return nil }
    }
    var gatherer = GroupGatherer(context: context, keys: keys, measures: [.size])
    gatherer.alsoHeldBy = base
    return try gatherer.gather(sharing: groups).table
  }

  // MARK: Pairs

  private func pairs(
    _ leftSide: GatheredGroups, _ rightSide: GatheredGroups, _ both: GroupTable?
  ) -> [Pair] {
    let (left, right) = (leftSide.table, rightSide.table)
    var places: [[Int32]: Int] = [:]
    var pairs: [Pair] = []
    func place(_ table: GroupTable, _ group: Int) -> Int {
      // The capture is what differs, so groups meet whatever capture they are of.
      var tuple = table.tuples[group]
      for index in keys.indices where keys[index] == .capture {
        tuple[index] = KeyDictionary.absent
      }
      if let known = places[tuple] { return known }
      places[tuple] = pairs.count
      pairs.append(Pair(tuple: tuple))
      return pairs.count - 1
    }
    for group in left.tuples.indices where !left.sums[group].isEmpty {
      pairs[place(left, group)].left.merge(left.sums[group])
    }
    for group in right.tuples.indices where !right.sums[group].isEmpty {
      pairs[place(right, group)].right.merge(right.sums[group])
    }
    if let both {
      for group in both.tuples.indices where !both.sums[group].isEmpty {
        pairs[place(both, group)].both.merge(both.sums[group])
      }
    }
    for index in pairs.indices {
      let tuple = pairs[index].tuple
      pairs[index].lacks = (
        leftSide.lacks(tuple, of: rightSide, pairs[index].right.isEmpty ? 0 : 1),
        rightSide.lacks(tuple, of: leftSide, pairs[index].left.isEmpty ? 0 : 1)
      )
    }
    return pairs
  }

  private func difference(_ measure: Measure, _ pair: Pair) -> Double? {
    guard !pair.lacks.left, !pair.lacks.right else { return nil }
    guard let left = pair.left.difference(of: measure),
      let right = pair.right.difference(of: measure)
    else { return nil }
    guard isDivided(measure) else { return weights.scaled(left - right, measure) }
    return weights.scaled(left / divisors.left - right / divisors.right, measure)
  }

  private func value(_ measure: Measure, _ pair: Pair) -> Double? {
    switch measure {
    case .sizeDifference: difference(.size, pair)
    case .countDifference: difference(.count, pair)
    default:
      pair.lacks.left
        ? nil
        : weights.scaled(
          pair.left.value(of: measure).map { isDivided(measure) ? $0 / divisors.left : $0 }, measure
        )
    }
  }

  /// Whether `per` divides a measure: sums are, averages and extremes are of single records.
  private func isDivided(_ measure: Measure) -> Bool {
    query.per != nil
      && ([.size, .count, .objects, .samples].contains(measure) || measure.sampleType != nil)
  }

  private func passes(_ pair: Pair, _ total: Pair) -> Bool {
    query.having.map { passes($0, pair, total) } ?? true
  }

  private func passes(_ limits: Limits, _ pair: Pair, _ total: Pair) -> Bool {
    switch limits {
    case .and(let parts): return parts.allSatisfy { passes($0, pair, total) }
    case .or(let parts): return parts.contains { passes($0, pair, total) }
    case .not(let part): return !passes(part, pair, total)
    case .compare(let measure, let comparison, let amount):
      guard let value = value(measure.value, pair) else { return false }
      let bound = amount.value.number(
        of: measure.value, total: self.value(measure.value, total) ?? 0)
      return NumberTest.comparison(comparison.value, bound).passes(value)
    }
  }

  /// Order of `compare_to`: |size_diff|, size, |count_diff|, count, key, all descending.
  private func precedes(_ a: Pair, _ b: Pair, _ table: GroupTable) -> Bool {
    for column in query.order {
      switch column.column.value {
      case .measure(let measure):
        let (left, right) = (value(measure, a) ?? -.infinity, value(measure, b) ?? -.infinity)
        if left != right { return (left < right) == (column.isAscending ?? false) }
      case .key(let key):
        guard let index = keys.firstIndex(of: key) else { continue }
        let order = compare(a, b, key: index, table)
        if order != 0 { return (order < 0) == (column.isAscending ?? true) }
      case .time: continue
      }
    }
    for measure in measures + [.size, .count] {
      let (left, right) = (abs(difference(measure, a) ?? 0), abs(difference(measure, b) ?? 0))
      if left != right { return left > right }
      let (first, second) = (a.left.value(of: measure) ?? 0, b.left.value(of: measure) ?? 0)
      if first != second { return first > second }
    }
    for index in keys.indices {
      let order = compare(a, b, key: index, table)
      if order != 0 { return order > 0 }
    }
    return false
  }

  private func compare(_ a: Pair, _ b: Pair, key: Int, _ table: GroupTable) -> Int {
    KeyValue.compare(
      table.value(number: a.tuple[key], key: key), table.value(number: b.tuple[key], key: key))
  }

  // MARK: Columns

  private func fill(
    _ table: inout ResultTable, _ shown: [Pair], _ total: Pair, _ groups: GroupTable,
    hasSurvivors: Bool
  ) {
    for index in keys.indices where keys[index] != .capture {
      table.columns.append(
        ResultColumn(
          name: keys[index].name, role: .key, unit: keys[index].unit,
          values: keys[index].values(
            shown.map { groups.value(number: $0.tuple[index], key: index) })))
    }
    for measure in measures {
      table.columns.append(column(measure.columnName, measure, shown.map { value(measure, $0) }))
      table.columns.append(
        column("\(measure.columnName)_diff", measure, shown.map { difference(measure, $0) }))
    }
    if hasSurvivors {
      for (name, value) in Self.survivorColumns {
        table.columns.append(column(name, .size, shown.map(value)))
      }
    }
    table.total = values(total, hasSurvivors: hasSurvivors)
  }

  /// Bytes on both sides, on the left alone, and on the right alone.
  private static let survivorColumns: [(name: String, value: @Sendable (Pair) -> Double?)] = [
    ("survived", { Double($0.both.bytes) }), ("new", { Double($0.left.bytes - $0.both.bytes) }),
    ("freed", { Double($0.right.bytes - $0.both.bytes) }),
  ]

  private func values(_ pair: Pair, hasSurvivors: Bool) -> [MeasureValue] {
    let survivors = hasSurvivors ? Self.survivorColumns : []
    return measures.flatMap { measure in
      [
        MeasureValue(column: measure.columnName, value: value(measure, pair)),
        MeasureValue(column: "\(measure.columnName)_diff", value: difference(measure, pair)),
      ]
    } + survivors.map { MeasureValue(column: $0.name, value: $0.value(pair)) }
  }

  private func column(_ name: String, _ measure: Measure, _ values: [Double?]) -> ResultColumn {
    let isWhole = weights.isWhole(measure) && query.normalized == nil && !isDivided(measure)
    let scale =
      isDivided(measure) ? query.per.map { RateScale($0.value, of: measure == .size ? .bytes : .count) } : nil
    return ResultColumn(
      name: name, role: .measure, unit: scale?.unit ?? weights.unit(of: measure),
      values: isWhole ? .integers(values.map { $0.map { Int64(nearest: $0) } }) : .reals(values))
  }
}

/// Groups of both sides of a `vs`, by one key and one measure.
struct ComparedGroups {
  struct Group {
    var key: KeyValue?
    /// On the left; nil where that is not known.
    var value: Double?
    /// What the left holds more; nil where that is not known.
    var difference: Double?
  }

  /// The population in words.
  var title: String
  /// Nil where everything is one group.
  var key: Key?
  var measure: Measure
  var unit: Unit
  var groups: [Group]
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
  fileprivate func amount(of side: QueryContext, at range: SourceRange) throws(EngineError)
    -> Double
  {
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
    default: false
    }
  }
}

extension GroupSums {
  /// A measure for subtracting: an empty group has none of anything.
  fileprivate func difference(of measure: Measure) -> Double? {
    isEmpty ? 0 : value(of: measure)
  }
}

extension GroupTable {
  /// Scales bytes and blocks so that the totals equal another side's.
  fileprivate mutating func scale(to other: GroupSums) {
    let bytes = total.bytes == 0 ? 1 : Double(other.bytes) / Double(total.bytes)
    let count = total.count == 0 ? 1 : Double(other.count) / Double(total.count)
    scale(bytes: bytes, count: count)
  }
}
