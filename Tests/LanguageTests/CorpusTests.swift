import Foundation
import Testing

@testable import Language

/// The conformance corpus in `Grammar/corpus`.
@Suite struct LanguageCorpusTests {
  @Test func everyCaseHolds() throws {
    let cases = try Corpus.cases()
    #expect(cases.count >= 250)
    for one in cases where one.actual != one.expected {
      Issue.record(
        """
        \(one.file):\(one.line)
        \(one.program)
        expected:
        \(one.expected)
        found:
        \(one.actual)
        """)
    }
  }

  @Test func programsStandOnce() throws {
    // Plans are of sentences that may stand elsewhere.
    let programs = try Corpus.cases().filter { $0.file != "plans.case" }.map(\.program)
    #expect(Set(programs).count == programs.count)
  }

  @Test func canonicalFormsAreFixedPoints() throws {
    for one in try Corpus.cases() {
      for line in one.expected.split(separator: "\n") where line.hasPrefix("= ") {
        let canonical = String(line.dropFirst(2))
        let again = try Parser.parse(canonical).map(\.canonicalText).joined(separator: "; ")
        #expect(again == canonical, "\(one.file):\(one.line)")
      }
    }
  }

  @Test func correctedSentencesAreAccepted() throws {
    var corrected = 0
    for one in try Corpus.cases() {
      for line in one.expected.components(separatedBy: "\n") where line.hasPrefix("!   write: ") {
        corrected += 1
        let sentence = String(line.dropFirst("!   write: ".count))
        let again = CorpusCase(file: one.file, line: one.line, program: sentence, expected: "")
        #expect(!again.actual.contains("! "), "\(one.file):\(one.line) \(again.actual)")
      }
    }
    #expect(corrected > 100)
  }
}
