import Language
import Render
package import Results

/// Groups of an answer as the screen lists them: numbers, then what they are of.
package struct ScreenRows: Sendable, Equatable {
  /// A column of numbers.
  package struct Column: Sendable, Equatable {
    /// What stands above it.
    package var title: String
    /// One text for each row.
    package var texts: [String]
    /// What stands in the row of the total.
    package var total: String
    /// Columns of greater rank go first where there is no room.
    package var rank: Int
  }

  /// The numbers, from left to right.
  package var columns: [Column]
  /// What stands above the names.
  package var nameTitle: String
  /// What each row is of.
  package var names: [String]
  /// What meets the frame of each row; nil where a row is of none.
  package var patterns: [String?]
  /// Share of each row in the whole, for its bar; empty where that means nothing.
  package var shares: [Double]
  /// What the numbers are of, such as `live of out`.
  package var subject: String
  /// Remarks of the answer.
  package var remarks: [String]
  /// Groups that are not listed.
  package var others: Int

  /// The rows of a table with one group a row; nil for tables of another shape.
  ///
  /// - Parameters:
  ///   - table: The answer: each group's own.
  ///   - inclusive: The same groups with what they called, to stand beside it.
  package init?(_ table: ResultTable, inclusive: ResultTable? = nil) {
    let keys = table.columns.filter { $0.role == .key }
    let measures = table.columns.filter { $0.role == .measure }
    guard !keys.isEmpty, !measures.isEmpty, table.columns.allSatisfy({ $0.role != .prose }),
      keys.allSatisfy({ $0.unit == .none }),
      table.columns.allSatisfy({ if case .series = $0.values { false } else { true } })
    else { return nil }
    let count = table.columns.map(\.values.count).min() ?? 0
    let texts = keys.map { Self.names($0, count) }
    names = (0..<count).map { row in texts.map { $0[row] ?? "–" }.joined(separator: "  ") }
    nameTitle = keys.map(\.name).joined(separator: "  ")
    patterns = Self.patterns(keys, texts, count)
    subject = Self.subject(of: table)
    remarks = table.header + table.notes
    others = table.otherCount
    columns = []
    shares = []
    for (place, measure) in measures.enumerated() {
      add(measure, of: table, isFirst: place == 0, count)
      guard place == 0, let inclusive else { continue }
      addInclusive(measure, inclusive, texts[0], of: table)
    }
  }

  private mutating func add(
    _ measure: ResultColumn, of table: ResultTable, isFirst: Bool, _ count: Int
  ) {
    let total = table.total?.first { $0.column == measure.name }?.value
    let isOwn = isFirst && measure.name == "size"
    columns.append(
      Column(
        title: isOwn ? "own" : measure.name, texts: Self.texts(measure, count, table.sizes),
        total: total.map { Humanize.value($0, unit: measure.unit, sizes: table.sizes) } ?? "",
        rank: isFirst ? 0 : 2))
    guard isFirst, measure.unit != .percent, !measure.isDifference, let total, total > 0 else {
      return
    }
    shares = (0..<count).map { (Self.number(measure, $0) ?? 0) / total }
    columns.append(
      Column(title: "%", texts: shares.map(Humanize.percent), total: "100.0%", rank: 3))
  }

  /// Adds what the groups' frames hold together with all that they called.
  private mutating func addInclusive(
    _ own: ResultColumn, _ inclusive: ResultTable, _ names: [String?], of table: ResultTable
  ) {
    guard let key = inclusive.columns.first(where: { $0.role == .key }),
      let measure = inclusive.columns.first(where: { $0.name == own.name }),
      let total = table.total?.first(where: { $0.column == own.name })?.value, total > 0
    else { return }
    var byName: [String?: Double] = [:]
    let count = min(key.values.count, measure.values.count)
    for (row, name) in Self.names(key, count).enumerated() {
      byName[name] = Self.number(measure, row)
    }
    let sums = names.map { byName[$0] }
    columns.append(
      Column(
        title: "with callees",
        texts: sums.map {
          $0.map { Humanize.value($0, unit: measure.unit, sizes: table.sizes) } ?? ""
        },
        total: "", rank: 1))
    columns.append(
      Column(
        title: "%", texts: sums.map { $0.map { Humanize.percent($0 / total) } ?? "" }, total: "",
        rank: 4))
  }

  private static func subject(of table: ResultTable) -> String {
    table.namesCaptures || table.captures.isEmpty
      ? table.population : "\(table.population) of \(table.captures.joined(separator: ", "))"
  }

  private static func texts(_ column: ResultColumn, _ count: Int, _ sizes: SizeFamily) -> [String] {
    (0..<count).map { row in
      number(column, row).map {
        Humanize.value($0, unit: column.unit, sizes: sizes, isSigned: column.isDifference)
      } ?? ""
    }
  }

  private static func number(_ column: ResultColumn, _ row: Int) -> Double? {
    switch column.values {
    case .integers(let values): values[row].map(Double.init)
    case .reals(let values): values[row]
    case .texts, .stacks, .series: nil
    }
  }

  private static func names(_ column: ResultColumn, _ count: Int) -> [String?] {
    switch column.values {
    case .texts(let values): values.prefix(count).map { $0.map(SafeText.shown) }
    case .integers(let values): values.prefix(count).map { $0.map(String.init) }
    case .reals(let values): values.prefix(count).map { $0.map { Humanize.decimal($0) } }
    case .stacks(let values):
      values.prefix(count).map { stack in stack?.first.map { SafeText.shown($0.lineno) } }
    case .series: Array(repeating: nil, count: count)
    }
  }

  /// What meets the frames that rows are of: those of the first key that is of frames.
  private static func patterns(
    _ keys: [ResultColumn], _ texts: [[String?]], _ count: Int
  ) -> [String?] {
    let ofFrames = ["lineno", "filename", "function", "module", "traceback"]
    guard let place = keys.firstIndex(where: { ofFrames.contains($0.name) }) else {
      return Array(repeating: nil, count: count)
    }
    return texts[place]
  }
}
