/// What is known of a verb.
package struct VerbDefinition: Sendable {
  /// What a person reads of it.
  package var word: Word
  /// What the number after it counts; nil where it takes none.
  package var rows: Rows?
  /// Parts it takes none of, in the order in which a question is looked through.
  var refuses: [Refusal]
  /// What else it takes none of, for the reference.
  var exceptions: [String]
  /// What its answer is.
  package var shape: Shape
  /// Whether its rows follow time, so that windows divide them.
  package var followsTime: Bool
  /// Whether `in` says where it looks, whatever the population.
  package var looksWithin: Bool
  /// Whether it finds rates, which `per` gives a unit.
  package var hasRates: Bool
  /// Whether it groups by a key of frames where none is said.
  package var groupsByFrames: Bool
  /// What a capture must hold to answer it, whatever is measured.
  package var source: Source
  /// The population where none is said; nil where its measure says it.
  package var population: Population?

  /// What a capture must hold.
  package enum Source: Sendable {
    /// What groups hold at some moment.
    case totals
    /// Totals of stacks.
    case stacks
    /// Totals of lines.
    case lines
    /// Single records with their sizes.
    case records
    /// Facts, of every allocation or of another tool.
    case facts
    /// A graph of objects.
    case objectGraph
    /// What is alive at several moments.
    case moments
    /// Values over time.
    case series
  }

  /// Rows as the number after a verb counts them.
  package struct Rows: Sendable {
    /// What they are, in the plural.
    package var noun: String
    /// How many there are where no number is said; nil is all.
    package var usual: Int?
  }

  /// What an answer is.
  package enum Shape: Sendable {
    case rows
    /// Rows along an axis: time, size.
    case chart
    case flame, tree
  }

  /// A part that a verb does not take, and what to do instead.
  struct Refusal: Sendable {
    var part: QuestionPart
    var hint: String?
  }

  fileprivate init(
    _ verb: Verb, also synonyms: [String] = [], _ shape: Shape = .rows,
    rows: (noun: String, usual: Int?)?, refuses: [(QuestionPart, String?)] = [],
    exceptions: [String] = [], followsTime: Bool = false, looksWithin: Bool = false,
    hasRates: Bool = false, groupsByFrames: Bool = false, from source: Source = .totals,
    of population: Population? = nil, _ meaning: String, _ example: String
  ) {
    word = Word(verb.rawValue, also: synonyms, meaning, example)
    self.rows = rows.map { Rows(noun: $0.noun, usual: $0.usual) }
    self.refuses = refuses.map { Refusal(part: $0.0, hint: $0.1) }
    self.exceptions = exceptions
    self.shape = shape
    self.followsTime = followsTime
    self.looksWithin = looksWithin
    self.hasRates = hasRates
    self.groupsByFrames = groupsByFrames
    (self.source, self.population) = (source, population)
  }

  /// Whether it shows series of the process over time.
  package var showsSeries: Bool { shape == .chart && followsTime }

  /// Whether it can be drawn.
  var isPicture: Bool { shape == .chart || shape == .flame }
}

extension Verb: Defined {
  var word: Word { definition.word }

  /// What is known of it.
  package var definition: VerbDefinition {
    switch self {
    case .top:
      VerbDefinition(
        self, rows: ("rows", 10), groupsByFrames: true, "groups, biggest first", "top 10 by lineno")
    case .list:
      VerbDefinition(
        self, rows: ("rows", 10),
        refuses: [
          (.by, "`list` shows single records; groups are `top`'s"),
          (.measures, "every record has its size, lifetime and stack"),
          (.versus, "groups can be compared: top by lineno vs …"), (.having, Self.noGroups),
          (.windows, Self.oneStretch),
        ], from: .records, "single records, biggest first", "list 20 where size > 1MB")
    case .stats:
      VerbDefinition(
        self, rows: ("places", 5),
        refuses: [
          (.by, "`stats` always shows allocators and the largest places"), (.measures, nil),
          (.versus, nil), (.having, Self.noGroups), (.windows, Self.oneStretch), (.order, nil),
        ], looksWithin: true, from: .facts, of: .allocated,
        "totals, sizes, allocators and the largest places", "stats leaked")
    case .hist:
      VerbDefinition(
        self, also: ["histogram"], .chart, rows: nil,
        refuses: [
          (.number, nil), (.by, "for example: top by sizeclass, thread"), (.having, Self.noGroups),
          (.windows, Self.oneStretch), (.order, nil),
        ], exceptions: ["measures but one of `size` and `lifetime`"],
        from: .records, "sizes or lifetimes in powers of two", "hist lifetime")
    case .timeline:
      VerbDefinition(
        self, .chart, rows: ("groups", 10),
        refuses: [
          (.having, "its groups are the greatest: timeline 20 by function"), (.order, nil),
        ], exceptions: ["`peak`", "`live at`"], followsTime: true, looksWithin: true,
        from: .series, of: .live(at: nil), "values over time", "timeline size, rss")
    case .flame:
      VerbDefinition(
        self, also: ["flamegraph"], .flame, rows: nil, refuses: [(.number, nil)] + stackRefusals,
        from: .stacks, "stacks as a flame graph", "flame peak to peak.html")
    case .tree:
      VerbDefinition(
        self, .tree, rows: ("places", 10), refuses: stackRefusals, from: .stacks,
        "stacks as an indented tree",
        "tree peak inverted")
    case .peek:
      VerbDefinition(
        self, rows: ("callers and callees of a function", 10),
        refuses: [
          (.recordMeasures, "sums of stacks add up: peek main size, peek main count"),
          (.by, "it groups by functions; stacks are `tree from frame`'s"),
          (.versus, "stacks can be compared: tree from frame main vs …"),
          (.having, "a stack belongs to all its callers; records are chosen by `where`"),
          (.inclusive, "its sizes always are"), (.windows, Self.oneStretch), (.order, nil),
        ], from: .stacks, "a function, its callers above and its callees below", "peek main")
    case .source:
      VerbDefinition(
        self, rows: ("files", 1),
        refuses: [
          (.by, "its groups are the lines of a file"),
          (.versus, "lines can be compared: top by lineno vs …"), (.windows, Self.oneStretch),
          (.order, nil),
        ], groupsByFrames: true, from: .lines, "the lines of a file with what each holds",
        "source app.py")
    case .growth:
      VerbDefinition(
        self, .chart, rows: ("rows", 10),
        refuses: [
          (.versus, nil),
          (.recordMeasures, "it follows sums: growth size, growth count, growth rate"),
        ], exceptions: ["populations but `live`"], followsTime: true, looksWithin: true,
        hasRates: true, groupsByFrames: true, from: .moments, of: .live(at: nil),
        "which groups of what is live grow",
        "growth by function")
    case .suspects:
      VerbDefinition(
        self, rows: ("rows", nil),
        refuses: [
          (.population, "it looks at everything"), (.measures, nil), (.by, nil),
          (.having, Self.noGroups),
          (.otherPopulation, "captures can be compared: suspects of new vs old"), (.order, nil),
        ], followsTime: true, looksWithin: true, hasRates: true, from: .moments, of: .live(at: nil),
        "ranked findings",
        "suspects in 10s..end")
    case .paths:
      VerbDefinition(
        self, rows: nil,
        refuses: [
          (.population, nil), (.measures, nil), (.by, nil), (.versus, nil),
          (.having, Self.noGroups), (.range, nil), (.inclusive, nil), (.windows, nil), (.per, nil),
          (.number, nil), (.fromFrame, nil), (.order, nil), (.filter, nil), (.hide, nil),
        ], from: .objectGraph, "references from the roots to objects of a type", "paths to Session")
    }
  }

  /// Whether it shows stacks as trees.
  package var isOfStacks: Bool {
    switch definition.shape {
    case .flame, .tree: true
    case .rows, .chart: false
    }
  }

  private static let noGroups = "it has no groups; records are chosen by `where`"
  private static let oneStretch = "`in A..B` is one stretch"

  private var stackRefusals: [(QuestionPart, String?)] {
    [
      (.recordMeasures, "sums of stacks add up: \(rawValue) size, \(rawValue) count"),
      (.having, "a stack belongs to all its callers; records are chosen by `where`"),
      (.stackKeys, "`\(rawValue)` already groups by frames; `by thread` splits the root"),
      (.inclusive, "its frames always are"), (.order, nil),
    ]
  }
}

/// A part of a question that a verb may not take.
enum QuestionPart: Sendable {
  case number, population, otherPopulation, measures, recordMeasures, by, stackKeys, inclusive
  case windows, versus, having, order, range, per, fromFrame, filter, hide

  /// What it is called in a question.
  var rawName: String {
    switch self {
    case .number: "number"
    case .population, .otherPopulation: "population"
    case .measures, .recordMeasures: "measures"
    case .by: "`by`"
    case .stackKeys: "key of frames"
    case .inclusive: "`inclusive`"
    case .windows: "windows"
    case .versus: "`vs`"
    case .having: "`having`"
    case .order: "`order by`"
    case .range: "`in`"
    case .per: "`per`"
    case .fromFrame: "`from frame`"
    case .filter: "`where`"
    case .hide: "`hide`"
    }
  }

  /// Where it stands in a question, and what it is called there; nil where it does not.
  func place(in query: Query) -> (name: String, range: SourceRange?)? {
    let range: SourceRange?
    switch self {
    case .number: range = query.limit?.range
    case .population: range = query.population?.range
    case .otherPopulation:
      guard case .population(let other, _) = query.versus else { return nil }
      range = other.range
    case .measures: range = query.measures.first?.range
    case .recordMeasures:
      let measure = query.measures.first(where: \.value.isOfRecords)
      return measure.map { ("measure `\($0.value.name)`", $0.range) }
    case .by: range = query.keys.first?.range
    case .stackKeys: range = query.keys.first(where: \.value.isOfStacks)?.range
    case .inclusive: range = query.inclusive
    case .windows: range = query.windows?.range
    case .versus: range = query.versus?.range
    case .having: range = query.having?.firstRange
    case .order: range = query.order.first?.column.range
    case .range: range = query.range?.range
    case .per: range = query.per?.range
    case .fromFrame: range = query.fromFrame?.range
    case .filter: range = query.filter?.firstRange
    case .hide: return query.hides.isEmpty ? nil : (rawName, nil)
    }
    return range.map { (rawName, $0) }
  }
}
