/// The text of an error for a person.
extension QueryError {
  /// The message, the line of the query with a caret under the span, and the hints.
  ///
  /// - Parameter source: The text the ranges are offsets of; positions outside it are clipped.
  /// - Returns: Lines without a final newline.
  package func render(source: String) -> String {
    let bytes = Array(source.utf8)
    guard let range else { return lines(head: "error", caret: [], bytes: bytes, line: nil) }
    let line = Self.line(around: range.lower, in: bytes)
    let number = bytes[..<line.lower].reduce(1) { $1 == .newline ? $0 + 1 : $0 }
    let head = bytes.contains(.newline) ? "error in line \(number)" : "error"
    return lines(head: head, caret: Self.caret(range, line, bytes), bytes: bytes, line: line)
  }

  private func lines(
    head: String, caret: [String], bytes: [UInt8], line: SourceRange?
  ) -> String {
    var hints = self.hints.compactMap { Self.text(of: $0, bytes: bytes, line: line) }
    if hints.isEmpty, !self.hints.isEmpty { hints = ["for example: top 10 by lineno"] }
    return (["\(head): \(message)"] + (caret + hints).map { "  " + $0 }).joined(separator: "\n")
  }

  private static func text(of hint: Hint, bytes: [UInt8], line: SourceRange?) -> String? {
    switch hint {
    case .didYouMean(let words):
      "did you mean " + words.map { "`\($0)`" }.joined(separator: " or ") + "?"
    case .advice(let text): text
    case .questions(let questions): questions.isEmpty ? nil : lines(of: questions)
    case .rewrite(let edits):
      line.flatMap { rewritten(bytes, $0, edits) }.flatMap(settled).map { "write: \($0)" }
    }
  }

  /// One question a line, aligned.
  private static func lines(of questions: [String]) -> String {
    questions.enumerated().map { ($0 == 0 ? "write: " : "     or: ") + $1 }
      .joined(separator: "\n")
  }

  /// The sentence corrected until it is accepted; nil when a few corrections do not get there.
  static func settled(_ sentence: String) -> String? {
    var text = sentence
    for _ in 0..<8 {
      let error: QueryError
      do throws(QueryError) {
        let statements = try Parser.parse(text)
        for statement in statements { try Checker.check(statement) }
        return statements.isEmpty ? nil : text
      } catch let found { error = found }
      let edits = error.hints.lazy.compactMap { hint -> [Edit]? in
        if case .rewrite(let edits) = hint { edits } else { nil }
      }.first
      let line = SourceRange(0, text.utf8.count)
      guard let edits, let next = rewritten(Array(text.utf8), line, edits), next != text else {
        return nil
      }
      text = next
    }
    return nil
  }

  /// The line of the text with the edits done, or nil when they lie outside it.
  static func rewritten(
    _ bytes: [UInt8], _ line: SourceRange, _ edits: [Edit]
  ) -> String? {
    var result: [UInt8] = []
    var position = line.lower
    for edit in edits.sorted(by: { $0.range.lower < $1.range.lower }) {
      guard edit.range.lower >= position, edit.range.upper <= line.upper,
        edit.range.lower <= edit.range.upper
      else { return nil }
      result += bytes[position..<edit.range.lower]
      result += Array(edit.text.utf8)
      position = edit.range.upper
    }
    result += bytes[position..<line.upper]
    let words = String(decoding: result, as: UTF8.self)
    return shown(words.trimmedBlanks)
  }

  private static func line(around position: Int, in bytes: [UInt8]) -> SourceRange {
    var lower = max(0, min(position, bytes.count))
    var upper = lower
    while lower > 0, bytes[lower - 1] != .newline { lower -= 1 }
    while upper < bytes.count, bytes[upper] != .newline { upper += 1 }
    return SourceRange(lower, upper)
  }

  /// The source line and the carets; long lines are cut around them.
  private static func caret(
    _ range: SourceRange, _ line: SourceRange, _ bytes: [UInt8]
  ) -> [String] {
    let lower = min(max(range.lower, line.lower), line.upper)
    let upper = min(max(range.upper, lower), line.upper)
    var before = shown(String(decoding: bytes[line.lower..<lower], as: UTF8.self))
    var marked = shown(String(decoding: bytes[lower..<upper], as: UTF8.self))
    var after = shown(String(decoding: bytes[upper..<line.upper], as: UTF8.self))
    if before.count > 70 { before = "…" + before.suffix(60) }
    if marked.count > 70 { marked = marked.prefix(60) + "…" }
    if after.count > 70 { after = after.prefix(60) + "…" }
    let indent = String(repeating: " ", count: width(before))
    let carets = String(repeating: "^", count: max(1, width(marked)))
    let text = before + marked + after
    return [text.trimmedBlankEnd, indent + carets]
  }

  /// Control characters become spaces, so that an echoed query cannot steer a terminal.
  private static func shown(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      result.append(isControl ? " " : scalar)
    }
    return String(result)
  }

  /// Columns on a terminal.
  private static func width(_ text: String) -> Int {
    text.reduce(0) { $0 + (isWide($1) ? 2 : 1) }
  }

  private static func isWide(_ character: Character) -> Bool {
    guard let scalar = character.unicodeScalars.first?.value else { return false }
    return (0x1100...0x115F).contains(scalar) || (0x2E80...0xA4CF).contains(scalar)
      || (0xAC00...0xD7A3).contains(scalar) || (0xF900...0xFAFF).contains(scalar)
      || (0xFE30...0xFE6F).contains(scalar) || (0xFF00...0xFF60).contains(scalar)
      || (0x1F300...0x1FAFF).contains(scalar) || (0x20000...0x3FFFD).contains(scalar)
  }
}

extension String {
  fileprivate var trimmedBlankEnd: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }

  fileprivate var trimmedBlanks: String { String(trimmedBlankEnd.drop { $0 == " " }) }
}
