import Columns
import Store

/// Answers `assert rate …`: tests how fast each group grows for good.
///
/// Without keys the whole is tested. What warms up, comes once or rises and falls has rate 0.
struct RateAssertion {
  let store: Store
  let assertion: Assertion

  private var query: Query { assertion.query }
  private var keys: [Key] { query.keys.map(\.value) }
  private var scale: RateScale { RateScale(query.per?.value, isOfBlocks: false) }

  /// The answer; its table holds the groups that fail.
  ///
  /// - Parameter notes: Remarks to go with it.
  /// - Returns: The answer.
  /// - Throws: What the captures cannot answer.
  func answer(notes: [String]) throws(EngineError) -> Answer {
    let (context, groups, points) = try groups(of: query)
    let bound = try self.bound()
    let failing = groups.filter { group in
      !NumberTest.comparison(assertion.comparison.value, bound(group.key))
        .passes(group.rate * scale.factor)
    }
    let shown = context.limit(default: nil).map { Array(failing.prefix($0)) } ?? failing
    var table = context.emptyTable(population: "live\(points.title)")
    let marks = query.frameMarks.map { "mark on frame \($0.canonicalText)" }
    table.query = (marks + [assertion.canonicalText]).joined(separator: "; ")
    func column(_ name: String, _ value: (GrowthGroup) -> Double) -> ResultColumn {
      ResultColumn(
        name: name, role: .measure, unit: scale.unit, values: .reals(shown.map(value)))
    }
    table.columns =
      keys.indices.map { index in
        ResultColumn(
          name: keys[index].rawValue, role: .key, unit: keys[index].unit,
          values: keys[index].values(shown.map { $0.key[index] }))
      } + [
        column("rate") { $0.rate * scale.factor }, column("bound") { bound($0.key) },
        column("rate_low") { $0.trend.fit.low * scale.factor },
        column("rate_high") { $0.trend.fit.high * scale.factor },
        ResultColumn(
          name: "shape", role: .key, unit: .none,
          values: .texts(shown.map(\.trend.shape.rawValue))),
      ]
    table.otherCount = failing.count - shown.count
    table.notes.append(
      failing.isEmpty
        ? groups.isEmpty ? "holds: \(context.recordCount) records make no group to test" : "holds"
        : "fails for \(failing.count) of \(groups.count)")
    if failing.isEmpty, let first = groups.first, let note = shortness(bound(first.key), points) {
      table.notes.append(note)
    }
    table.notes += notes
    return Answer(assertion: table, holds: failing.isEmpty, output: query.output)
  }

  private func groups(
    of query: Query
  ) throws(EngineError) -> (
    context: QueryContext, groups: [GrowthGroup], points: GrowthPoints
  ) {
    let context = try QueryContext(store: store, query: query)
    guard let data = context.captures.first, context.captures.count == 1,
      data.info.holdsEvents
    else {
      throw .query(
        .cannotAnswer(
          "a rate is tested in one capture of single allocations", wayOut: "`of NAME`",
          at: query.measures.first?.range))
    }
    let gathered = try GrowthGatherer(
      context: context, keys: keys, followsBlocks: false
    ).gather(data)
    let table = GrowthTable(
      keys: keys, scale: scale, groups: keys.isEmpty ? [gathered.total] : gathered.groups,
      total: gathered.total, places: gathered.points.places)
    return (context, table.passing(query), gathered.points)
  }

  /// Says that a capture is too short for a bound, and how long it had to be.
  private func shortness(_ bound: Double, _ points: GrowthPoints) -> String? {
    let rate = bound / scale.factor
    let length = (points.places.last ?? 0) - (points.places.first ?? 0)
    guard rate > 0, rate.isFinite, rate * length < SuspectRules.leastRise else { return nil }
    let needed = Int((SuspectRules.leastRise / rate).rounded(.up))
    let sizes: SizeFamily = query.typedSizes == .binary ? .binary : .decimal
    return "too short to be sure: what leaks \(RateText.text(bound, scale, sizes)) loses "
      + "\(RateText.size(rate * length, sizes)) here; record \(needed) "
      + (points.areMarks ? "marks" : "s") + " or more"
  }

  /// The bound of each group, in the unit of the rate.
  private func bound() throws(EngineError) -> ([KeyValue?]) -> Double {
    switch assertion.bound.value {
    case .amount(let amount):
      let number = amount.number(of: .rate)
      return { _ in number }
    case .percent(let percent, let reference):
      var other = query
      other.captures = [reference]
      other.having = nil
      var rates: [[KeyValue?]: Double] = [:]
      for group in try groups(of: other).groups { rates[group.key] = group.rate }
      return { (rates[$0] ?? 0) * scale.factor * (percent / 100) }
    }
  }
}
