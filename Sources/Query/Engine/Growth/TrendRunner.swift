import Store

/// Answers `growth`: how groups move over windows, marks, moments or captures.
struct TrendRunner {
  let context: QueryContext

  private var query: Query { context.query }

  /// The answer.
  func answer() throws(EngineError) -> Answer {
    let data = context.captures[0]
    if context.captures.count == 1, data.info.kind == "events" {
      let events = try EventTrends(context, keys: try context.keys(), data: data)
      for measure in query.measures {
        if case .series(let series) = measure.value {
          return try events.answer(series, at: measure.range)
        }
      }
      return try events.answer()
    }
    var trends = try trends()
    trends.sort(for: query)
    return trends.answer(context, limit: context.limit(default: 10))
  }

  /// The groups of captures that are points, or of one that holds moments or series.
  func trends() throws(EngineError) -> Trends {
    if context.captures.count > 1 {
      return try CaptureTrends(context: context, keys: try context.keys()).trends()
    }
    let data = context.captures[0]
    guard let facts = try reading(try data.profile()) else {
      throw .query(
        .cannotAnswer(
          "\(data.info.name) holds totals at one moment, which say nothing of growth",
          wayOut: "`growth of` three captures or more, such as `growth of run-*`",
          at: query.verb.range))
    }
    return try ProfileTrends(context, data: data, facts: facts).trends()
  }
}
