import Testing

@testable import Patterns

/// Random expressions meet the texts that Swift's own matcher meets, with words as most other
/// matchers have them.
@Suite struct ExpressionOracleTests {
  /// A generator of its own, so that each run asks the same.
  private struct Chance: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 29
    }
    mutating func of<T>(_ list: [T]) -> T { list[Int(next() >> 8) % list.count] }
  }

  private static let atoms = [
    "a", "b", "c", "B", "_", ".", ":", "1", " ", "é", "[ab]", "[^ab]", "[a-c_]", "[^\\w]", "\\w",
    "\\W", "\\d", "\\D", "\\s", "\\S", "[[:alpha:]]", "[a-z&&[^b]]", "[a-c--b]", "[a-c~~b-d]",
    "\\.",
    "\\x62", "\\u{E9}", "\\p{Lu}", "\\P{L}", "[\\d.]", "\\n", "[B-é]", "ß", "\\h", "\\Qa.\\E",
  ]
  private static let checks = ["^", "$", "\\b", "\\B", "\\A", "\\z", "\\Z"]
  private static let counts = [
    "", "", "", "*", "+", "?", "*?", "+?", "{2}", "{1,2}", "{,2}", "{2,}",
  ]
  private static let letters = [
    "a", "b", "c", "B", "_", ".", ":", "1", " ", "é", "e\u{301}", "É", "\n", "Z",
  ]

  private func expression(_ chance: inout Chance, depth: Int) -> String {
    var text = ""
    for _ in 0..<(1 + Int(chance.next() >> 8) % 3) {
      switch Int(chance.next() >> 8) % 12 {
      case 0 where depth > 0:
        let open = chance.of(["(", "(?:", "(?<n\(depth)\(text.count)>", "(?i:", "(?s:", "(?m:"])
        text += open + expression(&chance, depth: depth - 1) + ")" + chance.of(Self.counts)
      case 1 where depth > 0:
        text +=
          "(?:" + expression(&chance, depth: depth - 1) + "|"
          + expression(&chance, depth: depth - 1)
          + ")" + chance.of(Self.counts)
      case 2: text += chance.of(Self.checks)
      default: text += chance.of(Self.atoms) + chance.of(Self.counts)
      }
    }
    return text
  }

  private func text(_ chance: inout Chance) -> String {
    var text = ""
    for _ in 0..<(Int(chance.next() >> 8) % 9) { text += chance.of(Self.letters) }
    return text
  }

  @Test(arguments: 0..<20) func randomExpressionsMeetWhatSwiftMeets(seed: Int) throws {
    var chance = Chance(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1)
    var compared = 0
    var met = 0
    for _ in 0..<100 {
      let pattern = expression(&chance, depth: 2)
      let ignoresCase = chance.next() >> 60 == 0
      guard let known = try? Regex(pattern) else { continue }
      let oracle = (ignoresCase ? known.ignoresCase() : known).wordBoundaryKind(.simple)
      let read = try LinearExpression(pattern, ignoresCase: ignoresCase)
      for _ in 0..<8 {
        let text = text(&chance)
        let wanted = try oracle.firstMatch(in: text) != nil
        compared += 1
        met += wanted ? 1 : 0
        if read.matches(text) != wanted {
          Issue.record(
            "\(pattern.debugDescription) \(ignoresCase) of \(text.debugDescription): \(!wanted)")
        }
      }
    }
    #expect(compared > 500 && met > 50 && met < compared)
  }
}
