import Language
import Columns

/// Rows of a timeline while they are gathered: a place on the axis, a group, and the measures.
struct TimelineRows {
  /// What a row is of.
  struct Group: Hashable {
    var capture: Int
    var process: Int64?
    var keys: [KeyValue?]
  }

  /// One row.
  struct Row {
    var group: Int
    var place: Double
    var values: [Double?]
  }

  private struct Place: Hashable {
    var group: Int
    var place: Double
    var line: Int64
  }

  let measureCount: Int
  private(set) var groups: [Group] = []
  private(set) var rows: [Row] = []
  /// Whether any moment lists only some of what there is.
  var isPartial = false
  /// The first measure of groups beyond the limit.
  var rest: [SeriesPoint] = []
  private var groupNumbers: [Group: Int] = [:]
  private var rowNumbers: [Place: Int] = [:]

  init(measureCount: Int) { self.measureCount = measureCount }

  /// Sets a measure at a place; values of one line of a file share a row.
  mutating func set(
    _ measure: Int, _ value: Double, group: Group, place: Double, line: Int64 = 0
  ) {
    let number = groupNumbers[group] ?? groups.count
    if number == groups.count {
      groupNumbers[group] = number
      groups.append(group)
    }
    let key = Place(group: number, place: place, line: line)
    if measureCount > 1, let row = rowNumbers[key] {
      rows[row].values[measure] = value
      return
    }
    if measureCount > 1 { rowNumbers[key] = rows.count }
    var values = [Double?](repeating: nil, count: measureCount)
    values[measure] = value
    rows.append(Row(group: number, place: place, values: values))
  }

  /// Moves every row of a capture along the axis.
  mutating func shift(capture: Int, by seconds: Double) {
    for index in rows.indices where groups[rows[index].group].capture == capture {
      rows[index].place += seconds
    }
  }

  /// Keeps what lies in a stretch.
  mutating func keep(_ range: ClosedRange<Double>) {
    rows.removeAll { !range.contains($0.place) }
  }

  /// Orders rows by capture, place and group; those of one place stay as they came.
  mutating func sort() {
    let order = rows.indices.sorted {
      let (a, b) = (rows[$0], rows[$1])
      return (groups[a.group].capture, a.place, a.group, $0)
        < (groups[b.group].capture, b.place, b.group, $1)
    }
    rows = order.map { rows[$0] }
  }

  /// Keeps the last row of each of so many equal stretches, and each group's first.
  mutating func thin(windows: Int) {
    guard let first = rows.map(\.place).min(), let last = rows.map(\.place).max(), last > first
    else { return }
    let length = (last - first) / Double(max(1, windows))
    var kept = [Bool](repeating: false, count: rows.count)
    var lastRows: [Int: (row: Int, window: Int)] = [:]
    for (index, row) in rows.enumerated() {
      // A window holds its end.
      let window = Int(((row.place - first) / length).rounded(.up))
      if let previous = lastRows[row.group] {
        if previous.window != window { kept[previous.row] = true }
      } else {
        kept[index] = true
      }
      lastRows[row.group] = (index, window)
    }
    for last in lastRows.values { kept[last.row] = true }
    rows = zip(rows, kept).filter(\.1).map(\.0)
  }
}
