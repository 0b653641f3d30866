import Foundation
import Testing

@testable import Language

/// The parser and `Grammar/memq.ebnf` say the same.
@Suite struct LanguageGrammarTests {
  private static let file = Corpus.grammarFolder.appendingPathComponent("memq.ebnf")

  private static func grammar() throws -> EBNF { try EBNF(contentsOf: file) }

  @Test func wordsAreThoseOfTheVocabulary() throws {
    let grammar = try Self.grammar()
    #expect(grammar.keywords == Vocabulary.words)
    #expect(grammar.reserved == Vocabulary.reserved)
    #expect(grammar.symbols == Set(Token.Symbol.allCases.map(\.rawValue)))
  }

  @Test func recogniserKnowsTheCorpus() throws {
    let recogniser = try EarleyRecogniser(try Self.grammar())
    for one in try Corpus.cases() {
      #expect(
        recogniser.accepts(one.program) == Parser.accepts(one.program), "\(one.file):\(one.line)")
    }
  }

  @Test func parserAcceptsWhatTheGrammarSays() throws {
    let grammar = try Self.grammar()
    let recogniser = try EarleyRecogniser(grammar)
    var generator = SentenceGenerator(grammar, seed: 20_260_701)
    var accepted = 0
    var refused = 0
    for _ in 0..<1200 {
      let sentence = generator.sentence()
      let texts = [
        generator.text(sentence, tight: false), generator.text(sentence, tight: true),
        generator.text(generator.mutation(of: sentence), tight: false),
        generator.text(generator.mutation(of: sentence), tight: true),
      ]
      #expect(recogniser.accepts(texts[0]), "\(texts[0])")
      for text in texts {
        let isSentence = recogniser.accepts(text)
        if isSentence { accepted += 1 } else { refused += 1 }
        if isSentence != Parser.accepts(text) {
          Issue.record("the grammar says \(isSentence): \(text)")
        }
      }
    }
    #expect(accepted > 2000 && refused > 800, "\(accepted) accepted, \(refused) refused")
  }

  /// The comparison above would notice a grammar that is another.
  @Test(arguments: [
    ("'limit' int", "'limit' number"), ("'leak'? 'rate'", "'rate'"),
    ("'survived' 'in'? span", "'survived' span"),
    ("( ( '+' | '-' ) duration )*", "( '+' duration )*"),
    ("'not'? 'in' set", "'in' set"), ("part* versus?", "part*"), ("[0-9] [0-9_]*", "[0-9]+"),
    ("'/' 'i'?", "'/'"), ("( clause part* )?", "part*"),
  ])
  func anotherGrammarIsNoticed(part: String, change: String) throws {
    let text = try String(contentsOf: Self.file, encoding: .utf8)
    #expect(text.contains(part))
    let other = try EBNF(text.replacingOccurrences(of: part, with: change))
    let recogniser = try EarleyRecogniser(other)
    var generator = SentenceGenerator(try Self.grammar(), seed: 7)
    var others = SentenceGenerator(other, seed: 7)
    var differs = false
    for _ in 0..<4000 where !differs {
      for tokens in [generator.sentence(), others.sentence()] {
        let sentence = tokens.joined(separator: " ")
        let isNear = sentence.contains("vs ") || !change.hasPrefix("part*")
        if isNear, recogniser.accepts(sentence) != Parser.accepts(sentence) { differs = true }
      }
    }
    #expect(differs)
  }
}

extension Parser {
  /// Whether a text is a sentence of the grammar, whatever it means.
  fileprivate static func accepts(_ text: String) -> Bool {
    var parser = Parser(text)
    do throws(QueryError) {
      while try parser.nextStatement() != nil {}
      return true
    } catch {
      return false
    }
  }
}
