/// What the verbs take, and which allocations they can be about.
extension Checker {
  func checkVerb() throws(QueryError) {
    for refusal in verb.definition.refuses {
      guard let (name, range) = refusal.part.place(in: query) else { continue }
      throw QueryError(
        .meaning(.takesNo(verb: verbName, part: name)), at: range,
        refusal.hint.map { [.advice($0)] } ?? [])
    }
    if let inverted = query.inverted, !verb.isOfStacks {
      throw misplaced(
        "inverted", "it turns stacks around", at: inverted, .advice("`flame` and `tree` take it"))
    }
  }

  func checkPopulation() throws(QueryError) {
    try checkTimes()
    if let population = query.population {
      try checkVerb(takes: population)
      // For these verbs `in` is the stretch looked at.
      if !verb.definition.looksWithin {
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
