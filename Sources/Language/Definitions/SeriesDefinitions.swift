/// What is known of a series.
package struct SeriesDefinition: Sendable {
  /// What a person reads of it.
  package var word: Word
  /// What its values count.
  package var quantity: Quantity
  /// Whether every recording of memray has it.
  package var isOfTicks: Bool

  init(
    _ name: String, _ quantity: Quantity = .bytes, isOfTicks: Bool = false, meaning: String,
    example: String? = nil
  ) {
    word = Word(name, meaning: meaning, example: example ?? "timeline \(name)")
    self.quantity = quantity
    self.isOfTicks = isOfTicks
  }
}

extension Series: Defined {
  var word: Word { definition.word }

  /// What is known of it.
  package var definition: SeriesDefinition {
    switch self {
    case .rss: SeriesDefinition(rawValue, isOfTicks: true, meaning: "resident set size")
    case .gap:
      SeriesDefinition(
        rawValue, isOfTicks: true, meaning: "resident set size minus heap",
        example: "timeline size, gap")
    case .vms: SeriesDefinition(rawValue, meaning: "virtual memory size")
    case .uss: SeriesDefinition(rawValue, meaning: "unique set size")
    case .pss: SeriesDefinition(rawValue, meaning: "proportional set size")
    case .peakRSS: SeriesDefinition(rawValue, meaning: "greatest resident set size so far")
    case .footprint: SeriesDefinition(rawValue, meaning: "physical footprint")
    case .heap:
      SeriesDefinition(rawValue, isOfTicks: true, meaning: "the profiler's running heap total")
    case .heapExtra: SeriesDefinition(rawValue, meaning: "bytes the allocator adds (massif)")
    case .stacks: SeriesDefinition(rawValue, meaning: "bytes of thread stacks (massif)")
    case .gc0: SeriesDefinition(rawValue, .number, meaning: "objects in the youngest generation")
    case .gc1: SeriesDefinition(rawValue, .number, meaning: "objects in the middle generation")
    case .gc2: SeriesDefinition(rawValue, .number, meaning: "objects in the oldest generation")
    case .gcCollected: SeriesDefinition(rawValue, .number, meaning: "objects the collector freed")
    case .gcUncollectable:
      SeriesDefinition(rawValue, .number, meaning: "objects the collector could not free")
    case .gcMilliseconds:
      SeriesDefinition(rawValue, .milliseconds, meaning: "time spent collecting, milliseconds")
    case .gcCollections:
      SeriesDefinition(rawValue, .number, meaning: "collections since the last report")
    case .gcObjects: SeriesDefinition(rawValue, .number, meaning: "objects the collector tracks")
    case .swap: SeriesDefinition(rawValue, meaning: "bytes swapped out")
    }
  }
}
