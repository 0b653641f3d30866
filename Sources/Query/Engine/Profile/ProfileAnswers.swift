import Columns
import Store

/// The unit of a processor profile's weights, and what they are divided by to be in it.
struct SampleWeights: Equatable {
  var unit = Unit.count
  var scale = 1.0
  /// The unit as the file calls it.
  var word = "samples"

  /// The unit that all captures of a question share.
  init(_ context: QueryContext) throws(EngineError) {
    var found: StoredProfile.Value?
    for data in context.captures {
      guard let facts = try reading(try data.profile()),
        let value = facts.values.first(where: { $0.measure == "samples" })
      else { continue }
      if let found, found.unit != value.unit || found.scale != value.scale {
        throw .query(
          .cannotAnswer(
            "samples of \(data.info.name) are in \(value.unit), others in \(found.unit)",
            wayOut: "ask each capture alone", at: context.query.captures.first?.range))
      }
      found = value
    }
    guard let found else { return }
    word = found.unit
    scale = Double(found.scale)
    unit = found.unit == "seconds" ? .seconds : found.unit == "bytes" ? .bytes : .count
  }

  /// Refuses an amount in a unit that samples do not have.
  func check(_ amount: Located<Amount>) throws(EngineError) {
    let fits =
      switch amount.value {
      case .number, .percent: true
      case .duration: unit == .seconds
      case .size: unit == .bytes
      }
    if fits { return }
    let example = unit == .seconds ? "`500ms`" : unit == .bytes ? "`4kB`" : "`100`"
    throw .query(
      .cannotAnswer(
        "`\(amount.value.canonicalText(sizes: .none))` does not fit samples: these are "
          + (unit == .count ? "counted" : "in \(word)"),
        wayOut: "an amount such as \(example)", at: amount.range))
  }

  /// The unit of a measure's column.
  func unit(of measure: Measure) -> Unit { measure == .samples ? unit : measure.unit }

  /// A measure's value in its unit.
  func scaled(_ value: Double?, _ measure: Measure) -> Double? {
    measure == .samples ? value.map { $0 / scale } : value
  }
}

extension StoredProfile {
  /// The measures that are shown when none is named.
  func standardMeasures(_ population: Population) -> [Measure] {
    if mainPopulation == "none" { return [.samples] }
    if mainPopulation == "increment" {
      let hasCounts = index(population: "increment", measure: "count") != nil
      return [.maximumSize, .size] + (hasCounts ? [.count] : [])
    }
    let name: String =
      switch population {
      case .peak: values.contains { $0.population == "peak" } ? "peak" : "live"
      case .leaked: "leaked"
      case .allocated: "allocated"
      case .freed: "freed"
      case .live, .temporary, .survived: "live"
      }
    var measures: [Measure] = []
    if index(population: name, measure: "size") != nil { measures.append(.size) }
    if index(population: name, measure: "count") != nil { measures.append(.count) }
    return measures.isEmpty ? [.size, .count] : measures
  }
}

extension QueryContext {
  /// Sets what a tree's numbers count, for captures of other tools.
  func finish(_ tree: inout StackTree) throws(EngineError) {
    let measure = try measures().first
    guard measure == .samples else {
      guard query.measures.isEmpty, measure == .count else { return }
      tree.useCounts()
      return
    }
    let weights = try SampleWeights(self)
    tree.unit = weights.unit == .bytes ? .bytes : .count
    guard weights.scale != 1 else {
      if weights.word != "samples" { tree.notes.append("values are \(weights.word)") }
      return
    }
    // Trees hold whole numbers; a millionth of a second is finer than any profiler.
    let scaled: (Int64) -> Int64 = { Int64((Double($0) / weights.scale * 1e6).rounded()) }
    tree.sizes = tree.sizes.map(scaled)
    tree.base = tree.base.map { StackSums(sizes: $0.sizes.map(scaled), counts: $0.counts) }
    tree.notes.append("values are microseconds")
  }
}

extension Engine {
  /// Answers `top`, of groups, of the process or of a graph of objects.
  func answer(top context: QueryContext) throws(EngineError) -> Answer {
    let series = context.query.measures.filter(\.value.isSeries)
    if !series.isEmpty {
      if let other = context.query.measures.first(where: { !$0.value.isSeries }) {
        throw .query(
          .cannotAnswer(
            "`\(other.value.name)` is of groups, series are of the process",
            wayOut: "`timeline`", at: other.range))
      }
      return try ProcessPeaks(context: context, series: series).answer()
    }
    let (keys, measures) = (try context.keys(), try context.measures())
    if try ObjectTopRunner.isNeeded(context) {
      return try ObjectTopRunner(context, keys: keys, measures: measures).answer()
    }
    return try TopRunner(context, keys: keys, measures: measures).answer()
  }

  /// Answers `list`.
  func answer(list context: QueryContext) throws(EngineError) -> Answer {
    try hasProfile(context)
      ? try ObjectListRunner(context).answer() : try ListRunner(context).answer()
  }

  /// Answers `hist`.
  func answer(hist context: QueryContext) throws(EngineError) -> Answer {
    guard try hasProfile(context) else { return try HistogramRunner(context).answer() }
    return try ObjectTopRunner(
      context, keys: [.sizeclass], measures: [.count, .size]
    ).histogram()
  }

  /// Whether a capture of another tool takes part.
  private func hasProfile(_ context: QueryContext) throws(EngineError) -> Bool {
    for data in context.captures where try reading(try data.profile()) != nil { return true }
    return false
  }

  /// Answers `timeline`.
  func answer(timeline context: QueryContext) throws(EngineError) -> Answer {
    try hasProfile(context)
      ? try ProfileTimelineRunner(context).answer() : try TimelineRunner(context).answer()
  }

  /// Answers `growth`.
  func answer(growth context: QueryContext) throws(EngineError) -> Answer {
    if context.captures.count == 1, let facts = try reading(try context.captures[0].profile()) {
      return try ProfileGrowthRunner(context, data: context.captures[0], facts: facts).answer()
    }
    return try GrowthRunner(context).answer()
  }

  /// Answers `stats`.
  func answer(stats context: QueryContext) throws(EngineError) -> Answer {
    try hasProfile(context)
      ? try ProfileStatsRunner(context).answer() : try StatsRunner(context).answer()
  }
}
