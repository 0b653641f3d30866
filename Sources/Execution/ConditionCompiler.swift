import Results
import Language
import Store

/// Makes a predicate ready for one capture.
struct ConditionCompiler {
  let data: CaptureData
  let keys: SiteKeys
  let times: TimeResolver

  /// The condition that `predicate` means here; `let` names must be resolved.
  func compile(_ predicate: Predicate) throws(EngineError) -> Condition {
    try predicate.flatMap { (term) throws(EngineError) in try compile(term) }
  }

  private func compile(_ term: Term) throws(EngineError) -> Condition {
    switch term {
    case .name(let name):
      throw .query(QueryError(.meaning(.unknownName(name.value)), at: name.range))
    case .stackHas(let patterns): return try stackHas(patterns)
    case .compare(let field, let comparison, let value):
      return try compare(field, comparison, value)
    case .inRange(let field, let isNegated, let from, let to):
      let condition = try range(field, from, to)
      return isNegated ? .not(condition) : condition
    case .inSet(let field, let isNegated, let values):
      let any = Condition.or(
        try values.map { (value) throws(EngineError) in
          try compare(field, Located(.equal, field.range), value)
        })
      return isNegated ? .not(any) : any
    }
  }

  // MARK: Comparisons

  private func compare(
    _ field: Located<Field>, _ comparison: Located<Comparison>, _ value: Located<Value>
  ) throws(EngineError) -> Condition {
    switch field.value {
    case .size:
      return .size(.comparison(comparison.value, try number(value)))
    case .time:
      let condition = Condition.births(try births(comparison.value, value))
      return comparison.value == .notEqual ? .not(condition) : condition
    case .key(.lifetime):
      let test = NumberTest.comparison(comparison.value, try lifetimeNumber(value))
      return .leaf(isDuration(value.value) ? .duration(test) : .lifetime(test))
    case .key(.mark): return try births(ofMarks: comparison, value)
    case .key(.sizeclass):
      return .leaf(.sizeClass(.comparison(comparison.value, try number(value))))
    case .key(.label(let label)) where value.value.labelNumber != nil:
      return try compareLabel(label, comparison.value, value)
    case .key(let key): return try compareText(key, comparison, value)
    }
  }

  private func compareText(
    _ key: Key, _ comparison: Located<Comparison>, _ value: Located<Value>
  ) throws(EngineError) -> Condition {
    var dictionary = KeyDictionary()
    let passes = try Self.textTest(key, comparison, value)
    let numbers = try reading(try keys.numbers(of: key, into: &dictionary))
    return .sites(numbers, of: dictionary, negated: comparison.value.isNegated, passes)
  }

  /// A label's number against one with or without a unit; a text is met by the digits alone.
  private func compareLabel(
    _ label: SampleLabel, _ comparison: Comparison, _ value: Located<Value>
  ) throws(EngineError) -> Condition {
    guard let wanted = value.value.labelNumber else {
      throw .cannotAnswer(
        "a number is compared with a number", suggestion: "such as `4kB` or `10`", at: value.range)
    }
    var dictionary = KeyDictionary()
    let numbers = try reading(
      try keys.numbers(of: .label(label), into: &dictionary))
    let known = try reading(try data.labels()).first { $0.name == label.name }
    let isTime = known?.unit == "nanoseconds"
    // A plain number against a time is one of seconds.
    var bound = wanted
    if isTime, case .number = value.value { bound *= 1e9 }
    let test = NumberTest.comparison(comparison == .notEqual ? .equal : comparison, bound)
    return .sites(numbers, of: dictionary, negated: comparison == .notEqual) { found in
      switch found {
      case .integer(let number): test.passes(Double(number))
      case .text(let text): Double(text).map { test.passes($0) } ?? false
      case .stack: false
      }
    }
  }

  /// A test of one value of a key; negation is the caller's.
  static func textTest(
    _ key: Key, _ comparison: Located<Comparison>, _ value: Located<Value>
  ) throws(EngineError) -> (KeyValue) -> Bool {
    if case .number(let number) = value.value {
      // Negation is the caller's.
      let symbol: Comparison = comparison.value == .notEqual ? .equal : comparison.value
      let test = NumberTest.comparison(symbol, number)
      return { if case .integer(let integer) = $0 { test.passes(Double(integer)) } else { false } }
    }
    guard case .pattern(let pattern) = value.value else {
      throw .cannotAnswer("a name is text", suggestion: "write it in quotes", at: value.range)
    }
    let isRegex = if case .regex = pattern.form { true } else { false }
    if isRegex || [.matches, .doesNotMatch].contains(comparison.value) {
      return try patternTest(key, pattern)
    }
    let wanted = pattern.text
    let ignoresCase = key == .allocator || key == .kind
    return { value in
      switch value {
      case .text(let text):
        return text == wanted || (key == .module && text.hasPrefix(wanted + "."))
          || (ignoresCase && text.lowercased() == wanted.lowercased())
          || (key == .thread && isThread(text, named: wanted))
      case .integer(let integer): return String(integer) == wanted
      case .stack(let frames): return frames.contains { $0.function == wanted }
      }
    }
  }

  /// A thread is met by its whole text, its number or its name.
  private static func isThread(_ text: String, named wanted: String) -> Bool {
    guard let open = text.firstIndex(of: "("), text.hasSuffix(")") else { return false }
    let name = text[text.index(after: open)...].dropLast()
    return name == wanted || text[..<open].dropLast() == wanted
  }

  private static func patternTest(
    _ key: Key, _ pattern: Pattern
  ) throws(EngineError) -> (KeyValue) -> Bool {
    let matcher = try asking(try PatternMatcher(pattern))
    let isPath = key.definition.values.holdsPath
    return { value in
      switch value {
      case .text(let text):
        if isPath { return matcher.matchesPath(text) }
        if key == .module { return matcher.matchesModule(text) }
        if key == .thread, let open = text.firstIndex(of: "(") {
          let name = text[text.index(after: open)...].dropLast()
          return matcher.matches(text) || matcher.matches(String(name))
        }
        return matcher.matches(text) || (key == .allocator && matcher.matches(text.lowercased()))
      case .integer(let integer): return matcher.matches(String(integer))
      case .stack(let frames):
        return frames.contains {
          matcher.matches($0.function) || matcher.matchesPath($0.file)
            || matcher.matchesPath($0.lineno)
        }
      }
    }
  }

  /// Rows born after a mark that passes and before the next that does not.
  private func births(
    ofMarks comparison: Located<Comparison>, _ value: Located<Value>
  ) throws(EngineError) -> Condition {
    if let problem = times.marks.problem { throw .query(problem) }
    let passes = try Self.textTest(.mark, comparison, value)
    let marks = times.marks
    let texts = marks.texts
    var ranges: [Range<UInt32>] = []
    for index in marks.names.indices {
      guard passes(.text(marks.names[index])) || passes(.text(texts[index])) else { continue }
      let next = index + 1
      let end = next < marks.states.count ? marks.states[next] : times.timeline.clock.endState
      if let last = ranges.last, last.upperBound == marks.states[index] {
        ranges[ranges.count - 1] = last.lowerBound..<end
      } else {
        ranges.append(marks.states[index]..<end)
      }
    }
    let condition = Condition.or(ranges.map { .births($0) })
    return comparison.value.isNegated ? .not(condition) : condition
  }

  private func range(
    _ field: Located<Field>, _ from: Located<Value>, _ to: Located<Value>
  ) throws(EngineError) -> Condition {
    switch field.value {
    case .time:
      // As `in A..B`: after A, up to B, cut to the recording.
      if let span = TimeSpan.located(from, to) {
        return .births(try asking(try times.states(span)))
      }
      let start = try births(.greater, from)
      let end = try births(.lessOrEqual, to)
      guard start.lowerBound <= end.upperBound else {
        throw .query(.backwards(at: SourceRange(from.range.lower, to.range.upper)))
      }
      return .births(start.lowerBound..<end.upperBound)
    case .size, .key(.sizeclass):
      let test = NumberTest(
        lower: try number(from), upper: try number(to), includesUpper: false)
      return .leaf(field.value == .size ? .size(test) : .sizeClass(test))
    case .key(.lifetime):
      let test = NumberTest(
        lower: try lifetimeNumber(from), upper: try lifetimeNumber(to), includesUpper: false)
      return .leaf(isDuration(from.value) ? .duration(test) : .lifetime(test))
    case .key(.label(let label)) where from.value.labelNumber != nil:
      return .and([
        try compareLabel(label, .greaterOrEqual, from), try compareLabel(label, .less, to),
      ])
    case .key:
      throw .cannotAnswer(
        "names have no order", suggestion: "list them: `in (a, b)`, or use `~`", at: from.range)
    }
  }

  // MARK: Values

  private func number(_ value: Located<Value>) throws(EngineError) -> Double {
    switch value.value {
    case .size(let bytes): return bytes
    case .number(let number): return number
    case .time, .pattern:
      throw .cannotAnswer("a size is bytes", suggestion: "such as `4kB` or `1MiB`", at: value.range)
    }
  }

  private func isDuration(_ value: Value) -> Bool {
    if case .time = value { true } else { false }
  }

  /// Allocations, or milliseconds for a duration.
  private func lifetimeNumber(_ value: Located<Value>) throws(EngineError) -> Double {
    switch value.value {
    case .number(let number): return number
    case .time(let point): if let length = point.duration { return Double(length) / 1e6 }
    case .size, .pattern: break
    }
    throw .cannotAnswer(
      "a lifetime is a number of allocations or a duration", suggestion: "such as `100` or `10s`",
      at: value.range)
  }

  /// The instants of birth that meet a comparison with a time.
  private func births(
    _ comparison: Comparison, _ value: Located<Value>
  ) throws(EngineError) -> Range<UInt32> {
    let point: TimePoint
    switch value.value {
    case .time(let time): point = time
    case .pattern(let pattern) where pattern.form == .quoted:
      point = TimePoint(base: .wallClock(pattern.text))
    default:
      throw .cannotAnswer(
        "a time has a unit", suggestion: "such as `10s`, `40%` or `#1200`", at: value.range)
    }
    let state = try asking(try times.state(Located(point, value.range)))
    return Self.births(comparison, state: state, isInstant: point.isInstant, times.timeline)
  }

  private static func births(
    _ comparison: Comparison, state: UInt32, isInstant: Bool, _ timeline: Timeline
  ) -> Range<UInt32> {
    let end = timeline.clock.endState
    let from = isInstant && state > 0 ? state - 1 : state
    switch comparison {
    case .less: return 0..<from
    case .lessOrEqual: return 0..<state
    case .greater: return state..<end
    case .greaterOrEqual: return from..<end
    case .equal, .matches, .notEqual, .doesNotMatch:
      if isInstant { return from..<state }
      let tick = timeline.tick(atState: state).map { $0 + 1 } ?? 0
      let next = tick < timeline.states.count ? timeline.states[tick] : end
      return state..<max(state, next)
    }
  }

  // MARK: Stacks

  /// Which sites' recorded stacks have frames that meet the patterns, outermost first.
  private func stackHas(_ patterns: [Pattern]) throws(EngineError) -> Condition {
    var matchers: [FrameMatcher] = []
    let modules = try reading(try data.modules())
    for pattern in patterns {
      matchers.append(FrameMatcher(try asking(try PatternMatcher(pattern)), modules: modules))
    }
    return .sites(try reading(try sites(withStack: matchers)))
  }

  private func sites(withStack matchers: [FrameMatcher]) throws(StoreError) -> [Bool] {
    let locations = try data.locations()
    let stacks = try data.mergedStacks()
    let met = matchers.map { matcher in
      (0..<locations.count).map { matcher.matches(locations, $0) }
    }
    // Per node: how many patterns its path from the root has met, taken greedily.
    var progress = [UInt8](repeating: 0, count: stacks.count)
    for node in 1..<max(1, stacks.count) {
      let before = progress[Int(stacks.parents[node])]
      let location = Int(stacks.locations[node])
      let advances = Int(before) < met.count && met[Int(before)][location]
      progress[node] = advances ? before + 1 : before
    }
    return try data.mergedSites().map { Int(progress[Int($0)]) == met.count }
  }
}

extension Condition {
  /// Sites whose values pass; what has none passes a test that is negated.
  fileprivate static func sites(
    _ numbers: [Int32], of dictionary: KeyDictionary, negated isNegated: Bool,
    _ passes: (KeyValue) -> Bool
  ) -> Condition {
    let answers = dictionary.values.map { passes($0) != isNegated }
    return .sites(numbers.map { $0 == KeyDictionary.absent ? isNegated : answers[Int($0)] })
  }
}

extension Value {
  /// A number to compare labels with: bytes, nanoseconds, or plain; nil for texts.
  fileprivate var labelNumber: Double? {
    switch self {
    case .size(let bytes): bytes
    case .number(let number): number
    case .time(let point): point.duration.map(Double.init)
    case .pattern: nil
    }
  }
}

extension TimePoint {
  /// Whether it names one instant.
  var isInstant: Bool {
    if case .instant = base { offsetNanoseconds == 0 } else { false }
  }
}
