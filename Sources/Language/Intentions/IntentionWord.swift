/// What stands in capitals in a phrasing, for what differs from question to question.
enum IntentionSlot: String, CaseIterable, Sendable {
  case name = "NAME"
  case file = "FILE"
  case capture = "CAPTURE"
  case other = "OTHER"
  case number = "N"
  case size = "SIZE"
  case time = "TIME"
  case until = "UNTIL"
  case key = "KEY"
}

/// A word of a phrasing, or of what somebody typed.
struct IntentionWord: Sendable, Hashable {
  /// As it was typed, without what stands around it.
  var text: String
  /// What stands for all of its forms: `alloc` for `allocations` and `allocated`.
  var stem: String
  /// What it can fill; for a phrasing what it is.
  var slot: IntentionSlot?
  /// Whether it is a name of the capture, or looks like one of code.
  var isKnownName = false

  /// Whether it stands for something of the program that must not be left out.
  var isLikelyName: Bool { isKnownName || slot != .name }

  /// Words that say little of what is meant.
  static let small: Set<String> = [
    "the", "a", "an", "is", "are", "was", "were", "am", "be", "been", "do", "does", "did", "of",
    "in", "on", "at", "to", "for", "with", "me", "i", "it", "its", "this", "that", "these", "there",
    "please", "can", "could", "would", "will", "should", "we", "you", "my", "our", "and", "or",
    "how", "what", "which", "show", "give", "get", "tell", "see", "want", "need", "has", "have",
    "had", "much", "many", "so", "s", "by", "from", "all", "some", "as", "'s", "print", "display",
    "program", "app", "t", "going", "keep", "keeps", "when", "where", "why", "any", "your", "being",
    "still", "now",
  ]

  /// Words that people use for the same.
  private static let synonyms: [String: String] = [
    "mem": "memory", "ram": "memory", "func": "function", "method": "function", "def": "function",
    "largest": "big", "biggest": "big", "greatest": "big", "large": "big", "huge": "big",
    "heaviest": "big", "bigger": "big", "larger": "big", "greater": "big", "heavy": "big",
    "most": "big", "highest": "max", "maximum": "max", "maximal": "max", "over": "over",
    "exceed": "over", "above": "over", "tiny": "small", "smaller": "small", "smallest": "small",
    "less": "small", "below": "below", "under": "below", "grew": "grow", "grown": "grow",
    "growth": "grow", "increase": "grow", "increasing": "grow", "rise": "grow", "rising": "grow",
    "climb": "grow", "climbing": "grow", "creep": "grow", "bloat": "grow", "explode": "grow",
    "usage": "use", "consume": "use", "consuming": "use", "consumption": "use", "eat": "use",
    "take": "use", "taking": "use", "occupy": "use", "footprint": "use", "utilization": "use",
    "chart": "plot", "graph": "plot", "curve": "plot", "draw": "plot", "visualize": "plot",
    "visualise": "plot", "diagram": "plot", "hist": "histogram", "distribution": "histogram",
    "diff": "difference", "delta": "difference", "versus": "compare", "vs": "compare",
    "comparison": "compare", "snapshot": "snapshot", "dump": "snapshot",
    "mean": "average", "avg": "average", "typical": "average", "mmap": "mmap",
    "exclude": "without", "except": "without", "excluding": "without", "ignore": "without",
    "ignoring": "without", "omit": "without", "skip": "without", "filter": "without",
    "hide": "without", "stdlib": "library", "lib": "library", "dependency": "library",
    "duration": "long", "length": "long", "elapsed": "long", "highwater": "peak",
    "spike": "peak", "max_rss": "rss", "temporarily": "temporary", "temp": "temporary",
    "transient": "temporary", "ephemeral": "temporary", "held": "hold", "holder": "hold",
    "retain": "hold", "retainer": "hold", "keeping": "hold", "dealloc": "free",
    "deallocate": "free", "release": "free", "count": "number", "amount": "number",
    "quantity": "number", "num": "number", "per": "each", "backtrace": "traceback",
    "trace": "traceback", "worst": "big", "cumulative": "cum", "recursive": "cum",
    "flamegraph": "flame", "timeline": "time", "history": "time",
    "top": "big", "didn": "not", "isn": "not", "doesn": "not", "hasn": "not", "wasn": "not",
    "previous": "last",
    "prior": "last", "born": "allocate", "block": "allocate", "object": "object",
    "malloc": "malloc",
  ]

  /// The words of a text.
  ///
  /// - Parameters:
  ///   - text: what was typed, or a phrasing.
  ///   - isTyped: whether a person typed it: in a phrasing words in capitals are slots.
  /// - Returns: the words in order.
  static func words(of text: String, isTyped: Bool) -> [IntentionWord] {
    var words: [IntentionWord] = []
    for piece in pieces(of: text) {
      if !isTyped, let slot = IntentionSlot(rawValue: piece) {
        words.append(IntentionWord(text: piece, stem: piece, slot: slot))
        continue
      }
      // `1 MB`, `5 seconds`.
      if isTyped, let last = words.last, last.slot == .number,
        let glued = amount(last.text + piece)
      {
        words[words.count - 1] = glued
        continue
      }
      if isTyped, let amount = amount(piece) {
        words.append(amount)
        continue
      }
      words.append(IntentionWord(text: piece, stem: stem(piece), slot: isTyped ? key(piece) : nil))
    }
    return words
  }

  /// Runs of what can stand in a name, without signs of sentences around them.
  private static func pieces(of text: String) -> [String] {
    // `> 1MB` is read as `larger 1MB`.
    var text = text.map { $0 == ">" ? " larger " : $0 == "<" ? " smaller " : String($0) }.joined()
    text = text.split(separator: "\n").joined(separator: " ")
    let separators: Set<Character> = [
      " ", "\t", "(", ")", ",", "=", "\"", "'", "`", "“", "”", "‘", "’", "[", "]", ";",
      "\n", "?", "!", "~", "+",
    ]
    var found: [String] = []
    for piece in text.split(whereSeparator: { separators.contains($0) }) {
      var piece = piece.drop { "-.:/&|".contains($0) }
      while let last = piece.last, ".:-/&|".contains(last) { piece.removeLast() }
      let parts = piece.split(separator: "-")
      let isCompound = parts.count > 1 && parts.allSatisfy { $0.allSatisfy(\.isSmallLetter) }
      if isCompound {
        found += parts.map(String.init)
      } else if piece.contains(where: { $0 == "." }), let range = span(piece) {
        found += range
      } else if !piece.isEmpty {
        found.append(String(piece))
      }
    }
    return found
  }

  /// The two ends of `10s..20s`.
  private static func span(_ piece: Substring) -> [String]? {
    let ends = piece.split(separator: ".", omittingEmptySubsequences: true)
    guard ends.count == 2, piece.utf8.count > ends[0].utf8.count + ends[1].utf8.count + 1 else {
      return nil
    }
    return ends.map(String.init)
  }

  /// A number, a size or a time; nil when it is none.
  private static func amount(_ piece: String) -> IntentionWord? {
    let digits = piece.prefix { $0.isWholeDigit || $0 == "_" || $0 == "." }
    guard let first = digits.first, first.isWholeDigit else { return nil }
    let unit = String(piece.dropFirst(digits.count))
    func word(_ text: String, _ slot: IntentionSlot) -> IntentionWord {
      IntentionWord(text: text, stem: piece, slot: slot)
    }
    if unit.isEmpty { return word(piece, .number) }
    if unit == "%" { return word(piece, .time) }
    let named = unit == "M" || unit == "Mb" ? "MB" : CommonMistakes.units[unit] ?? unit
    if let size = Vocabulary.sizeUnits.first(where: {
      $0.name.asciiLowercased == named.asciiLowercased
    }) {
      return word(digits + size.name, .size)
    }
    let time = CommonMistakes.units[unit.asciiLowercased] ?? unit
    return Vocabulary.durationUnit(time) == nil ? nil : word(digits + time, .time)
  }

  /// A key, also in the plural or as people say it.
  private static func key(_ piece: String) -> IntentionSlot? { keyName(piece) == nil ? nil : .key }

  /// The key that a word means; nil when it means none.
  static func keyName(_ piece: String) -> String? {
    let word = piece.asciiLowercased
    let singular = CommonMistakes.singular(word) ?? word
    let others = [
      "line": "lineno", "lines": "lineno", "functions": "function", "methods": "function",
      "method": "function", "func": "function", "funcs": "function", "code": "lineno",
      "place": "lineno", "places": "lineno", "class": "type", "classes": "type",
      "libraries": "package", "library": "package", "processes": "pid",
    ]
    return Vocabulary.key(others[word] ?? singular)?.name
  }

  /// What stands for all forms of a word.
  static func stem(_ piece: String) -> String {
    let word = piece.asciiLowercased
    if let same = synonyms[word] { return same }
    if small.contains(word) { return word }
    for prefix in ["alloc", "leak", "grow", "increas", "decreas"] where word.hasPrefix(prefix) {
      return ["alloc": "allocate", "increas": "grow"][prefix] ?? prefix
    }
    var stem = word
    for ending in ["ings", "ing", "ies", "ed", "es", "s", "er", "ers"]
    where stem.hasSuffix(ending) && stem.utf8.count > ending.utf8.count + 2
      && !stem.hasSuffix("ss")
    {
      stem = String(stem.dropLast(ending.count)) + (ending == "ies" ? "y" : "")
      break
    }
    // `used` and `use` meet without their last letter.
    if stem.hasSuffix("e"), stem.utf8.count > 3 { stem.removeLast() }
    return synonyms[stem] ?? synonyms[stem + "e"] ?? stem
  }

  var isSmall: Bool { Self.small.contains(stem) }
}

extension Character {
  /// A letter of words that people join with a hyphen.
  fileprivate var isSmallLetter: Bool { ("a"..."z").contains(self) }

  fileprivate var isWholeDigit: Bool { ("0"..."9").contains(self) }
}
