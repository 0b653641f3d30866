import Results
import Language
import Planning
import Store

/// Answers `list` of a graph of objects: single objects, biggest first.
struct ObjectListRunner: MeasuredRows {
  /// An object of one of the captures.
  typealias Row = (graph: Int, object: Int)

  private let context: QueryContext
  private let ordering: Ordering
  private let graphs: [ObjectGraph]

  init(_ context: QueryContext, _ ordering: Ordering) throws(EngineError) {
    self.context = context
    self.ordering = ordering
    var graphs: [ObjectGraph] = []
    for data in context.captures {
      if let graph = try reading(try data.objects()) { graphs.append(graph) }
    }
    self.graphs = graphs
  }

  /// The answer.
  func answer() throws(EngineError) -> Answer {
    var first = TopK<Row>(limit: ordering.limit, by: precedes)
    var total: Int64 = 0
    var count = 0
    for (number, graph) in graphs.enumerated() {
      let condition = try context.view(of: graph.data).condition
      for object in 0..<graph.count where graph.passes(object, condition) {
        first.add((number, object))
        total &+= max(0, graph.sizes[object])
        count += 1
      }
    }
    let rows = first.sorted
    var table = context.emptyTable(population: "live")
    table.columns = try columns(rows)
    table.total = [MeasureValue(column: "size", value: Double(total))]
    if count > rows.count {
      let shown = rows.reduce(Int64(0)) { $0 &+ max(0, graphs[$1.graph].sizes[$1.object]) }
      table.other = [MeasureValue(column: "size", value: Double(total &- shown))]
      table.otherCount = count - rows.count
    }
    return Answer(
      content: .table(table), verb: .list, output: context.query.output, limit: ordering.limit)
  }

  private func precedes(_ a: Row, _ b: Row) -> Bool {
    let asked = compare(a, b, by: ordering.columns)
    if asked != 0 { return asked < 0 }
    let (left, right) = (graphs[a.graph].sizes[a.object], graphs[b.graph].sizes[b.object])
    return left == right ? (a.graph, a.object) < (b.graph, b.object) : left > right
  }

  func value(_ measure: Measure, of row: Row) -> Double? {
    let graph = graphs[row.graph]
    return Double(measure == .retainedSize ? graph.retained[row.object] : graph.sizes[row.object])
  }

  func key(_ key: Key, of row: Row) -> KeyValue? {
    let graph = graphs[row.graph]
    return switch key {
    case .type: .text(graph.typeNames[Int(graph.types[row.object])])
    case .capture: .text(graph.data.info.name)
    case .sizeclass:
      .integer(Int64(clamping: SizeClass.lowerBound(UInt64(max(0, graph.sizes[row.object])))))
    default: nil
    }
  }

  private func columns(_ rows: [Row]) throws(EngineError) -> [ResultColumn] {
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
      .key(
        "type",
        .texts(rows.map { graphs[$0.graph].typeNames[Int(graphs[$0.graph].types[$0.object])] })),
      .key(
        "object", .texts(rows.indices.map { identities[$0].map { "0x" + String($0, radix: 16) } })),
      .key("value", .texts(rows.indices.map { (labels[$0] ?? "").isEmpty ? nil : labels[$0] })),
    ]
  }
}
