/// Conditions joined by `and`, `or` and `not`, whatever a single condition is.
package enum Logic<Leaf> {
  case and([Logic])
  case or([Logic])
  indirect case not(Logic)
  case leaf(Leaf)
}

extension Logic: Sendable where Leaf: Sendable {}
extension Logic: Equatable where Leaf: Equatable {}
extension Logic: Hashable where Leaf: Hashable {}

extension Logic {
  /// The single conditions, from left to right.
  package var leaves: [Leaf] {
    switch self {
    case .and(let parts), .or(let parts): parts.flatMap(\.leaves)
    case .not(let part): part.leaves
    case .leaf(let leaf): [leaf]
    }
  }

  /// Whether a single condition is one of these, wherever it stands.
  @inlinable package func contains(where isOne: (Leaf) -> Bool) -> Bool {
    switch self {
    case .and(let parts), .or(let parts): parts.contains { $0.contains(where: isOne) }
    case .not(let part): part.contains(where: isOne)
    case .leaf(let leaf): isOne(leaf)
    }
  }

  /// The same tree of other conditions.
  package func map<Other, Failure>(
    _ change: (Leaf) throws(Failure) -> Other
  ) throws(Failure) -> Logic<Other> {
    try flatMap { (leaf) throws(Failure) in .leaf(try change(leaf)) }
  }

  /// The same tree with every condition replaced by a tree.
  package func flatMap<Other, Failure>(
    _ change: (Leaf) throws(Failure) -> Logic<Other>
  ) throws(Failure) -> Logic<Other> {
    switch self {
    case .and(let parts):
      .and(try parts.map { (part) throws(Failure) in try part.flatMap(change) })
    case .or(let parts):
      .or(try parts.map { (part) throws(Failure) in try part.flatMap(change) })
    case .not(let part): .not(try part.flatMap(change))
    case .leaf(let leaf): try change(leaf)
    }
  }

  /// Whether it holds where each condition does or does not.
  @inlinable package func holds<Failure>(
    _ leafHolds: (Leaf) throws(Failure) -> Bool
  ) throws(Failure) -> Bool {
    switch self {
    case .and(let parts):
      for part in parts where try !part.holds(leafHolds) { return false }
      return true
    case .or(let parts):
      for part in parts where try part.holds(leafHolds) { return true }
      return false
    case .not(let part): return try !part.holds(leafHolds)
    case .leaf(let leaf): return try leafHolds(leaf)
    }
  }

  /// Whether it holds where some conditions are not decided yet, which nil says; nil when they
  /// matter.
  @inlinable package func answer(_ leafAnswer: (Leaf) -> Bool?) -> Bool? {
    switch self {
    case .and(let parts): Self.joined(parts, until: false, leafAnswer)
    case .or(let parts): Self.joined(parts, until: true, leafAnswer)
    case .not(let part): part.answer(leafAnswer).map { !$0 }
    case .leaf(let leaf): leafAnswer(leaf)
    }
  }

  /// The value that decides once a part has it, else its opposite; nil when a part is not decided.
  @inlinable static func joined(
    _ parts: [Logic], until deciding: Bool, _ leafAnswer: (Leaf) -> Bool?
  ) -> Bool? {
    var isKnown = true
    for part in parts {
      guard let answer = part.answer(leafAnswer) else {
        isKnown = false
        continue
      }
      if answer == deciding { return deciding }
    }
    return isKnown ? !deciding : nil
  }

  /// Without `and` directly in `and`, and the same for `or`.
  package var simplified: Logic {
    switch self {
    case .and(let parts): .joined(and: parts.map(\.simplified))
    case .or(let parts): .joined(or: parts.map(\.simplified))
    case .not(let part): .not(part.simplified)
    case .leaf: self
    }
  }

  /// All of the parts; parts of a part that is an `and` itself become its own.
  static func joined(and parts: [Logic]) -> Logic {
    .and(parts.flatMap { if case .and(let inner) = $0 { inner } else { [$0] } })
  }

  /// One of the parts, as `joined(and:)`.
  static func joined(or parts: [Logic]) -> Logic {
    .or(parts.flatMap { if case .or(let inner) = $0 { inner } else { [$0] } })
  }

  /// Adds a condition that must hold too.
  package func and(_ other: Logic) -> Logic {
    if case .and(let parts) = self { .and(parts + [other]) } else { .and([self, other]) }
  }

  /// The same without the condition that is told, where it is all or one of what must hold; nil
  /// where nothing would be left.
  package func without(_ isIt: (Leaf) -> Bool) -> Logic? {
    guard contains(where: isIt) else { return self }
    guard case .and(let parts) = self else { return nil }
    let left = parts.compactMap { $0.without(isIt) }
    return left.count > 1 ? .and(left) : left.first
  }

  /// The text with no more parentheses than needed.
  package func text(_ leafText: (Leaf) -> String) -> String {
    switch self {
    case .or(let parts): return parts.map { $0.text(leafText) }.joined(separator: " or ")
    case .and(let parts):
      let texts = parts.map { part in
        if case .or = part { "(\(part.text(leafText)))" } else { part.text(leafText) }
      }
      return texts.joined(separator: " and ")
    case .not(let part):
      switch part {
      case .or, .and: return "not (\(part.text(leafText)))"
      case .not, .leaf: return "not " + part.text(leafText)
      }
    case .leaf(let leaf): return leafText(leaf)
    }
  }
}

/// `where`.
package typealias Predicate = Logic<Term>

/// A single condition of `where`.
package enum Term: Sendable, Hashable {
  /// A `let` name.
  case name(Located<String>)
  case compare(Located<Field>, Located<Comparison>, Located<Value>)
  case inRange(Located<Field>, negated: Bool, Located<Value>, Located<Value>)
  case inSet(Located<Field>, negated: Bool, [Located<Value>])
  /// Outermost first: A calls B, gaps allowed.
  case stackHas([Pattern])
}

extension Term {
  /// The field it looks at; nil for names and stacks.
  package var field: Located<Field>? {
    switch self {
    case .compare(let field, _, _), .inRange(let field, _, _, _), .inSet(let field, _, _): field
    case .name, .stackHas: nil
    }
  }

  /// What its field is compared with.
  package var values: [Located<Value>] {
    switch self {
    case .compare(_, _, let value): [value]
    case .inRange(_, _, let lower, let upper): [lower, upper]
    case .inSet(_, _, let values): values
    case .name, .stackHas: []
    }
  }
}

extension Predicate {
  /// A field compared with a value.
  package static func compare(
    _ field: Located<Field>, _ comparison: Located<Comparison>, _ value: Located<Value>
  ) -> Predicate { .leaf(.compare(field, comparison, value)) }

  /// A field that is one of several values.
  package static func inSet(
    _ field: Located<Field>, negated: Bool, _ values: [Located<Value>]
  ) -> Predicate { .leaf(.inSet(field, negated: negated, values)) }

  /// Frames that a stack has, outermost first.
  package static func stackHas(_ patterns: [Pattern]) -> Predicate { .leaf(.stackHas(patterns)) }

  /// Where its first term stands.
  var firstRange: SourceRange? {
    leaves.lazy.compactMap { term in
      switch term {
      case .name(let name): name.range
      case .stackHas(let patterns): patterns.first?.range
      case .compare, .inRange, .inSet: term.field?.range
      }
    }.first
  }
}

/// `having`.
package typealias Limits = Logic<Limit>

/// A single condition of `having`.
package struct Limit: Sendable, Hashable {
  /// What is compared.
  package var measure: Located<Measure>
  /// The comparison.
  package var comparison: Located<Comparison>
  /// The bound.
  package var amount: Located<Amount>
}

extension Limits {
  /// A measure compared with a bound.
  package static func compare(
    _ measure: Located<Measure>, _ comparison: Located<Comparison>, _ amount: Located<Amount>
  ) -> Limits { .leaf(Limit(measure: measure, comparison: comparison, amount: amount)) }

  /// Where its first bound stands.
  var firstRange: SourceRange? { leaves.first?.measure.range }

  /// Measures that are compared.
  package var measures: [Measure] { leaves.map(\.measure.value) }
}
