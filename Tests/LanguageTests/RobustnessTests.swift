import Foundation
import Testing

@testable import Language

/// Whatever stands in the text, it is refused or understood, never more.
@Suite struct LanguageRobustnessTests {
  /// Everything the language does with a text.
  private func read(_ text: String) {
    let (statements, error) = Parser.parseStatements(text)
    if let error {
      let rendered = error.render(source: text)
      #expect(rendered.hasPrefix("error"), "\(text)")
      #expect(!error.message.isEmpty, "\(text)")
    }
    var session = Session()
    for parsed in statements {
      do throws(QueryError) {
        let statement = try session.prepare(parsed.statement)
        _ = session.canonicalText(of: statement)
      } catch {
        _ = error.render(source: text)
      }
      let canonical = parsed.statement.canonicalText
      do throws(QueryError) {
        let again = try Parser.parse(canonical)
        #expect(again.map(\.canonicalText) == [canonical], "\(text)")
      } catch {
        Issue.record("\(text) is said \(canonical): \(error.message)")
      }
    }
  }

  @Test func randomSentencesAreSaidTheSameAgain() throws {
    let grammar = try EBNF(contentsOf: Corpus.grammarFolder.appendingPathComponent("memq.ebnf"))
    var generator = SentenceGenerator(grammar, seed: 11)
    for _ in 0..<3000 {
      let sentence = generator.sentence()
      read(generator.text(sentence, tight: false))
      read(generator.text(generator.mutation(of: sentence), tight: true))
      read(generator.soup())
    }
  }

  @Test func randomBytes() {
    var random = SplitMix(state: 5)
    for _ in 0..<3000 {
      let bytes = (0..<random.below(60)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      read(String(decoding: bytes, as: UTF8.self))
      read(String(decoding: bytes.map { $0 & 0x7F }, as: UTF8.self))
    }
  }

  @Test func everyBeginningOfASentence() {
    let sentence =
      "let b = not (size in 1kB..2MB or stack has a then \"b\\\"c\"); assert peak-1s rss by pid, "
      + "capture where b and time < mark(/x/i, 2)+1h30min having size > 5% hide 'a', native "
      + "< 105% of #2 to \"x y\"; growth rate per mark(a) over 5 windows vs survived 1s..end"
    let bytes = Array(sentence.utf8)
    for end in bytes.indices {
      read(String(decoding: bytes[..<end], as: UTF8.self))
      read("top where " + String(decoding: bytes[end...], as: UTF8.self))
    }
  }

  @Test(arguments: ["(", "not ", "(not "])
  func deepNesting(opening: String) {
    for start in ["top where ", "top having ", "let a = ", "assert size where "] {
      let text = start + String(repeating: opening, count: 10_000) + "size > 1"
      let (_, error) = Parser.parseStatements(text)
      #expect(error?.reason == .syntax(.tooDeep(Parser.maximumDepth)))
      #expect((error?.render(source: text).utf8.count ?? 0) < 500)
    }
  }

  @Test func nestingUpToTheBound() throws {
    let depth = Parser.maximumDepth
    let nots = String(repeating: "not ", count: depth)
    read("top where \(nots) size > 1")
    let open = String(repeating: "(", count: depth)
    let close = String(repeating: ")", count: depth)
    let statements = try Parser.parse("top where \(open)size > 1\(close)")
    #expect(statements.map(\.canonicalText) == ["top where size > 1"])
  }

  @Test func giganticNumbers() {
    let digits = String(repeating: "9", count: 5000)
    for text in [
      "top \(digits)", "top limit \(digits)", "temporary within \(digits)", "live at #\(digits)",
      "live at \(digits)s", "live at 1h\(digits).5s", "live at \(digits)%", "top of #\(digits)",
      "top where size > \(digits)", "top where size > \(digits)TB", "top where size > \(digits).5",
      "top having count > \(digits)", "growth over \(digits) windows", "live at mark(a, \(digits))",
      "timeline every \(digits)h", "live at 9000000000s+9000000000s+9000000000s",
      "assert size < \(digits)kB", "top where lifetime in 1..\(digits)",
    ] {
      let (_, error) = Parser.parseStatements(text)
      guard case .syntax(.tooLarge) = error?.reason else {
        Issue.record("\(text.prefix(40)): \(error?.message ?? "accepted")")
        continue
      }
    }
  }

  @Test func longTexts() {
    read(String(repeating: "top 10 by lineno; ", count: 2000))
    read("top where " + Array(repeating: "size > 1", count: 5000).joined(separator: " and "))
    read("top of " + Array(repeating: "a", count: 5000).joined(separator: ", "))
    read("top of " + String(repeating: "x", count: 100_000))
    read("top by " + String(repeating: "x", count: 100_000))
    read("top of \"" + String(repeating: "x\\\"", count: 50_000) + "\"")
    read(String(repeating: "\n", count: 100_000) + "tpo")
  }

  @Test func definitionsThatDoubleAreBounded() throws {
    var session = Session()
    let statements = try Parser.parse(
      "let a0 = size > 1\n"
        + (1..<40).map { "let a\($0) = a\($0 - 1) or a\($0 - 1)" }.joined(separator: "\n"))
    var failure: QueryError?
    do throws(QueryError) {
      for statement in statements { _ = try session.prepare(statement) }
    } catch {
      failure = error
    }
    #expect(failure?.reason == .syntax(.tooDeep(Parser.maximumDepth)))
  }
}
