/// Finding words, and lists of them for suggestions.
extension Vocabulary {
  private static let verbsByWord = index(verbs)
  private static let populationsByWord = index(populations)
  private static let measuresByWord = index(measures)
  private static let seriesByWord = index(series)
  private static let sampleTypesByWord = index(sampleTypes)
  private static let keysByWord = index(keys)
  private static let fieldsByWord = index(fields)
  private static let topicsByWord = index(topics)
  private static let formatsByWord = index(formats)
  private static let rateUnitsByWord = index(rateUnits)
  private static let hidesByWord = index(hides)
  private static let durationUnitsByWord = index(durationUnits)

  /// The verb a word names; `paths` alone is none.
  package static func verb(_ word: String) -> Verb? { verbsByWord[word.asciiLowercased] }

  /// The population a word names.
  package static func population(_ word: String) -> PopulationWord? {
    populationsByWord[word.asciiLowercased]
  }

  /// The measure a phrase names, series included.
  package static func measure(_ phrase: String) -> Measure? {
    let phrase = phrase.asciiLowercased
    return measuresByWord[phrase] ?? seriesByWord[phrase].map { .series($0) }
      ?? sampleTypesByWord[phrase].map { .sampleType($0) }
  }

  /// The key a word names, or the label after `label.`.
  package static func key(_ word: String) -> Key? {
    if let known = keysByWord[word.asciiLowercased] { return known }
    let prefix = Key.labelPrefix
    guard word.utf8.count > prefix.utf8.count, word.asciiLowercased.hasPrefix(prefix) else {
      return nil
    }
    return .label(SampleLabel(String(word.dropFirst(prefix.count))))
  }

  /// The field of `where` a word names.
  package static func field(_ word: String) -> Field? {
    fieldsByWord[word.asciiLowercased] ?? key(word).map { .key($0) }
  }

  /// The topic of `show` a word names.
  package static func topic(_ word: String) -> Topic? { topicsByWord[word.asciiLowercased] }

  /// The output format a word names.
  package static func format(_ word: String) -> OutputFormat? {
    formatsByWord[word.asciiLowercased]
  }

  /// The unit of `per` a word names.
  package static func rateUnit(_ word: String) -> RateUnit? {
    rateUnitsByWord[word.asciiLowercased]
  }

  /// The set of frames a word names.
  package static func hide(_ word: String) -> Hide? { hidesByWord[word.asciiLowercased] }

  /// Nanoseconds in a unit of time; units do not ignore case.
  package static func durationUnit(_ word: String) -> Int64? { durationUnitsByWord[word] }

  /// Words that cannot be a name or a glob without quotes.
  package static let reserved: Set<String> = [
    "by", "where", "having", "hide", "from", "of", "vs", "in", "at", "every", "over", "per",
    "order", "as", "to", "and", "or", "not", "then", "has", "start", "end", "peak", "leaked",
    "leaks", "live", "temporary", "allocated", "freed", "survived",
  ]

  /// Words with which a question can go on after its verb.
  package static let partWords: [String] =
    populations.flatMap(\.spellings) + measures.flatMap(\.spellings) + series.map(\.name)
    + sampleTypes.map(\.name) + clauses.flatMap(\.spellings)

  /// Words with which a statement can begin.
  package static let openingWords: [String] =
    verbs.flatMap(\.spellings) + populations.flatMap(\.spellings) + statements.map(\.name)

  /// Every word the grammar quotes: no `let` can define one.
  package static let words: Set<String> = {
    let phrases =
      openingWords + partWords + keys.flatMap(\.spellings) + fields.flatMap(\.spellings)
      + topics.map(\.name) + formats.map(\.name) + rateUnits.map(\.name) + times.map(\.name)
    let others = [
      "analyze", "all", "at", "within", "windows", "and", "or", "not", "has", "then", "asc", "desc",
      Key.labelPrefix,
    ]
    let singles = phrases.flatMap { $0.split(separator: " ").map(String.init) }
    return Set(singles + others)
  }()

  private static func index<Value>(_ words: [VocabularyWord<Value>]) -> [String: Value] {
    var found: [String: Value] = [:]
    for word in words {
      for spelling in word.spellings { found[spelling] = word.value }
    }
    return found
  }
}

extension Measure {
  /// The canonical phrase, such as `avg size`.
  package var name: String { definition.word.name }

  /// As a sentence names it: in quotes where a word cannot.
  package var canonicalText: String {
    guard case .sampleType(let type) = self else { return name }
    // Where a profile has a type of such a name, it is meant by the word too.
    let isWord = ["samples", "objects"].contains(type.name)
    return isWord || Vocabulary.sampleTypes.contains { $0.name == type.name }
      ? type.name : CanonicalNames.quoted(type.name)
  }

  /// The name of its column in results, such as `avg_size`.
  package var columnName: String {
    String(name.map { $0 == " " ? "_" : $0 })
  }
}

extension Key {
  /// As a sentence names it: the name of a label in quotes where a word cannot.
  package var canonicalText: String {
    guard case .label(let label) = self else { return name }
    return CanonicalNames.isWord(Self.labelPrefix + label.name)
      ? name : Self.labelPrefix + CanonicalNames.quoted(label.name)
  }
}

extension Field {
  /// The canonical word.
  package var name: String {
    switch self {
    case .key(let key): key.canonicalText
    case .size: "size"
    case .time: "time"
    }
  }
}
