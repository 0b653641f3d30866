/// Which blocks a recorded total speaks of; the first that a capture has is its main one.
package enum ProfilePopulation: String, Sendable, CaseIterable {
  /// Alive at the moment of the record.
  case live
  /// Alive when there was most.
  case peak
  /// Never freed.
  case leaked
  /// All that was ever allocated.
  case allocated
  /// All that was freed.
  case freed
  /// No blocks of memory: time or samples of a processor profile.
  case processor = "none"
  /// No blocks either: by how much the memory of the process changed while a line ran.
  case increment

  /// Whether blocks of memory are meant.
  package var isOfBlocks: Bool { self != .processor && self != .increment }
}

/// What a recorded total counts.
package enum ProfileMeasure: String, Sendable, CaseIterable {
  /// Bytes.
  case size
  /// Blocks or objects.
  case count
  /// Weights of a processor profile, in the unit of the value.
  case samples
  /// Change of the count as the tool printed it (objgraph's growth).
  case delta
  /// Memory of the process behind a line; it does not add up, so that the greatest counts.
  case usage
}

/// One number that records carry.
package struct ProfileValue: Sendable, Equatable {
  /// Which blocks.
  package var population: ProfilePopulation
  /// What is counted.
  package var measure: ProfileMeasure
  /// Unit for people: `bytes`, `count`, `samples`, `seconds`, or the file's own word.
  package var unit: String
  /// Records hold the value times this: 1 for whole numbers, 1,000,000,000 for seconds.
  package var scale: Int64
  /// What the file calls it, such as `alloc_space`; empty when it has no name of its own.
  package var name = ""

  /// A number in a unit.
  package init(
    _ population: ProfilePopulation, _ measure: ProfileMeasure, unit: String, scale: Int64 = 1,
    name: String = ""
  ) {
    self.name = name
    self.population = population
    self.measure = measure
    self.unit = unit
    self.scale = scale
  }
}

extension [ProfileValue] {
  /// Index of the number for a population and measure; nil when it is not recorded.
  package func index(_ population: ProfilePopulation, _ measure: ProfileMeasure) -> Int? {
    firstIndex { $0.population == population && $0.measure == measure }
  }

  /// Whether any number is of a population.
  package func holds(_ population: ProfilePopulation) -> Bool {
    contains { $0.population == population }
  }

  /// Whether any number counts this.
  package func holds(_ measure: ProfileMeasure) -> Bool {
    contains { $0.measure == measure }
  }

  /// The population asked when none is named; nil without totals.
  ///
  /// Of a profile whose values have names of their own it is that of the first.
  package var mainPopulation: ProfilePopulation? {
    if let first, !first.name.isEmpty { return first.population }
    return ProfilePopulation.allCases.first(where: holds)
  }
}

/// What times in a file are counted from.
package enum ProfileClock: String, Sendable, CaseIterable {
  /// The file records no times: points are numbered by line.
  case lines = "none"
  /// Nanoseconds since 1970 UTC.
  case wall
  /// Nanoseconds after the start of the recording.
  case elapsed
  /// Instructions run (massif): no time.
  case instructions
  /// Bytes allocated and freed so far (massif): no time.
  case allocatedBytes = "bytes"

  /// Whether it counts time.
  package var isOfTime: Bool { self == .wall || self == .elapsed }
}

/// What targets of references are.
package enum ObjectTargets: Sendable, Equatable {
  /// Identities (addresses) of objects; those of no object in the file dangle and are counted.
  case identities
  /// Indices of objects in the order of the file.
  case indices
}

/// What the content of a profile means.
package struct ProfileDescription: Sendable, Equatable {
  /// What it is mainly about.
  package var kind: CaptureKind
  /// The numbers that records carry, in their order; empty without records.
  ///
  /// Every record has all of them unless its moment names some.
  package var values: [ProfileValue] = []
  /// Whether sizes or counts are estimates from samples: every output says so.
  package var isEstimated = false
  /// Whether frames have function names; without, `function` is refused.
  package var hasFunctions = true
  /// Whether frames have files; without, `filename` and `lineno` are refused.
  package var hasFiles = true
  /// Whether frames have line numbers; without, `lineno` is refused.
  package var hasLines = true
  /// Whether `inclusive` counts a frame as often as it occurs on a stack (tracemalloc's rule).
  package var countsRecursion = false
  /// What times are counted from.
  package var clock = ProfileClock.lines
  /// What references of objects aim at.
  package var targets = ObjectTargets.identities
  /// Facts about the recording for `show capture`, such as `traceback limit` and `25`.
  package var properties: [(name: String, value: String)] = []
  /// What to record instead for what this cannot answer, such as
  /// `memray run` for every allocation; empty when there is nothing special to say.
  package var advice = ""

  /// A description with defaults.
  package init(kind: CaptureKind) { self.kind = kind }

  /// Whether two descriptions say the same.
  package static func == (a: ProfileDescription, b: ProfileDescription) -> Bool {
    a.kind == b.kind && a.values == b.values && a.isEstimated == b.isEstimated
      && a.hasFunctions == b.hasFunctions && a.hasFiles == b.hasFiles && a.hasLines == b.hasLines
      && a.countsRecursion == b.countsRecursion && a.clock == b.clock && a.targets == b.targets
      && a.properties.elementsEqual(b.properties, by: ==) && a.advice == b.advice
  }
}
