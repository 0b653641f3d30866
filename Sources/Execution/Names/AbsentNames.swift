import Results
import Language
import Store

/// Finds what a question names and no record of its captures has: most often a typing mistake.
///
/// A condition on such a name is met by nothing, or excludes nothing, so an assertion about it
/// would hold whatever the program does.
struct AbsentNames {
  /// A name and the captures that lack it.
  struct Absence {
    var thing: NamedThing
    /// Names of the captures that lack it.
    var captures: [String]
    /// Whether every capture lacks it.
    var isEverywhere: Bool
    /// Names that may have been meant, best first.
    var nearest: [String]
    /// Where to look, when nothing is near.
    var suggestion: String
    /// The same condition as a pattern, where records meet that.
    var asPattern: String?

    /// The sentence, without what to do.
    var text: String {
      let captures = Self.list(captures)
      return thing.key == .mark
        ? "\(captures) has no mark \(Self.pattern(thing))"
        : "no record of \(captures) has \(thing.words)"
    }

    /// The sentence with the nearest name, as a remark.
    var remark: String {
      if let asPattern { return text + "; `=` is exact, `\(asPattern)` meets some" }
      return nearest.isEmpty ? text : text + "; did you mean `\(nearest[0])`?"
    }

    private static func pattern(_ thing: NamedThing) -> String { "`\(thing.typed ?? thing.words)`" }

    private static func list(_ names: [String]) -> String {
      guard names.count > 3 else { return names.joined(separator: ", ") }
      return names.prefix(2).joined(separator: ", ") + " and \(names.count - 2) more captures"
    }
  }

  let captures: [RecordedNames]

  /// A search in some captures.
  init(_ captures: [CaptureData]) { self.captures = captures.map { RecordedNames($0) } }

  /// What `query` names and some capture lacks.
  func absences(of query: Query) throws(EngineError) -> [Absence] {
    var found: [Absence] = []
    for thing in query.namedThings {
      var lacking: [RecordedNames] = []
      for names in captures where !(try names.have(thing)) { lacking.append(names) }
      guard let first = lacking.first else { continue }
      let isEverywhere = lacking.count == captures.count
      found.append(
        Absence(
          thing: thing, captures: lacking.map(\.data.info.name), isEverywhere: isEverywhere,
          nearest: isEverywhere ? try first.nearest(to: thing) : [],
          suggestion: try suggestion(of: thing, first),
          asPattern: isEverywhere ? try pattern(for: thing) : nil))
    }
    return found
  }

  /// A condition by `~` that some capture meets where that by `=` is met by none.
  private func pattern(for thing: NamedThing) throws(EngineError) -> String? {
    guard case .value(let key, let comparison, let pattern) = thing,
      [.equal, .notEqual].contains(comparison.value)
    else { return nil }
    let matches: Comparison = comparison.value == .equal ? .matches : .doesNotMatch
    let loose = NamedThing.value(key, Located(matches, comparison.range), pattern)
    for names in captures where try names.have(loose) {
      return "\(key.canonicalText) \(matches.rawValue) \(pattern.canonicalText)"
    }
    return nil
  }

  /// A few names at once, or the question that lists them.
  private func suggestion(of thing: NamedThing, _ names: RecordedNames) throws(EngineError)
    -> String
  {
    if thing.key == .mark { return "`show marks` lists them" }
    let candidates = try names.candidates(for: thing)
    if (1...5).contains(candidates.count) {
      return "there is " + NearestWord.list(candidates.sorted(), limit: 5)
    }
    let population = names.data.info.holdsEvents ? " allocated" : ""
    return thing.key == nil
      ? "`top all\(population) by function inclusive` lists them"
      : "`top all\(population) by \(thing.key?.rawValue ?? "function")` lists them"
  }
}

extension AbsentNames.Absence {
  /// The refusal of an assertion.
  var error: QueryError {
    let near: QueryError.Hint =
      if let asPattern {
        .advice("`=` is exact; `\(asPattern)` meets some")
      } else {
        nearest.isEmpty ? .advice(suggestion) : .didYouMean(nearest)
      }
    return QueryError(
      .answer(.cannotAnswer(text)), at: thing.range,
      [near, .advice("names that may be gone: `--allow-absent`")])
  }
}

extension QueryContext {
  /// Number of records in the captures, whatever the population.
  var recordCount: Int64 {
    captures.reduce(0) { $0 + ($1.info.holdsEvents ? $1.info.rows : $1.info.sites) }
  }
}
