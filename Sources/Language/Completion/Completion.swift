/// What may stand at the end of a question that is being typed.
///
/// The parser itself is asked: a word may stand where the sentence with it can still go on. So the
/// words offered are always those of the grammar at that place.
package struct Completion: Sendable {
  /// Values of a capture that may stand at a place.
  package enum Values: Sendable, Hashable {
    case captures, frames, files, marks, paths
    case key(String)
  }

  /// The beginning of the word that is completed, as typed.
  package var typed: String
  /// Words of the language that begin with it.
  package var words: [String]
  /// Which names may stand here; nil where none may.
  package var values: Values?

  /// Looks at the place behind a text.
  ///
  /// - Parameter text: what stands before the cursor.
  package init(_ text: String) {
    let cut = Self.wordStart(in: text)
    let before = String(text[..<cut])
    typed = String(text[cut...])
    let statement = Self.lastStatement(of: before)
    let place = statement.utf8.count
    let typed = typed.asciiLowercased
    let refused = Self.refused(in: statement)
    words = Self.candidates.filter {
      $0.hasPrefix(typed) && !refused.contains($0)
        && Self.may(stand: $0, behind: statement, at: place)
    }
    values = Self.values(behind: statement)
  }

  // MARK: Words

  /// Every word of the grammar once, in the order of its tables.
  private static let candidates: [String] = {
    let phrases =
      Vocabulary.verbs.map(\.name) + Vocabulary.populations.map(\.name)
      + Vocabulary.statements.map(\.name) + Vocabulary.measures.map(\.name)
      + Vocabulary.keys.map(\.name) + Vocabulary.fields.map(\.name)
      + Vocabulary.clauses.map(\.name) + Vocabulary.series.map(\.name)
      + Vocabulary.sampleTypes.map(\.name) + Vocabulary.topics.map(\.name)
      + Vocabulary.formats.map(\.name) + Vocabulary.hides.map(\.name)
      + Vocabulary.rateUnits.map(\.name) + Vocabulary.times.map(\.name)
    let others = [
      "analyze", "all", "at", "within", "windows", "and", "or", "not", "has", "then", "asc", "desc",
      "stack",
    ]
    var seen: Set<String> = []
    return (phrases.flatMap { $0.split(separator: " ").map(String.init) } + others)
      .filter { seen.insert($0).inserted }
  }()

  /// Words of parts that the verb of a statement takes none of.
  private static func refused(in text: String) -> Set<String> {
    let words = text.split { $0 == " " || $0 == "\n" || $0 == "\t" }.map(String.init)
    let first = words.first { !["explain", "analyze"].contains($0.asciiLowercased) }
    guard let verb = first.flatMap({ Vocabulary.verb($0) }) else { return [] }
    let parts = verb.definition.refuses.map(\.part)
    return Set(partsOfWords.filter { parts.contains($0.value) }.keys)
  }

  private static let partsOfWords: [String: QuestionPart] = [
    "by": .by, "having": .having, "vs": .versus, "order": .order, "inclusive": .inclusive,
    "every": .windows, "over": .windows, "per": .per, "from": .fromFrame, "where": .filter,
    "hide": .hide, "in": .range,
  ]

  /// A word that names nothing of the language.
  private static let name = "zqx"

  /// Whether a sentence can be read as far as a word behind it.
  private static func may(stand word: String, behind text: String, at place: Int) -> Bool {
    let (statements, error) = Parser.parseStatements(text + word)
    guard let error else {
      // Where a name may stand every word may; it is a word of the language only where a name may
      // not stand, or means something else.
      guard let statement = statements.last?.statement, !isName(word, behind: text, statement)
      else { return false }
      do throws(QueryError) { try Checker.check(statement) } catch {
        return !error.refusesPart
      }
      return true
    }
    guard let range = error.range, range.lower >= place + word.utf8.count else {
      return false
    }
    return error.isOfTheEnd && !readsAsName(word, text)
  }

  /// Whether the word was read as a name: the sentence with another name is the same but for it.
  private static func isName(_ word: String, behind text: String, _ statement: Statement) -> Bool {
    guard let other = Parser.parseStatements(text + name).statements.last?.statement else {
      return false
    }
    let named = other.canonicalText
    return named.hasSuffix(name) && named.dropLast(name.count) + word == statement.canonicalText
      && !(isHide(behind: text) && Vocabulary.hides.contains { $0.name == word })
  }

  /// Whether frames to hide stand behind a text.
  private static func isHide(behind text: String) -> Bool {
    let words = text.split { $0 == " " || $0 == "," }
    let place = words.lastIndex { String($0).asciiLowercased == "hide" }
    guard let place else { return false }
    return text.hasSuffix(", ") || text.hasSuffix(",") || place == words.count - 1
  }

  /// The same for sentences that must go on: `let`, `where zqx`.
  private static func readsAsName(_ word: String, _ text: String) -> Bool {
    guard !Vocabulary.words.contains(word) else { return false }
    guard let range = Parser.parseStatements(text + name).error?.range else { return true }
    return range.lower >= text.utf8.count + name.utf8.count
  }

  // MARK: Values

  /// Which names may stand behind a sentence.
  private static func values(behind text: String) -> Values? {
    let tokens = Lexer(text).following(0, 4000)
    let words = tokens.map { token in
      Lexer(text).text(token.range.lower, token.range.upper).asciiLowercased
    }
    guard let last = words.last else { return nil }
    let before = words.count > 1 ? words[words.count - 2] : ""
    switch last {
    case "of", "vs": return .captures
    case "to" where before == "paths": return .key("type")
    case "to": return .paths
    case "peek", "hide", "then": return .frames
    case "frame" where ["from", "on"].contains(before): return .frames
    case "has" where before == "stack": return .frames
    case "source": return .files
    case "(" where before == "mark": return .marks
    case ",", "(": return valuesOfList(words)
    default: break
    }
    guard let token = tokens.last, token.isComparison || last == "in" else { return nil }
    guard let key = Vocabulary.key(before) else { return nil }
    return key == .capture ? .captures : .key(key.name)
  }

  /// What a list goes on with: of captures, of frames to hide, of a key's values.
  private static func valuesOfList(_ words: [String]) -> Values? {
    for (place, word) in words.enumerated().reversed() {
      switch word {
      case "of": return .captures
      case "hide": return .frames
      case "in":
        guard place > 0, let key = Vocabulary.key(words[place - 1]) else { return nil }
        return .key(key.name)
      case "by", "where", "having": return nil
      default: continue
      }
    }
    return nil
  }

  // MARK: Places

  /// Where the word begins that ends a text: an open quote is part of it.
  private static func wordStart(in text: String) -> String.Index {
    var start = text.startIndex
    var quote: Character?
    var index = text.startIndex
    while index < text.endIndex {
      let character = text[index]
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "\"" || character == "'" {
        quote = character
        start = index
      } else if " \t,(;=~<>!\n".contains(character) {
        start = text.index(after: index)
      }
      index = text.index(after: index)
    }
    return start
  }

  private static func lastStatement(of text: String) -> String {
    let lines = text.split(separator: ";", omittingEmptySubsequences: false)
    return String(lines.last ?? "")
  }
}

extension QueryError {
  /// Whether a sentence only wants more.
  fileprivate var isOfTheEnd: Bool {
    switch reason {
    case .syntax(.expected(_, let found)): found == "the end" || found == "`the end`"
    case .lexical: false
    default: range.map { $0.lower == $0.upper } ?? false
    }
  }

  /// Whether a verb takes none of the last part.
  fileprivate var refusesPart: Bool {
    switch reason {
    case .meaning(.takesNo), .syntax(.repeated): true
    default: false
    }
  }
}
