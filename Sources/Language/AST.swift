/// A place in the query text: UTF-8 offsets, end excluded.
package struct SourceRange: Sendable, Hashable {
  /// First byte.
  package var lower: Int
  /// Byte after the last.
  package var upper: Int

  /// The bytes `lower..<upper`.
  package init(_ lower: Int, _ upper: Int) {
    self.lower = lower
    self.upper = upper
  }
}

/// A parsed thing and where it stands in the text.
package struct Located<Value: Sendable & Hashable>: Sendable, Hashable {
  /// The thing.
  package var value: Value
  /// Where it stands.
  package var range: SourceRange

  /// A thing at a place.
  package init(_ value: Value, _ range: SourceRange) {
    self.value = value
    self.range = range
  }
}

extension Located {
  /// Another thing at the same place.
  func map<Other>(_ change: (Value) -> Other) -> Located<Other> {
    Located<Other>(change(value), range)
  }
}

/// One statement of a program.
package enum Statement: Sendable, Hashable {
  /// A question.
  case query(Query)
  /// A test that sets the exit code.
  case assert(Assertion)
  /// The canonical form and the plan of a statement; with `analyze` also what it cost.
  indirect case explain(Statement, analyze: Bool)
  /// A listing of what the store or the language knows.
  case show(Show)
  /// Names a predicate for the session.
  case letDefinition(name: Located<String>, predicate: Predicate)
  /// Makes every outermost call of a frame a mark, for the session.
  case markOnFrame(Pattern)
}

/// `show TOPIC …`.
package struct Show: Sendable, Hashable {
  /// What to list.
  package var topic: Located<Topic>
  /// Captures named by `of`; empty means the default.
  package var captures: [CaptureReference] = []
  /// How and where to write.
  package var output = Output()

  /// A listing of one topic.
  package init(topic: Located<Topic>) { self.topic = topic }
}

/// What `show` lists.
package enum Topic: String, Sendable, CaseIterable, Hashable {
  case captures, capture, peak, threads, marks, keys, quality, formats, lets
}

/// What a question does with its population.
package enum Verb: String, Sendable, CaseIterable, Hashable {
  case top, list, stats, hist, timeline, flame, tree, peek, source, growth, suspects
  case paths = "paths to"
}

/// How many rows were asked for.
package enum RowLimit: Sendable, Hashable {
  /// At most this many.
  case rows(Int)
  /// Every one.
  case all
}

/// A question, its parts in canonical order; synonyms are already replaced.
package struct Query: Sendable, Hashable {
  /// The verb; a population in front means `top`.
  package var verb: Located<Verb>
  /// Types of `paths to`, or functions of `peek`.
  package var pathTarget: Pattern?
  /// The file of `source`; nil means the largest.
  package var file: Pattern?
  /// Rows asked for; nil means the verb's default.
  package var limit: Located<RowLimit>?
  /// The population; nil means the capture kind's default.
  package var population: Located<Population>?
  /// `in A..B`.
  package var range: Located<TimeSpan>?
  /// Measures; empty means the default.
  package var measures: [Located<Measure>] = []
  /// Keys; empty means the default.
  package var keys: [Located<Key>] = []
  /// `inclusive`, where it stands.
  package var inclusive: SourceRange?
  /// `inverted`, where it stands.
  package var inverted: SourceRange?
  /// `every` or `over`.
  package var windows: Located<Windows>?
  /// `per`.
  package var per: Located<RateUnit>?
  /// `where`.
  package var filter: Predicate?
  /// `having`.
  package var having: Limits?
  /// `hide`.
  package var hides: [Hide] = []
  /// `from frame`.
  package var fromFrame: Pattern?
  /// `of`; empty means the newest capture.
  package var captures: [CaptureReference] = []
  /// `vs`.
  package var versus: Versus?
  /// `normalized`, where it stands.
  package var normalized: SourceRange?
  /// `order by`.
  package var order: [OrderColumn] = []
  /// `as` and `to`.
  package var output = Output()
  /// The family of the size literals typed, if any: output keeps it.
  package var typedSizes: TypedSizes = .none

  /// Frames of the session's `mark on frame`, when the question speaks of marks.
  package var frameMarks: [Pattern] = []
  /// What the session knows to be harmless, when the question looks for suspects.
  package var suppressions: [Suppression] = []

  /// A question with only a verb.
  package init(verb: Located<Verb>) { self.verb = verb }
}

/// Which family of size units a query was typed with.
package enum TypedSizes: Sendable, Hashable {
  case none, decimal, binary
}

/// The right side of `vs`.
package enum Versus: Sendable, Hashable {
  /// The same question of other captures.
  case captures([CaptureReference], SourceRange)
  /// Another population of the same captures, with its own range.
  case population(Located<Population>, Located<TimeSpan>?)
}

/// `assert …`.
package struct Assertion: Sendable, Hashable {
  /// The question whose groups are tested; its verb is `top`.
  package var query: Query
  /// The comparison.
  package var comparison: Located<Comparison>
  /// The bound.
  package var bound: Located<AssertionBound>

  /// A test of a question.
  package init(
    query: Query, comparison: Located<Comparison>, bound: Located<AssertionBound>
  ) {
    self.query = query
    self.comparison = comparison
    self.bound = bound
  }
}

/// What an assertion compares with.
package enum AssertionBound: Sendable, Hashable {
  /// A fixed amount.
  case amount(Amount)
  /// A share of another capture's value.
  case percent(Double, of: CaptureReference)
}

/// Which allocations a question is about.
package enum Population: Sendable, Hashable {
  case peak, leaked, allocated, freed
  /// nil means the end, or the snapshot's instant.
  case live(at: Located<TimePoint>?)
  /// Freed before this many further allocations of its thread; nil means 1.
  case temporary(within: Int?)
  case survived(Located<TimeSpan>)
}

/// `A..B`: what happened after A, up to B.
package struct TimeSpan: Sendable, Hashable {
  /// After this state.
  package var start: Located<TimePoint>
  /// Up to this state.
  package var end: Located<TimePoint>

  /// A span between two states.
  package init(start: Located<TimePoint>, end: Located<TimePoint>) {
    self.start = start
    self.end = end
  }
}

/// A state between instants.
package struct TimePoint: Sendable, Hashable {
  /// Where it is counted from.
  package var base: TimeBase
  /// Added to it, nanoseconds.
  package var offsetNanoseconds: Int64

  /// A base and an offset.
  package init(base: TimeBase, offsetNanoseconds: Int64 = 0) {
    self.base = base
    self.offsetNanoseconds = offsetNanoseconds
  }

  /// Nanoseconds, where it is a length of time too: counted from the start, nothing added.
  package var duration: Int64? {
    if case .elapsed(let nanoseconds) = base, offsetNanoseconds == 0 { nanoseconds } else { nil }
  }
}

/// Where a time is counted from.
package enum TimeBase: Sendable, Hashable {
  case start, end, peak
  /// Of the capture's duration.
  case percent(Double)
  /// From the start, nanoseconds.
  case elapsed(Int64)
  /// Just after this instant.
  case instant(UInt64)
  /// The n-th mark meeting a pattern, from 1.
  case mark(Pattern, Int)
  /// Wall clock as typed.
  case wallClock(String)
}

/// `every` or `over`.
package enum Windows: Sendable, Hashable {
  /// Windows of this length, nanoseconds.
  case every(Int64)
  /// This many equal windows.
  case over(Int)
}

/// The unit of `rate`.
package enum RateUnit: Sendable, Hashable {
  case second, minute, hour
  case mark(Pattern)
}

/// What a predicate looks at.
package enum Field: Sendable, Hashable {
  case key(Key)
  case size, time
}

/// A comparison operator; raw values are canonical.
package enum Comparison: String, Sendable, CaseIterable, Hashable {
  case equal = "="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case matches = "~"
  case doesNotMatch = "!~"

  /// Whether it holds where what it says does not.
  package var isNegated: Bool { self == .notEqual || self == .doesNotMatch }
}

/// The right side of a comparison in `where`.
package enum Value: Sendable, Hashable {
  /// A time, for `time`; a duration or percent is one too.
  case time(TimePoint)
  /// Bytes.
  case size(Double)
  /// A bare number.
  case number(Double)
  /// Text, a glob or a regular expression.
  case pattern(Pattern)
}

/// A glob, a quoted text or a regular expression, as typed.
package struct Pattern: Sendable, Hashable {
  /// How it was written.
  package enum Form: Sendable, Hashable {
    case word, quoted
    case regex(ignoresCase: Bool)
  }

  /// The text without quotes or slashes, escapes resolved in quoted ones.
  package var text: String
  /// How it was written.
  package var form: Form
  /// Where it stands.
  package var range: SourceRange

  /// A pattern as typed.
  package init(text: String, form: Form, range: SourceRange) {
    self.text = text
    self.form = form
    self.range = range
  }
}

/// A bound on a measure.
package enum Amount: Sendable, Hashable {
  /// Bytes.
  case size(Double)
  /// Nanoseconds.
  case duration(Int64)
  case number(Double)
  /// Of the total.
  case percent(Double)

  /// The bound as a number of the measure's unit; a percent is of `total`.
  package func number(of measure: Measure, total: Double = 0) -> Double {
    switch self {
    case .size(let bytes): bytes
    case .number(let number): number
    case .duration(let nanoseconds):
      Double(nanoseconds) / (measure == .series(.gcMilliseconds) ? 1e6 : 1e9)
    case .percent(let percent): total * percent / 100
    }
  }
}

/// One edit of stacks.
package enum Hide: Sendable, Hashable {
  case native, imports, internals, libraries, torch, runner, none
  case pattern(Pattern)
}

/// A capture as named after `of` or `vs`.
package enum CaptureReference: Sendable, Hashable {
  /// A name, a glob, or `prev`.
  case name(Pattern)
  /// `#2`.
  case number(Int, SourceRange)
}

/// One column of `order by`.
package struct OrderColumn: Sendable, Hashable {
  /// What to sort by.
  package enum Column: Sendable, Hashable {
    case measure(Measure)
    case key(Key)
    case time
  }

  /// What to sort by, and where it stands.
  package var column: Located<Column>
  /// nil means the default: measures descending, keys ascending.
  package var isAscending: Bool?

  /// A sort column.
  package init(column: Located<Column>, isAscending: Bool?) {
    self.column = column
    self.isAscending = isAscending
  }

  /// The measure that rows are ordered by; nil for a key or the time.
  package var measure: Measure? {
    if case .measure(let measure) = column.value { measure } else { nil }
  }

  /// Whether a list rises by it when nothing else is said.
  package var risesInList: Bool {
    switch column.value {
    case .time: isAscending ?? true
    case .key(let key): isAscending ?? (key != .lifetime)
    case .measure: isAscending ?? false
    }
  }
}

/// How a result is written.
package enum OutputFormat: String, Sendable, CaseIterable, Hashable {
  case table, csv, json, jsonl, markdown, html, svg, folded, speedscope, pprof
}

/// `as` and `to`.
package struct Output: Sendable, Hashable {
  /// nil means a table, or what the extension of `path` says.
  package var format: Located<OutputFormat>?
  /// nil means standard output.
  package var path: Located<String>?

  /// The default output.
  package init() {}
}
