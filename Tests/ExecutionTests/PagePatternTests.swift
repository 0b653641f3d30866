import Results
import Foundation
import TestSupport
import Testing

@testable import Language
@testable import Execution

/// Pages hide frames by patterns too: both sides read one table of cases.
@Suite struct PagePatternTests {
  @Test func patternsMeetWhatPagesSayTheyMeet() throws {
    let url = Project.fixtures("pages").appending(path: "patterns.json")
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any]
    let cases = try #require(json?["cases"] as? [[String: Any]])
    #expect(cases.count > 10)
    for one in cases {
      let matcher = try PatternMatcher(pattern(try #require(one["pattern"] as? String)))
      let file = try #require(one["file"] as? String)
      let place = "\(file):\(try #require(one["line"] as? Int))"
      let isMet =
        matcher.matches(try #require(one["function"] as? String)) || matcher.matchesPath(file)
        || matcher.matchesPath(place)
      #expect(isMet == one["meets"] as? Bool, "\(one)")
    }
  }

  /// As a question writes it: quoted, or between slashes.
  private func pattern(_ text: String) -> Pattern {
    let range = SourceRange(0, 0)
    guard text.hasPrefix("/"), text.count > 2 else {
      return Pattern(text: text, form: .quoted, range: range)
    }
    let ignoresCase = text.hasSuffix("/i")
    return Pattern(
      text: String(text.dropFirst().dropLast(ignoresCase ? 2 : 1)),
      form: .regex(ignoresCase: ignoresCase), range: range)
  }
}
