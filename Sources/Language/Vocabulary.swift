/// A word of the language: what it stands for, its synonyms, and a line for a person.
package struct VocabularyWord<Value: Sendable>: Sendable {
  /// What it stands for.
  package var value: Value
  /// The canonical word, in canonical case.
  package var name: String
  /// Other spellings, replaced while parsing.
  package var synonyms: [String]
  /// What it means, in one line.
  package var meaning: String
  /// A statement that uses it.
  package var example: String

  init(
    _ value: Value, _ name: String, _ synonyms: [String] = [], meaning: String, example: String
  ) {
    self.value = value
    self.name = name
    self.synonyms = synonyms
    self.meaning = meaning
    self.example = example
  }

  /// The canonical word, then its synonyms.
  package var spellings: [String] { [name] + synonyms }
}

extension VocabularyWord where Value: RawRepresentable<String> {
  init(_ value: Value, _ synonyms: [String] = [], meaning: String, example: String) {
    self.init(value, value.rawValue, synonyms, meaning: meaning, example: example)
  }
}

extension VocabularyWord where Value == Key {
  init(_ value: Key, _ synonyms: [String] = [], meaning: String, example: String) {
    self.init(value, value.name, synonyms, meaning: meaning, example: example)
  }
}

/// A population without its time or number.
package enum PopulationWord: String, Sendable, CaseIterable, Hashable {
  case peak, leaked, live, temporary, allocated, freed, survived
}

/// A unit of bytes.
package struct SizeUnit: Sendable, Hashable {
  /// Bytes in one.
  package var bytes: Double
  /// Powers of ten or of two; `.none` for the byte.
  package var family: TypedSizes
}

/// Every word of the language: the one table behind parsing, suggestions, help and `show keys`.
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
  package static let verbs: [VocabularyWord<Verb>] = [
    VocabularyWord(.top, meaning: "groups, biggest first", example: "top 10 by lineno"),
    VocabularyWord(
      .list, meaning: "single records, biggest first", example: "list 20 where size > 1MB"),
    VocabularyWord(
      .stats, meaning: "totals, sizes, allocators and the largest places",
      example: "stats leaked"),
    VocabularyWord(
      .hist, ["histogram"], meaning: "sizes or lifetimes in powers of two",
      example: "hist lifetime"),
    VocabularyWord(.timeline, meaning: "values over time", example: "timeline size, rss"),
    VocabularyWord(
      .flame, ["flamegraph"], meaning: "stacks as a flame graph",
      example: "flame peak to peak.html"),
    VocabularyWord(.tree, meaning: "stacks as an indented tree", example: "tree peak inverted"),
    VocabularyWord(
      .source, meaning: "the lines of a file with what each holds",
      example: "source app.py"),
    VocabularyWord(
      .growth, meaning: "which groups of what is live grow", example: "growth by function"),
    VocabularyWord(.suspects, meaning: "ranked findings", example: "suspects in 10s..end"),
    VocabularyWord(
      .paths, meaning: "references from the roots to objects of a type",
      example: "paths to Session"),
  ]

  /// Which allocations a question is about.
  package static let populations: [VocabularyWord<PopulationWord>] = [
    VocabularyWord(.peak, meaning: "alive at the greatest total", example: "top 10 peak"),
    VocabularyWord(
      .leaked, ["leaks"], meaning: "alive at the end", example: "top 10 leaked by function"),
    VocabularyWord(
      .live, meaning: "alive at a time, by default the end", example: "top 10 live at 12s"),
    VocabularyWord(
      .temporary, meaning: "freed within a number of allocations of its thread",
      example: "top 10 temporary within 5"),
    VocabularyWord(
      .allocated, meaning: "everything allocated", example: "top 10 allocated count by function"),
    VocabularyWord(
      .freed, meaning: "everything freed", example: "top 10 freed in 30s..60s"),
    VocabularyWord(
      .survived, meaning: "allocated in a stretch and alive at its end",
      example: "top 10 survived 30s..60s"),
  ]
}
