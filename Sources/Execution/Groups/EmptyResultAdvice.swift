import Language

/// Says why nothing was found, when another sentence would find something.
struct EmptyResultAdvice {
  let context: QueryContext
  let keys: [Key]

  /// Remarks for an empty result.
  func notes() throws(EngineError) -> [String] {
    // A plan finds nothing whatever there is.
    guard !context.captures.contains(where: \.isDry) else { return [] }
    let query = context.query
    let absent = try AbsentNames(context.captures).absences(of: query).filter(\.isEverywhere)
    if !absent.isEmpty { return absent.map(\.remark) }
    guard let bound = query.filter.flatMap(Self.sizeBound) else {
      return query.filter == nil ? ["the population is empty"] : ["no record meets `where`"]
    }
    var wider = query
    wider.filter = nil
    let unfiltered = context.asking(wider)
    let groups = try GroupGatherer(context: unfiltered, keys: keys, measures: [.size]).gather()
    let passing = groups.table.sums.filter {
      NumberTest.comparison(bound.comparison, bound.bytes).passes(Double($0.bytes))
    }
    guard !passing.isEmpty else { return ["no record meets `where`"] }
    wider.having = .compare(
      Located(.size, query.verb.range), Located(bound.comparison, query.verb.range),
      Located(.size(bound.bytes), query.verb.range))
    return [
      "`where size` is about single records, and none is that large; "
        + "\(passing.count == 1 ? "1 group is" : "\(passing.count) groups are"): "
        + "`\(wider.canonicalText)`"
    ]
  }

  private static func sizeBound(
    _ predicate: Predicate
  ) -> (comparison: Comparison, bytes: Double)? {
    guard case .leaf(.compare(let field, let comparison, let value)) = predicate,
      field.value == .size, case .size(let bytes) = value.value,
      comparison.value == .greater || comparison.value == .greaterOrEqual
    else { return nil }
    return (comparison.value, bytes)
  }
}
