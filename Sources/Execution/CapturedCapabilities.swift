import Language
import CaptureModel
import Planning
import Store

extension CaptureData {
  /// What the capture holds, with what `needs` must be looked up for.
  func capabilities(for needs: Set<Need> = []) throws(StoreError) -> Capabilities {
    var known: Capabilities
    if let storedCapabilities { known = storedCapabilities } else { known = try readCapabilities() }
    if known.hasModules == nil, needs.contains(.modules), try profile() != nil {
      known.hasModules = try modules().names.contains { $0 != nil }
    }
    if known.followsObjects == nil, needs.contains(.survivingObjects) {
      known.followsObjects =
        try columns.integers(.siteObjects).count == max(1, Int(info.sites))
    }
    if known.keys == nil, needs.contains(where: { if case .recorded = $0 { true } else { false } })
    {
      known.keys = try recordedKeys()
    }
    storedCapabilities = known
    return known
  }

  private func readCapabilities() throws(StoreError) -> Capabilities {
    guard let facts = try profile() else { return try ofMemray() }
    let totals = try ProfileTotalsData(facts, data: self)
    let live = totals.moments(holding: .live).count
    var known = Capabilities(
      name: info.name, format: info.format,
      moments: .recorded(totals.momentCount, live: live), values: facts.values, clock: facts.clock)
    known.series = try seriesNames()
    known.labels = try labels()
    known.hasStacks = info.stacks > 0 || info.kind == .samples
    known.hasFunctions = facts.hasFunctions
    known.hasFiles = facts.hasFiles
    known.hasLines = facts.hasLines
    known.hasObjects = facts.objects > 0
    known.isOfLines = try tellsLines(facts)
    known.advice = facts.advice
    return known
  }

  /// Captures of every allocation, and memray's of totals.
  private func ofMemray() throws(StoreError) -> Capabilities {
    let populations: [ProfilePopulation] =
      info.holdsEvents ? [.live, .peak, .leaked, .allocated, .freed] : [.peak, .leaked]
    var known = Capabilities(
      name: info.name, format: info.format,
      moments: info.holdsEvents ? .everyInstant : .peakAndEnd,
      values: populations.flatMap {
        [ProfileValue($0, .size, unit: "bytes"), ProfileValue($0, .count, unit: "count")]
      }, clock: .elapsed)
    guard let events = try columns.events() else {
      known.series = [Series.rss, .heap, .gap].map(\.rawValue)
      known.keys = [.thread, .allocator, .pid]
      return known
    }
    if info.format == "memray" || info.ticks > 0 || info.rows == 0 {
      known.series =
        events.tickSeries.isEmpty
        ? [Series.heap.rawValue] : [events.tickSeries, Series.heap.rawValue, Series.gap.rawValue]
    }
    known.keys = info.processID == 0 && info.format != "memray" ? [] : [.pid]
    if events.hasThreads { known.keys?.insert(.thread) }
    if events.hasAllocators { known.keys?.insert(.allocator) }
    known.labels = try labels()
    known.keys?.formUnion(Key.ofLabels(known.labels))
    if info.rows > 0 { known.hasStacks = info.stacks > 0 }
    known.advice = events.advice
    return known
  }

  /// Keys that sites carry themselves; of nothing, all can be asked.
  private func recordedKeys() throws(StoreError) -> Set<Key> {
    let sites = try sites()
    if sites.count == 0 { return [.type, .domain, .pid, .thread] }
    var keys: Set<Key> = []
    if !sites.types.isEmpty { keys.insert(.type) }
    if !sites.domains.isEmpty { keys.insert(.domain) }
    if !sites.processes.isEmpty { keys.insert(.pid) }
    if sites.threads.contains(where: { $0 != .max }) { keys.insert(.thread) }
    keys.formUnion(Key.ofLabels(try labels()))
    return keys
  }

  /// Names of the series over time, each once.
  func seriesNames() throws(StoreError) -> [String] {
    var names: [String] = []
    for name in try columns.texts(.seriesName) where !names.contains(name) { names.append(name) }
    return names
  }
}

extension Key {
  /// Keys that stand for a label of the same name, of those that there are.
  fileprivate static func ofLabels(_ labels: [SampleLabel]) -> [Key] {
    [Key.stream].filter { key in labels.contains { $0.name == key.name } }
  }
}
