/// A unit of bytes.
package struct SizeUnit: Sendable, Hashable {
  /// Bytes in one.
  package var bytes: Double
  /// Powers of ten or of two; `.none` for the byte.
  package var family: TypedSizes
}

/// Every word of the language: what parsing, suggestions, help, `show keys` and the tables of
/// `Grammar/README.md` read. What has a definition is listed from it.
package enum Vocabulary {
  /// Words that open a statement and are no question.
  package static let statements: [VocabularyWord<String>] = [
    VocabularyWord(
      "assert", "assert", meaning: "test a measure; the exit code is 1 when it fails",
      example: "assert peak size < 1GB"),
    VocabularyWord(
      "explain", "explain",
      meaning:
        "the canonical form and the steps that answer it; `explain analyze` also counts what they read",
      example: "explain top 10 by lineno"),
    VocabularyWord(
      "show", "show", meaning: "list what the store or the language knows",
      example: "show captures"),
    VocabularyWord(
      "let", "let", meaning: "name a condition for the session",
      example: "let big = size > 1MB"),
    VocabularyWord(
      "mark", "mark on frame", meaning: "make each outermost call of a frame a mark",
      example: "mark on frame handle_request"),
  ]

  /// What a question does; a population in front means `top`.
  package static let verbs = Verb.words
  /// Which allocations a question is about.
  package static let populations = PopulationWord.words
  /// What is measured.
  package static let measures = Measure.words
  /// Recorded series of values over time; measures of the process, not of lines.
  package static let series = Series.words
  /// Sample types that need no quotes.
  package static let sampleTypes = SampleType.known
  /// What groups are made by; each is a field of `where` too.
  package static let keys = Key.words
  /// What `show` lists.
  package static let topics = Topic.words
  /// How answers are written.
  package static let formats = OutputFormat.words
  /// Named sets of frames for `hide`.
  package static let hides = Hide.sets

  /// Fields of `where` that are no keys.
  package static let fields: [VocabularyWord<Field>] = [
    VocabularyWord(
      .size, "size", ["bytes"], meaning: "bytes of one record", example: "top 10 where size > 1MB"),
    VocabularyWord(
      .time, "time", meaning: "when the record was allocated",
      example: "list where time in 10s..20s"),
  ]
}
