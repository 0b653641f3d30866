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

  /// Records that are in memory at once; more are found in several passes.
  private let passRows: Int

  /// A runner of a list.
  init(_ context: QueryContext, _ ordering: Ordering) throws(EngineError) {
    self.context = context
    self.ordering = ordering
    passRows = max(1, context.captures.first?.columns.rowsAtOnce ?? 1)
    query = context.query
    places = try SitePlaces(context)
  }

  /// The answer.
  func answer() throws(EngineError) -> Answer {
    let limit = ordering.limit
    let isBounded = limit.map { $0 <= passRows } ?? false
    let pass = try pass(after: nil, limit: isBounded ? limit : passRows)
    let shown = pass.first.sorted
    let texts = try texts()
    let title =
      pass.titles.count == 1 ? pass.titles[0] : context.population.value.canonicalText
    var table = context.emptyTable(population: title)
    table.header.append("lifetimes are numbers of allocations")
    table.total = [MeasureValue(column: "size", value: Double(pass.total.bytes))]
    let count = Int(pass.total.count)
    let shownCount = min(limit ?? count, count)
    guard shownCount > shown.count else {
      table.columns = try columns(shown[...], texts)
      leave(count - shown.count, pass.total.bytes &- Self.bytes(shown), to: &table)
      return Answer(content: .table(table), verb: .list, output: query.output, limit: limit)
    }
    return try longAnswer(table, shown, pass.total, count: shownCount, texts)
  }

  private static func bytes(_ records: [Record]) -> Int64 {
    records.reduce(0) { $0 &+ $1.size }
  }

  private func leave(_ count: Int, _ bytes: Int64, to table: inout ResultTable) {
    guard count > 0 else { return }
    table.other = [MeasureValue(column: "size", value: Double(bytes))]
    table.otherCount = count
  }

  // MARK: More records than are in memory at once

  /// Rows of one part of an answer.
  private static let partRows = 10_000

  /// An answer in parts: each pass finds the records that follow those of the one before.
  private func longAnswer(
    _ frame: ResultTable, _ first: [Record], _ total: GroupSums, count: Int, _ texts: SiteTexts
  ) throws(EngineError) -> Answer {
    var table = frame
    if count < Int(total.count) {
      var bytes: Int64 = 0
      do {
        try forEachPass(first, count: count) { bytes &+= Self.bytes($0) }
      } catch let error as EngineError { throw error } catch {}
      leave(Int(total.count) - count, total.bytes &- bytes, to: &table)
    }
    let empty = table
    table.columns = try columns(first.prefix(Self.partRows), texts)
    var answer = Answer(
      content: .table(table), verb: .list, output: query.output, limit: ordering.limit)
    let source = Parts(runner: self, first: first, texts: texts)
    answer.parts = { take in
      try source.runner.forEachPass(source.first, count: count) { records in
        for start in stride(from: 0, to: records.count, by: Self.partRows) {
          var part = empty
          part.columns = try source.runner.columns(
            records[start..<min(records.count, start + Self.partRows)], source.texts)
          try take(part)
        }
      }
    }
    return answer
  }

  /// What parts are made of; used by the thread that reads the store, one part after the other.
  private struct Parts: @unchecked Sendable {
    let runner: ListRunner
    let first: [Record]
    let texts: SiteTexts
  }

  private func forEachPass(
    _ first: [Record], count: Int, _ body: ([Record]) throws -> Void
  ) throws {
    try body(first)
    var left = count - first.count
    var last = first.last
    while left > 0, let after = last {
      let records = try pass(after: after, limit: min(left, passRows)).first.sorted
      guard !records.isEmpty else { return }
      try body(records)
      left -= records.count
      last = records.last
    }
  }

  /// Records found in one pass over the rows, and what all of them add up to.
  private struct Pass {
    var first: TopK<Record>
    var total = GroupSums()
    var titles: [String] = []
  }

  /// The first records, of those that follow one.
  private func pass(after: Record?, limit: Int?) throws(EngineError) -> Pass {
    var pass = Pass(first: TopK<Record>(limit: limit, by: precedes))
    for (index, data) in context.captures.enumerated() {
      try gather(data, capture: index, after: after, into: &pass)
    }
    return pass
  }

  private func gather(
    _ data: CaptureData, capture: Int, after: Record?, into pass: inout Pass
  ) throws(EngineError) {
    let view = try context.view(of: data)
    let selection = try context.selection(of: data)
    pass.titles.append(selection.title)
    let losses = try reading(try CutLosses(data: data, selection: selection))
    let largest = after == nil ? try reading(try self.largest(view, selection)) : nil
    let condition = largest?.condition ?? following(after, view)
    let scan = try reading(
      try RowScan(
        data: data, selection: selection, condition: condition,
        needs: ScanNeeds(lifetimes: true), clock: try data.timeline().clock, selectsSingleRows: true
      ))
    if let largest { pass.total.add(largest.total) }
    do throws(StoreError) {
      try scan.visit { (scan, dictionary) in
        for index in scan.selectedRows() {
          let row = scan.row(at: index)
          let size = Int64(bitPattern: dictionary.sizes[row.class]) &- losses.bytes(of: row.number)
          if largest == nil {
            pass.total.bytes &+= size
            pass.total.count += 1
          }
          let record = Record(
            capture: capture, site: Int(dictionary.sites[row.class]), size: size,
            birth: row.birth, lifetime: scan.lifetime(at: index), row: row.number)
          if let after, !precedes(after, record) { continue }
          pass.first.add(record)
        }
      }
    } catch { throw .store(error) }
  }

  /// What records meet that may follow one: by size, greater ones need not be read again.
  private func following(_ after: Record?, _ view: CaptureView) -> Condition {
    guard let after, ordering.columns.isEmpty, after.size >= 0, after.size < 1 << 53,
      context.captures.allSatisfy({ $0.info.cuts == 0 })
    else { return view.condition }
    return .and([view.condition, .size(.comparison(.lessOrEqual, Double(after.size)))])
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

  private static let shownKeys: [Key] = [.lineno, .function, .allocator, .thread]

  /// What sites say, by capture and key.
  private typealias SiteTexts = [[Key: [String?]]]

  private func texts() throws(EngineError) -> SiteTexts {
    var texts: SiteTexts = []
    for data in context.captures { texts.append(try siteTexts(of: data, keys: Self.shownKeys)) }
    return texts
  }

  private func columns(
    _ records: ArraySlice<Record>, _ texts: SiteTexts
  ) throws(EngineError) -> [ResultColumn] {
    var times: [Double?] = []
    for record in records {
      let timeline = try reading(try context.captures[record.capture].timeline())
      times.append(Double(timeline.milliseconds(atState: record.birth + 1)) / 1000)
    }
    return [
      ResultColumn(
        name: "size", role: .measure, unit: .bytes, values: .integers(records.map(\.size))),
      .key("time", .reals(times), unit: .seconds),
      .key("lifetime", .integers(records.map { $0.lifetime.map(Int64.init) }), unit: .allocations),
    ]
      + Self.shownKeys.map { key in
        .key(
          key.name, .texts(records.map { texts[$0.capture][key]?[$0.site] ?? nil }),
          meaning: key.meaning)
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
