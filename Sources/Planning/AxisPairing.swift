package import Language

/// Which row of the right side a row of the left one meets.
package enum AxisPairing: Sendable {
  /// That of the same class.
  case classes
  /// The state as long after its start.
  case times
  /// What happened in the window of the same number.
  case windows
  /// One state, whatever the time.
  case state

  /// How the sides of a comparison meet.
  package init(_ query: Query, _ versus: Versus) throws(QueryError) {
    guard query.verb.value == .timeline else {
      self = .classes
      return
    }
    let isFlow = (query.population?.value ?? .live(at: nil)).flow != .alive
    switch versus {
    case .captures(_, let range):
      guard !isFlow || query.windows != nil else {
        throw .cannotAnswer(
          "what happens in two captures is compared by windows", suggestion: "`over 20 windows`",
          at: range)
      }
      self = isFlow ? .windows : .times
    case .population(let population, let range):
      guard !isFlow || query.windows != nil || range == nil else {
        throw .cannotAnswer(
          "what happens in two stretches of time is compared by windows",
          suggestion: "`over 20 windows`", at: population.range)
      }
      guard isFlow == (population.value.flow != .alive) else {
        throw .cannotAnswer(
          "one side is what happens, the other is what is alive",
          suggestion: "`timeline allocated vs freed`, or `timeline vs live at TIME`",
          at: population.range)
      }
      self = isFlow ? .windows : .state
    }
  }
}

/// What a point of time shows of a population.
package enum PopulationFlow: Sendable {
  /// What of it is alive: live, leaked, survived.
  case alive
  /// What was allocated since the point before: allocated, temporary.
  case births
  /// What was freed since the point before.
  case deaths
}

extension Population {
  /// What a timeline shows of it.
  package var flow: PopulationFlow {
    switch self {
    case .allocated, .temporary: .births
    case .freed: .deaths
    case .peak, .leaked, .live, .survived: .alive
    }
  }
}
