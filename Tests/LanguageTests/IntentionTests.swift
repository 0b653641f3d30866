import Foundation
import Testing

@testable import Language

/// Sentences in people's own words, and the questions that are proposed for them.
@Suite struct IntentionTests {
  /// What a capture has, as if two were in the store.
  private static var names: IntentionNames {
    let known: Set<String> = ["render", "leak_cache.py", "open_sockets", "json", "main"]
    var names = IntentionNames()
    names.captures = ["leak_cache", "threads"]
    names.has = { known.contains($0) }
    names.usual = { "render" }
    names.accepts = { text in
      (try? Parser.parse(text).allSatisfy { unknownCapture(of: $0) == nil }) ?? false
    }
    return names
  }

  /// A capture that a question names and the store has not, as the engine finds it.
  private static func unknownCapture(of statement: Statement) -> QueryError? {
    guard case .query(let query) = statement else { return nil }
    var references = query.captures
    if case .captures(let others, _) = query.versus { references += others }
    for case .name(let pattern) in references
    where !["leak_cache", "threads", "prev", "*"].contains(pattern.text) {
      return .unknownCapture(pattern.text, known: ["leak_cache", "threads"], at: pattern.range)
    }
    return nil
  }

  /// The phrasing as somebody types it.
  private static func sentence(_ phrasing: String) -> String {
    let typed = [
      "NAME": "render", "CAPTURE": "threads", "OTHER": "leak_cache", "FILE": "leak_cache.py",
      "N": "7", "SIZE": "2MB", "TIME": "3s", "UNTIL": "4s", "KEY": "function",
    ]
    return phrasing.split(separator: " ").map { typed[String($0)] ?? String($0) }
      .joined(separator: " ")
  }

  @Test func everyPhrasingFindsItsQuestions() {
    #expect(Intention.all.count > 300)
    for intention in Intention.all {
      let matches = IntentionFinder(Self.sentence(intention.phrasing), Self.names).matches()
      let own = matches.first { $0.intention.phrasing == intention.phrasing }
      #expect(own != nil, "\(intention.phrasing)")
      #expect(own?.questions.count == intention.questions.count, "\(intention.phrasing)")
      // What is nearer to it than itself is the same question.
      #expect((own?.score ?? 0) > 0.97, "\(intention.phrasing)")
    }
    #expect(Set(Intention.all.map(\.phrasing)).count == Intention.all.count)
  }

  @Test func everyProposalCanBeRead() throws {
    for intention in Intention.all {
      let typed = Self.sentence(intention.phrasing)
      for match in IntentionFinder(typed, Self.names).matches() {
        for question in match.questions {
          let error = Parser.parseStatements(question).error
          #expect(error == nil, "\(typed): \(question)")
        }
      }
    }
  }

  /// What was typed, and what was meant.
  private static func unaided() throws -> [(sentence: String, meant: [String])] {
    let file = Corpus.grammarFolder.appendingPathComponent(
      "../Tests/Fixtures/sentences/unaided.txt")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
      guard !line.hasPrefix("#") else { return nil }
      let sides = line.components(separatedBy: " => ")
      return (sides[0], sides[1].components(separatedBy: " | "))
    }
  }

  @Test func sentencesTypedUnaidedAreAnsweredOrTaught() throws {
    let sentences = try Self.unaided()
    #expect(sentences.count == 100)
    var wrong: [String] = []
    for (sentence, meant) in sentences {
      let found = Self.proposals(sentence)
      if !meant.contains(where: { found.first == $0 }) {
        wrong.append("\(sentence) -> \(found)")
      }
    }
    #expect(wrong.count <= 5, "\(wrong.joined(separator: "\n"))")
  }

  /// The sentence in canonical words where it is a question, else what is proposed for it.
  private static func proposals(_ sentence: String) -> [String] {
    let (statements, error) = Parser.parseStatements(sentence)
    do throws(QueryError) {
      if let error { throw error }
      for parsed in statements { try Checker.check(parsed.statement) }
      // Names of captures are looked up where a question is asked.
      for parsed in statements {
        if let error = unknownCapture(of: parsed.statement) { throw error }
      }
      return statements.map(\.statement.canonicalText)
    } catch {
      return error.meant(in: sentence, names).proposals(for: sentence)
    }
  }

  @Test(arguments: ["tpo 10 by lineno", "top 10 by functon", "top 10 where sise > 1MB"])
  func whatIsMistypedStaysASpellingMistake(sentence: String) throws {
    let error = try #require(Parser.parseStatements(sentence).error)
    #expect(error.meant(in: sentence, Self.names) == error)
  }

  @Test func proposalsThatTheCaptureCannotAnswerAreLeftOut() throws {
    var names = Self.names
    names.accepts = { !$0.hasPrefix("suspects") }
    let sentence = "why is memory growing?"
    let error = try #require(Parser.parseStatements(sentence).error)
    #expect(error.meant(in: sentence, names).proposals(for: sentence) == ["growth by function"])
  }

  @Test func theStatementThatIsWrongIsMeant() throws {
    let text = "top 3; why is memory growing?; top 4"
    let error = try #require(Parser.parseStatements(text).error)
    let meant = error.meant(in: text, Self.names)
    #expect(meant.range == SourceRange(7, 29))
    #expect(meant.proposals(for: text).first == "suspects")
  }
}
