import Results
import Language
import Execution
import Store
import Testing

/// The table that a question should get, made one row of the recording at a time.
struct ExpectedTable {
  var keys: [[AskedValue]] = []
  var values: [[Double?]] = []
  var total: [Double?] = []
  var all: [Double?]?
  var other: [Double?]?
  var otherCount = 0

  private struct Group {
    var key: [AskedValue]
    var held: [Holding]
  }

  init(_ question: AskedQuestion) {
    var whole: [Holding] = []
    var passing: [Holding] = []
    var groups: [[AskedValue]: [Holding]] = [:]
    for capture in question.captures {
      let view = RecordedView(
        capture: capture, hides: question.hides, fromFrame: question.fromFrame,
        windowEnds: question.windows?.ends(capture) ?? [])
      let held = capture.holdings(question.population, in: question.span)
      whole += held
      for holding in held where Self.passes(holding.row, question, view) {
        passing.append(holding)
        for key in Self.keys(of: holding.row, question, view) {
          groups[key, default: []].append(holding)
        }
      }
    }
    let measures = question.shownMeasures
    let kept = groups.map { Group(key: $0.key, held: $0.value) }
      .filter { question.having?.holds($0.held, of: passing) ?? true }
      .sorted { Self.precedes($0, $1, question) }
    let shown = question.limit.map { Array(kept.prefix($0)) } ?? kept
    keys = shown.map(\.key)
    values = shown.map { group in measures.map { $0.value(group.held) } }
    otherCount = kept.count - shown.count
    let rest = kept.dropFirst(shown.count).flatMap(\.held)
    if otherCount > 0, !question.isInclusive { other = measures.map { $0.value(rest) } }
    let isSplit = question.having != nil && !question.isInclusive
    total = measures.map { $0.value(isSplit ? kept.flatMap(\.held) : passing) }
    if question.filter != nil || question.fromFrame != nil {
      all = measures.map { $0.value(whole) }
    } else if question.having != nil {
      all = measures.map { $0.value(passing) }
    }
  }

  private static func passes(
    _ row: RecordedRow, _ question: AskedQuestion, _ view: RecordedView
  ) -> Bool {
    if let frame = question.fromFrame, !row.stack.contains(where: frame.meets) { return false }
    return question.filter?.holds(row, view) ?? true
  }

  private static func keys(
    of row: RecordedRow, _ question: AskedQuestion, _ view: RecordedView
  ) -> Set<[AskedValue]> {
    guard question.isInclusive else { return [question.keys.map { view.value($0, row) }] }
    let frames = view.shown(row, hidesRunner: true)
    let framed = question.keys.filter(\.isOfFrame)
    // A frame that has nothing to say of any key makes no group, unless none has.
    let said = frames.indices.filter { index in
      framed.contains { RecordedFrames.speaks(frames[index], of: $0) }
    }
    return Set(
      (said.isEmpty ? [0] : said).map { index in
        question.keys.map { key in
          key.isOfFrame
            ? view.value(key, RecordedView.speaker(of: key, frames[index...]))
            : view.value(key, row)
        }
      })
  }

  private static func precedes(_ left: Group, _ right: Group, _ question: AskedQuestion) -> Bool {
    var columns = question.order
    columns += (question.shownMeasures + [.size, .count]).map { (.measure($0), false) }
    columns += question.keys.map { (.key($0), false) }
    for (column, isAscending) in columns {
      switch column {
      case .measure(let measure):
        let a = measure.value(left.held) ?? -.infinity
        let b = measure.value(right.held) ?? -.infinity
        if a != b { return (a < b) == isAscending }
      case .key(let key):
        guard let index = question.keys.firstIndex(of: key) else { continue }
        let (a, b) = (left.key[index], right.key[index])
        if a != b { return AskedValue.precedes(a, b) == isAscending }
      }
    }
    return false
  }
}

/// Asks the engine and holds its answers against the expected ones.
struct Questioner {
  let store: Store

  /// The table of a sentence; an issue when there is none.
  func table(_ text: String) -> ResultTable? {
    switch ask(text) {
    case .success(let table): return table
    case .failure(.query(let error)):
      Issue.record("\(text): \(error.render(source: text))")
    case .failure(.store(let error)): Issue.record("\(text): \(error)")
    }
    return nil
  }

  /// The stacks of a sentence; an issue when there are none.
  func tree(_ text: String) -> StackTree? {
    var tree: StackTree?
    do throws(EngineError) {
      try Engine(store: store, formats: []).run(text) {
        if case .tree(let found) = $0.content { tree = found }
      }
    } catch { Issue.record("\(text): \(error)") }
    return tree
  }

  /// The last table of a text, or its error.
  func ask(_ text: String) -> Result<ResultTable?, EngineError> {
    var table: ResultTable?
    do throws(EngineError) {
      try Engine(store: store, formats: []).run(text) {
        if case .table(let found) = $0.content { table = found }
      }
    } catch { return .failure(error) }
    return .success(table)
  }

  /// Asks a question and compares; true when the answer is as expected.
  @discardableResult func check(_ question: AskedQuestion) -> Bool {
    let text = question.text
    guard let table = table(text) else { return false }
    let expected = ExpectedTable(question)
    let difference = Self.difference(table, expected, question)
    if let difference { Issue.record("\(text)\n\(difference)") }
    return difference == nil
  }

  private static func difference(
    _ table: ResultTable, _ expected: ExpectedTable, _ question: AskedQuestion
  ) -> String? {
    let measures = question.shownMeasures
    let rows = (0..<table.rowCount).map { row in
      question.keys.map { text($0, table, row) } + measures.map { text(value($0, table, row)) }
    }
    let wanted = expected.keys.indices.map { row in
      zip(question.keys, expected.keys[row]).map { text($0, $1, question) }
        + expected.values[row].map(text)
    }
    guard rows == wanted else {
      let place = rows.indices.first { $0 >= wanted.count || rows[$0] != wanted[$0] } ?? rows.count
      let found = place < rows.count ? "\(rows[place])" : "nothing"
      let right = place < wanted.count ? "\(wanted[place])" : "nothing"
      return "row \(place) of \(rows.count), not \(wanted.count): \(found), not \(right)"
    }
    let sums = [("total", table.total, expected.total), ("all", table.all, expected.all)]
    for (name, found, right) in sums + [("other", table.other, expected.other)]
    where found?.map(\.value) != right {
      return "\(name) is \(String(describing: found)), not \(String(describing: right))"
    }
    return table.otherCount == expected.otherCount
      ? nil : "\(table.otherCount) others, not \(expected.otherCount)"
  }

  static func value(_ measure: AskedMeasure, _ table: ResultTable, _ row: Int) -> Double? {
    switch table.columns.first(where: { $0.name == measure.column })?.values {
    case .integers(let values): values[row].map(Double.init)
    case .reals(let values): values[row]
    default: nil
    }
  }

  private static func text(_ number: Double?) -> String { number.map { "\($0)" } ?? "none" }

  private static func text(_ key: AskedKey, _ table: ResultTable, _ row: Int) -> String {
    switch table.columns.first(where: { $0.name == key.rawValue })?.values {
    case .texts(let values): return values[row] ?? "none"
    case .integers(let values): return values[row].map(String.init) ?? "none"
    case .stacks(let values):
      return values[row]?.map { "\($0.function) \($0.lineno)" }.joined(separator: ", ") ?? "none"
    default: return "no column"
    }
  }

  private static func text(
    _ key: AskedKey, _ value: AskedValue, _ question: AskedQuestion
  ) -> String {
    switch value {
    case .none: return "none"
    case .number(let number):
      guard key == .window, let capture = question.captures.first else { return "\(number)" }
      return window(number, question.windows?.ends(capture) ?? [], capture)
    case .text(let text): return text
    case .place(let file, let line): return "\(file):\(line)"
    case .stack(let frames):
      return frames.map { "\($0.function) \($0.lineno)" }.joined(separator: ", ")
    }
  }

  /// `0.010..0.020 s`: of windows of whole milliseconds.
  private static func window(_ number: Int, _ ends: [Double], _ capture: Recorded) -> String {
    func seconds(_ milliseconds: Double) -> String {
      let digits = String(Int(milliseconds))
      let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      return "\(padded.dropLast(3)).\(padded.suffix(3))"
    }
    let from = number == 0 ? 0 : ends[number - 1]
    let to = number < ends.count ? ends[number] : Double(capture.duration)
    return "\(seconds(from))..\(seconds(to)) s"
  }
}
