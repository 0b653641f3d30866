import Language

/// One thing that a question names and that records have or have not.
enum NamedThing {
  /// A value of a key.
  case value(Key, Located<Comparison>, Pattern)
  /// A number that is a name, such as a process id.
  case number(Key, Double, SourceRange)
  /// A frame of recorded stacks.
  case frame(Pattern)
  /// A frame whose calls the question needs as marks.
  case calls(Pattern)
  /// Marks that the question needs.
  case marks(Pattern)

  /// Where it stands.
  var range: SourceRange {
    switch self {
    case .value(_, _, let pattern), .frame(let pattern), .calls(let pattern), .marks(let pattern):
      pattern.range
    case .number(_, _, let range): range
    }
  }

  /// Whether the question means nothing without it.
  var isNeeded: Bool {
    switch self {
    case .calls, .marks: true
    case .value, .number, .frame: false
    }
  }

  /// The key that its name is a value of; nil for frames.
  var key: Key? {
    switch self {
    case .value(let key, _, _), .number(let key, _, _): key
    case .marks: .mark
    case .frame, .calls: nil
    }
  }

  /// The text as typed; nil for regular expressions, which are near nothing.
  var typed: String? {
    switch self {
    case .value(_, _, let pattern), .frame(let pattern), .calls(let pattern), .marks(let pattern):
      if case .regex = pattern.form { return nil }
      return pattern.text
    case .number(_, let number, _): return Int64(exactly: number).map { String($0) }
    }
  }

  /// What no record has, in words, such as ``the function `render` ``.
  var words: String {
    let noun = key?.definition.noun ?? "frame"
    switch self {
    case .number: return "the \(noun) `\(typed ?? "")`"
    case .value(_, let comparison, let pattern):
      let isPattern = [.matches, .doesNotMatch].contains(comparison.value)
      return isPattern || typed == nil
        ? "a \(noun) that meets `\(pattern.canonicalText)`" : "the \(noun) `\(pattern.text)`"
    case .frame(let pattern), .calls(let pattern): return "a frame `\(pattern.text)`"
    case .marks(let pattern): return "a mark that meets `\(pattern.canonicalText)`"
    }
  }
}

extension Query {
  /// What the conditions, `from frame` and the marks of the question name.
  var namedThings: [NamedThing] {
    var things = frameMarks.map { NamedThing.calls($0) }
    if case .mark(let pattern) = per?.value { things.append(.marks(pattern)) }
    for point in population?.value.points ?? [] { things += point.namedThings }
    for point in range.map({ [$0.value.start.value, $0.value.end.value] }) ?? [] {
      things += point.namedThings
    }
    if let fromFrame { things.append(.frame(fromFrame)) }
    return things + (filter?.namedThings ?? [])
  }
}

extension Population {
  /// Times that say which records are meant.
  fileprivate var points: [TimePoint] {
    switch self {
    case .live(let time): time.map { [$0.value] } ?? []
    case .survived(let span): [span.value.start.value, span.value.end.value]
    default: []
    }
  }
}

extension TimePoint {
  fileprivate var namedThings: [NamedThing] {
    if case .mark(let pattern, _) = base { [.marks(pattern)] } else { [] }
  }
}

extension Predicate {
  /// What is named anywhere in it; a `not` in front changes nothing about a name's being one.
  fileprivate var namedThings: [NamedThing] {
    leaves.flatMap(\.namedThings)
  }
}

extension Term {
  fileprivate var namedThings: [NamedThing] {
    switch self {
    case .name: []
    case .stackHas(let patterns): patterns.map { .frame($0) }
    case .compare(let field, let comparison, let value):
      Self.namedThings(field.value, comparison, value)
    case .inRange(let field, _, let from, let to):
      [from, to].flatMap {
        Self.namedThings(field.value, Located(.less, field.range), $0)
      }
    case .inSet(let field, _, let values):
      values.flatMap { Self.namedThings(field.value, Located(.equal, field.range), $0) }
    }
  }

  private static func namedThings(
    _ field: Field, _ comparison: Located<Comparison>, _ value: Located<FieldValue>
  ) -> [NamedThing] {
    if case .time(let point) = value.value { return point.namedThings }
    guard case .key(let key) = field, ![.sizeclass, .lifetime, .window].contains(key) else {
      return []
    }
    switch value.value {
    case .pattern(let pattern): return [.value(key, comparison, pattern)]
    // Labels may be digits in a text.
    case .number where key.isLabel: return []
    case .number(let number) where [.equal, .notEqual].contains(comparison.value):
      return [.number(key, number, value.range)]
    default: return []
    }
  }
}

/// `Value` by a name that `Located` does not shadow.
private typealias FieldValue = Value
