/// What is known of the captures asked, for questions that name some of it.
package struct IntentionNames {
  /// Names of the store's captures, the newest first.
  package var captures: [String]
  /// Whether the capture asked has a function, module or file of a name.
  package var has: (String) -> Bool
  /// A function that holds much; nil where there is none.
  package var usual: () -> String?
  /// Whether a question can be answered.
  package var accepts: (String) -> Bool

  /// Nothing is known: every question that can be read is proposed.
  package init() {
    captures = []
    has = { _ in false }
    usual = { nil }
    accepts = { _ in true }
  }
}

/// Finds the intention whose phrasing is nearest to what was typed, by words.
struct IntentionFinder {
  /// A phrasing that fits, how well from 0 to 1, and its questions filled in.
  struct Match {
    var intention: Intention
    var score: Double
    var questions: [String]
  }

  /// From here on what was typed is surely meant; below `least` it is not.
  static let sure = 0.74
  static let least = 0.46

  private let names: IntentionNames
  private let typed: [IntentionWord]

  init(_ text: String, _ names: IntentionNames) {
    self.names = names
    var typed = IntentionWord.words(of: text, isTyped: true)
    for index in typed.indices where typed[index].slot != .number {
      let word = typed[index].text
      // A mistyped word is read as the one that it is near to, unless it is a name.
      if typed[index].slot == nil, !typed[index].isSmall, Self.known[typed[index].stem] == nil,
        !names.has(word), let near = Self.near(typed[index].stem)
      {
        typed[index].stem = near
      }
      if names.captures.contains(word) {
        typed[index].slot = .capture
      } else if typed[index].slot == nil, names.has(word) || Self.isUnknown(typed[index]) {
        typed[index].slot = Self.isFile(word) ? .file : .name
        typed[index].isKnownName =
          names.has(word) || word.contains { "_.:/".contains($0) || $0.isUppercase || $0.isNumber }
      }
    }
    self.typed = typed
  }

  /// Phrasings that fit, best first; of equals that of the table's order.
  func matches() -> [Match] {
    guard typed.count <= 40 else { return [] }
    var scored: [(place: Int, score: Double, filled: [IntentionSlot: String])] = []
    for (place, intention) in Intention.all.enumerated() {
      let fit = fit(intention)
      if fit.score >= Self.least { scored.append((place, fit.score, fit.filled)) }
    }
    scored.sort {
      ($0.score, -$0.filled.count, -$0.place) > ($1.score, -$1.filled.count, -$1.place)
    }
    return scored.prefix(6).compactMap { found in
      let intention = Intention.all[found.place]
      let questions = intention.questions.compactMap { filled($0, found.filled) }
      return questions.isEmpty
        ? nil : Match(intention: intention, score: found.score, questions: questions)
    }
  }

  // MARK: Words

  private static let known: [String: Double] = {
    var counts: [String: Int] = [:]
    for intention in Intention.all {
      for stem in Set(intention.words.filter { $0.slot == nil }.map(\.stem)) {
        counts[stem, default: 0] += 1
      }
    }
    // Rare words say more; small ones next to nothing.
    return Dictionary(
      uniqueKeysWithValues: counts.map { stem, count in
        (stem, IntentionWord.small.contains(stem) ? 0.12 : 0.9 + 4 / Double(count + 2))
      })
  }()

  /// A word of no phrasing and of little meaning for the language: most often a name.
  private static func isUnknown(_ word: IntentionWord) -> Bool {
    !word.isSmall && known[word.stem] == nil
      && !Vocabulary.words.contains(word.text.asciiLowercased)
  }

  private static func isFile(_ word: String) -> Bool {
    word.hasSuffix(".py") || word.contains("/") || word.hasSuffix(".pyx")
  }

  /// The word of some phrasing that a mistyped one is.
  private static func near(_ stem: String) -> String? {
    guard stem.utf8.count >= 5 else { return nil }
    let bytes = Array(stem.utf8)
    return known.keys.filter { other in
      other.utf8.count >= 5 && NearestWord.distance(bytes, Array(other.utf8)) <= 1
    }.min()
  }

  private func weight(_ word: IntentionWord) -> Double {
    if word.isSmall { return 0.12 }
    return Self.known[word.stem] ?? 1.2
  }

  /// Words without which a question is another.
  private static let essential: Set<String> = [
    "leak", "temporary", "free", "cum", "not", "without", "only", "never", "rss",
  ]

  /// How much worse it is that a word is said nothing of.
  private static func loss(_ word: IntentionWord) -> Double {
    word.isSmall ? 1 : essential.contains(word.stem) || word.slot == .key ? 2.4 : 1.25
  }

  // MARK: Fit

  private func fit(_ intention: Intention) -> (score: Double, filled: [IntentionSlot: String]) {
    var isUsed = [Bool](repeating: false, count: typed.count)
    var filled: [IntentionSlot: String] = [:]
    var wanted = 0.0
    var met = 0.0
    var meetsWord = false
    for (index, word) in intention.words.enumerated() {
      if let slot = word.slot {
        guard filled[slot] == nil else { continue }
        let weight = 1.4
        let before = index > 0 ? intention.words[index - 1] : nil
        let place = typed.indices.first {
          !isUsed[$0] && fits(typed[$0], slot) && isName($0, after: before)
        }
        guard let place else {
          wanted += slot == .number ? 0.1 : weight * 0.6
          continue
        }
        isUsed[place] = true
        filled[slot] = slot == .key ? IntentionWord.keyName(typed[place].text) : typed[place].text
        wanted += weight
        met += weight
        continue
      }
      let weight = weight(word)
      let place = typed.indices.first { !isUsed[$0] && typed[$0].stem == word.stem }
      wanted += weight * (place == nil && Self.essential.contains(word.stem) ? 2.4 : 1)
      guard let place else { continue }
      isUsed[place] = true
      met += weight
      if !word.isSmall { meetsWord = true }
    }
    var given = met
    for place in typed.indices where !isUsed[place] {
      // Left over is what the questions say nothing of.
      let word = typed[place]
      let isWord = word.slot == nil || word.slot == .key
      given +=
        isWord
        ? weight(word) * Self.loss(word)
        : word.slot == .number ? 0.6 : word.isLikelyName ? 2.4 : 0.9
    }
    guard meetsWord || (met > 0.1 && filled[.name] != nil), wanted > 0, given > 0 else {
      return (0, [:])
    }
    let (recall, precision) = (met / wanted, met / given)
    return (2 * recall * precision / (recall + precision), filled)
  }

  /// A word that is no known name is one only where the phrasing has one: behind the same word.
  private func isName(_ place: Int, after before: IntentionWord?) -> Bool {
    let word = typed[place]
    guard word.slot == .name, !word.isKnownName else { return true }
    guard let before else { return false }
    return place > 0 && typed[place - 1].stem == before.stem
  }

  private func fits(_ word: IntentionWord, _ slot: IntentionSlot) -> Bool {
    switch slot {
    case .until: word.slot == .time
    case .other: word.slot == .capture
    case .name: word.slot == .name || word.slot == .file
    case .file: word.slot == .file || (word.slot == .name && word.text.contains("."))
    default: word.slot == slot
    }
  }

  // MARK: Questions

  /// A question with its words in capitals filled in; nil where there is nothing to fill in, or the
  /// question is none that can be answered.
  private func filled(_ question: String, _ given: [IntentionSlot: String]) -> String? {
    var parts: [String] = []
    for piece in Self.runs(of: question) {
      guard let slot = IntentionSlot(rawValue: piece) else {
        parts.append(piece)
        continue
      }
      guard let text = text(of: slot, given) else { return nil }
      parts.append(text)
    }
    let text = parts.joined()
    do throws(QueryError) {
      for statement in try Parser.parse(text) { try Checker.check(statement) }
    } catch { return nil }
    return names.accepts(text) ? text : nil
  }

  private func text(of slot: IntentionSlot, _ given: [IntentionSlot: String]) -> String? {
    if let text = given[slot] {
      return slot == .name || slot == .file || slot == .capture || slot == .other
        ? CaptureReference.text(naming: text) : text
    }
    switch slot {
    case .number: return "10"
    case .size: return "1MB"
    case .time: return "50%"
    case .until: return "end"
    case .key: return "function"
    // Another name than one that was typed would be another question.
    case .name:
      guard !typed.contains(where: { $0.slot == .name || $0.slot == .file }) else { return nil }
      return names.usual().map(CaptureReference.text)
    case .file: return nil
    case .other: return names.captures.first { $0 != given[.capture] }.map(CaptureReference.text)
    case .capture:
      let other = given[.other] ?? names.captures.first
      return names.captures.first { $0 != other }.map(CaptureReference.text)
    }
  }

  /// Letters together, everything else by itself.
  private static func runs(of text: String) -> [String] {
    var runs: [String] = []
    var isWord = false
    for character in text {
      let isLetter = character.isLetter
      if isLetter, isWord {
        runs[runs.count - 1].append(character)
      } else {
        runs.append(String(character))
      }
      isWord = isLetter
    }
    return runs
  }
}
