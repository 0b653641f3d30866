/// Growth that is known and harmless: a named condition that `suspects` leaves out and shows.
package struct Suppression: Sendable, Hashable {
  /// The name of its `let`.
  package var name: String
  /// The condition, names resolved.
  package var predicate: Predicate
  /// What it is, in a few words; nil where a `let` of the session says what it holds.
  package var meaning: String?

  /// The `let` that defines it; nil for those that every session begins with.
  package var definitionText: String? {
    meaning == nil ? "let \(name) = \(predicate.canonicalText(sizes: .none))" : nil
  }
}

extension Session {
  /// What every session knows, until a `let` says otherwise.
  static let standardSuppressions = [
    Suppression(
      name: "imports", predicate: stackHas("<frozen importlib*"),
      meaning: "modules that are loaded stay loaded"),
    Suppression(
      name: "source_lines", predicate: stackHas("linecache"),
      meaning: "source lines kept for tracebacks"),
  ]

  /// Names whose conditions `suspects` leaves out.
  ///
  /// Other names are conditions for `where` only: a `let mine = filename ~ app.py` must not hide
  /// what leaks there.
  package static let suppressionNames = ["imports", "source_lines", "caches", "harmless"]

  private static func stackHas(_ text: String) -> Predicate {
    let range = SourceRange(0, 0)
    return .stackHas([Pattern(text: text, form: .quoted, range: range)])
  }

  /// The definitions in force: those of every session, as redefined, then the others.
  package var lets: [Definition] {
    let standard = Self.standardSuppressions.map { known in
      defined.first { $0.name == known.name }
        ?? Definition(name: known.name, predicate: known.predicate)
    }
    return standard + defined.filter { own in !standard.contains { $0.name == own.name } }
  }

  /// Conditions that a question leaves out as harmless, but for those that it asks about.
  func suppressions(of query: Query) throws(QueryError) -> [Suppression] {
    guard query.verb.value == .suspects else { return [] }
    let asked = query.filter?.names ?? []
    var found: [Suppression] = []
    for name in Self.suppressionNames where !asked.contains(name) {
      if let own = defined.first(where: { $0.name == name }) {
        found.append(
          Suppression(name: name, predicate: try resolve(own.predicate), meaning: nil))
      } else if let known = Self.standardSuppressions.first(where: { $0.name == name }) {
        found.append(known)
      }
    }
    return found
  }
}

extension Predicate {
  /// Names of `let` in it.
  fileprivate var names: Set<String> {
    Set(leaves.compactMap { if case .name(let name) = $0 { name.value } else { nil } })
  }
}
