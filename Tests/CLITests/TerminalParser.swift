/// What a terminal makes of bytes: lines of text, colours, and all else, which must not come.
///
/// The states are those of a terminal's own parser: text, a control sequence (`ESC [ … letter`), a
/// string (`ESC ]` or `ESC P` up to BEL or `ESC \`).
struct TerminalParser {
  private enum State { case text, escape, sequence, string, stringEscape }

  private var state = State.text
  private var sequence = ""
  /// What is neither text nor a colour, in words.
  private(set) var surprises: [String] = []
  /// The text alone.
  private(set) var text = ""

  /// Reads all of a text.
  init(_ text: String) {
    for scalar in text.unicodeScalars { take(scalar) }
    if state != .text { surprises.append("a sequence without end") }
  }

  private mutating func take(_ scalar: Unicode.Scalar) {
    switch state {
    case .text: takeText(scalar)
    case .escape:
      switch scalar {
      case "[": (state, sequence) = (.sequence, "")
      case "]", "P", "X", "^", "_": state = .string
      default:
        surprises.append("ESC \(scalar.escaped(asASCII: true))")
        state = .text
      }
    case .sequence:
      guard scalar.value >= 0x40, scalar.value <= 0x7E else {
        sequence.unicodeScalars.append(scalar)
        return
      }
      if scalar != "m" { surprises.append("CSI \(sequence)\(scalar)") }
      state = .text
    case .string:
      if scalar.value == 0x07 { endString() }
      if scalar.value == 0x1B { state = .stringEscape }
    case .stringEscape:
      endString()
    }
  }

  private mutating func endString() {
    surprises.append("a string that sets a title or worse")
    state = .text
  }

  private mutating func takeText(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    case 0x1B: state = .escape
    case 0x0A, 0x0D: text.unicodeScalars.append(scalar)
    case 0x9B: (state, sequence) = (.sequence, "C1 ")
    case 0..<0x20, 0x7F..<0xA0: surprises.append("control \(scalar.value)")
    // Marks that turn the direction of writing.
    case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069:
      surprises.append("direction \(String(scalar.value, radix: 16))")
    default: text.unicodeScalars.append(scalar)
    }
  }
}
