import CaptureModel
import Language
import Planning
import Store

/// Finds the numbers that a population means in a capture of another tool.
struct ProfilePopulations {
  let data: CaptureData
  let totals: ProfileTotalsData

  private var facts: StoredProfile { totals.facts }

  init(data: CaptureData, facts: StoredProfile) throws(StoreError) {
    self.data = data
    totals = try ProfileTotalsData(facts, data: data)
  }

  /// What `population` holds; `CapabilityCheck` has let it pass.
  func selection(_ population: Located<Population>) throws(EngineError) -> Selection {
    if try reading(try data.tellsLines(facts)) {
      return select(.increment, "memory of the process by line", moment: last(.increment))
    }
    let recorded = facts.values.population(for: population.value)
    switch population.value {
    case .live(let time)
    where facts.values.mainPopulation == .processor && !facts.values.holds(.live):
      return select(
        .processor, facts.values.mainSamples?.name.nonEmpty ?? "samples",
        moment: try moment(at: time))
    case .live(let time): return try live(at: time)
    case .peak where recorded == .live:
      return select(.live, "peak", moment: try reading(try greatestMoment()))
    case .peak, .leaked, .allocated, .freed, .temporary, .survived:
      return select(recorded, recorded.rawValue, moment: last(recorded))
    }
  }

  private func select(_ population: ProfilePopulation, _ title: String, moment: Int) -> Selection {
    Selection(
      births: 0..<0, deaths: 0...Clock.never, greatestAge: nil, weight: .atBirth,
      title: title + totals.place(moment),
      moment: .recorded(RecordedTotals(totals, population: population, moment: moment)))
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

  private func live(at time: Located<TimePoint>?) throws(EngineError) -> Selection {
    let moment: Int
    switch time?.value {
    case nil, TimePoint(base: .end): moment = last(.live)
    case TimePoint(base: .peak): moment = try reading(try greatestMoment())
    case TimePoint(base: .start): moment = totals.moments(holding: .live).first ?? 0
    default: moment = try time.map { (time) throws(EngineError) in try self.moment(of: time) } ?? 0
    }
    return select(.live, "live", moment: moment)
  }

  /// The last moment at or before a time.
  func moment(of time: Located<TimePoint>) throws(EngineError) -> Int {
    let times = try reading(try ProfileTimes(data: data, facts: facts))
    let wanted = try times.coordinate(time)
    let population = facts.values.holds(.live) ? .live : facts.values.mainPopulation ?? .live
    let before = totals.moments(holding: population).last {
      totals.coordinate($0) <= wanted + 1e-9
    }
    guard let before else {
      throw .cannotAnswer(
        "\(data.info.name) begins later", suggestion: "its first moment is\(totals.place(0))",
        at: time.range)
    }
    return before
  }
}

extension String {
  /// Nil when there is nothing in it.
  var nonEmpty: String? { isEmpty ? nil : self }
}
