import CaptureModel
import Foundation
import Testing

@testable import CaptureFormats

@Suite struct JSONReaderTests {
  /// All tokens of a text as words, or the problem.
  private func tokens(_ text: String) throws -> String {
    let scratch = try ScratchFile(Array(text.utf8))
    let reader = JSONReader(
      CaptureStream(file: try CaptureFile(path: scratch.path), framing: .raw))
    var words: [String] = []
    do {
      while let token = try reader.next() {
        switch token {
        case .beginObject: words.append("{")
        case .endObject: words.append("}")
        case .beginArray: words.append("[")
        case .endArray: words.append("]")
        case .key: words.append("\(reader.text):")
        case .string: words.append("'\(reader.text)'")
        case .number: words.append(reader.integer.map { "\($0)" } ?? "\(reader.number)")
        case .isTrue, .isFalse, .null: words.append("\(token)")
        }
      }
    } catch JSONProblem.endOfData(let offset) {
      words.append("end at \(offset)")
    } catch JSONProblem.malformed(let offset, _) {
      words.append("wrong at \(offset)")
    }
    return words.joined(separator: " ")
  }

  @Test(arguments: [
    (#"{"a": [1, -2.5, 1e3], "b": {}}"#, "{ a: [ 1 -2.5 1000.0 ] b: { } }"),
    (#"[true, false, null, NaN]"#, "[ isTrue isFalse null nan ]"),
    (#"["\u00e4\n\"\\\/", "\ud83d\ude00", "\ud83d"]"#, "[ 'ä\n\"\\/' '😀' '\u{FFFD}' ]"),
    ("1 2\n{\"x\":3}", "1 2 { x: 3 }"), ("", ""), ("  \n", ""),
    (
      "[9007199254740993, 0.1, 12345678901234567890]",
      "[ 9007199254740993 0.1 1.2345678901234567e+19 ]"
    ),
    ("[1,]", "[ 1 wrong at 3"), ("[1 2]", "[ 1 wrong at 3"), ("{1:2}", "{ wrong at 1"),
    ("{\"a\" 1}", "{ a: wrong at 5"), ("{\"a\":}", "{ a: wrong at 5"), ("]", "wrong at 0"),
    ("[1, tru]", "[ 1 wrong at 4"), ("[1, tru", "[ 1 end at 4"), ("[1, trux]", "[ 1 wrong at 4"),
    ("[\"abc", "[ end at 1"),
    ("[--1]", "[ wrong at 1"), ("[1", "[ 1 end at 2"), ("\u{FEFF}[]", "[ ]"),
  ])
  func tokensAndProblems(text: String, expected: String) throws {
    #expect(try tokens(text) == expected)
  }

  @Test func deepNestingIsBounded() throws {
    let levels = JSONReader.depthLimit
    #expect(try tokens(String(repeating: "[", count: levels)).hasSuffix("end at \(levels)"))
    #expect(try tokens(String(repeating: "[", count: levels + 9)).hasSuffix("wrong at \(levels)"))
  }

  @Test func skippingMovesBehindAValue() throws {
    let scratch = try ScratchFile(Array(#"{"a": [[{}], {"b": "]"}], "c": 7}"#.utf8))
    let reader = JSONReader(
      CaptureStream(file: try CaptureFile(path: scratch.path), framing: .raw))
    #expect(try reader.next() == .beginObject)
    #expect(try reader.next() == .key)
    try reader.skipValue()
    #expect(try reader.next() == .key)
    #expect(reader.isText("c") && !reader.isText("d") && !reader.isText("cc"))
    #expect(try reader.next() == .number && reader.integer == 7)
  }

  /// Numbers and strings that lie across the ends of windows, as Foundation writes them.
  @Test func longTextsOfFoundationAreReadBack() throws {
    var random = SeededGenerator(seed: 7)
    var values: [Any] = []
    for index in 0..<60_000 {
      switch index % 4 {
      case 0: values.append(Int.random(in: -1_000_000_000_000...1_000_000_000_000, using: &random))
      case 1: values.append(Double.random(in: -1000...1000, using: &random))
      case 2:
        values.append(String(repeating: "ab\"\\ü", count: Int.random(in: 0...9, using: &random)))
      default: values.append(Double.random(in: 0...1, using: &random) * 1e-30)
      }
    }
    let data = try JSONSerialization.data(withJSONObject: values)
    let scratch = try ScratchFile([UInt8](data))
    let reader = JSONReader(
      CaptureStream(file: try CaptureFile(path: scratch.path), framing: .raw))
    #expect(try reader.next() == .beginArray)
    for value in values {
      switch try reader.next() {
      case .string:
        if reader.text != value as? String {
          Issue.record("\(value) \(reader.text) \(reader.number)")
        }
      case .number:
        if reader.number != (value as? Double ?? Double(value as? Int ?? 0)) {
          Issue.record("\(value) \(reader.text) \(reader.number)")
        }
      default: Issue.record("no token for \(value)")
      }
    }
    #expect(try reader.next() == .endArray)
    #expect(try reader.next() == nil)
  }

  @Test func damageNeverTraps() throws {
    var random = SeededGenerator(seed: 3)
    let text = Array(#"{"a": [1, -2.5e3, "x\u00e4\n"], "b": {"c": null, "d": true}}"#.utf8)
    for _ in 0..<2_000 {
      var bytes = text
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] =
          UInt8.random(in: 0...255, using: &random)
      }
      _ = try tokens(String(decoding: bytes, as: UTF8.self))
    }
  }
}
