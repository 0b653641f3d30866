/// What is measured.
package enum Measure: Sendable, Hashable {
  case size, count
  case averageSize, maximumSize
  /// `lifetime` or `avg lifetime`.
  case averageLifetime
  case maximumLifetime
  case retainedSize, deepSize
  case sizeDifference, countDifference
  case rate, samples
  /// What a profile calls by a name of its own, such as `alloc_space`.
  case sampleType(SampleType)
  /// Python objects never destroyed, where the profiler followed them.
  case objects
  case series(Series)
}

/// A sample type of a profile.
package struct SampleType: Sendable, Hashable {
  /// Its name, as the profile writes it.
  package var name: String
  /// Which of a group's sums holds it; 0 until the captures are known.
  package var slot = 0
  /// Its unit, as the profile writes it or `seconds`; empty until the captures are known.
  package var unit = ""
  /// Sums hold the value times this.
  package var scale: Int64 = 1

  /// A sample type of which only the name is known.
  package init(_ name: String) { self.name = name }
}

/// A label of samples, as a key.
package struct SampleLabel: Sendable, Hashable {
  /// Its name, as the profile writes it.
  package var name: String
  /// Its unit where its values are numbers with one; empty until the captures are known.
  package var unit = ""
  /// Whether its values are numbers, as far as the captures are known.
  package var isNumber = false

  /// A label of which only the name is known.
  package init(_ name: String) { self.name = name }
}

/// A recorded series of values over time.
package enum Series: String, Sendable, CaseIterable, Hashable {
  case rss, gap, reserved, vms, uss, pss
  case peakRSS = "peak_rss"
  case footprint, heap
  case heapExtra = "heap_extra"
  case stacks, gc0, gc1, gc2
  case gcCollected = "gc_collected"
  case gcUncollectable = "gc_uncollectable"
  case gcMilliseconds = "gc_ms"
  case gcCollections = "gc_collections"
  case gcObjects = "gc_objects"
  case swap
  case heapAllocated = "heap_allocated"
  case heapActive = "heap_active"
  case heapMetadata = "heap_metadata"
  case heapResident = "heap_resident"
  case heapMapped = "heap_mapped"
  case heapRetained = "heap_retained"
  case heapCommitted = "heap_committed"
}

/// What groups are made by.
package enum Key: Sendable, CaseIterable, Hashable {
  case lineno, filename, function, frame, traceback, module, package, thread, allocator, domain
  case kind, pid, capture, sizeclass, window, mark, type, lifetime, stream
  /// A label of a profile's samples.
  case label(SampleLabel)

  /// Keys that have a word of their own; labels have names.
  package static let allCases: [Key] = [
    .lineno, .filename, .function, .frame, .traceback, .module, .package, .thread, .allocator,
    .domain, .kind, .pid, .capture, .sizeclass, .window, .mark, .type, .lifetime,
    .stream,
  ]

  /// The label of samples that it is; nil for all others.
  package var label: SampleLabel? { if case .label(let label) = self { label } else { nil } }

  /// Whether it is a label of samples.
  package var isLabel: Bool { label != nil }

  /// The same, as other words of the language have it.
  package var rawValue: String { name }

  /// What names of labels begin with.
  package static let labelPrefix = "label."
}

extension Measure {
  /// The sample type that it is; nil for all others.
  package var sampleType: SampleType? { if case .sampleType(let type) = self { type } else { nil } }

  /// The series that it is; nil for all others.
  package var series: Series? { if case .series(let series) = self { series } else { nil } }
}
