@testable import Language

/// The tables of `Grammar/README.md`, made from the vocabulary.
enum Reference {
  /// Each table by the name of its marker.
  static var tables: [(name: String, text: String)] {
    [
      ("verbs", table("verb", Vocabulary.verbs)),
      ("verb parts", verbParts),
      ("statements", table("statement", Vocabulary.statements)),
      ("populations", table("population", Vocabulary.populations)),
      ("measures", table("measure", Vocabulary.measures)),
      ("series", table("series", Vocabulary.series)),
      ("sample types", table("sample type", Vocabulary.sampleTypes)),
      ("keys", table("key", Vocabulary.keys)),
      ("fields", table("field", Vocabulary.fields)),
      ("clauses", table("clause", Vocabulary.clauses)),
      ("times", table("time", Vocabulary.times)),
      ("rates", table("unit of `per`", Vocabulary.rateUnits)),
      ("hides", table("set", Vocabulary.hides)),
      ("sizes", table("unit", Vocabulary.sizeUnits)),
      ("durations", table("unit", Vocabulary.durationUnits)),
      ("topics", table("topic", Vocabulary.topics)),
      ("formats", table("format", Vocabulary.formats)),
      ("reserved", Vocabulary.reserved.sorted().map { "`\($0)`" }.joined(separator: " ") + "\n"),
    ]
  }

  /// What each verb takes.
  private static var verbParts: String {
    let rows = Verb.allCases.map { verb in
      let rows = verb.definition.rows.map { "\($0.noun), \($0.usual.map(String.init) ?? "all")" }
      let refused = refused(by: verb).joined(separator: ", ")
      return "| `\(verb.rawValue)` | \(rows ?? "–") | \(refused) |\n"
    }
    return "| verb | number of | takes no |\n|---|---|---|\n" + rows.joined()
  }

  private static func refused(by verb: Verb) -> [String] {
    verb.definition.exceptions + verb.definition.refuses.compactMap { words(for: $0.part) }
  }

  /// A part of a question; nil where another column says it.
  private static func words(for part: QuestionPart) -> String? {
    switch part {
    case .number: nil
    case .otherPopulation: "`vs` a population"
    case .recordMeasures: "averages and extremes"
    case .stackKeys: "keys of frames, `traceback`"
    case .population, .measures, .windows, .by, .inclusive, .versus, .having, .order, .range, .per,
      .fromFrame, .filter, .hide:
      part.rawName
    }
  }

  /// Every example of the vocabulary.
  static var examples: [String] {
    examples(Vocabulary.verbs) + examples(Vocabulary.statements) + examples(Vocabulary.populations)
      + examples(Vocabulary.measures) + examples(Vocabulary.series) + examples(Vocabulary.keys)
      + examples(Vocabulary.sampleTypes) + examples(Vocabulary.fields)
      + examples(Vocabulary.clauses) + examples(Vocabulary.times)
      + examples(Vocabulary.rateUnits) + examples(Vocabulary.hides)
      + examples(Vocabulary.sizeUnits) + examples(Vocabulary.durationUnits)
      + examples(Vocabulary.topics) + examples(Vocabulary.formats)
  }

  private static func examples<Value>(_ words: [VocabularyWord<Value>]) -> [String] {
    words.map(\.example)
  }

  private static func table<Value>(_ head: String, _ words: [VocabularyWord<Value>]) -> String {
    let rows = words.map { word in
      let synonyms = word.synonyms.map { "`\($0)`" }.joined(separator: ", ")
      return "| `\(word.name)` | \(synonyms) | \(word.meaning) | `\(word.example)` |\n"
    }
    return "| \(head) | also | meaning | example |\n|---|---|---|---|\n" + rows.joined()
  }

  /// The text between two markers of a name.
  static func section(_ name: String, of text: String) -> String? {
    guard let start = text.firstRange(of: "<!-- \(name) -->\n"),
      let end = text[start.upperBound...].firstRange(of: "<!-- end -->")
    else { return nil }
    return String(text[start.upperBound..<end.lowerBound])
  }
}
