import Foundation
import Testing

@testable import Language

/// `Grammar/README.md` says what the vocabulary says; `MEMQ_RECORD=1` writes its tables anew.
@Suite struct LanguageReferenceTests {
  private static let file = Corpus.grammarFolder.appendingPathComponent("README.md")

  @Test func tablesAreThoseOfTheVocabulary() throws {
    var text = try String(contentsOf: Self.file, encoding: .utf8)
    let isRecording = ProcessInfo.processInfo.environment["MEMQ_RECORD"] != nil
    for table in Reference.tables {
      let section = Reference.section(table.name, of: text)
      if isRecording, let section {
        text = text.replacingOccurrences(
          of: "<!-- \(table.name) -->\n\(section)<!-- end -->",
          with: "<!-- \(table.name) -->\n\(table.text)<!-- end -->")
      } else {
        #expect(section == table.text, "the table of \(table.name)")
      }
    }
    if isRecording { try text.write(to: Self.file, atomically: true, encoding: .utf8) }
  }

  @Test func everyExampleIsAnswered() throws {
    for example in Reference.examples {
      let one = CorpusCase(file: "", line: 0, program: example, expected: "")
      #expect(one.actual.hasPrefix("= ") && !one.actual.contains("! "), "\(one.actual)")
    }
  }

  /// Sentences in the prose stand in fences of `memq`.
  @Test func everySentenceOfThePageIsAccepted() throws {
    let text = try String(contentsOf: Self.file, encoding: .utf8)
    var sentences = 0
    for block in text.components(separatedBy: "```memq\n").dropFirst() {
      let program = block.components(separatedBy: "```")[0]
      sentences += program.split(separator: "\n").count
      let one = CorpusCase(file: "", line: 0, program: program, expected: "")
      #expect(!one.actual.contains("! "), "\(one.actual)")
    }
    #expect(sentences > 10)
  }

  @Test func everyWordSaysWhatItIs() {
    let all =
      Vocabulary.verbs.map(\.value) == Verb.allCases
      && Vocabulary.topics.map(\.value) == Topic.allCases
      && Vocabulary.formats.map(\.value) == OutputFormat.allCases
      && Set(Vocabulary.keys.map(\.value)) == Set(Key.allCases)
      && Set(Vocabulary.series.map(\.value)) == Set(Series.allCases)
      && Vocabulary.populations.map(\.value) == PopulationWord.allCases
    #expect(all)
  }
}
