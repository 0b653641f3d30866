import Language
import Planning
import Store

/// A moment that a capture of totals tells of.
enum TotalsMoment: Equatable {
  /// When the heap was greatest.
  case peak
  /// After everything.
  case end
  /// Numbers of a capture of another tool.
  case recorded(RecordedTotals)
}

/// Adds up the sites of a capture of totals.
///
/// A record of `where size` is one stack here: what all threads and allocators hold on it.
struct TotalsScan {
  let data: CaptureData
  let moment: TotalsMoment
  let condition: Condition
  /// Whether single objects are looked at, where there are some.
  var needsRecords = false

  /// Adds every site that holds something and meets the condition.
  func run(_ add: (PartialAggregate) -> Void) throws(StoreError) {
    let bytes: [Int64]
    let counts: [Int64]
    switch moment {
    case .peak:
      bytes = try data.columns.integers(.sitePeakBytes)
      counts = try data.columns.integers(.sitePeakCount)
    case .end:
      bytes = try data.columns.integers(.siteLeakedBytes)
      counts = try data.columns.integers(.siteLeakedCount)
    case .recorded(let recorded): return try run(recorded, add)
    }
    let stacks = try data.sites().stacks
    guard bytes.count == stacks.count, counts.count == stacks.count else {
      throw data.columns.damaged(moment == .peak ? .sitePeakBytes : .siteLeakedBytes)
    }
    var stackBytes = [Int64](repeating: 0, count: try data.stacks().count)
    for site in stacks.indices { stackBytes[Int(stacks[site])] &+= bytes[site] }
    for site in stacks.indices where counts[site] != 0 || bytes[site] != 0 {
      let size = UInt64(clamping: stackBytes[Int(stacks[site])])
      guard condition.answer(site: site, size: size) == true else { continue }
      add(PartialAggregate(site: site, sums: GroupSums(bytes: bytes[site], count: counts[site])))
    }
  }
}

extension PopulationResolver {
  /// What a population of a capture of totals means; `CapabilityCheck` has let it pass.
  func totals(_ population: Located<Population>) throws(EngineError) -> Selection {
    if let facts = try reading(try data.profile()) {
      let populations = try reading(try ProfilePopulations(data: data, facts: facts))
      return try populations.selection(population)
    }
    let moment: TotalsMoment =
      switch population.value {
      case .peak: .peak
      case .live(let time?) where time.value.base == .peak: .peak
      case .live, .leaked, .allocated, .freed, .temporary, .survived: .end
      }
    return Selection(
      births: 0..<0, deaths: 0...Clock.never, greatestAge: nil, weight: .atBirth,
      title: moment == .peak ? "peak" : "leaked", moment: moment)
  }
}

extension Predicate {
  /// Whether the size of single records is looked at.
  var looksAtSizes: Bool { fields.contains { $0.value == .size } }
}

extension QueryContext {
  /// What a reader of results from totals must know.
  var notesOnTotals: [String] {
    guard query.filter?.looksAtSizes == true else { return [] }
    return captures.filter { !$0.info.holdsEvents }.map {
      "\($0.info.name) holds totals per stack: `where size` is about one stack's bytes"
    }
  }
}
