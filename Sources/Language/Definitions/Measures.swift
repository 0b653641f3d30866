/// What is known of a measure.
package struct MeasureDefinition: Sendable {
  /// What a person reads of it.
  package var word: Word
  /// What its values count.
  package var quantity: Quantity
  /// How the values of records become that of their group.
  package var totals: Totalling
  /// What it is measured of.
  package var subject: Subject
  /// Whether its values are whole numbers.
  package var isInteger: Bool
  /// What a capture must hold to have values of it.
  package var needs: [Need]

  /// How values of records become that of their group.
  package enum Totalling: Sendable {
    /// Groups add up to the total, so that a share of it means something.
    case sum
    /// They add up, to no total that a share could be of.
    case sumOfDifferences
    case mean, maximum
    /// Groups know it themselves.
    case none
  }

  /// What a measure is of.
  package enum Subject: Sendable {
    case records
    /// Records that were freed.
    case lifetimes
    /// A graph of objects.
    case graph
    /// Both sides of `vs`.
    case comparison
    /// What is live, followed over time.
    case growth
    /// The process, at points in time.
    case process
  }

  init(
    _ name: String, also synonyms: [String] = [], _ quantity: Quantity, totals: Totalling = .sum,
    of subject: Subject = .records, needs: [Need], isInteger: Bool = false, _ meaning: String,
    _ example: String
  ) {
    word = Word(name, also: synonyms, meaning, example)
    self.quantity = quantity
    self.totals = totals
    self.subject = subject
    (self.isInteger, self.needs) = (isInteger, needs)
  }
}

/// What a measure counts.
package enum Quantity: Sendable {
  case bytes
  /// A plain number.
  case number
  /// Allocations between birth and end, or the time between them.
  case lifetime
  case milliseconds
  /// Bytes in a unit of time.
  case rate
  /// Only the capture knows whether samples are counted, timed or weighed.
  case recorded
}

extension Measure: Defined {
  /// Measures that have a word of their own; series and sample types have names.
  package static let allCases: [Measure] = [
    .size, .count, .averageSize, .maximumSize, .averageLifetime, .maximumLifetime, .retainedSize,
    .deepSize, .sizeDifference, .countDifference, .rate, .samples, .objects,
  ]

  var word: Word { definition.word }

  /// What is known of it.
  package var definition: MeasureDefinition {
    switch self {
    case .size:
      MeasureDefinition(
        "size", also: ["bytes"], .bytes, needs: [.sizes], isInteger: true, "bytes",
        "top 10 size by lineno")
    case .count:
      MeasureDefinition(
        "count", .number, needs: [.counts], isInteger: true, "number of records", "top 10 count")
    case .averageSize:
      MeasureDefinition(
        "avg size", .bytes, totals: .mean, needs: [.sizes, .counts], "bytes of an average record",
        "top 10 avg size by function")
    case .maximumSize:
      MeasureDefinition(
        "max size", .bytes, totals: .maximum, needs: [.sizes, .greatestSizes], isInteger: true,
        "bytes of the largest record",
        "top 10 max size by function")
    case .averageLifetime:
      MeasureDefinition(
        "avg lifetime", also: ["lifetime"], .lifetime, totals: .mean, of: .lifetimes,
        needs: [.allocations],
        "allocations an average freed record lived for", "top 10 freed avg lifetime by lineno")
    case .maximumLifetime:
      MeasureDefinition(
        "max lifetime", .lifetime, totals: .maximum, of: .lifetimes, needs: [.allocations],
        isInteger: true,
        "allocations the longest-lived freed record lived", "top 10 freed max lifetime by lineno")
    case .retainedSize:
      MeasureDefinition(
        "retained size", .bytes, totals: .none, of: .graph, needs: [.objectGraph], isInteger: true,
        "bytes freed with an object (object graphs)", "top 10 retained size by type")
    case .deepSize:
      MeasureDefinition(
        "deep size", .bytes, totals: .none, of: .graph, needs: [.objectGraph], isInteger: true,
        "bytes reachable from an object (object graphs)", "top 10 deep size by type")
    case .sizeDifference:
      MeasureDefinition(
        "size_diff", .bytes, totals: .sumOfDifferences, of: .comparison, needs: [.sizes],
        "bytes on the left minus the right of `vs`", "top 10 size_diff by lineno vs old")
    case .countDifference:
      MeasureDefinition(
        "count_diff", .number, totals: .sumOfDifferences, of: .comparison, needs: [.counts],
        "records on the left minus the right of `vs`", "top 10 count_diff by lineno vs old")
    case .rate:
      MeasureDefinition(
        "rate", also: ["leak rate"], .rate, totals: .none, of: .growth, needs: [],
        "growth per second, minute, hour or mark", "growth rate by lineno per minute")
    case .samples:
      MeasureDefinition(
        "samples", .recorded, needs: [.samples], "samples of a CPU profile",
        "top 10 samples by function")
    case .objects:
      MeasureDefinition(
        "objects", .number, needs: [.survivingObjects], isInteger: true,
        "Python objects never destroyed (memray's object tracking)",
        "top 10 leaked objects by traceback")
    case .sampleType(let type): type.definition
    case .series(let series):
      MeasureDefinition(
        series.rawValue, series.definition.quantity, totals: .none, of: .process,
        needs: [.series(series)],
        series.word.meaning,
        series.word.example)
    }
  }

  /// Whether it speaks of single records, so that sums of it mean nothing.
  package var isOfRecords: Bool {
    switch definition.totals {
    case .mean, .maximum: true
    case .sum, .sumOfDifferences, .none: false
    }
  }

  /// Whether single records, or objects, have a value of their own that it is the size or lifetime of.
  package var isOfRecord: Bool {
    switch self {
    case .size, .averageLifetime, .retainedSize: true
    case .count, .averageSize, .maximumSize, .maximumLifetime, .deepSize, .sizeDifference,
      .countDifference, .rate, .samples, .sampleType, .objects, .series:
      false
    }
  }

  /// Whether it belongs to the process.
  package var isSeries: Bool { definition.subject == .process }

  /// Whether every recording of memray has it at its ticks.
  package var isOfTicks: Bool {
    if case .series(let series) = self { return series.definition.isOfTicks }
    return self == .size || self == .count
  }

  /// Whether it is of the graph of objects, and has no sum over groups.
  package var isOfGraph: Bool { definition.subject == .graph }

  /// Whether sums need lifetimes.
  package var needsLifetimes: Bool { definition.subject == .lifetimes }

  /// Whether sums need the size of each record.
  package var needsRecordSizes: Bool { self == .maximumSize }

  /// Whether its values are whole numbers.
  package var isInteger: Bool { definition.isInteger }

  /// What a capture must hold to have values of it.
  package var needs: [Need] { definition.needs }

  /// Its values in words, as `show keys` lists them.
  package var valuesInWords: String {
    switch definition.quantity {
    case .bytes: "bytes"
    case .number: "number"
    case .lifetime: "allocations"
    case .milliseconds: "milliseconds"
    case .rate: "bytes in a unit of time"
    case .recorded:
      if case .sampleType(let type) = self {
        type.name.hasSuffix("space") ? "bytes" : "number"
      } else {
        "samples, or time, as recorded"
      }
    }
  }
}

extension SampleType {
  /// Sample types that need no quotes: those of Go's heap profiles.
  ///
  /// Others stand in quotes, or bare where a capture of the store has them.
  static let known: [VocabularyWord<SampleType>] = [
    known("inuse_space", "bytes alive", "top 10 inuse_space by function"),
    known("inuse_objects", "blocks alive", "top 10 inuse_objects by lineno"),
    known("alloc_space", "bytes ever allocated", "flame alloc_space"),
    known(
      "alloc_objects", "blocks ever allocated", "top 10 alloc_objects, alloc_space by function"),
  ]

  private static func known(_ name: String, _ meaning: String, _ example: String) -> VocabularyWord<
    SampleType
  > {
    VocabularyWord(SampleType(name), name, meaning, example)
  }

  fileprivate var definition: MeasureDefinition {
    MeasureDefinition(
      name, .recorded, needs: [.sampleType(self)], isInteger: scale == 1, "what a profile calls so",
      "top 10 by function")
  }
}
