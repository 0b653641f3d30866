import Language
import CaptureModel

/// What verbs need of a capture, and what it tells of populations.
extension CapabilityCheck {
  func verb(_ capture: Capabilities) -> Refusal? {
    let name = capture.name
    switch verb.definition.source {
    case .records:
      guard !capture.holds(.blockSizes) else { return nil }
      return refused(
        verb: capture, "`\(verb.rawValue)` shows single records; \(name) holds \(capture.content)")
    case .stacks:
      if capture.isOfLines { return refused(verb: capture, "\(name) records lines, no stacks") }
      if !capture.hasStacks { return refused(verb: capture, "\(name) records no stacks") }
      return ofNoTotals(capture)
    case .totals: return ofNoTotals(capture)
    case .lines:
      guard capture.standardKey != .lineno else { return ofNoTotals(capture) }
      return refused(verb: capture, "\(name) records no lines")
    case .facts:
      guard capture.moments == .peakAndEnd else { return nil }
      return refused(verb: capture, Need.allocations.reason(verb.rawValue, capture))
    case .objectGraph:
      guard !capture.hasObjects else { return nil }
      return refused(
        verb: capture,
        "`\(verb.rawValue)` needs a graph of objects, as of meliae or V8; \(name) holds \(capture.content)"
      )
    case .moments: return growth(capture)
    case .series:
      guard capture.values.isEmpty, capture.knownSeries.isEmpty, query.measures.isEmpty else {
        return nil
      }
      return refused(verb: capture, "\(name) holds no series that has a name here")
    }
  }

  private func refused(verb capture: Capabilities, _ reason: String) -> Refusal {
    refused(capture, reason, at: query.verb.range) {
      if capture.values.isEmpty {
        $0 = Query(timeline: $0, of: capture)
      } else {
        let isOfRecords = $0.verb.value == .list && capture.hasStacks && !capture.isOfLines
        if isOfRecords { $0.keys = [Located(.traceback, $0.verb.range)] }
        $0.verb.value = .top
        ($0.pathTarget, $0.file, $0.inverted) = (nil, nil, nil)
      }
    }
  }

  private func ofNoTotals(_ capture: Capabilities) -> Refusal? {
    guard capture.values.isEmpty, !isOfProcess else { return nil }
    return refused(verb: capture, "\(capture.name) holds values over time, no totals")
  }

  /// What grows must be known at more than one moment.
  private func growth(_ capture: Capabilities) -> Refusal? {
    if let type = query.measures.first(where: { $0.value.sampleType != nil }) {
      return refused(capture, "`\(verb.rawValue)` follows `size` and `count`", at: type.range) {
        $0.measures.removeAll { $0.value.sampleType != nil }
      }
    }
    if capture.moments == .everyInstant { return nil }
    if isCompared || captures.count > 1, capture.values.isEmpty {
      return refused(verb: capture, "\(capture.name) holds values over time, no totals")
    }
    if isCompared { return nil }
    let reason =
      "\(capture.name) holds totals at one moment, which say nothing of growth; "
      + "several captures do: `growth of a, b, c`"
    guard captures.count == 1 else {
      if capture.values.mainPopulation == .processor {
        return refused(verb: capture, "\(capture.name) is a processor profile: it knows no memory")
      }
      return verb == .growth || captures.count > 2 ? nil : refused(verb: capture, reason)
    }
    guard case .recorded(let count, _) = capture.moments, count > 1 || !capture.series.isEmpty
    else { return refused(verb: capture, reason) }
    guard verb == .growth, capture.values.isEmpty,
      let key = query.keys.first(where: { !$0.value.isOfProcess })
    else { return nil }
    return refused(
      capture, "\(capture.name) holds values over time, of processes", at: key.range
    ) { $0.keys.removeAll { !$0.value.isOfProcess } }
  }

  // MARK: Timelines

  /// What ticks and rows of memray cannot show over time.
  func timeline(_ capture: Capabilities) -> Refusal? {
    if case .recorded = capture.moments { return nil }
    guard verb == .timeline else { return nil }
    if let key = query.keys.first(where: { $0.value.isStretch || $0.value == .lifetime }) {
      return refused(
        capture,
        key.value == .lifetime
          ? "a lifetime is known when a block is freed, a timeline shows what is alive"
          : "time is the axis of a timeline already", at: key.range
      ) { $0.keys.removeAll { $0.value == key.value } }
    }
    let isAlone = captures.allSatisfy { if case .recorded = $0.moments { false } else { true } }
    for measure in query.measures where isAlone {
      if measure.value == .series(.gap), (query.population?.value ?? .live(at: nil)).flow != .alive
      {
        return refused(
          capture, "the gap is between the process and what is alive in it", at: measure.range
        ) { $0.population = nil }
      }
      switch measure.value {
      case .size, .count, .series: continue
      case .averageSize, .maximumSize, .averageLifetime, .maximumLifetime, .retainedSize, .deepSize,
        .sizeDifference, .countDifference, .rate, .samples, .sampleType, .objects:
        return refused(capture, "a timeline shows sizes, counts and series", at: measure.range) {
          $0.measures.removeAll { $0 == measure }
        }
      }
    }
    return captures.count == 1 && capture.moments == .peakAndEnd ? ofTicks(capture) : nil
  }

  /// Ticks tell of the process, at their times.
  private func ofTicks(_ capture: Capabilities) -> Refusal? {
    func refuse(
      _ what: String, at range: SourceRange?, _ mend: @escaping (inout Query) -> Void
    ) -> Refusal {
      refused(
        capture, "\(what) needs every allocation; \(capture.name) holds \(capture.content)",
        at: range, mend)
    }
    if let population = query.population, population.value != .live(at: nil) {
      return refuse("`timeline \(population.value.canonicalText)`", at: population.range) {
        $0.population = nil
      }
    }
    if let key = query.keys.first {
      return refuse("a timeline of groups", at: key.range) { $0.keys = [] }
    }
    if query.fromFrame != nil || query.filter != nil {
      return refuse("a timeline of a part", at: query.fromFrame?.range ?? query.verb.range) {
        ($0.fromFrame, $0.filter) = (nil, nil)
      }
    }
    if let measure = query.measures.first(where: { $0.value == .count }) {
      return refuse("`timeline count`", at: measure.range) {
        $0.measures.removeAll { $0.value == .count }
      }
    }
    for time in query.range.map({ [$0.value.start, $0.value.end] }) ?? [] {
      switch time.value.base {
      case .peak, .instant: return refuse("that time", at: time.range) { $0.range = nil }
      case .start, .end, .percent, .elapsed, .mark, .wallClock: break
      }
    }
    return nil
  }

  // MARK: Populations

  func population(_ capture: Capabilities) -> Refusal? {
    if verb == .timeline, capture.moments == .peakAndEnd { return nil }
    if isOfProcess { return nil }
    let asked = query.population?.value
    let type = query.measures.lazy.compactMap(\.value.sampleType).first
    guard let reason = reason(asked ?? capture.standardPopulation(query), type, capture) else {
      return nil
    }
    return refused(capture, reason, at: query.population?.range ?? query.verb.range) { [query] in
      let standard = capture.standardPopulation(query)
      let isPlain = type != nil || capture.isOfLines || capture.values.mainPopulation == .processor
      $0.population = isPlain ? nil : Located(standard, query.verb.range)
    }
  }

  /// Why a population has no numbers; nil when it has.
  private func reason(
    _ population: Population, _ type: SampleType?, _ capture: Capabilities
  ) -> String? {
    let name = capture.name
    let text = population.canonicalText
    switch capture.moments {
    case .everyInstant: return nil
    case .peakAndEnd:
      switch population {
      case .peak, .leaked, .live(at: nil): return nil
      case .live(let time?):
        if [TimePoint(base: .peak), TimePoint(base: .end)].contains(time.value) { return nil }
        return "\(name) holds totals per stack at two moments, the peak and the end"
      case .allocated, .freed, .temporary, .survived:
        return Need.allocations.reason(text, capture)
      }
    case .recorded(let count, let live):
      // Values over time have no populations; verbs that need some refuse them.
      guard query.population != nil else { return nil }
      if capture.values.isEmpty { return "\(name) holds no totals" }
      if capture.isOfLines {
        return "\(name) tells what the process held while its lines ran, not what was \(text)"
      }
      switch population {
      case .temporary, .survived: return Need.allocations.reason(text, capture)
      case .live(let time):
        // The numbers of a processor profile have moments too.
        if !capture.values.holds(.live), capture.values.mainPopulation == .processor, count > 1 {
          return nil
        }
        if let lack = lack(.live, type, capture) { return lack }
        guard let time, time.value != TimePoint(base: .end), live < 2 else { return nil }
        return "\(name) holds one instant"
      case .peak:
        if !capture.values.holds(.peak), live > 1 { return lack(.live, type, capture) }
        return lack(.peak, type, capture)
      case .leaked, .allocated, .freed:
        return lack(capture.values.population(for: population), type, capture)
      }
    }
  }

  /// Why a recorded population is not what is asked; nil when it is.
  private func lack(
    _ population: ProfilePopulation, _ type: SampleType?, _ capture: Capabilities
  ) -> String? {
    let name = capture.name
    if let type, let value = capture.values.first(where: { $0.name == type.name }) {
      if value.population == population { return nil }
      return value.population.isOfBlocks
        ? "`\(type.name)` is of what is \(value.population.rawValue)"
        : "`\(type.name)` is no memory"
    }
    if capture.values.holds(population) { return nil }
    if capture.values.mainPopulation == .processor, !capture.values.holds(.size) {
      return "\(name) is a processor profile: it knows no memory"
    }
    let isOneInstant = capture.values.holds(.live) && capture.moments == .recorded(1, live: 1)
    switch (population, isOneInstant) {
    case (.peak, true): return "\(name) holds one instant, and no peak"
    case (_, true):
      return "\(name) holds what was alive at one instant, not what was \(population.rawValue)"
    case (.peak, false): return "\(name) does not record what was alive at the peak"
    case (_, false): return "\(name) does not record what was \(population.rawValue)"
    }
  }
}
