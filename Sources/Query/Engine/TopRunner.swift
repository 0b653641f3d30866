import Columns
import Language
import Store

/// Answers `top`: groups by keys, greatest first.
struct TopRunner {
  private let context: QueryContext
  private let query: Query
  /// Measures and keys asked, defaults filled in.
  private let measures: [Measure]
  private let keys: [Key]
  private let weights: SampleWeights

  init(_ context: QueryContext, keys: [Key], measures: [Measure]) throws(EngineError) {
    self.context = context
    query = context.query
    self.measures = measures
    self.keys = keys
    weights = try SampleWeights(context)
  }

  /// Every group in order, with the values that its row has.
  func measured() throws(EngineError) -> MeasuredGroups {
    let gathered = try GroupGatherer(context: context, keys: keys, measures: measures).gather()
    let groups = gathered.table
    let order = GroupOrder(measures: measures, keys: keys, order: query.order)
    let shown = order.sorted(passing(groups), in: groups)
    return MeasuredGroups(
      title: gathered.title,
      groups: shown.map { group in
        MeasuredGroups.Group(
          key: keys.indices.map { groups.value(group: group, key: $0) },
          values: measures.map { weights.scaled(groups.sums[group].value(of: $0), $0) })
      }, units: measures.map(weights.unit(of:)))
  }

  /// The groups that hold something and meet `having`.
  private func passing(_ groups: GroupTable) -> [Int] {
    let filter = HavingFilter(
      limits: query.having, total: groups.total, weights: weights)
    return groups.tuples.indices.filter { group in
      isShown(groups.sums[group]) && filter.passes(groups.sums[group])
    }
  }

  /// The answer.
  func answer() throws(EngineError) -> Answer {
    let gathered = try GroupGatherer(context: context, keys: keys, measures: measures).gather()
    var table = context.emptyTable(population: gathered.title)
    let limit = context.limit(default: 10)
    fill(&table, gathered, limit: limit)
    table.notes += context.notesOnTotals
    if gathered.listed != nil { table.notes.append(PartialWords.totals) }
    if table.rowCount == 0, gathered.table.total.isEmpty {
      table.notes += try EmptyResultAdvice(context: context, keys: keys).notes()
    }
    return Answer(
      content: .table(table), verb: query.verb.value, output: query.output, limit: limit)
  }

  /// Whether a group holds something of what is asked.
  private func isShown(_ sums: GroupSums) -> Bool {
    if measures == [.objects] { return sums.objects != 0 }
    return sums.count != 0 || sums.objects != 0
      || countsNothing && (sums.bytes != 0 || sums.greatestSize != 0)
  }

  /// Whether groups of no blocks can hold bytes: some tools record no counts.
  private var countsNothing: Bool { context.captures.contains(where: \.isTotals) }

  private func fill(_ table: inout ResultTable, _ gathered: GatheredGroups, limit: Int?) {
    let groups = gathered.table
    let order = GroupOrder(measures: measures, keys: keys, order: query.order)
    let passing = passing(groups)
    let shown = order.leading(limit, of: passing, in: groups)
    table.columns = keyColumns(groups, shown) + measures.map { column($0, gathered, shown) }
    let chosen = Set(shown)
    let hidden = shown.count < passing.count ? passing.filter { !chosen.contains($0) } : []
    let isInclusive = query.inclusive != nil
    if !hidden.isEmpty, !isInclusive {
      table.otherCount = hidden.count
      var rest = GroupSums()
      for group in hidden { rest.merge(groups.sums[group]) }
      table.other = values(rest, gathered)
    } else {
      table.otherCount = hidden.count
    }
    var total = groups.total
    if query.having != nil, !isInclusive {
      total = GroupSums()
      for group in passing { total.merge(groups.sums[group]) }
    }
    table.total = values(total, gathered)
    if let all = gathered.all { table.all = values(all, gathered) }
    if query.having != nil, table.all == nil { table.all = values(groups.total, gathered) }
  }

  private func values(_ sums: GroupSums, _ gathered: GatheredGroups) -> [MeasureValue] {
    measures.map {
      MeasureValue(
        column: $0.columnName,
        value: isRecorded($0, gathered) ? weights.scaled(sums.value(of: $0), $0) : nil)
    }
  }

  /// Whether the moment has a measure that other moments of the capture have.
  private func isRecorded(_ measure: Measure, _ gathered: GatheredGroups) -> Bool {
    measure != .count || !gathered.lacksCounts
  }

  private func keyColumns(_ groups: GroupTable, _ shown: [Int]) -> [ResultColumn] {
    keys.indices.map { index in
      ResultColumn(
        name: keys[index].name, role: .key, unit: keys[index].unit,
        values: keys[index].values(shown.map { groups.value(group: $0, key: index) }))
    }
  }

  private func column(
    _ measure: Measure, _ gathered: GatheredGroups, _ shown: [Int]
  ) -> ResultColumn {
    let numbers = shown.map { group in
      isRecorded(measure, gathered)
        ? weights.scaled(gathered.table.sums[group].value(of: measure), measure) : nil
    }
    let isWhole = weights.isWhole(measure)
    let values: ResultValues =
      isWhole ? .integers(numbers.map { $0.map { Int64(nearest: $0) } }) : .reals(numbers)
    return ResultColumn(
      name: measure.columnName, role: .measure,
      unit: weights.unit(of: measure), values: values)
  }
}

extension Int64 {
  /// The whole number nearest to another, whatever that is.
  init(nearest number: Double) {
    self = Int64(exactly: number.rounded()) ?? (number > 0 ? .max : number < 0 ? .min : 0)
  }
}

extension Measure {
  /// Unit of its column.
  var unit: Unit {
    switch self {
    case .size, .averageSize, .maximumSize, .retainedSize, .deepSize: .bytes
    case .averageLifetime, .maximumLifetime: .allocations
    case .rate: .bytesPerSecond
    case .sampleType(let type):
      switch type.unit {
      case "bytes": .bytes
      case "seconds": .seconds
      default: type.scale == 1 ? .count : .samples
      }
    default: .count
    }
  }

  /// Whether its values are whole numbers.
  var isWhole: Bool {
    switch self {
    case .size, .count, .objects, .maximumSize, .maximumLifetime: true
    case .sampleType(let type): type.scale == 1
    default: false
    }
  }

  /// Whether sums need the size of each record.
  var needsRecordSizes: Bool { self == .maximumSize }

  /// Whether sums need lifetimes.
  var needsLifetimes: Bool { self == .averageLifetime || self == .maximumLifetime }
}

extension Key {
  /// Whether it is a stretch of time, which a row's birth decides.
  var isStretch: Bool { self == .window || self == .mark }

  /// Unit of its column.
  var unit: Unit {
    switch self {
    case .sizeclass: .bytes
    case .lifetime: .allocations
    case .label(let label) where label.unit == "bytes": .bytes
    case .label(let label) where label.unit == "nanoseconds": .seconds
    default: .none
    }
  }

  /// A column of its values.
  func values(_ values: [KeyValue?]) -> ResultValues {
    switch self {
    case .traceback:
      .stacks(values.map { if case .stack(let frames) = $0 { frames } else { nil } })
    case .label(let label) where label.unit == "nanoseconds":
      .reals(values.map { if case .integer(let number) = $0 { Double(number) / 1e9 } else { nil } })
    case .label(let label) where label.isNumber:
      .integers(values.map { if case .integer(let number) = $0 { number } else { nil } })
    case .label: .texts(values.map { $0?.text })
    case .pid where values.contains { if case .text = $0 { true } else { false } }:
      // Processes that are known by name.
      .texts(values.map { $0?.text })
    case .sizeclass, .lifetime, .pid, .domain:
      .integers(values.map { if case .integer(let number) = $0 { number } else { nil } })
    default:
      .texts(values.map { if case .text(let text) = $0 { text } else { nil } })
    }
  }
}
