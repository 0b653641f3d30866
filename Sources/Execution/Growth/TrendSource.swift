import Language
import Analysis
import Results
import Planning
import Store

/// Follows the groups of a question over windows, marks, moments or captures.
struct TrendSource {
  let context: QueryContext
  let request: TrendRequest

  private var query: Query { context.query }

  /// The captures of a question, and what is followed.
  init(context: QueryContext, _ request: TrendRequest) {
    (self.context, self.request) = (context, request)
  }

  /// The groups with what they make.
  func trends() throws(EngineError) -> Trends {
    let data = context.captures[0]
    guard context.captures.count == 1, data.info.holdsEvents else { return try trendsOfTotals() }
    let events = try EventTrends(context, keys: request.keys, data: data)
    for measure in query.measures {
      if case .series(let series) = measure.value {
        return try events.trends(of: series, at: measure.range)
      }
    }
    return try events.trends(isTold: !request.isTested)
  }

  /// The groups of captures that are points, or of one that holds moments or series.
  private func trendsOfTotals() throws(EngineError) -> Trends {
    let data = context.captures[0]
    guard context.captures.count == 1, let facts = try reading(try data.profile()) else {
      return try CaptureTrends(context: context, keys: request.keys).trends()
    }
    return try ProfileTrends(context, data: data, facts: facts).trends()
  }
}
