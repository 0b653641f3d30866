/// Measures, keys, windows, comparisons, order and output.
extension Checker {
  func checkMeasures() throws(QueryError) {
    var seen: Set<Measure> = []
    for measure in query.measures {
      if !seen.insert(measure.value).inserted {
        throw QueryError(.syntax(.repeated("`\(measure.value.name)`")), at: measure.range)
      }
      try check(measure)
      if verb == .hist, ![.size, .averageLifetime].contains(measure.value) {
        throw takesNo(
          "measure `\(measure.value.name)`", at: measure.range,
          .advice("it counts one field: `hist size` or `hist lifetime`"))
      }
    }
    if verb == .hist, query.measures.count > 1, let second = query.measures.dropFirst().first {
      throw takesNo("second measure", at: second.range)
    }
  }

  /// A measure, wherever it stands.
  func check(_ measure: Located<Measure>) throws(QueryError) {
    let name = measure.value.name
    switch measure.value {
    case .sizeDifference, .countDifference:
      guard query.versus == nil else { return }
      throw needs(
        "`\(name)`", "`vs`", at: measure.range,
        .advice("for example: top 10 \(name) by lineno vs prev"))
    case .rate:
      guard verb != .growth, !isAssertion else { return }
      throw needs(
        "`rate`", "`growth` or `assert`", at: measure.range,
        .advice("for example: growth rate by lineno per minute"))
    case .averageLifetime, .maximumLifetime: try checkLifetime(at: measure.range)
    case .series: try checkSeries(measure)
    default: return
    }
  }

  func checkLifetime(at range: SourceRange) throws(QueryError) {
    let isLeaked =
      switch query.population?.value {
      case .leaked, .live(nil): true
      case .live(let time?): time.value == TimePoint(base: .end)
      default: false
      }
    guard isLeaked else { return }
    throw misplaced(
      "lifetime", "what is alive at the end was never freed", at: range,
      .advice("`freed` and `allocated` have lifetimes"))
  }

  private func checkSeries(_ measure: Located<Measure>) throws(QueryError) {
    let name = measure.value.name
    if let key = query.keys.first(where: { !$0.value.isOfProcess && $0.value != .window }) {
      throw misplaced(
        name, "it belongs to the process, not to \(key.value.definition.plural)", at: measure.range,
        .advice("for example: timeline \(name)"))
    }
    let isOfProcess = isAssertion || verb.definition.showsSeries
    if isOfProcess || (verb == .top && !query.keys.isEmpty) { return }
    throw misplaced(
      name, "it belongs to the process, not to lines", at: measure.range,
      .advice("for example: timeline \(name)"))
  }

  func checkKeys() throws(QueryError) {
    var seen: Set<Key> = []
    for key in query.keys {
      if !seen.insert(key.value).inserted {
        throw QueryError(.syntax(.repeated("`\(key.value.canonicalText)`")), at: key.range)
      }
      switch key.value {
      case .window where query.windows == nil:
        throw needs(
          "`window`", "`every` or `over`", at: key.range,
          .advice("for example: `every 10s` or `over 20 windows`"))
      case .capture where query.versus != nil:
        throw clash(
          "`by capture`", "`vs`", "both tell captures apart", at: key.range,
          .advice("`of a, b` with `by capture`, or `vs`"))
      case .lifetime: try checkLifetime(at: key.range)
      default: break
      }
    }
    try checkInclusive()
  }

  private func checkInclusive() throws(QueryError) {
    guard let inclusive = query.inclusive else { return }
    if let traceback = query.keys.first(where: { $0.value == .traceback }) {
      throw clash(
        "`inclusive`", "`traceback`", "a stack is on no other stack", at: traceback.range,
        .advice("for example: by function"))
    }
    if query.keys.contains(where: \.value.isOfFrame) { return }
    let hasDefaultKey = query.keys.isEmpty && !isAssertion
    if hasDefaultKey, verb.definition.groupsByFrames { return }
    throw needs(
      "`inclusive`", "a key of frames", at: inclusive, .advice("for example: by function inclusive")
    )
  }

  func checkWindows() throws(QueryError) {
    if let windows = query.windows, !verb.definition.followsTime {
      let isRate = isAssertion && query.measures.contains { $0.value == .rate }
      if !isRate, !query.keys.contains(where: { $0.value == .window }) {
        throw needs(
          "`\(windows.value.word)`", "the key `window`", at: windows.range,
          .advice("for example: by window, lineno"))
      }
    }
    if let per = query.per {
      let isRate = isAssertion && query.measures.contains { $0.value == .rate }
      let hasRate = verb.definition.hasRates || isRate || query.versus != nil
      if !hasRate {
        throw needs(
          "`per`", "`growth`, `vs` or `assert rate`", at: per.range,
          .advice("for example: growth rate per minute"))
      }
    }
  }

  func checkComparison() throws(QueryError) {
    if let normalized = query.normalized, query.versus == nil {
      throw needs("`normalized`", "`vs`", at: normalized, .advice("for example: vs old normalized"))
    }
  }

  func checkOrder() throws(QueryError) {
    var seen: Set<OrderColumn.Column> = []
    for column in query.order.map(\.column) {
      if !seen.insert(column.value).inserted {
        throw QueryError(.syntax(.repeated("the column")), at: column.range)
      }
      switch column.value {
      case .measure(let measure): try checkOrder(Located(measure, column.range))
      case .key(let key): try checkOrder(key, at: column.range)
      case .time:
        guard verb != .list else { continue }
        throw misplaced(
          "order by time", "only single records have one", at: column.range,
          .advice("`list order by time`, or `by window`"))
      }
    }
  }

  private func checkOrder(_ measure: Located<Measure>) throws(QueryError) {
    try check(measure)
    try checkFollowed(measure)
    if verb == .list, ![.size, .averageLifetime, .retainedSize].contains(measure.value) {
      throw misplaced(
        measure.value.name, "it is measured of groups, `list` shows records", at: measure.range,
        .advice("records are ordered by size, lifetime, time or a key"))
    }
  }

  /// Growth knows what its groups hold and how fast it grows, and no more.
  func checkFollowed(_ measure: Located<Measure>) throws(QueryError) {
    let known: [Measure] = [.size, .count, .rate] + query.measures.map(\.value)
    guard verb == .growth, !known.contains(measure.value) else { return }
    throw misplaced(
      measure.value.name, "growth has `size`, `count` and `rate`", at: measure.range,
      .advice("for example: growth by function order by size"))
  }

  private func checkOrder(_ key: Key, at range: SourceRange) throws(QueryError) {
    if verb == .list || query.keys.contains(where: { $0.value == key }) { return }
    if query.keys.isEmpty, key.definition.isDefault { return }
    throw needs(
      "`order by \(key.canonicalText)`", "`\(key.canonicalText)` in `by`", at: range,
      .advice("rows are ordered by what they show"))
  }

  func checkOutput() throws(QueryError) {
    guard let format = query.output.format else { return }
    let name = format.value.rawValue
    switch format.value.definition.holds {
    case .rows, .page: return
    case .stacks where !verb.isOfStacks:
      throw misplaced(
        name, "it writes stacks", at: format.range, .advice("for example: flame as \(name)"))
    case .picture where !verb.definition.isPicture:
      throw misplaced(
        name, "it draws a picture", at: format.range,
        .advice("`timeline`, `hist`, `growth` and `flame` have one; `as html` shows any answer"))
    case .stacks, .picture: return
    }
  }
}

extension Windows {
  fileprivate var word: String {
    switch self {
    case .every: "every"
    case .over: "over"
    }
  }
}
