import Language
import Execution

/// What Tab offers in the shell, and what shells offer for `memq`'s questions.
struct CompletionSource {
  private let session: () -> QuerySession

  init(_ session: @escaping () -> QuerySession) { self.session = session }

  /// The words that what stands before the cursor may become.
  func choice(_ text: String) -> LineEditor.Choice {
    if text.hasPrefix(".") { return ofCommand(text) }
    let completion = Completion(text)
    return LineEditor.Choice(typed: completion.typed.utf8.count, words: words(completion))
  }

  /// Words of the language first, then names.
  func words(_ completion: Completion) -> [String] {
    let typed = completion.typed
    var words = completion.words
    if let values = completion.values {
      let names = values == .paths ? PathNames.beginning(with: typed) : session().names(values)
      let wanted = typed.lowercased()
      words += names.filter {
        $0.hasPrefix(typed) || $0.lowercased().hasPrefix(wanted) || $0.hasPrefix("\"" + typed)
      }
    }
    var seen: Set<String> = []
    return words.filter { seen.insert($0).inserted }
  }

  private func ofCommand(_ text: String) -> LineEditor.Choice {
    guard let blank = text.firstIndex(of: " ") else {
      return LineEditor.Choice(
        typed: text.utf8.count, words: ShellCommand.names.filter { $0.hasPrefix(text) })
    }
    let rest = String(text[text.index(after: blank)...])
    func among(_ words: [String]) -> LineEditor.Choice {
      LineEditor.Choice(typed: rest.utf8.count, words: words.filter { $0.hasPrefix(rest) })
    }
    switch text[..<blank] {
    case ".use": return among(session().names(.captures))
    case ".mode": return among(OutputFormat.allCases.map(\.rawValue))
    case ".timer": return among(["on", "off"])
    case ".help": return among(Help.groups.flatMap { $0.words.map(\.name) })
    case ".read", ".output", ".import":
      let last = rest.split(separator: " ", omittingEmptySubsequences: false).last ?? ""
      return LineEditor.Choice(
        typed: last.utf8.count, words: PathNames.beginning(with: String(last)))
    case ".focus": return choice("top where " + rest).adding(choice("top where stack has " + rest))
    case ".hide": return choice("top hide " + rest)
    case ".explain": return choice(rest)
    default: return LineEditor.Choice(typed: 0, words: [])
    }
  }
}

/// What bash, zsh and fish offer: their completions ask the program itself.
extension CompletionSource {
  /// Words that the last one of a command line's question may become.
  static func ofShell(_ words: [String], _ place: Int, _ typed: String) -> [String] {
    let known = Set(MemqCommand.generalOptions.keys).union(["memq"])
    var question = words.prefix(max(0, min(place, words.count))).filter { word in
      !word.hasPrefix("-")
    }
    while let first = question.first, known.contains(first) || first.hasSuffix("/memq") {
      question.removeFirst()
    }
    // A question in one pair of quotes is completed at its last word.
    let inner = typed.first == "\"" || typed.first == "'" ? String(typed.dropFirst()) : typed
    let before = question.map { $0 + " " }.joined()
    let completion = Completion(before + inner)
    let source = CompletionSource { session(words) }
    let kept = String(inner.dropLast(completion.typed.count))
    return source.words(completion).map { kept + $0 }
  }

  /// Names of the store's captures.
  static func captures(_ words: [String]) -> [String] { session(words).names(.captures) }

  private static func session(_ words: [String]) -> QuerySession {
    var path = Terminal.environment("MEMQ_DB") ?? "memq.db"
    for (place, word) in words.enumerated() {
      if word == "--db", place + 1 < words.count { path = words[place + 1] }
      if word.hasPrefix("--db=") { path = String(word.dropFirst(5)) }
    }
    return QuerySession(path: path, delivery: Delivery(guarding: OutputGuard(storePath: path)))
  }
}

extension LineEditor.Choice {
  /// The words of both.
  fileprivate func adding(_ other: LineEditor.Choice) -> LineEditor.Choice {
    LineEditor.Choice(typed: max(typed, other.typed), words: words + other.words)
  }
}
