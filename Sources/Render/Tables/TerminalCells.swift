import Results

/// The text of each cell of a terminal table.
struct TerminalCells {
  let table: ResultTable

  /// Frames of a stack shown before and after what is left out.
  private static let newestFrames = 20
  private static let oldestFrames = 5

  var otherLabel: String { "other (\(Humanize.count(Int64(table.otherCount))) more)" }

  /// A value or a share; empty when there is none.
  func number(_ column: TerminalColumn, _ row: Int, compact: Bool) -> String {
    text(column, table.columns[column.index].number(row), row: row, compact: compact)
  }

  /// A value or a share of `other` or `total`.
  func sum(_ column: TerminalColumn, _ values: [MeasureValue]?, compact: Bool) -> String {
    let name = table.columns[column.index].name
    guard table.columns[column.index].role == .measure else { return "" }
    return text(column, ResultTable.value(of: name, in: values), row: nil, compact: compact)
  }

  private func text(
    _ column: TerminalColumn, _ value: Double?, row: Int?, compact: Bool
  ) -> String {
    guard let value else { return "" }
    switch column.content {
    case .share(_, let base): return Humanize.percent(value / base)
    case .bar: return ""
    case .values(let index):
      let source = table.columns[index]
      if source.meaning == .identifier, let whole = Int64(exactly: value) { return "\(whole)" }
      // Whole numbers above 2^53 would lose digits on the way through a Double.
      if let row, case .integers(let numbers) = source.values, let exact = numbers[row],
        !compact, source.unit == .count || source.unit == .allocations || source.unit == .none
      {
        return (source.isDifference && exact > 0 ? "+" : "") + Humanize.count(exact)
      }
      return Humanize.value(
        value, unit: source.unit, sizes: table.sizes, compact: compact,
        isSigned: source.isDifference)
    }
  }

  /// The lines of a name cell: one, or one per frame of a stack.
  func name(_ column: TerminalColumn, _ row: Int) -> [String] {
    switch table.columns[column.index].values {
    case .texts(let values):
      return [values[row].map(Self.shown) ?? table.columns[column.index].missingName]
    case .stacks(let values):
      guard let stack = values[row], !stack.isEmpty else { return ["<no stack>"] }
      return Self.shownFrames(stack).map { frame in
        frame.map { SafeText.shown($0.label) } ?? Self.gapText(stack.count)
      }
    case .series(let values):
      let most = column.width > 0 ? column.width : Sparkline.greatestWidth
      return [Sparkline.text(values[row], most: most)]
    case .integers, .reals: return [""]
    }
  }

  /// A name as people see it.
  static func shown(_ text: String) -> String {
    text.isEmpty ? "<unknown>" : SafeText.shown(text)
  }

  /// Where each line of a name cell is in the source.
  func places(_ column: TerminalColumn, _ row: Int) -> [(file: String, line: Int)?] {
    switch table.columns[column.index].values {
    case .texts(let values):
      guard [.place, .frame, .callee].contains(table.columns[column.index].meaning),
        let text = values[row]
      else { return [nil] }
      return [Self.place(in: text)]
    case .stacks(let values):
      guard let stack = values[row], !stack.isEmpty else { return [nil] }
      return Self.shownFrames(stack).map { frame in
        frame.flatMap { $0.line > 0 ? ($0.file, $0.line) : nil }
      }
    case .integers, .reals, .series: return [nil]
    }
  }

  private static func gapText(_ count: Int) -> String {
    "(\(Humanize.count(Int64(count - newestFrames - oldestFrames))) more frames)"
  }

  /// The frames to show; nil stands for those left out.
  private static func shownFrames(_ stack: [FrameText]) -> [FrameText?] {
    guard stack.count > newestFrames + oldestFrames + 1 else { return stack }
    var shown: [FrameText?] = Array(stack.prefix(newestFrames))
    shown.append(nil)
    shown += stack.suffix(oldestFrames).map(Optional.some)
    return shown
  }

  /// The `file` and `line` of `file:line`, `function (file:line)` or `function file:line`.
  static func place(in text: String) -> (file: String, line: Int)? {
    var rest = Substring(text)
    if rest.hasSuffix(")"), let open = lastOpening(in: rest) {
      rest = rest[open...].dropFirst(2).dropLast()
    }
    guard let colon = rest.lastIndex(of: ":"),
      let line = Int(rest[rest.index(after: colon)...]), line > 0
    else { return nil }
    return (String(rest[..<colon]), line)
  }

  /// Where the last ` (` begins.
  private static func lastOpening(in text: Substring) -> Substring.Index? {
    var index = text.endIndex
    var after: Character = " "
    while index > text.startIndex {
      index = text.index(before: index)
      if text[index] == " " && after == "(" { return index }
      after = text[index]
    }
    return nil
  }
}
