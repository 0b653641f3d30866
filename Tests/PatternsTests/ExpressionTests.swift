import Testing

@testable import Patterns

/// What expressions mean, beyond what the comparison with Swift's own shows.
@Suite struct ExpressionTests {
  @Test(arguments: [
    ("a|b", "a", true), ("a|b", "ab", false), ("(ab)*c", "ababc", true), ("(ab)*c", "abac", false),
    ("a+b?", "aaa", true), ("a+b?", "b", false), ("[a-c\\d_]+", "ab1_c", true),
    ("[^:]+::x", "std::x", true), ("[^:]+::x", "a:b::x", false), ("x(|y|zz)*", "xyzzy", true),
    ("^malloc$", "malloc", true), ("a.c", "abc", true), ("a\\.c", "abc", false),
    ("(a|ab)(c|bcd)(d*)", "abcd", true), ("\\w+\\s\\D", "new x", true), ("", "", true),
    ("(?i)ab", "AB", true), ("a{2,3}", "aaa", true), ("a{2,3}", "aaaa", false),
  ])
  func wholeTexts(pattern: String, text: String, isMet: Bool) throws {
    #expect(try LinearExpression(pattern, isWhole: true).matches(text) == isMet)
  }

  @Test(arguments: [
    // A dot ends a word, also between letters.
    ("\\bload\\b", "json.load", true), ("\\bload\\b", "json.loads", false),
    ("\\bload\\b", "std::load<int>", true), ("\\Bload", "_load", true), ("\\b", "((", false),
    ("^b", "a\nb", false), ("(?m)^b", "a\nb", true), ("(?m)a$", "a\nb", true), ("a$", "a\n", false),
    ("a\\Z", "a\n", true), ("a\\Z", "a\nb", false), ("a\\z", "a\n", false),
    ("^$", "", true), ("", "", true), ("x", "", false),
  ])
  func places(pattern: String, text: String, isMet: Bool) throws {
    #expect(try LinearExpression(pattern).matches(text) == isMet)
  }

  @Test(arguments: [
    ("(", 0..<1), ("a)", 1..<2), ("b[a", 1..<2), ("*a", 0..<1), ("a**", 2..<3), ("\\p", 0..<2),
    ("[z-a]", 1..<4), ("a\\", 1..<2), ("a(?=b)", 1..<4), ("(?<!a)b", 0..<4), ("(a)\\1", 3..<5),
    ("(?>a)", 0..<3), ("a*+b", 1..<3), ("é\\q", 2..<4), ("[]", 0..<1), ("a{3,1}", 1..<6),
    ("[[:foo:]]", 1..<8), ("\\p{Foo}", 0..<7), ("x(?z)", 1..<4), ("\\x{110000}", 0..<10),
    ("(?i", 0..<3), ("^*", 1..<2), ("(?#a", 0..<4), ("(*FAIL)", 0..<2),
  ])
  func whatCannotBeMatchedIsRefusedInItsPlace(pattern: String, place: Range<Int>) {
    let error = #expect(throws: ExpressionError.self) { try LinearExpression(pattern) }
    #expect(error?.range == place, "\(pattern): \(error?.reason ?? "")")
  }

  @Test func nestingAndRepetitionsAreBounded() {
    for (open, close) in [("(", ")"), ("[", "]"), ("(?:", ")"), ("[^", "]")] {
      let deep =
        String(repeating: open, count: 20_000) + "a" + String(repeating: close, count: 20_000)
      #expect(throws: ExpressionError.self) { try LinearExpression(deep) }
    }
    for text in ["((a{1000}){1000}){1000}", "((((){999999}){999999}){999999}){999999}", "a{20000}"]
    {
      #expect(throws: ExpressionError.self) { try LinearExpression(text) }
    }
    #expect(throws: ExpressionError.self) {
      try LinearExpression(String(repeating: "a", count: 100_000))
    }
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: ["(a*)*(a*)*b", "(a+)+$", "(a|a)*b", "(a|aa)+$", "(.*)*x", "a?b?"])
  func timeIsLinear(pattern: String) throws {
    let expression = try LinearExpression(pattern)
    let text = String(repeating: "a", count: 200_000) + "!"
    #expect(expression.matches(text) == pattern.hasPrefix("a?"))
    #expect(expression.matches("é" + text) == pattern.hasPrefix("a?"))
  }

  /// Sets of steps that no memory holds are forgotten, not kept.
  @Test(.timeLimit(.minutes(1))) func manyStatesStayBounded() throws {
    let expression = try LinearExpression("[ab]*a[ab]{16}c")
    var text = ""
    var state: UInt32 = 1
    for _ in 0..<30_000 {
      state = state &* 1_664_525 &+ 1_013_904_223
      text.append(state >> 31 == 0 ? "a" : "b")
    }
    #expect(!expression.matches(text))
    #expect(expression.matches(text + "a" + String(repeating: "b", count: 16) + "c"))
  }
}
