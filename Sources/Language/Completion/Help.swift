/// What a person reads of one word of the language, from its definition.
package enum Help {
  /// Names that have a page of help, by what they are.
  package static let groups: [(title: String, words: [Word])] = [
    ("verbs", Vocabulary.verbs.map(\.word)), ("populations", Vocabulary.populations.map(\.word)),
    ("statements", Vocabulary.statements.map(\.word)),
    ("measures", Vocabulary.measures.map(\.word)), ("keys", Vocabulary.keys.map(\.word)),
    ("fields of `where`", Vocabulary.fields.map(\.word)),
    ("clauses", Vocabulary.clauses.map(\.word)), ("series", Vocabulary.series.map(\.word)),
    ("times", Vocabulary.times.map(\.word)), ("sets of `hide`", Vocabulary.hides.map(\.word)),
    ("topics of `show`", Vocabulary.topics.map(\.word)),
    ("formats", Vocabulary.formats.map(\.word)),
  ]

  /// The help of a word, or of a group of words.
  ///
  /// - Parameter topic: as typed; case does not matter.
  /// - Returns: lines with a newline at the end; nil when there is no such word.
  package static func text(of topic: String) -> String? {
    let wanted = topic.asciiLowercased.withoutOuterBlanks
    if let group = groups.first(where: { matches($0.title, wanted) }) {
      return list(group.title, group.words)
    }
    let found = groups.flatMap { group in
      group.words.filter { $0.spellings.contains { $0.asciiLowercased == wanted } }
        .map { (group.title, $0) }
    }
    guard !found.isEmpty else { return nil }
    return found.map { page($1, of: $0) }.joined(separator: "\n")
  }

  /// Words whose help was most likely meant.
  package static func near(_ topic: String) -> [String] {
    NearestWord.matches(for: topic, in: groups.flatMap { $0.words.flatMap(\.spellings) })
  }

  private static func matches(_ title: String, _ wanted: String) -> Bool {
    title == wanted
      || title.split(separator: " ").first.map(String.init) == wanted
        && wanted.hasSuffix("s")
  }

  private static func page(_ word: Word, of title: String) -> String {
    var lines = ["\(word.name): \(word.meaning)  (\(title))"]
    if !word.synonyms.isEmpty {
      lines.append("  also: " + word.synonyms.joined(separator: ", "))
    }
    lines.append("  for example: \(word.example)")
    if title == "verbs", let verb = Verb(rawValue: word.name) {
      let definition = verb.definition
      if let rows = definition.rows {
        lines.append(
          "  the number after it is of \(rows.noun)"
            + (rows.usual.map { "; without it \($0)" } ?? "; without it all"))
      }
      let parts = definition.refuses.map { Self.name(of: $0.part) } + definition.exceptions
      if !parts.isEmpty {
        lines.append("  takes no: " + parts.joined(separator: ", "))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A part as a person knows it.
  private static func name(of part: QuestionPart) -> String {
    switch part {
    case .recordMeasures: "averages and extremes"
    case .stackKeys: "keys of frames"
    case .otherPopulation: "`vs` a population"
    case .number, .population, .measures, .by, .inclusive, .windows, .versus, .having, .order,
      .range, .per, .fromFrame, .filter, .hide:
      part.rawName
    }
  }

  private static func list(_ title: String, _ words: [Word]) -> String {
    let width = words.map(\.name.count).max() ?? 0
    let lines = words.map { word in
      "  " + word.name + String(repeating: " ", count: width - word.name.count + 2) + word.meaning
    }
    return ([title] + lines).joined(separator: "\n") + "\n"
  }
}
