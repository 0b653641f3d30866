package import Language
package import CaptureModel

/// What one capture holds, as far as that decides which questions it can answer.
package struct Capabilities: Sendable, Equatable {
  /// What moments a capture tells of.
  package enum Moments: Sendable, Equatable {
    /// Every instant: there is a row for each allocation.
    case everyInstant
    /// The peak and the end (memray's `--aggregate`).
    case peakAndEnd
    /// As many as the file has, and how many of them tell what was alive.
    case recorded(Int, live: Int)
  }

  /// Name of the capture.
  package var name: String
  /// Name of its format.
  package var format: String
  /// When its numbers are of.
  package var moments: Moments
  /// The numbers that it has for blocks, each of a population.
  package var values: [ProfileValue]
  /// What its times are counted from.
  package var clock: ProfileClock
  /// Names of its series over time.
  package var series: [String] = []
  /// Labels of its samples.
  package var labels: [SampleLabel] = []
  /// Whether numbers are of stacks.
  package var hasStacks = true
  /// Whether frames have functions.
  package var hasFunctions = true
  /// Whether frames have files.
  package var hasFiles = true
  /// Whether frames have lines.
  package var hasLines = true
  /// Whether it holds objects with their references.
  package var hasObjects = false
  /// Whether the numbers asked for are reports of lines, with the memory of the process.
  package var isOfLines = false
  /// What to record instead for what it cannot answer; empty without advice.
  package var advice = ""

  /// Whether files are modules of Python; nil when it was not looked up.
  package var hasModules: Bool?
  /// Whether Python objects were followed to their ends; nil when it was not looked up.
  package var followsObjects: Bool?
  /// Keys that stand at what holds memory; nil when they were not looked up.
  package var keys: Set<Key>?

  /// A capture of which nothing else is known.
  package init(
    name: String, format: String, moments: Moments, values: [ProfileValue], clock: ProfileClock
  ) {
    (self.name, self.format) = (name, format)
    (self.moments, self.values, self.clock) = (moments, values, clock)
  }

  /// Whether something that a question needs is there; what was not looked up counts as there.
  package func holds(_ need: Need) -> Bool {
    switch need {
    case .allocations: moments == .everyInstant
    case .blockSizes: moments == .everyInstant || hasObjects
    case .greatestSizes: moments == .everyInstant || hasObjects || isOfLines
    case .objectGraph: hasObjects
    case .survivingObjects: followsObjects ?? true
    case .stacks: hasStacks
    case .functions: hasFunctions
    case .files: hasFiles
    case .lines: hasLines && hasFiles
    case .modules: hasModules ?? true
    case .recorded(let key): keys?.contains(key) ?? true
    case .label(let label): labels.contains { $0.name == label.name }
    case .sizes: values.holds(.size)
    case .counts: values.holds(.count)
    case .samples: values.holds(.samples)
    case .sampleType(let type): values.contains { $0.name == type.name }
    case .series(let wanted): series.contains(wanted.rawValue)
    }
  }

  /// What it holds, in words.
  var content: String {
    switch moments {
    case .everyInstant: "allocations"
    case .peakAndEnd: "totals per stack"
    case .recorded: hasObjects ? "objects" : values.isEmpty ? "values over time" : "totals"
    }
  }

  /// Its sample types as a question names them.
  var sampleTypeNames: [String] {
    values.filter { !$0.name.isEmpty }.map { Measure.sampleType(SampleType($0)).canonicalText }
  }
}

/// What is asked for when a question does not say.
extension Capabilities {
  /// The key that groups are made by.
  package var standardKey: Key {
    guard hasStacks else { return moments == .everyInstant ? .sizeclass : .type }
    if holds(.lines) { return .lineno }
    return hasFunctions ? .function : .filename
  }

  /// The population.
  package func standardPopulation(_ query: Query) -> Population {
    guard case .recorded = moments else {
      if let usual = query.verb.value.definition.population { return usual }
      let measure = query.measures.first?.value
      return measure == .objects ? .leaked : measure == .rate ? .live(at: nil) : .peak
    }
    return switch values.mainPopulation {
    case .peak: .peak
    case .leaked: .leaked
    case .allocated: .allocated
    case .freed: .freed
    case .live, .processor, .increment, nil: .live(at: nil)
    }
  }

  /// The measures; reports of lines have the memory of the process, its increments, executions.
  ///
  /// - Parameters:
  ///   - population: what they are of.
  ///   - isNamed: whether the question names it.
  /// - Returns: at least one.
  package func standardMeasures(_ population: Population, isNamed: Bool) -> [Measure] {
    guard case .recorded = moments else { return [.size, .count] }
    if isOfLines {
      let hasCounts = values.index(.increment, .count) != nil
      return [.maximumSize, .size] + (hasCounts ? [.count] : [])
    }
    if values.mainPopulation == .processor, !isNamed || !values.holds(.size) {
      guard let first = values.mainSamples, !first.name.isEmpty else { return [.samples] }
      return [.sampleType(SampleType(first))]
    }
    let recorded = values.population(for: population)
    var measures: [Measure] = []
    if values.index(recorded, .size) != nil { measures.append(.size) }
    if values.index(recorded, .count) != nil { measures.append(.count) }
    return measures.isEmpty ? [.size, .count] : measures
  }
}

extension [ProfileValue] {
  /// The recorded population that one of the language means.
  package func population(for population: Population) -> ProfilePopulation {
    switch population {
    case .peak: holds(.peak) ? .peak : .live
    case .leaked: .leaked
    case .allocated: .allocated
    case .freed: .freed
    case .live, .temporary, .survived: .live
    }
  }

  /// The first number of a processor profile; nil without one.
  package var mainSamples: ProfileValue? { first { $0.measure == .samples } }
}

extension SampleType {
  /// A value of a profile in the first place of a group's sums.
  package init(_ value: ProfileValue, slot: Int = 0) {
    self.init(value.name)
    self.slot = slot
    unit = value.unit
    scale = Swift.max(1, value.scale)
  }
}
