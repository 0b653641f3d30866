package import Language

/// One side of a question: what is asked of which captures.
package struct Side: Sendable {
  /// The question of the side, sample types and labels as its captures have them.
  package var query: Query
  /// What each of its captures holds.
  package var captures: [Capabilities]
  /// The population, default filled in.
  package var population: Located<Population>

  /// A question of captures that were found.
  package init(query: Query, captures: [Capabilities], population: Located<Population>) {
    self.query = query
    self.captures = captures
    self.population = population
  }

  /// Names of the captures asked.
  package var names: [String] { captures.map(\.name) }

  /// How many rows are shown; nil means all.
  package var limit: Int? { query.shownRows }

  /// The population asked of one capture.
  package func population(of capture: Capabilities) -> Located<Population> {
    query.population ?? Located(capture.standardPopulation(query), query.verb.range)
  }

  /// Keys asked, default filled in.
  package var keys: [Key] {
    query.keys.isEmpty ? [captures.first?.standardKey ?? .lineno] : query.keys.map(\.value)
  }

  /// Measures asked, default filled in.
  package var measures: [Measure] {
    query.measures.isEmpty ? standardMeasures : query.measures.map(\.value)
  }

  /// The measures when none is named.
  package var standardMeasures: [Measure] {
    captures.first.map { standardMeasures(of: $0) } ?? [.size, .count]
  }

  /// The measures of one capture when none is named.
  package func standardMeasures(of capture: Capabilities) -> [Measure] {
    capture.standardMeasures(population(of: capture).value, isNamed: query.population != nil)
  }

  /// Whether all captures hold every allocation.
  var holdsEvents: Bool { captures.allSatisfy { $0.moments == .everyInstant } }

  /// Whether some captures are profiles of other tools.
  var holdsProfiles: Bool {
    captures.contains { if case .recorded = $0.moments { true } else { false } }
  }
}

extension Query {
  /// How many rows are shown; nil means all.
  package var shownRows: Int? {
    limit == nil ? verb.value.definition.rows?.usual : typedRows
  }

  /// The number of rows that was typed; nil means all.
  package var typedRows: Int? { if case .rows(let count) = limit?.value { count } else { nil } }
}
