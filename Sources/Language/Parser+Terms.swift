/// Populations, measures, times, patterns and captures.
extension Parser {
  /// Words a measure begins with.
  static let measureWords: Set<String> = Set(
    (Vocabulary.measures.flatMap(\.spellings) + Vocabulary.series.map(\.name)
      + Vocabulary.sampleTypes.map(\.name)).compactMap {
        $0.split(separator: " ").first.map(String.init)
      })

  /// Whether a measure comes next: a word for one, or the name of a sample type.
  mutating func beginsMeasure() throws(QueryError) -> Bool {
    switch try peek().kind {
    case .string: return true
    case .word(let typed):
      let word = typed.asciiLowercased
      return Self.measureWords.contains(word) || sampleTypes[word] != nil
    default: return false
    }
  }

  mutating func population() throws(QueryError) -> Located<Population> {
    let token = try advance()
    guard case .word(let typed) = token.kind, let word = Vocabulary.population(typed) else {
      throw expected("a population", token)
    }
    let population: Population
    switch word {
    case .peak: population = .peak
    case .leaked: population = .leaked
    case .allocated: population = .allocated
    case .freed: population = .freed
    case .live:
      population = .live(at: try take("at") == nil ? nil : try time("a time after `at`"))
    case .temporary:
      population = .temporary(within: try take("within") == nil ? nil : try within())
    case .survived:
      let start = try peek().range.lower
      _ = try take("in")
      population = .survived(try span(from: start))
    }
    return Located(population, SourceRange(token.range.lower, lastEnd))
  }

  private mutating func within() throws(QueryError) -> Int {
    let token = try peek()
    guard case .integer(let number) = token.kind else {
      throw expected("a number of allocations after `within`", token)
    }
    try advance()
    return value(number, token, orElse: 1)
  }

  /// A measure of one or two words.
  ///
  /// - Parameter verb: The verb of the question, when its measures are not those of groups.
  /// - Returns: The measure, also noted as read.
  /// - Throws: A first or second word that names no measure.
  mutating func measure(verb: Verb?) throws(QueryError) -> Located<Measure> {
    let measure = try measurePhrase(verb: verb)
    read.measure = measure
    return measure
  }

  private mutating func measurePhrase(verb: Verb?) throws(QueryError) -> Located<Measure> {
    let token = try peek()
    if case .string(let name) = token.kind {
      try advance()
      if name.isEmpty {
        problems.append(
          QueryError(.syntax(.emptyText("the name of a sample type")), at: token.range))
      }
      return Located(.sampleType(SampleType(name)), token.range)
    }
    guard let word = try peekWord(), try beginsMeasure() else { throw diagnosis(token).measure }
    try advance()
    if let name = sampleTypes[word] { return Located(.sampleType(SampleType(name)), token.range) }
    if let measure = Vocabulary.measure(word) { return Located(measure, token.range) }
    let second = try peek()
    guard case .word(let typed) = second.kind, typed.asciiLowercased != "bytes",
      let measure = Vocabulary.measure(word + " " + typed)
    else { throw diagnosis(second).secondWord(token) }
    try advance()
    let range = SourceRange(token.range.lower, second.range.upper)
    if verb == .hist, measure == .averageLifetime {
      problems.append(
        QueryError(
          .meaning(.takesNo(verb: "hist", part: "averages")), at: range,
          [.rewrite([QueryError.Edit(range, "lifetime")])]))
    }
    return Located(measure, range)
  }

  /// `A..B`, with the range beginning at a word before it.
  mutating func span(from start: Int) throws(QueryError) -> Located<TimeSpan> {
    let first = try time("a time")
    let token = try peek()
    guard try take(.range) != nil else {
      throw diagnosis(token).secondTime(first)
    }
    let last = try time("a time after `..`")
    return Located(TimeSpan(start: first, end: last), SourceRange(start, lastEnd))
  }

  /// An instant or a wall clock in quotes.
  mutating func time(_ what: String) throws(QueryError) -> Located<TimePoint> {
    let token = try peek()
    if case .string(let clock) = token.kind {
      try advance()
      return Located(TimePoint(base: .wallClock(clock)), token.range)
    }
    guard let instant = try instant() else { throw diagnosis(token).time(what) }
    return instant
  }

  /// A time without quotes and what is added to it; nil when none begins here.
  mutating func instant() throws(QueryError) -> Located<TimePoint>? {
    let token = try peek()
    guard let base = try timeBase(token) else { return nil }
    var point = TimePoint(base: base)
    while let sign = try takeSign() {
      let token = try peek()
      guard case .duration(let length) = token.kind else {
        throw diagnosis(token).duration(after: text(sign.range))
      }
      try advance()
      let nanoseconds = value(length, token, orElse: 0)
      let isPlus = sign.kind == .symbol(.plus)
      let (sum, overflow) = point.offsetNanoseconds.addingReportingOverflow(
        isPlus ? nanoseconds : -nanoseconds)
      point.offsetNanoseconds = value(overflow ? nil : sum, token, orElse: 0)
    }
    return Located(Self.folded(point), SourceRange(token.range.lower, lastEnd))
  }

  private mutating func takeSign() throws(QueryError) -> Token? {
    if let plus = try take(.plus) { return plus }
    return try take(.minus)
  }

  /// `10s + 5s` is `15s`.
  private static func folded(_ point: TimePoint) -> TimePoint {
    guard case .elapsed(let base) = point.base else { return point }
    let (sum, overflow) = base.addingReportingOverflow(point.offsetNanoseconds)
    return overflow || sum < 0 ? point : TimePoint(base: .elapsed(sum))
  }

  private mutating func timeBase(_ token: Token) throws(QueryError) -> TimeBase? {
    switch token.kind {
    case .duration(let length):
      try advance()
      return .elapsed(value(length, token, orElse: 0))
    case .percent(let percent):
      try advance()
      return .percent(value(percent, token, orElse: 0))
    case .sequence(let number):
      try advance()
      return .instant(UInt64(value(number, token, orElse: 0)))
    case .word(let typed):
      let word = typed.asciiLowercased
      if let time = Vocabulary.times.first(where: { $0.name == word }) {
        try advance()
        return time.value
      }
      guard let mark = try marker() else { return nil }
      return .mark(mark.pattern, mark.value)
    default: return nil
    }
  }

  /// `mark(P)` or `mark(P, n)`; nil when none begins here.
  mutating func marker() throws(QueryError) -> (pattern: Pattern, value: Int, number: SourceRange?)?
  {
    guard try peekWord() == "mark", try peekSecond()?.kind == .symbol(.openParenthesis) else {
      return nil
    }
    try advance()
    try advance()
    let pattern = try pattern("the name of a mark")
    var number = 1
    var numberRange: SourceRange?
    if try take(.comma) != nil {
      let token = try peek()
      guard case .integer(let typed) = token.kind else {
        throw expected("the number of the mark", token)
      }
      try advance()
      number = value(typed, token, orElse: 1)
      numberRange = token.range
      if number == 0 {
        problems.append(QueryError(.syntax(.zero("the number of the mark")), at: token.range))
      }
    }
    let token = try peek()
    guard try take(.closeParenthesis) != nil else {
      throw expected("`)` after the mark", token)
    }
    return (pattern, number, numberRange)
  }

  /// A name, a glob, a quoted text or a regular expression.
  mutating func pattern(_ what: String) throws(QueryError) -> Pattern {
    let token = try peek()
    switch token.kind {
    case .word(let word) where !Vocabulary.reserved.contains(word.asciiLowercased):
      try advance()
      if let typography = diagnosis(token).typography { problems.append(typography) }
      return Pattern(text: word, form: .word, range: token.range)
    case .string(let text):
      try advance()
      return Pattern(text: text, form: .quoted, range: token.range)
    case .regex(let text, let ignoresCase):
      try advance()
      return Pattern(text: text, form: .regex(ignoresCase: ignoresCase), range: token.range)
    default: throw diagnosis(token).name(what)
    }
  }

  mutating func capture(_ what: String) throws(QueryError) -> CaptureReference {
    let token = try peek()
    if case .sequence(let number) = token.kind {
      try advance()
      let index = value(number, token, orElse: 1)
      if index == 0 {
        problems.append(QueryError(.syntax(.zero("the number of a capture")), at: token.range))
      }
      return .number(index, token.range)
    }
    if case .regex = token.kind { throw diagnosis(token).name(what) }
    return .name(try pattern(what))
  }
}
