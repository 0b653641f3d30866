/// What the verbs take, and which allocations they can be about.
extension Checker {
  func checkVerb() throws(QueryError) {
    if let limit = query.limit, verb == .hist || verb == .flame {
      throw takesNo("number", at: limit.range)
    }
    switch verb {
    case .list: try checkList()
    case .stats:
      try refuseBy(.advice("`stats` always shows allocators and the largest places"))
      try refuseMeasures()
      try refuseVersus()
      try refuseHaving()
    case .hist:
      try refuseBy(.advice("for example: top by sizeclass, thread"))
      try refuseHaving()
    case .source:
      try refuseBy(.advice("its groups are the lines of a file"))
      try refuseVersus()
    case .growth:
      try refuseVersus()
      for measure in query.measures where measure.value.isOfRecords {
        throw takesNo(
          "measure `\(measure.value.name)`", at: measure.range,
          .advice("it follows sums: growth size, growth count, growth rate"))
      }
    case .suspects:
      try refusePopulation(.advice("it looks at everything"))
      try refuseMeasures()
      try refuseBy()
      try refuseHaving()
      if case .population(let other, _) = query.versus {
        throw takesNo(
          "population", at: other.range,
          .advice("captures can be compared: suspects of new vs old"))
      }
    case .paths: try checkPaths()
    case .flame, .tree: try checkStacks()
    case .timeline:
      if let having = query.having {
        throw takesNo(
          "`having`", at: having.firstRange,
          .advice("its groups are the greatest: timeline 20 by function"))
      }
    case .top: break
    }
    if let inverted = query.inverted, verb != .flame, verb != .tree {
      throw misplaced(
        "inverted", "it turns stacks around", at: inverted, .advice("`flame` and `tree` take it"))
    }
  }

  private func checkList() throws(QueryError) {
    try refuseBy(.advice("`list` shows single records; groups are `top`'s"))
    try refuseMeasures(.advice("every record has its size, lifetime and stack"))
    try refuseVersus(.advice("groups can be compared: top by lineno vs …"))
    try refuseHaving()
  }

  private func checkStacks() throws(QueryError) {
    for measure in query.measures where measure.value.isOfRecords {
      throw takesNo(
        "measure `\(measure.value.name)`", at: measure.range,
        .advice("sums of stacks add up: \(verb.rawValue) size, \(verb.rawValue) count"))
    }
    if let having = query.having {
      throw takesNo(
        "`having`", at: having.firstRange,
        .advice("a stack belongs to all its callers; records are chosen by `where`"))
    }
    for key in query.keys where key.value.isOfFrame || key.value == .traceback {
      throw takesNo(
        "key of frames", at: key.range,
        .advice("`\(verb.rawValue)` already groups by frames; `by thread` splits the root"))
    }
  }

  private func checkPaths() throws(QueryError) {
    try refusePopulation()
    try refuseMeasures()
    try refuseBy()
    try refuseVersus()
    try refuseHaving()
    let parts: [(name: String, range: SourceRange?)] = [
      ("`in`", query.range?.range), ("`inclusive`", query.inclusive),
      ("windows", query.windows?.range), ("`per`", query.per?.range),
      ("number", query.limit?.range), ("`from frame`", query.fromFrame?.range),
      ("`order by`", query.order.first?.column.range), ("`where`", query.filter?.firstRange),
    ]
    for part in parts {
      if let range = part.range { throw takesNo(part.name, at: range) }
    }
    if !query.hides.isEmpty { throw takesNo("`hide`", at: nil) }
  }

  private func refuseBy(_ hints: QueryError.Hint...) throws(QueryError) {
    guard let key = query.keys.first else { return }
    throw QueryError(.meaning(.takesNo(verb: verbName, part: "`by`")), at: key.range, hints)
  }

  private func refuseMeasures(_ hints: QueryError.Hint...) throws(QueryError) {
    guard let measure = query.measures.first else { return }
    throw QueryError(.meaning(.takesNo(verb: verbName, part: "measures")), at: measure.range, hints)
  }

  private func refuseVersus(_ hints: QueryError.Hint...) throws(QueryError) {
    guard let versus = query.versus else { return }
    throw QueryError(.meaning(.takesNo(verb: verbName, part: "`vs`")), at: versus.range, hints)
  }

  private func refusePopulation(_ hints: QueryError.Hint...) throws(QueryError) {
    guard let population = query.population else { return }
    throw QueryError(
      .meaning(.takesNo(verb: verbName, part: "population")), at: population.range, hints)
  }

  private func refuseHaving() throws(QueryError) {
    guard let having = query.having else { return }
    throw takesNo(
      "`having`", at: having.firstRange, .advice("it has no groups; records are chosen by `where`"))
  }

  func checkPopulation() throws(QueryError) {
    try checkTimes()
    if let population = query.population {
      try checkVerb(takes: population)
      // For these verbs `in` is the stretch looked at.
      if ![.timeline, .growth, .suspects, .stats].contains(verb) {
        try checkRange(of: population, query.range)
      }
    }
    if case .population(let population, let range) = query.versus {
      try checkRange(of: population, range)
    }
  }

  private func checkVerb(takes population: Located<Population>) throws(QueryError) {
    let name = population.value.canonicalText
    if verb == .timeline, population.value == .peak {
      throw misplaced(
        "timeline peak", "a peak is one instant", at: population.range,
        .advice("for example: show peak"))
    }
    if verb == .timeline, case .live(.some) = population.value {
      throw misplaced(
        "timeline \(name)", "a timeline shows every instant", at: population.range,
        .advice("for example: timeline in 0s..5s"))
    }
    guard verb == .growth else { return }
    if case .live(nil) = population.value { return }
    // What is never freed, by its births.
    if population.value == .leaked { return }
    throw misplaced(
      "growth \(name)", "growth follows what is live", at: population.range,
      .advice("leave the population out; `in A..B` says which stretch"))
  }

  private func checkRange(
    of population: Located<Population>, _ range: Located<TimeSpan>?
  ) throws(QueryError) {
    guard let range else { return }
    switch population.value {
    case .live:
      let span = range.value
      throw clash(
        "`live`", "`in`", "what is live is live at one instant", at: range.range,
        .advice(
          "`live at \(span.end.value.canonicalText)`, or `survived \(span.canonicalText)`"))
    case .survived:
      throw clash(
        "`survived`", "`in`", "`survived A..B` has its own range", at: range.range,
        .advice("leave `in` out"))
    default: return
    }
  }
}

extension Measure {
  /// Whether it speaks of single records, so that sums of it mean nothing.
  fileprivate var isOfRecords: Bool {
    switch self {
    case .averageSize, .maximumSize, .averageLifetime, .maximumLifetime: true
    default: false
    }
  }
}
