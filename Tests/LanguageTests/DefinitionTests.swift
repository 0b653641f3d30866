import Foundation
import Testing

@testable import Language

/// What definitions say is what parser and checker do.
@Suite struct LanguageDefinitionTests {
  @Test func everySpellingIsFoundAgain() {
    check(Vocabulary.verbs.filter { $0.value != .paths }, Vocabulary.verb.callAsFunction)
    check(Vocabulary.populations, Vocabulary.population.callAsFunction)
    check(Vocabulary.measures, Vocabulary.measure)
    check(Vocabulary.series) { name in
      if case .series(let series) = Vocabulary.measure(name) { series } else { nil }
    }
    check(Vocabulary.keys, Vocabulary.key)
    check(Vocabulary.topics, Vocabulary.topic.callAsFunction)
    check(Vocabulary.formats, Vocabulary.format.callAsFunction)
    check(Vocabulary.hides, Vocabulary.hide.callAsFunction)
  }

  private func check<Value: Equatable>(
    _ words: [VocabularyWord<Value>], _ find: (String) -> Value?
  ) {
    for word in words {
      for spelling in word.spellings {
        #expect(find(spelling) == word.value, "\(spelling)")
        #expect(find(spelling.uppercased()) == word.value, "\(spelling)")
      }
    }
    let spellings = words.flatMap(\.spellings)
    #expect(Set(spellings).count == spellings.count)
  }

  /// Cases with values cannot be listed by the compiler; what is forgotten in a list is no word.
  @Test(arguments: [("Key", Key.allCases.count), ("Measure", Measure.allCases.count)])
  func everyPlainCaseIsListed(name: String, count: Int) throws {
    let file = Corpus.grammarFolder.appendingPathComponent(
      "../Sources/Language/MeasuresAndKeys.swift")
    let text = try String(contentsOf: file, encoding: .utf8)
    let start = try #require(text.range(of: "package enum \(name): "))
    let body = text[start.upperBound...].prefix(while: { $0 != "}" })
    let cases = body.split(separator: "\n").filter { $0.hasPrefix("  case ") }
      .flatMap { $0.dropFirst(7).split(separator: ", ") }.filter { !$0.contains("(") }
    #expect(cases.count > 10 && Set(cases).count == count)
  }

  @Test func everyExtensionNamesItsFormat() {
    for format in OutputFormat.allCases {
      for ending in format.definition.extensions {
        var output = Output()
        output.path = Located("answer" + ending, SourceRange(0, 0))
        #expect(output.namedFormat == format, "\(ending)")
      }
    }
  }

  /// A part of each kind, as a question has it.
  private static let parts: [(part: QuestionPart, text: String)] = [
    (.number, "5"), (.population, "leaked"), (.otherPopulation, "vs leaked"),
    (.measures, "count"), (.recordMeasures, "avg size"), (.by, "by thread"),
    (.stackKeys, "by traceback"), (.inclusive, "inclusive"), (.windows, "over 5 windows"),
    (.versus, "vs old"), (.having, "having size > 1MB"), (.order, "order by size"),
    (.range, "in 1s..2s"), (.per, "per minute"), (.fromFrame, "from frame main"),
    (.filter, "where size > 1MB"), (.hide, "hide native"),
  ]

  /// Parts that are refused where another is, of which they are some.
  private static let wholes: [QuestionPart: QuestionPart] = [
    .recordMeasures: .measures, .stackKeys: .by, .otherPopulation: .versus,
  ]

  @Test(arguments: Verb.allCases)
  func verbsTakeNoneOfWhatTheyRefuse(verb: Verb) throws {
    let start = verb == .paths ? "paths to A" : verb == .peek ? "peek A" : verb.rawValue
    let refused = verb.definition.refuses.map(\.part)
    for (part, text) in Self.parts where !([.paths, .peek].contains(verb) && part == .number) {
      // Of measures it takes those that a record has, as its axis.
      if verb == .hist, [.measures, .recordMeasures].contains(part) { continue }
      let statements = try Parser.parse(start + " " + text)
      var message: String?
      do throws(QueryError) { try Checker.check(statements[0]) } catch { message = error.message }
      if refused.contains(part) {
        #expect(message?.hasPrefix("`\(verb.rawValue)` takes no") == true, "\(start) \(text)")
      } else if Self.wholes[part].map(refused.contains) != true {
        #expect(message?.contains("takes no") != true, "\(start) \(text)")
      }
    }
  }
}

/// The tree of `and`, `or` and `not`.
@Suite struct LogicTests {
  /// `a and not (b or c)`, `not a or b and c`, and so on.
  private static let trees: [Logic<Int>] = {
    let a = Logic.leaf(0)
    let b = Logic.leaf(1)
    let c = Logic.leaf(2)
    return [
      a, .not(a), .and([a, .not(.or([b, c]))]), .or([.not(a), .and([b, c])]),
      .and([.or([a, b]), .or([.not(b), c])]), .not(.and([a, .or([b, .not(c)])])), .and([]), .or([]),
      .and([.and([a, b]), c]), .or([a, .or([.or([b]), c])]),
    ]
  }()

  /// Every way in which three conditions hold, do not hold or are not known.
  private static let cases: [[Bool?]] = {
    let values: [Bool?] = [true, false, nil]
    return values.flatMap { a in values.flatMap { b in values.map { [a, b, $0] } } }
  }()

  @Test(arguments: trees)
  func answersWhatEveryCompletionHolds(tree: Logic<Int>) {
    for known in Self.cases {
      let completions = Self.cases.filter { full in
        !full.contains(nil) && zip(known, full).allSatisfy { $0 == nil || $0 == $1 }
      }
      let held = completions.map { full in tree.holds { full[$0] == true } }
      if let answer = tree.answer({ known[$0] }) {
        #expect(held.allSatisfy { $0 == answer })
      } else {
        #expect(known.contains(nil))
      }
      for full in completions {
        #expect(tree.answer { full[$0] } == tree.holds { full[$0] == true })
        #expect(tree.simplified.holds { full[$0] == true } == tree.holds { full[$0] == true })
      }
    }
  }

  @Test func textHasNoMoreParenthesesThanNeeded() {
    let texts = Self.trees.map { $0.text { "abc".map(String.init)[$0] } }
    #expect(
      texts[..<6] == [
        "a", "not a", "a and not (b or c)", "not a or b and c", "(a or b) and (not b or c)",
        "not (a and (b or not c))",
      ])
  }

  @Test func leavesStandInOrderAndAreReplaced() {
    let tree = Self.trees[4]
    #expect(tree.leaves == [0, 1, 1, 2])
    #expect(tree.map { $0 * 10 }.leaves == [0, 10, 10, 20])
    #expect(tree.flatMap { .not(.leaf($0 + 1)) }.leaves == [1, 2, 2, 3])
    #expect(Self.trees[8].simplified == .and([.leaf(0), .leaf(1), .leaf(2)]))
  }

  @Test func oneOfSeveralConditionsIsLeftOut() {
    let both = Logic.leaf(0).and(.leaf(1))
    #expect(both.and(.leaf(2)).without { $0 == 1 } == .and([.leaf(0), .leaf(2)]))
    #expect(both.without { $0 == 1 } == .leaf(0))
    #expect(Logic.leaf(0).without { $0 == 0 } == nil)
    // Half of an alternative cannot be left out without another meaning.
    #expect(Logic.or([.leaf(0), .leaf(1)]).without { $0 == 1 } == nil)
    #expect(both.without { $0 == 5 } == both)
  }
}
