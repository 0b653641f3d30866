import Columns
import Store

/// Answers `top` and `hist` of single objects: retained and deep sizes, size classes, and
/// conditions on sizes.
struct ObjectTopRunner {
  private let context: QueryContext
  private let query: Query
  private let measures: [Measure]
  private let keys: [Key]

  /// One group.
  private struct Group {
    var key: [KeyValue?]
    var size: Int64 = 0
    var count: Int64 = 0
    var greatest: Int64 = 0
    var retained: Int64?
    var deep: Int64?

    func value(_ measure: Measure) -> Double? {
      switch measure {
      case .size: Double(size)
      case .count: Double(count)
      case .averageSize: count == 0 ? nil : Double(size) / Double(count)
      case .maximumSize: count == 0 ? nil : Double(greatest)
      case .retainedSize: retained.map(Double.init)
      case .deepSize: deep.map(Double.init)
      default: nil
      }
    }
  }

  init(_ context: QueryContext, keys: [Key], measures: [Measure]) {
    self.context = context
    query = context.query
    self.keys = keys
    self.measures = measures
  }

  /// Whether a question needs single objects.
  static func isNeeded(_ context: QueryContext) throws(EngineError) -> Bool {
    var hasObjects = false
    for data in context.captures where try reading(try data.profile())?.objects ?? 0 > 0 {
      hasObjects = true
    }
    guard hasObjects else { return false }
    let query = context.query
    let measures = try context.measures() + (query.having?.measures ?? [])
    let ofObjects: [Measure] = [.retainedSize, .deepSize, .maximumSize]
    return measures.contains(where: ofObjects.contains)
      || query.keys.contains { $0.value == .sizeclass }
      || query.filter?.looksAtSizes == true
      || query.order.contains {
        if case .measure(let measure) = $0.column.value {
          ofObjects.contains(measure)
        } else {
          false
        }
      }
  }

  /// Every group in order, with the values that its row has.
  func measured() throws(EngineError) -> MeasuredGroups {
    MeasuredGroups(
      title: "live",
      groups: try passing().groups.map { group in
        MeasuredGroups.Group(key: group.key, values: measures.map(group.value))
      }, units: measures.map(\.unit))
  }

  /// The groups that meet `having`, in order, and what all hold.
  private func passing() throws(EngineError) -> (groups: [Group], total: Group) {
    let all = try groups()
    var total = Group(key: [])
    for group in all {
      total.size &+= group.size
      total.count += group.count
      total.greatest = max(total.greatest, group.greatest)
    }
    let passing = all.filter { group in
      query.having.map { passes($0, group, total) } ?? true
    }
    return (passing.sorted(by: precedes), total)
  }

  /// The answer to `top`.
  func answer() throws(EngineError) -> Answer {
    let (passing, total) = try passing()
    let limit = context.limit(default: 10)
    let shown = limit.map { Array(passing.prefix($0)) } ?? passing
    var table = context.emptyTable(population: "live")
    table.columns = keys.indices.map { index in
      ResultColumn(
        name: keys[index].name, role: .key, unit: keys[index].unit,
        values: keys[index].values(shown.map { $0.key[index] }))
    }
    table.columns += measures.map { measure in
      .numbers(measure.columnName, measure.unit, shown.map { $0.value(measure) })
    }
    table.total = values(total)
    table.otherCount = passing.count - shown.count
    if table.otherCount > 0 {
      var rest = Group(key: [])
      for group in passing.dropFirst(shown.count) {
        rest.size &+= group.size
        rest.count += group.count
        rest.greatest = max(rest.greatest, group.greatest)
      }
      table.other = values(rest)
    }
    if measures.contains(where: { $0 == .retainedSize || $0 == .deepSize }) {
      table.notes.append("what groups retain or reach overlaps: such sizes have no sum")
    }
    if passing.isEmpty { table.notes.append("no object meets the conditions") }
    return Answer(content: .table(table), verb: .top, output: query.output, limit: limit)
  }

  private func values(_ group: Group) -> [MeasureValue] {
    measures.map { MeasureValue(column: $0.columnName, value: group.value($0)) }
  }

  /// Groups of all captures.
  private func groups() throws(EngineError) -> [Group] {
    var groups: [Group] = []
    var numbers: [[KeyValue?]: Int] = [:]
    for data in context.captures {
      guard let facts = try reading(try data.profile()), facts.objects > 0 else {
        throw .query(
          .cannotAnswer(
            "\(data.info.name) holds no objects", wayOut: "ask the others alone",
            at: query.captures.first?.range))
      }
      let graph = try reading(try ObjectGraph(data: data, facts: facts))
      let condition = try context.view(of: data).condition
      var groupOfObject = [Int32](repeating: -1, count: graph.count)
      var known: [UInt64: Int32] = [:]
      for object in 0..<graph.count where graph.passes(object, condition) {
        let size = max(0, graph.sizes[object])
        let sizeClass = keys.contains(.sizeclass) ? SizeClass.lowerBound(UInt64(size)) : 0
        let place = UInt64(graph.types[object]) << 32 ^ sizeClass
        let number: Int32
        if let found = known[place] {
          number = found
        } else {
          let key = self.key(graph, object, sizeClass)
          number = Int32(numbers[key] ?? groups.count)
          if Int(number) == groups.count {
            numbers[key] = groups.count
            groups.append(Group(key: key))
          }
          known[place] = number
        }
        groupOfObject[object] = number
        groups[Int(number)].size &+= size
        groups[Int(number)].count += 1
        groups[Int(number)].greatest = max(groups[Int(number)].greatest, size)
      }
      try addGraphSizes(graph, groupOfObject, to: &groups)
    }
    return groups
  }

  private func key(_ graph: ObjectGraph, _ object: Int, _ sizeClass: UInt64) -> [KeyValue?] {
    keys.map { key in
      switch key {
      case .type: .text(graph.typeNames[Int(graph.types[object])])
      case .sizeclass: .integer(Int64(clamping: sizeClass))
      case .capture: .text(graph.data.info.name)
      default: nil
      }
    }
  }

  private func addGraphSizes(
    _ graph: ObjectGraph, _ groupOfObject: [Int32], to groups: inout [Group]
  ) throws(EngineError) {
    let wanted = Set(measures + (query.having?.measures ?? []) + orderMeasures)
    if wanted.contains(.retainedSize) {
      let sums = graph.retained(byGroup: groupOfObject, count: groups.count)
      for index in groups.indices {
        groups[index].retained = (groups[index].retained ?? 0) &+ sums[index]
      }
    }
    if wanted.contains(.deepSize) {
      let references = try reading(try graph.references())
      let sums = DeepSizes(graph, references).sizes(byGroup: groupOfObject, count: groups.count)
      for index in groups.indices { groups[index].deep = (groups[index].deep ?? 0) &+ sums[index] }
    }
  }

  private var orderMeasures: [Measure] {
    query.order.compactMap {
      if case .measure(let measure) = $0.column.value { measure } else { nil }
    }
  }

  private func passes(_ limits: Limits, _ group: Group, _ total: Group) -> Bool {
    switch limits {
    case .and(let parts): return parts.allSatisfy { passes($0, group, total) }
    case .or(let parts): return parts.contains { passes($0, group, total) }
    case .not(let part): return !passes(part, group, total)
    case .compare(let measure, let comparison, let amount):
      guard let value = group.value(measure.value) else { return false }
      // Of everything, where a sum of its own means nothing.
      let whole = total.value(measure.value) ?? Double(total.size)
      let bound = amount.value.number(of: measure.value, total: whole)
      return NumberTest.comparison(comparison.value, bound).passes(value)
    }
  }

  private func precedes(_ a: Group, _ b: Group) -> Bool {
    for column in query.order {
      switch column.column.value {
      case .measure(let measure):
        let (left, right) = (a.value(measure) ?? 0, b.value(measure) ?? 0)
        if left != right { return (left < right) == (column.isAscending ?? false) }
      case .key(let key):
        guard let index = keys.firstIndex(of: key) else { continue }
        let order = KeyValue.compare(a.key[index], b.key[index])
        if order != 0 { return (order < 0) == (column.isAscending ?? true) }
      case .time: continue
      }
    }
    for measure in measures + [.size, .count] {
      let (left, right) = (a.value(measure) ?? 0, b.value(measure) ?? 0)
      if left != right { return left > right }
    }
    for index in keys.indices {
      let order = KeyValue.compare(a.key[index], b.key[index])
      if order != 0 { return order > 0 }
    }
    return false
  }

  /// What `hist size` shows.
  func histogram() throws(EngineError) -> AxisRows {
    let groups = try groups()
    return AxisRows(
      frame: context.emptyTable(population: "live"), unit: .bytes,
      classes: groups.map { group in
        if case .integer(let bound) = group.key[0] { (bound, group.count, group.size) } else {
          (0, group.count, group.size)
        }
      },
      total: (
        groups.reduce(0) { $0 + Double($1.count) }, groups.reduce(0) { $0 + Double($1.size) }
      ))
  }
}
