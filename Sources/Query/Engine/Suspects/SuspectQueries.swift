import Language
import Store

extension QueryContext {
  /// The same captures, asked another question.
  func asking(_ query: Query) -> QueryContext {
    QueryContext(
      query: query, captures: captures, capabilities: capabilities, population: population)
  }

  /// The same question of what came before the end of the work, where that is not near the end.
  func judging(_ end: LettingGo?) -> QueryContext {
    guard let end, end.isEarly else { return self }
    var asked = query
    asked.range = end.span(at: query.verb.range)
    return asking(asked)
  }
}

extension Query {
  /// The same stretch and captures, asked for growth.
  var asGrowth: Query {
    var asked = self
    asked.verb.value = .growth
    asked.limit = nil
    asked.versus = nil
    asked.suppressions = []
    return asked
  }

  /// Adds a line to the condition.
  mutating func restrict(to lineno: String) {
    add(
      .compare(
        Located(.key(.lineno), verb.range), Located(.equal, verb.range),
        Located(.pattern(Pattern(text: lineno, form: .quoted, range: verb.range)), verb.range)))
  }

  /// Adds what picks out the arenas of Python's allocator to the condition, or leaves them out.
  mutating func restrictToArenas(isNegated: Bool = false) {
    let mapped = Predicate.compare(
      Located(.key(.allocator), verb.range), Located(.equal, verb.range),
      Located(.pattern(Pattern(text: "mmap", form: .word, range: verb.range)), verb.range))
    let sized = Predicate.inSet(
      Located(.size, verb.range), negated: false,
      SuspectScan.arenaBytes.map { Located(.size(Double($0)), verb.range) })
    if isNegated {
      add(.not(.and([mapped, sized])))
    } else {
      add(mapped)
      add(sized)
    }
  }

  /// Adds a term to the condition.
  mutating func add(_ term: Predicate) {
    filter = filter?.and(term) ?? term
  }
}
