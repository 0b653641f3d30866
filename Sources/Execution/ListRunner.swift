import Results
import Language
import Planning
import Store

/// Answers `list`: single records, biggest first.
struct ListRunner {
  private let context: QueryContext
  private let query: Query
  private let ordering: Ordering
  /// How sites follow each other by the keys of `order by`.
  private let places: SitePlaces

  /// One record with what it is ordered and shown by.
  private struct Record {
    var capture: Int
    var site: Int
    var size: Int64
    var birth: UInt32
    var lifetime: UInt32?
    var row: UInt32
  }

  init(_ context: QueryContext, _ ordering: Ordering) throws(EngineError) {
    self.context = context
    self.ordering = ordering
    query = context.query
    places = try SitePlaces(context)
  }

  /// The answer.
  func answer() throws(EngineError) -> Answer {
    let limit = ordering.limit
    var first = TopK<Record>(limit: limit, by: precedes)
    var total = GroupSums()
    var titles: [String] = []
    for (index, data) in context.captures.enumerated() {
      titles.append(
        try gather(data, capture: index, into: &first, total: &total))
    }
    let shown = first.sorted
    let title = titles.count == 1 ? titles[0] : context.population.value.canonicalText
    var table = context.emptyTable(population: title)
    table.columns = try columns(shown)
    table.header.append("lifetimes are numbers of allocations")
    table.total = [MeasureValue(column: "size", value: Double(total.bytes))]
    if Int(total.count) > shown.count {
      let rest = total.bytes &- shown.reduce(0) { $0 &+ $1.size }
      table.other = [MeasureValue(column: "size", value: Double(rest))]
      table.otherCount = Int(total.count) - shown.count
    }
    return Answer(content: .table(table), verb: .list, output: query.output, limit: limit)
  }

  private func gather(
    _ data: CaptureData, capture: Int, into first: inout TopK<Record>,
    total: inout GroupSums
  ) throws(EngineError) -> String {
    let view = try context.view(of: data)
    let selection = try context.selection(of: data)
    let losses = try reading(try CutLosses(data: data, selection: selection))
    let largest = try reading(try self.largest(view, selection))
    let scan = try reading(
      try RowScan(
        data: data, selection: selection, condition: largest?.condition ?? view.condition,
        needs: ScanNeeds(lifetimes: true), clock: try data.timeline().clock, selectsSingleRows: true
      ))
    if let largest { total.add(largest.total) }
    do throws(StoreError) {
      try scan.visit { (scan, dictionary) in
        for index in scan.selectedRows() {
          let row = scan.row(at: index)
          let size = Int64(bitPattern: dictionary.sizes[row.class]) &- losses.bytes(of: row.number)
          if largest == nil {
            total.bytes &+= size
            total.count += 1
          }
          first.add(
            Record(
              capture: capture, site: Int(dictionary.sites[row.class]), size: size,
              birth: row.birth, lifetime: scan.lifetime(at: index), row: row.number))
        }
      }
    } catch { throw .store(error) }
    return selection.title
  }

  /// Of a list by size: what all records add up to, and a condition that the first ones meet.
  ///
  /// Sums by size come from dictionaries, so that most segments need not be read. nil where
  /// records differ from their classes.
  private func largest(
    _ view: CaptureView, _ selection: Selection
  ) throws(StoreError) -> (total: GroupSums, condition: Condition)? {
    guard ordering.columns.isEmpty, let limit = ordering.limit, view.data.info.cuts == 0,
      selection.greatestAge == nil
    else { return nil }
    var total = GroupSums()
    var counts: [UInt64: Int64] = [:]
    try PopulationScan(
      data: view.data, selection: selection, condition: view.condition,
      needs: ScanNeeds(recordSizes: true)
    ).run { partial in
      total.add(partial.sums)
      counts[partial.recordSize, default: 0] += partial.sums.count
    }
    var seen: Int64 = 0
    var least: UInt64 = 0
    for (size, count) in counts.sorted(by: { $0.key > $1.key }) where seen < limit {
      seen += count
      least = size
    }
    let isLarge = Condition.size(.comparison(.greaterOrEqual, Double(least)))
    return (total, .and([view.condition, isLarge]))
  }

  private func precedes(_ left: Record, _ right: Record) -> Bool {
    for column in ordering.columns {
      let (a, b): (Int64, Int64)
      switch column.column.value {
      case .measure(.size): (a, b) = (left.size, right.size)
      case .time: (a, b) = (Int64(left.birth), Int64(right.birth))
      case .measure(.averageLifetime), .key(.lifetime):
        (a, b) = (Int64(left.lifetime ?? .max), Int64(right.lifetime ?? .max))
      case .key(.sizeclass): (a, b) = (Self.sizeClass(left), Self.sizeClass(right))
      case .key(let key):
        a = places.place(of: key, capture: left.capture, site: left.site)
        b = places.place(of: key, capture: right.capture, site: right.site)
      case .measure: continue
      }
      if a != b { return (a < b) == column.risesInList }
    }
    if left.size != right.size { return left.size > right.size }
    return (left.capture, left.row) < (right.capture, right.row)
  }

  private static func sizeClass(_ record: Record) -> Int64 {
    Int64(clamping: SizeClass.lowerBound(UInt64(clamping: record.size)))
  }

  private func columns(_ records: [Record]) throws(EngineError) -> [ResultColumn] {
    var texts: [Key: [String?]] = [:]
    let shown: [Key] = [.lineno, .function, .allocator, .thread]
    for key in shown { texts[key] = [] }
    var values: [Int: [Key: [String?]]] = [:]
    var times: [Double?] = []
    for capture in Set(records.map(\.capture)) {
      values[capture] = try siteTexts(of: context.captures[capture], keys: shown)
    }
    for record in records {
      for key in shown {
        texts[key]?.append(values[record.capture]?[key]?[record.site] ?? nil)
      }
      let timeline = try reading(try context.captures[record.capture].timeline())
      times.append(Double(timeline.milliseconds(atState: record.birth + 1)) / 1000)
    }
    return [
      ResultColumn(
        name: "size", role: .measure, unit: .bytes, values: .integers(records.map(\.size))),
      .key("time", .reals(times), unit: .seconds),
      .key("lifetime", .integers(records.map { $0.lifetime.map(Int64.init) }), unit: .allocations),
    ]
      + shown.map {
        .key($0.name, .texts(texts[$0] ?? []), meaning: $0.meaning)
      }
  }

  private func siteTexts(
    of data: CaptureData, keys: [Key]
  ) throws(EngineError) -> [Key: [String?]] {
    let view = try context.view(of: data)
    var result: [Key: [String?]] = [:]
    for key in keys {
      var dictionary = KeyDictionary()
      let numbers = try reading(try view.keys.numbers(of: key, into: &dictionary))
      result[key] = numbers.map { number in
        guard number != KeyDictionary.absent,
          case .text(let text) = dictionary.value(number)
        else { return nil }
        return text
      }
    }
    return result
  }
}

/// Bytes that munmap has cut from single rows before the state a population speaks of.
struct CutLosses {
  private var lost: [UInt32: Int64] = [:]

  init(data: CaptureData, selection: Selection) throws(StoreError) {
    for cut in try data.columns.cuts() {
      let counts =
        switch selection.weight {
        case .atBirth: false
        case .inState(let state), .bytesInState(let state): cut.instant < state
        case .atDeath: true
        }
      if counts { lost[cut.row, default: 0] &+= Int64(bitPattern: cut.bytes) }
    }
  }

  /// Bytes cut from a row.
  func bytes(of row: UInt32) -> Int64 { lost.isEmpty ? 0 : lost[row] ?? 0 }
}
