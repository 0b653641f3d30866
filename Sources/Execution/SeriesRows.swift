import Results
import Language

/// Rows of a timeline while they are gathered: a place on the axis, a group, and the measures.
struct SeriesRows {
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
  /// Whether any moment lists only some of what there is.
  var isPartial = false
  private(set) var groups: [Group] = []
  private(set) var rows: [Row] = []
  /// The first measure of groups beyond the limit.
  var rest: [SeriesPoint] = []
  /// Captures whose sizes and counts are of what happened since the row before.
  var flowing: Set<Int> = []
  private var groupNumbers: [Group: Int] = [:]
  private var rowNumbers: [Place: Int] = [:]

  init(measureCount: Int) { self.measureCount = measureCount }

  /// The number of a group.
  mutating func number(of group: Group) -> Int {
    if let known = groupNumbers[group] { return known }
    groupNumbers[group] = groups.count
    groups.append(group)
    return groups.count - 1
  }

  /// Adds a row.
  mutating func append(_ row: Row) { rows.append(row) }

  /// Sets a measure at a place; values of one line of a file share a row.
  mutating func set(
    _ measure: Int, _ value: Double, group: Int, place: Double, line: Int64 = 0
  ) {
    let key = Place(group: group, place: place, line: line)
    if measureCount > 1, let row = rowNumbers[key] {
      rows[row].values[measure] = value
      return
    }
    if measureCount > 1 { rowNumbers[key] = rows.count }
    var values = [Double?](repeating: nil, count: measureCount)
    values[measure] = value
    rows.append(Row(group: group, place: place, values: values))
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

  /// Keeps each group's first row and its last of each of so many equal stretches.
  ///
  /// - Parameters:
  ///   - windows: how many stretches there are.
  ///   - flows: measures of which rows kept take in what those left out hold, where captures flow.
  mutating func thin(windows: Int, flows: [Int]) {
    guard let thinning = Thinning(rows.map(\.place), windows: windows) else { return }
    var kept = [Bool](repeating: false, count: rows.count)
    for (group, members) in Dictionary(grouping: rows.indices, by: { rows[$0].group }) {
      let chosen = thinning.kept(members.map { rows[$0].place })
      for place in chosen { kept[members[place]] = true }
      guard flowing.contains(groups[group].capture) else { continue }
      for (place, row) in members.enumerated().dropLast() where !kept[row] {
        for measure in flows {
          let next = members[place + 1]
          rows[next].values[measure] =
            (rows[next].values[measure] ?? 0) + (rows[row].values[measure] ?? 0)
        }
      }
    }
    rows = zip(rows, kept).filter(\.1).map(\.0)
  }
}

/// Equal stretches of an axis, each with its end, of which the last place is shown.
struct Thinning {
  private let first: Double
  private let length: Double
  private let count: Int

  /// Stretches of what lies between the first and the last of some places; nil where that is
  /// nothing.
  init?(_ places: [Double], windows: Int) {
    guard let first = places.min(), let last = places.max(), last > first else { return nil }
    self.first = first
    count = max(1, windows)
    length = (last - first) / Double(count)
  }

  /// Indices of the first of rising places, and of the last of each stretch.
  func kept(_ places: [Double]) -> [Int] {
    guard !places.isEmpty else { return [] }
    let windows = places.map(window)
    return places.indices.filter { index in
      index == 0 || index == places.count - 1 || windows[index] != windows[index + 1]
    }
  }

  /// The stretch that a place lies in, from 1; the first place of all lies in the first.
  func window(_ place: Double) -> Int {
    let number = max(1, min(count, Int(Int64(nearest: ((place - first) / length).rounded(.up)))))
    // The quotient may lie beside a bound that the place is on.
    if number > 1, place <= first + length * Double(number - 1) { return number - 1 }
    // The end of the last stretch may round to less than the last place, which still lies in it.
    return number < count && place > first + length * Double(number) ? number + 1 : number
  }
}
