/// What is known of a series.
package struct SeriesDefinition: Sendable {
  /// What a person reads of it.
  package var word: Word
  /// What its values count.
  package var quantity: Quantity
  /// Whether every recording of memray has it.
  package var isOfTicks: Bool

  init(
    _ name: String, in quantity: Quantity = .bytes, isOfTicks: Bool = false, _ meaning: String,
    _ example: String? = nil
  ) {
    word = Word(name, meaning, example ?? "timeline \(name)")
    self.quantity = quantity
    self.isOfTicks = isOfTicks
  }
}

extension Series: Defined {
  var word: Word { definition.word }

  /// What is known of it.
  package var definition: SeriesDefinition {
    switch self {
    case .rss: SeriesDefinition(rawValue, isOfTicks: true, "resident set size")
    case .gap:
      SeriesDefinition(
        rawValue, isOfTicks: true, "resident set size, or reserved memory, minus heap",
        "timeline size, gap")
    case .reserved:
      SeriesDefinition(
        rawValue, isOfTicks: true, "memory the allocator of a GPU took from its driver",
        "timeline size, reserved")
    case .vms: SeriesDefinition(rawValue, "virtual memory size")
    case .uss: SeriesDefinition(rawValue, "unique set size")
    case .pss: SeriesDefinition(rawValue, "proportional set size")
    case .peakRSS: SeriesDefinition(rawValue, "greatest resident set size so far")
    case .footprint: SeriesDefinition(rawValue, "physical footprint")
    case .heap: SeriesDefinition(rawValue, isOfTicks: true, "the profiler's running heap total")
    case .heapExtra: SeriesDefinition(rawValue, "bytes the allocator adds (massif)")
    case .stacks: SeriesDefinition(rawValue, "bytes of thread stacks (massif)")
    case .gc0: SeriesDefinition(rawValue, in: .number, "objects in the youngest generation")
    case .gc1: SeriesDefinition(rawValue, in: .number, "objects in the middle generation")
    case .gc2: SeriesDefinition(rawValue, in: .number, "objects in the oldest generation")
    case .gcCollected: SeriesDefinition(rawValue, in: .number, "objects the collector freed")
    case .gcUncollectable:
      SeriesDefinition(rawValue, in: .number, "objects the collector could not free")
    case .gcMilliseconds:
      SeriesDefinition(rawValue, in: .milliseconds, "time spent collecting, milliseconds")
    case .gcCollections:
      SeriesDefinition(rawValue, in: .number, "collections since the last report")
    case .gcObjects: SeriesDefinition(rawValue, in: .number, "objects the collector tracks")
    case .swap: SeriesDefinition(rawValue, "bytes swapped out")
    case .heapAllocated: SeriesDefinition(rawValue, "bytes the program has of its allocator")
    case .heapActive: SeriesDefinition(rawValue, "bytes of pages with something allocated")
    case .heapMetadata: SeriesDefinition(rawValue, "bytes the allocator needs itself")
    case .heapResident: SeriesDefinition(rawValue, "bytes of the allocator's resident pages")
    case .heapMapped: SeriesDefinition(rawValue, "bytes the allocator has mapped")
    case .heapRetained:
      SeriesDefinition(rawValue, "bytes the allocator keeps mapped without memory behind them")
    case .heapCommitted: SeriesDefinition(rawValue, "bytes the allocator has committed")
    }
  }
}
