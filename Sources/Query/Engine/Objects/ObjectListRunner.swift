import Columns
import Store

/// Answers `list` of a graph of objects: single objects, biggest first.
struct ObjectListRunner {
  private let context: QueryContext
  private let query: Query

  init(_ context: QueryContext) {
    self.context = context
    query = context.query
  }

  /// The answer.
  func answer() throws(EngineError) -> Answer {
    let limit = context.limit(default: 10)
    var graphs: [ObjectGraph] = []
    for data in context.captures {
      guard let facts = try reading(try data.profile()) else { continue }
      graphs.append(try reading(try ObjectGraph(data: data, facts: facts)))
    }
    var leaders = Leaders<(graph: Int, object: Int)>(limit: limit) {
      [graphs] in precedes($0, $1, graphs)
    }
    var total: Int64 = 0
    var count = 0
    for (number, graph) in graphs.enumerated() {
      let condition = try context.view(of: graph.data).condition
      for object in 0..<graph.count where graph.passes(object, condition) {
        leaders.add((number, object))
        total &+= max(0, graph.sizes[object])
        count += 1
      }
    }
    let rows = leaders.sorted
    var table = context.emptyTable(population: "live")
    table.columns = try columns(rows, graphs)
    table.total = [MeasureValue(column: "size", value: Double(total))]
    if count > rows.count {
      let shown = rows.reduce(Int64(0)) { $0 &+ max(0, graphs[$1.graph].sizes[$1.object]) }
      table.other = [MeasureValue(column: "size", value: Double(total &- shown))]
      table.otherCount = count - rows.count
    }
    return Answer(content: .table(table), verb: .list, output: query.output, limit: limit)
  }

  private func precedes(
    _ a: (graph: Int, object: Int), _ b: (graph: Int, object: Int), _ graphs: [ObjectGraph]
  ) -> Bool {
    for column in query.order {
      switch column.column.value {
      case .measure(let measure):
        let (left, right) = (value(measure, a, graphs), value(measure, b, graphs))
        if left != right { return (left < right) == (column.isAscending ?? false) }
      case .key(let key):
        let order = KeyValue.compare(value(key, a, graphs), value(key, b, graphs))
        if order != 0 { return (order < 0) == (column.isAscending ?? true) }
      case .time: continue
      }
    }
    let (left, right) = (value(.size, a, graphs), value(.size, b, graphs))
    return left == right ? (a.graph, a.object) < (b.graph, b.object) : left > right
  }

  private func value(
    _ measure: Measure, _ row: (graph: Int, object: Int), _ graphs: [ObjectGraph]
  ) -> Int64 {
    let graph = graphs[row.graph]
    return measure == .retainedSize ? graph.retained[row.object] : graph.sizes[row.object]
  }

  private func value(
    _ key: Key, _ row: (graph: Int, object: Int), _ graphs: [ObjectGraph]
  ) -> KeyValue? {
    let graph = graphs[row.graph]
    return switch key {
    case .type: .text(graph.typeNames[Int(graph.types[row.object])])
    case .capture: .text(graph.data.info.name)
    case .sizeclass:
      .integer(Int64(clamping: SizeClass.lowerBound(UInt64(max(0, graph.sizes[row.object])))))
    default: nil
    }
  }

  private func columns(
    _ rows: [(graph: Int, object: Int)], _ graphs: [ObjectGraph]
  ) throws(EngineError) -> [ResultColumn] {
    var identities: [Int: UInt64] = [:]
    var labels: [Int: String] = [:]
    for (number, graph) in graphs.enumerated() {
      let columns = graph.data.columns
      let segmentRows = StoredProfile.segmentRows
      let places = rows.indices.filter { rows[$0].graph == number }
      // Each segment is decoded once, whatever the order of the rows.
      let bySegment = Dictionary(grouping: places) { rows[$0].object / segmentRows }
      for (segment, places) in bySegment {
        let ids = try reading(try columns.integers(.objectIdentity, segment: segment))
        let names = try reading(try columns.words(.objectLabel, segment: segment))
        for place in places {
          let offset = rows[place].object % segmentRows
          if offset < ids.count { identities[place] = UInt64(bitPattern: ids[offset]) }
          if offset < names.count {
            labels[place] = try reading(try graph.text(names[offset]))
          }
        }
      }
    }
    let sizes = rows.map { row -> Int64? in
      let size = graphs[row.graph].sizes[row.object]
      return size < 0 ? nil : size
    }
    return [
      ResultColumn(name: "size", role: .measure, unit: .bytes, values: .integers(sizes)),
      ResultColumn(
        name: "retained_size", role: .measure, unit: .bytes,
        values: .integers(rows.map { graphs[$0.graph].retained[$0.object] })),
      ResultColumn(
        name: "type", role: .key, unit: .none,
        values: .texts(
          rows.map { graphs[$0.graph].typeNames[Int(graphs[$0.graph].types[$0.object])] })),
      ResultColumn(
        name: "object", role: .key, unit: .none,
        values: .texts(rows.indices.map { identities[$0].map { "0x" + String($0, radix: 16) } })),
      ResultColumn(
        name: "value", role: .key, unit: .none,
        values: .texts(rows.indices.map { (labels[$0] ?? "").isEmpty ? nil : labels[$0] })),
    ]
  }
}
