import Language
import Results
import Planning
import Store

/// A question with the captures of its sides found.
struct Question {
  /// As it was asked, sample types and labels as the captures have them.
  private(set) var query: Query
  /// What is asked, and the right of `vs` or what a bound is a share of.
  private(set) var sides: [QueryContext]

  /// The assertion that it is tested by.
  let assertion: Assertion?

  /// What is asked.
  var left: QueryContext { sides[0] }

  /// The sides as plans know them.
  var planned: [Side] { sides.map(\.side) }

  /// The canonical question or assertion, with the statements that it needs.
  var text: String {
    guard let assertion else { return query.questionText }
    return (query.frameMarkTexts + [assertion.canonicalText]).joined(separator: "; ")
  }

  /// Finds the captures of a question, on the left and right of its `vs`.
  init(store: Store, query: Query) throws(EngineError) {
    self.query = query
    assertion = nil
    guard let versus = query.versus else {
      sides = [try QueryContext(store: store, query: query)]
      self.query = sides[0].query
      return
    }
    let (left, other) = query.sides(of: versus)
    var right = other
    let isOfAxis = query.verb.value.definition.shape == .chart
    let pairing = isOfAxis ? try asking(try AxisPairing(query, versus)) : nil
    let context = try QueryContext(store: store, query: left, isCompared: true)
    if let pairing { right = try AxisComparison.base(right, pairing, of: context) }
    sides = [context, try QueryContext(store: store, query: right, isCompared: true)]
    if let pairing { try AxisComparison.check(query, pairing, right) }
    // With what is known of sample types and labels now.
    let known = sides[0].query
    (self.query.measures, self.query.keys) = (known.measures, known.keys)
    (self.query.having, self.query.order) = (known.having, known.order)
  }

  /// Finds the captures of an assertion, and of what its bound is a share of.
  init(store: Store, assertion: Assertion) throws(EngineError) {
    self.assertion = assertion
    query = assertion.query
    if query.measures.isEmpty { query.measures = [Located(.size, query.verb.range)] }
    sides = [try QueryContext(store: store, query: query)]
    query = sides[0].query
    guard case .percent(_, let reference) = assertion.bound.value else { return }
    var other = query
    other.captures = [reference]
    other.having = nil
    sides.append(try QueryContext(store: store, query: other))
  }

  /// A table for an answer of all sides, everything but columns filled in.
  func emptyTable(population: String) -> ResultTable {
    guard sides.count > 1, query.versus != nil else {
      return left.emptyTable(population: population)
    }
    var table = ResultTable(
      query: query.questionText, captures: left.names, population: population)
    table.namesCaptures = sides[1].names != left.names
    table.header = left.lines(\.header, with: sides[1])
    table.sizes = left.sizes
    table.notes = left.lines(\.estimates, with: sides[1])
    table.isEstimated = !table.notes.isEmpty
    table.notes += left.lines(\.cutNotes, with: sides[1])
    return table
  }

  /// What is said of both sides: their captures too, where these differ.
  func title(_ titles: [String]) -> String {
    guard sides.count > 1, sides[0].names != sides[1].names else {
      return titles.joined(separator: " vs ")
    }
    return zip(titles, sides).map { "\($0) of \($1.names.joined(separator: ", "))" }
      .joined(separator: " vs ")
  }
}
