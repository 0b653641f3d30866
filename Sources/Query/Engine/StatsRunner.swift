import Columns
import Language
import Store

/// Answers `stats`: totals, sizes, allocators and largest places of a population.
struct StatsRunner {
  private let context: QueryContext
  private let query: Query

  /// One line of the answer.
  private struct Line {
    var section: String
    var name: String?
    var value: String?
    var size: Int64?
    var count: Int64?
  }

  init(_ context: QueryContext) {
    self.context = context
    query = context.query
  }

  /// The answer: rows of `section`, `name`, `value`, `size`, `count`.
  func answer() throws(EngineError) -> Answer {
    let places = context.limit(default: 5)
    let gathered = try GroupGatherer(
      context: context, keys: [.frame], measures: [.size, .count]
    ).gather()
    var lines = totals(gathered)
    lines += try sizes()
    lines += try groups(.allocator, section: "allocator", order: .count, limit: nil)
    lines += largest(gathered, section: "largest by size", order: .size, limit: places)
    lines += largest(gathered, section: "largest by count", order: .count, limit: places)
    lines += try modules(places)
    lines += metadata()
    var table = context.emptyTable(population: gathered.title)
    table.columns = [
      text("section", lines.map(\.section)), text("name", lines.map(\.name)),
      text("value", lines.map(\.value)),
      ResultColumn(
        name: "size", role: .measure, unit: .bytes, values: .integers(lines.map(\.size))),
      ResultColumn(
        name: "count", role: .measure, unit: .count, values: .integers(lines.map(\.count))),
    ]
    return Answer(content: .table(table), verb: .stats, output: query.output, limit: nil)
  }

  /// memray's own modules, which are first parts; of other tools' captures the language's, if any.
  private func modules(_ places: Int?) throws(EngineError) -> [Line] {
    var key = Key.module
    for data in context.captures where try reading(try data.profile()) != nil {
      let names = try reading(try data.modules()).names
      guard names.contains(where: { $0 != nil }) else { return [] }
      key = .package
    }
    return try groups(key, section: "module", order: .size, limit: places)
  }

  private func text(_ name: String, _ values: [String?]) -> ResultColumn {
    ResultColumn(name: name, role: .key, unit: .none, values: .texts(values))
  }

  private func totals(_ gathered: GatheredGroups) -> [Line] {
    var lines = [
      Line(
        section: "total", name: "this population", value: nil, size: gathered.table.total.bytes,
        count: gathered.table.total.count)
    ]
    for data in context.captures {
      let prefix = context.captures.count > 1 ? "\(data.info.name): " : ""
      lines += [
        Line(
          section: "total", name: "\(prefix)allocations", value: nil,
          size: data.info.bytesAllocated, count: data.info.rows),
        Line(
          section: "total", name: "\(prefix)frees", value: nil, size: nil,
          count: data.info.deallocations),
        Line(
          section: "total", name: "\(prefix)peak", value: nil, size: data.info.peakBytes, count: nil
        ),
        Line(
          section: "total", name: "\(prefix)heap at the end", value: nil, size: data.info.endBytes,
          count: nil),
      ]
    }
    return lines
  }

  /// memray's ten bins over the logarithm of the size (`memray.md` §12.1).
  private func sizes() throws(EngineError) -> [Line] {
    var counts: [UInt64: Int64] = [:]
    for data in context.captures {
      let view = try context.view(of: data)
      let resolver = try reading(try PopulationResolver(data: data))
      let selection = try resolver.selection(context.population, range: query.range)
      var needs = ScanNeeds()
      needs.recordSizes = true
      do throws(StoreError) {
        let scan = try PopulationScan(
          data: data, selection: selection, condition: view.condition, needs: needs)
        _ = try scan.run { counts[$0.recordSize, default: 0] += $0.count }
      } catch { throw .store(error) }
    }
    return LogarithmicBins(counts: counts).bins.map { bin in
      Line(
        section: "size", name: "\(bin.smallest)..\(bin.greatest) B", value: nil, size: bin.bytes,
        count: bin.count)
    }
  }

  private func groups(
    _ key: Key, section: String, order: Measure, limit: Int?
  ) throws(EngineError) -> [Line] {
    let gathered = try GroupGatherer(
      context: context, keys: [key], measures: [.size, .count]
    ).gather()
    return largest(gathered, section: section, order: order, limit: limit)
  }

  private func largest(
    _ gathered: GatheredGroups, section: String, order: Measure, limit: Int?
  ) -> [Line] {
    let groups = gathered.table
    let sorted = GroupOrder(measures: [order], keys: groups.keys, order: [])
      .sorted(groups.tuples.indices.filter { groups.sums[$0].count != 0 }, in: groups)
    return sorted.prefix(limit ?? sorted.count).map { group in
      Line(
        section: section, name: groups.value(group: group, key: 0)?.text, value: nil,
        size: groups.sums[group].bytes, count: groups.sums[group].count)
    }
  }

  private func metadata() -> [Line] {
    context.captures.flatMap { data in
      let info = data.info
      let values: [(String, String)] = [
        ("name", info.name), ("command line", info.commandLine), ("pid", "\(info.processID)"),
        ("format", "\(info.format) \(info.version)"), ("python", info.pythonVersion),
        ("python allocator", info.pythonAllocator),
        ("start", UTC.text(info.startMilliseconds)),
        ("duration", QueryText.seconds(info.durationMilliseconds)),
        ("events", "\(info.events)"), ("frames", "\(info.frames)"),
        ("main thread", info.mainThreadID < 0 ? "" : "0x" + String(info.mainThreadID, radix: 16)),
        ("native traces", info.hasNativeTraces == 1 ? "yes" : "no"),
        (
          "python allocators traced",
          info.tracesPythonAllocators < 0 ? "" : info.tracesPythonAllocators == 1 ? "yes" : "no"
        ),
      ]
      return values.filter { !$0.1.isEmpty }.map {
        Line(section: "capture", name: $0.0, value: $0.1, size: nil, count: nil)
      }
    }
  }
}
