import CaptureModel
import Store

/// Finds the numbers that a population means in a capture of another tool, or says why there
/// are none and what could be asked.
struct ProfilePopulations {
  let data: CaptureData
  let totals: ProfileTotalsData

  private var facts: StoredProfile { totals.facts }
  private var name: String { data.info.name }

  init(data: CaptureData, facts: StoredProfile) throws(StoreError) {
    self.data = data
    totals = try ProfileTotalsData(facts, data: data)
  }

  /// The population that a capture is asked for when none is named.
  static func standard(_ facts: StoredProfile) -> Population {
    switch facts.mainPopulation {
    case .peak: .peak
    case .leaked: .leaked
    case .allocated: .allocated
    case .freed: .freed
    case .live, .processor, .increment, nil: .live(at: nil)
    }
  }

  /// What `population` holds.
  func selection(
    _ population: Located<Population>, range: Located<TimeSpan>?
  ) throws(EngineError) -> Selection {
    if let range {
      throw .query(
        .cannotAnswer(
          "`in` needs every allocation; \(name) holds totals", wayOut: wayOut, at: range.range))
    }
    guard totals.momentCount > 0, let main = facts.mainPopulation else {
      throw .query(
        .cannotAnswer(
          "\(name) holds no totals", wayOut: wayOut, at: population.range))
    }
    if try reading(try data.tellsLines(facts)) {
      return select(.increment, "memory of the process by line", moment: last(.increment))
    }
    if main == .processor, !facts.holds(facts.population(for: population.value)) {
      guard case .live(let time) = population.value else {
        throw missing(facts.population(for: population.value), at: population.range)
      }
      return select(
        .processor, facts.mainValue?.name.nonEmpty ?? "samples", moment: try moment(at: time))
    }
    switch population.value {
    case .peak: return try peak(at: population.range)
    case .live(let time): return try live(at: time, population.range)
    case .leaked: return try recorded(.leaked, at: population.range)
    case .allocated: return try recorded(.allocated, at: population.range)
    case .freed: return try recorded(.freed, at: population.range)
    case .temporary, .survived:
      throw .query(
        .cannotAnswer(
          "`\(population.value.canonicalText)` needs every allocation; \(name) holds totals",
          wayOut: wayOut, at: population.range))
    }
  }

  private func select(_ population: ProfilePopulation, _ title: String, moment: Int) -> Selection {
    Selection(
      births: 0..<0, deaths: 0...Clock.never, greatestAge: nil, weight: .atBirth,
      title: title + totals.place(moment),
      moment: .recorded(RecordedTotals(totals, population: population, moment: moment)))
  }

  private func recorded(
    _ population: ProfilePopulation, at range: SourceRange
  ) throws(EngineError) -> Selection {
    guard facts.holds(population) else { throw missing(population, at: range) }
    return select(population, population.rawValue, moment: last(population))
  }

  private func peak(at range: SourceRange) throws(EngineError) -> Selection {
    if facts.holds(.peak) { return select(.peak, "peak", moment: last(.peak)) }
    guard facts.holds(.live), totals.moments(holding: .live).count > 1 else {
      throw missing(.peak, at: range)
    }
    let greatest = try reading(try greatestMoment())
    return select(.live, "peak", moment: greatest)
  }

  /// The last moment at which something is told of a population.
  private func last(_ population: ProfilePopulation) -> Int {
    totals.moments(holding: population).last ?? totals.momentCount - 1
  }

  /// The last moment at which most is alive.
  func greatestMoment() throws(StoreError) -> Int {
    var best = (moment: 0, value: Int64.min)
    for moment in totals.moments(holding: .live) {
      let recorded = RecordedTotals(totals, population: .live, moment: moment)
      let numbers = try data.totals(recorded)
      let values = recorded.size == nil ? numbers.counts : numbers.bytes
      let sum = values.reduce(0, &+)
      if sum >= best.value { best = (moment, sum) }
    }
    return best.moment
  }

  /// The moment of a time; the last without one.
  private func moment(at time: Located<TimePoint>?) throws(EngineError) -> Int {
    guard let time, time.value != TimePoint(base: .end) else { return last(.processor) }
    return try moment(of: time)
  }

  private func live(
    at time: Located<TimePoint>?, _ range: SourceRange
  ) throws(EngineError) -> Selection {
    guard facts.holds(.live) else { throw missing(.live, at: range) }
    let last = last(.live)
    guard let time, time.value != TimePoint(base: .end) else {
      return select(.live, "live", moment: last)
    }
    guard totals.moments(holding: .live).count > 1 else {
      throw .query(
        .cannotAnswer("\(name) holds one instant", wayOut: "leave out `at`", at: time.range))
    }
    if time.value == TimePoint(base: .peak) {
      return select(.live, "live", moment: try reading(try greatestMoment()))
    }
    if time.value == TimePoint(base: .start) {
      return select(.live, "live", moment: totals.moments(holding: .live).first ?? 0)
    }
    return select(.live, "live", moment: try moment(of: time))
  }

  /// The last moment at or before a time.
  func moment(of time: Located<TimePoint>) throws(EngineError) -> Int {
    let times = try reading(try ProfileTimes(data: data, facts: facts))
    let wanted = try times.coordinate(time)
    let population = facts.holds(.live) ? .live : facts.mainPopulation ?? .live
    let before = totals.moments(holding: population).last {
      totals.coordinate($0) <= wanted + 1e-9
    }
    guard let before else {
      throw .query(
        .cannotAnswer(
          "\(name) begins later", wayOut: "its first moment is\(totals.place(0))", at: time.range))
    }
    return before
  }

  private func missing(_ population: ProfilePopulation, at range: SourceRange) -> EngineError {
    let reason =
      switch (population, facts.holds(.live) && totals.momentCount == 1) {
      case (.peak, true): "\(name) holds one instant, and no peak"
      case (_, true):
        "\(name) holds what was alive at one instant, not what was \(population.rawValue)"
      default:
        "\(name) does not record what was \(population == .peak ? "alive at the peak" : population.rawValue)"
      }
    return .query(.cannotAnswer(reason, wayOut: wayOut, at: range))
  }

  /// What can be asked, and what to record for more.
  private var wayOut: String {
    var names: [String] = []
    for value in facts.values where value.population.isOfBlocks {
      let word = "`\(value.population.rawValue)`"
      if !names.contains(word) { names.append(word) }
    }
    if facts.mainPopulation == .processor, names.isEmpty {
      names = [
        facts.mainValue?.name.nonEmpty.map {
          "`top \(Measure.sampleType(SampleType($0)).canonicalText)`"
        } ?? "`top samples`"
      ]
    }
    if names.isEmpty, facts.points > 0 { names = ["`timeline`"] }
    let ask = names.isEmpty ? "" : "ask for " + names.joined(separator: ", ")
    return [ask, facts.advice].filter { !$0.isEmpty }.joined(separator: "; ")
  }
}

extension String {
  /// Nil when there is nothing in it.
  var nonEmpty: String? { isEmpty ? nil : self }
}
