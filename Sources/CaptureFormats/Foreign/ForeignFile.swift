/// A kind of file that people hand in and memq does not read: how it is recognised, what it is,
/// and what to do instead.
struct ForeignFile: Sendable {
  /// What tells a kind apart; all of it is looked for in the unwrapped beginning.
  enum Sign: Sendable {
    /// These bytes at an offset.
    case bytes([UInt8], at: Int)
    /// This ASCII text at an offset.
    case text(String, at: Int)
    /// The first line, without blanks around it, begins so.
    case firstLine(String)
    /// Each of these ASCII texts somewhere within so many bytes.
    case holds([String], within: Int)
    /// Begins as a JSON object or array, and has each of these texts.
    case json([String])
    /// Each of the first lines that say anything is told by a rule; at least so many.
    case lines(atLeast: Int, @Sendable (String) -> Bool)
    /// Lines told by a rule, among the first hundred.
    case someLines(atLeast: Int, @Sendable (String) -> Bool)
    /// The first bytes meet a rule.
    case beginning(@Sendable ([UInt8]) -> Bool)
    /// All of these.
    case all([Sign])
  }

  /// What it is, to stand after "is": `a recording of perf (perf.data)`.
  let kind: String
  /// Why memq cannot answer from it.
  let reason: String
  /// What to record or convert instead.
  let instead: String
  /// Any of these tells it.
  let signs: [Sign]

  init(_ kind: String, _ reason: String, instead: String, _ signs: Sign...) {
    self.kind = kind
    self.reason = reason
    self.instead = instead
    self.signs = signs
  }

  /// Whether a file's beginning is of this kind.
  func recognizes(_ input: CaptureInput) -> Bool { signs.contains { $0.isIn(input) } }
}

extension ForeignFile.Sign {
  /// Whether it is met.
  fileprivate func isIn(_ input: CaptureInput) -> Bool {
    switch self {
    case .bytes(let bytes, let offset): Self.has(bytes, at: offset, input)
    case .text(let text, let offset): Self.has(Array(text.utf8), at: offset, input)
    case .firstLine(let text): Self.firstLine(input).hasPrefix(text)
    case .holds(let texts, let length): texts.allSatisfy { input.contains($0, within: length) }
    case .json(let texts):
      (input.beginning.span.beginsJSON(with: "{") || input.beginning.span.beginsJSON(with: "["))
        && texts.allSatisfy { input.contains($0) }
    case .lines(let least, let rule):
      Self.meets(Self.lines(input, most: least), least, rule)
    case .someLines(let least, let rule):
      Self.lines(input, most: 100).lazy.filter(rule).prefix(least).count >= least
    case .beginning(let rule): rule(input.beginning)
    case .all(let signs): signs.allSatisfy { $0.isIn(input) }
    }
  }

  private static func has(_ bytes: [UInt8], at offset: Int, _ input: CaptureInput) -> Bool {
    input.beginning.count >= offset + bytes.count
      && input.beginning[offset..<(offset + bytes.count)].elementsEqual(bytes)
  }

  private static func meets(
    _ lines: [String], _ least: Int, _ rule: (String) -> Bool
  ) -> Bool {
    lines.count >= least && lines.allSatisfy(rule)
  }

  private static func firstLine(_ input: CaptureInput) -> String {
    lines(input, most: 1).first ?? ""
  }

  /// The first lines that hold anything, without blanks around them, at most 1,000 characters of
  /// each.
  private static func lines(_ input: CaptureInput, most: Int) -> [String] {
    var lines: [String] = []
    let bytes = input.beginning.span
    var start = 0
    while start < bytes.count, lines.count < most {
      let end = bytes.first("\n", from: start) ?? bytes.count
      let line = bytes.trimmed(start..<end)
      if !line.isEmpty {
        lines.append(bytes.text(line.lowerBound..<min(line.upperBound, line.lowerBound + 1_000)))
      }
      start = end + 1
    }
    return lines
  }
}
