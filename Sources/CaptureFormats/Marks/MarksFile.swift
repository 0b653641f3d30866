package import CaptureModel

/// Reads a side file of marks: one a line, a time and a name.
///
/// ```
/// # seconds or a duration from the start, seconds since 1970, or a date
/// 12.5 request 1
/// 1m30s request 2
/// 1769862600.25 request 3
/// 2026-01-31T12:30:00.5Z request 4
/// {"time": 14.25, "name": "request 5"}
/// ```
///
/// Log lines that begin with a date are such lines. Empty lines and comments are skipped.
package enum MarksFile {
  /// A line that is no mark.
  package struct Problem: Error, Equatable {
    /// Its number, from 1.
    package var line: Int
    /// What is wrong with it.
    package var reason: String
  }

  /// The marks of a file's text, in its order.
  ///
  /// - Throws: the first line that is none.
  package static func marks(in text: String) throws(Problem) -> [TimedMark] {
    var marks: [TimedMark] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let trimmed = line.trimmed
      guard let first = trimmed.first, first != "#" else { continue }
      switch first == "{" ? fields(trimmed) : words(trimmed) {
      case .success(let mark): marks.append(mark)
      case .failure(let problem): throw Problem(line: index + 1, reason: problem.reason)
      }
    }
    return marks
  }

  private struct Reason: Error { var reason: String }

  private static let wanted =
    "a mark is a time and a name, such as `12.5 request 7` or `2026-01-31T12:30:00Z deploy`"

  private static func words(_ line: Substring) -> Result<TimedMark, Reason> {
    let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
    guard let (time, count) = Timestamp.read(words[...]) else {
      return .failure(Reason(reason: wanted))
    }
    let name = words.dropFirst(count).joined(separator: " ")
    guard !name.isEmpty else { return .failure(Reason(reason: "the mark has no name")) }
    return .success(TimedMark(time: time, name: name))
  }

  /// A flat JSON object with `time` and `name`.
  private static func fields(_ line: Substring) -> Result<TimedMark, Reason> {
    guard let fields = FlatObject.fields(of: line) else {
      return .failure(Reason(reason: "this is no flat JSON object"))
    }
    func value(_ names: [String]) -> Substring? {
      names.lazy.compactMap { fields[$0] }.first.map { Substring($0) }
    }
    guard let time = value(["time", "timestamp", "ts", "t"]),
      let name = value(["name", "mark", "message", "msg"])
    else { return .failure(Reason(reason: "a mark needs `time` and `name`")) }
    let words = time.split(separator: " ")
    guard let (moment, count) = Timestamp.read(words[...]), count == words.count else {
      return .failure(Reason(reason: "`\(time)` is no time"))
    }
    return .success(TimedMark(time: moment, name: String(name)))
  }
}

/// A JSON object of texts and numbers, on one line.
private enum FlatObject {
  /// Its fields as texts; nil when it is something else.
  static func fields(of line: Substring) -> [String: String]? {
    var rest = line.dropFirst()
    var fields: [String: String] = [:]
    while true {
      rest = rest.drop(while: \.isWhitespace)
      if rest.first == "}" { return rest.dropFirst().trimmed.isEmpty ? fields : nil }
      guard let key = text(&rest) else { return nil }
      rest = rest.drop(while: \.isWhitespace)
      guard rest.popFirst() == ":" else { return nil }
      rest = rest.drop(while: \.isWhitespace)
      guard let value = rest.first == "\"" ? text(&rest) : bare(&rest) else { return nil }
      fields[key] = value
      rest = rest.drop(while: \.isWhitespace)
      if rest.first == "," { rest = rest.dropFirst() } else if rest.first != "}" { return nil }
    }
  }

  private static func bare(_ rest: inout Substring) -> String? {
    let value = rest.prefix { !$0.isWhitespace && $0 != "," && $0 != "}" }
    rest = rest.dropFirst(value.count)
    return value.isEmpty || value.contains { "[{\"".contains($0) } ? nil : String(value)
  }

  private static func text(_ rest: inout Substring) -> String? {
    guard rest.popFirst() == "\"" else { return nil }
    var value = ""
    while let character = rest.popFirst() {
      if character == "\"" { return value }
      guard character == "\\" else {
        value.append(character)
        continue
      }
      guard let escaped = rest.popFirst() else { return nil }
      switch escaped {
      case "n": value.append("\n")
      case "t": value.append("\t")
      case "r": value.append("\r")
      case "b", "f": value.append(" ")
      case "u":
        guard let code = UInt32(rest.prefix(4), radix: 16), rest.count >= 4 else { return nil }
        rest = rest.dropFirst(4)
        value.unicodeScalars.append(Unicode.Scalar(code) ?? "\u{fffd}")
      default: value.append(escaped)
      }
    }
    return nil
  }
}

extension Substring {
  /// Without the white space around it.
  fileprivate var trimmed: Substring {
    var text = drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
