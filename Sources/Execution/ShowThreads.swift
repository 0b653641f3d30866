import CaptureModel
import Results
import Language
import Store

extension ShowRunner {
  /// What is known of one thread.
  private struct ThreadRow {
    var capture: String
    var name: String?
    var id: String?
    var values: [ThreadNumber: Double] = [:]
  }

  /// A number of a thread; columns stand in this order where a capture has them.
  private enum ThreadNumber: String, CaseIterable {
    case allocations, allocated, peak
    case peakShare = "peak_share"
    case leaked, size, count, samples
  }

  /// `show threads`: what each thread allocated and held, the greatest first.
  func addThreads(to table: inout ResultTable) throws(EngineError) {
    var rows: [ThreadRow] = []
    var query = Query(verb: Located(.top, show.topic.range))
    query.captures = show.captures
    let context = try QueryContext(store: store, query: query)
    for data in context.captures { rows += try threads(of: data, context) }
    func text(_ name: String, _ value: (ThreadRow) -> String?) -> ResultColumn {
      .key(name, .texts(rows.map(value)))
    }
    table.columns = [text("capture") { $0.capture }, text("name") { $0.name }]
    if rows.contains(where: { $0.id != nil }) { table.columns.append(text("id") { $0.id }) }
    for number in ThreadNumber.allCases where rows.contains(where: { $0.values[number] != nil }) {
      let values = rows.map { $0.values[number] }
      table.columns.append(
        number == .peakShare || number == .samples
          ? ResultColumn(
            name: number.rawValue, role: .measure,
            unit: number == .peakShare ? .percent : try SampleWeights(context).unit,
            values: .reals(values))
          : .numbers(number.rawValue, Self.isCount(number) ? .count : .bytes, values))
    }
    if rows.isEmpty {
      table.notes.append("\(context.names.joined(separator: ", ")): no threads are recorded")
    } else {
      table.notes.append("`top by thread` and `where thread = NAME` ask of one")
    }
  }

  private static func isCount(_ number: ThreadNumber) -> Bool {
    number == .allocations || number == .count
  }

  private func threads(
    of data: CaptureData, _ context: QueryContext
  ) throws(EngineError) -> [ThreadRow] {
    let ids = try reading(try data.columns.integers(.threadID))
    let names = try reading(try data.columns.texts(.threadName))
    var rows = (0..<max(ids.count, names.count)).map { index in
      let name = index < names.count && !names[index].isEmpty ? names[index] : nil
      let id = index < ids.count ? "0x" + String(UInt64(bitPattern: ids[index]), radix: 16) : nil
      return ThreadRow(capture: data.info.name, name: name, id: id)
    }
    if let facts = try reading(try data.profile()) {
      try addTotals(of: data, facts, context, to: &rows)
    } else {
      try addSites(of: data, to: &rows)
    }
    let weights = rows.map { row in
      ThreadNumber.allCases.lazy.compactMap { row.values[$0] }.dropFirst().first ?? 0
    }
    return rows.indices.sorted { (weights[$1], $0) < (weights[$0], $1) }.map { rows[$0] }
  }

  /// Sums of memray's sites.
  private func addSites(
    of data: CaptureData, to rows: inout [ThreadRow]
  ) throws(EngineError) {
    let threads = try reading(try data.sites()).threads
    let columns: [(ThreadNumber, StoredColumn)] = [
      (.allocations, .siteAllocatedCount), (.allocated, .siteAllocatedBytes),
      (.peak, .sitePeakBytes), (.leaked, .siteLeakedBytes),
    ]
    for (number, column) in columns {
      let values = try reading(try data.columns.integers(column))
      guard values.count == threads.count else { continue }
      add(number, values, threads, to: &rows)
    }
    let peak = rows.reduce(0) { $0 + ($1.values[.peak] ?? 0) }
    guard peak > 0 else { return }
    for index in rows.indices {
      rows[index].values[.peakShare] = rows[index].values[.peak].map { $0 / peak * 100 }
    }
  }

  /// Sums of the population that a capture of another tool is asked for.
  private func addTotals(
    of data: CaptureData, _ facts: StoredProfile, _ context: QueryContext,
    to rows: inout [ThreadRow]
  ) throws(EngineError) {
    guard !rows.isEmpty, facts.moments > 0, let population = facts.values.mainPopulation else {
      return
    }
    let recorded = RecordedTotals(
      try reading(try ProfileTotalsData(facts, columns: data.columns)), population: population,
      moment: Int(clamping: facts.moments) - 1)
    let totals = try reading(try data.totals(recorded))
    let sites = try reading(try data.sites()).threads
    let threads = totals.sites.map { sites[Int($0)] }
    if recorded.size != nil { add(.size, totals.bytes, threads, to: &rows) }
    if recorded.count != nil { add(.count, totals.counts, threads, to: &rows) }
    guard recorded.size == nil, recorded.samples != nil else { return }
    add(.samples, totals.bytes, threads, to: &rows)
    let weights = try SampleWeights(context)
    for index in rows.indices {
      rows[index].values[.samples] = weights.scaled(rows[index].values[.samples], .samples)
    }
  }

  private func add(
    _ number: ThreadNumber, _ values: [Int64], _ threads: [UInt32], to rows: inout [ThreadRow]
  ) {
    for index in rows.indices { rows[index].values[number] = 0 }
    for (value, thread) in zip(values, threads) where Int(thread) < rows.count {
      rows[Int(thread)].values[number, default: 0] += Double(value)
    }
  }
}
