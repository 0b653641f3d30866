import Results

/// A table turned into series over a numeric key.
struct ChartData {
  /// One line, area or row of bars.
  struct Series {
    var name: String
    var values: [Double?]
  }

  /// Series of one unit.
  struct Panel {
    var unit: Unit
    var isStacked: Bool
    var series: [Series]
  }

  private(set) var xName = ""
  private(set) var xUnit = Unit.none
  /// Positions on the x axis, in order.
  private(set) var xs: [Double] = []
  /// Where each stretch ends, for histograms.
  private(set) var ends: [Double]?
  private(set) var panels: [Panel] = []
  /// Whether the places are bounds of size classes, which are round in binary units.
  private(set) var isOfTwos = false
  /// Rows that each point stands for.
  private(set) var thinnedBy = 1
  /// Whether the places are numbers of runs.
  private(set) var isOfRuns = false
  /// Named moments on the x axis, at most `mostMarks`.
  private(set) var marks: [TimeMark] = []

  /// Marks that a page carries; more would be a grey area.
  private static let mostMarks = 2000

  private let mostRows: Int

  /// Series of a table; nil when it has no numeric key or no measure.
  ///
  /// Of more than `mostRows` rows the greatest of each stretch stay.
  init?(_ table: ResultTable, mostRows: Int) {
    self.mostRows = mostRows
    if let points = table.columns.first(where: { $0.seriesValues != nil }) {
      guard take(table, seriesOf: points) else { return nil }
      return
    }
    let keys = table.columns.filter { $0.role == .key && $0.isNumeric }
    let isBars = keys.count > 1 && keys[1].meaning == .upperBound
    let numbers = table.columns.filter { $0.role == .measure && $0.isNumeric }
    let measures = isBars ? Self.pairs(numbers) : numbers
    guard let x = keys.first, !measures.isEmpty, table.safeRowCount > 0 else { return nil }
    xName = x.name
    xUnit = x.unit
    isOfTwos = x.isPowersOfTwo
    let group = table.columns.first { $0.role == .key && !$0.isNumeric }
    if let group {
      pivot(table, x: x, group: group, measure: measures[0])
    } else {
      let rows = (0..<table.safeRowCount).filter { x.number($0) != nil }
      guard !rows.isEmpty else { return nil }
      xs = rows.compactMap { x.number($0) }
      if isBars { ends = rows.map { keys[1].number($0) ?? x.number($0) ?? 0 } }
      for measure in measures {
        add(Series(name: measure.name, values: rows.map { measure.number($0) }), measure.unit)
      }
      if isBars {
        fillGaps()
        addBoundless(table, x: x, measures: measures)
      }
    }
    if xUnit == .seconds { marks = Array(table.marks.prefix(Self.mostMarks)) }
    thin()
  }

  /// Bars of both sides of a comparison, instead of one side and the difference.
  private static func pairs(_ measures: [ResultColumn]) -> [ResultColumn] {
    measures.indices.map { index in
      let column = measures[index]
      guard column.isDifference, index > 0 else { return column }
      let left = measures[index - 1]
      let rows = 0..<min(left.values.count, column.values.count)
      let right = rows.map { row -> Double? in
        guard let value = left.number(row), let change = column.number(row) else { return nil }
        return value - change
      }
      return ResultColumn(
        name: left.name + ", right side", role: .measure, unit: column.unit, values: .reals(right))
    }
  }

  /// Puts in the classes that hold nothing: without them an axis would lie.
  private mutating func fillGaps() {
    guard let known = ends else { return }
    var places: [(from: Double, to: Double, row: Int?)] = []
    for row in xs.indices {
      var from = places.last?.to ?? xs[row]
      while from < xs[row], places.count < ChartPage.mostRows {
        let to = min(xs[row], from > 0 ? from * 2 : 1)
        places.append((from, to, nil))
        from = to
      }
      places.append((xs[row], known[row], row))
    }
    xs = places.map(\.from)
    ends = places.map(\.to)
    for panel in panels.indices {
      for series in panels[panel].series.indices {
        let values = panels[panel].series[series].values
        panels[panel].series[series].values = places.map { place in
          place.row.map { values[$0] } ?? 0
        }
      }
    }
  }

  /// A last bar for the row without bounds: what was never freed has no lifetime.
  private mutating func addBoundless(
    _ table: ResultTable, x: ResultColumn, measures: [ResultColumn]
  ) {
    guard let row = (0..<table.safeRowCount).last(where: { x.number($0) == nil }) else { return }
    xs.append(ends?.last ?? 0)
    ends?.append(.infinity)
    for panel in panels.indices {
      for series in panels[panel].series.indices {
        let name = panels[panel].series[series].name
        let value = measures.first { $0.name == name }?.number(row)
        panels[panel].series[series].values.append(value)
      }
    }
  }

  /// One line per row of a table whose cells are series (`growth`).
  private mutating func take(_ table: ResultTable, seriesOf column: ResultColumn) -> Bool {
    guard let rows = column.seriesValues, rows.contains(where: { !$0.isEmpty }) else {
      return false
    }
    let places = Set(rows.flatMap { $0.map(\.place) }).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: places.enumerated().map { ($1, $0) })
    let names = table.columns.prefix { $0.role == .key }
    xs = places
    let unit = table.columns.first { $0.role == .measure }?.unit ?? .none
    isOfRuns = places.allSatisfy { $0 == $0.rounded() } && table.captures.count > 1
    (xName, xUnit) = isOfRuns ? ("run", .count) : (table.placeName, table.placeUnit)
    let series = rows.indices.map { row in
      var values = [Double?](repeating: nil, count: places.count)
      for point in rows[row] { if let at = numbers[point.place] { values[at] = point.value } }
      let name = names.map { $0.text(row) ?? "<no stack>" }.joined(separator: ", ")
      return Series(name: SafeText.cut(TerminalCells.shown(name)), values: values)
    }
    panels = [Panel(unit: unit, isStacked: false, series: series)]
    marks = Array(table.marks.prefix(Self.mostMarks))
    thin()
    return true
  }

  private mutating func add(_ series: Series, _ unit: Unit) {
    if let place = panels.firstIndex(where: { $0.unit == unit }) {
      panels[place].series.append(series)
    } else {
      panels.append(Panel(unit: unit, isStacked: false, series: [series]))
    }
  }

  /// One series per value of a text key, the greatest first.
  private mutating func pivot(
    _ table: ResultTable, x: ResultColumn, group: ResultColumn, measure: ResultColumn
  ) {
    guard case .texts(let names) = group.values else { return }
    var places: [Double: Int] = [:]
    for row in 0..<table.safeRowCount {
      if let value = x.number(row) { places[value] = 0 }
    }
    xs = places.keys.sorted()
    for (place, value) in xs.enumerated() { places[value] = place }
    var series: [String: [Double?]] = [:]
    for row in 0..<table.safeRowCount {
      guard let value = x.number(row), let place = places[value] else { continue }
      let name = names[row].map { SafeText.cut(TerminalCells.shown($0)) } ?? "<no stack>"
      var values = series[name] ?? Array(repeating: nil, count: xs.count)
      values[place] = (values[place] ?? 0) + (measure.number(row) ?? 0)
      series[name] = values
    }
    let sums = series.mapValues { $0.reduce(0.0) { $0 + ($1 ?? 0) } }
    let order = series.keys.sorted {
      let (left, right) = (sums[$0] ?? 0, sums[$1] ?? 0)
      return left == right ? $0 < $1 : left > right
    }
    var all = order.map { Series(name: $0, values: series[$0] ?? []) }
    // What the groups beyond the limit hold lies on top, so that the height is the whole.
    let rest = table.rest.filter { places[$0.place] != nil }
    if rest.contains(where: { $0.value != 0 }) {
      var values = [Double?](repeating: nil, count: xs.count)
      for point in rest { if let place = places[point.place] { values[place] = point.value } }
      all.append(Series(name: "other", values: values))
    }
    panels = [Panel(unit: measure.unit, isStacked: true, series: all)]
  }

  /// Keeps the greatest of each stretch of rows, by the first series.
  private mutating func thin() {
    guard xs.count > mostRows, let first = panels.first?.series.first else { return }
    thinnedBy = (xs.count + mostRows - 1) / mostRows
    let kept = stride(from: 0, to: xs.count, by: thinnedBy).map { start in
      let end = min(xs.count, start + thinnedBy)
      return (start..<end).max { (first.values[$0] ?? 0) < (first.values[$1] ?? 0) } ?? start
    }
    xs = kept.map { xs[$0] }
    ends = ends.map { all in kept.map { all[$0] } }
    for panel in panels.indices {
      for series in panels[panel].series.indices {
        let values = panels[panel].series[series].values
        panels[panel].series[series].values = kept.map { values[$0] }
      }
    }
  }

  /// What thinning left out, in words.
  var thinningNote: String {
    "each point is the one of \(Humanize.count(Int64(thinnedBy))) rows with the greatest "
      + "first value; the CSV and JSON forms have them all"
  }

  /// Appends the page's data.
  func append(_ table: ResultTable, _ notes: [String], to bytes: inout [UInt8]) {
    let texts = [
      ("query", table.query), ("sub", SafeText.cut(table.subject)),
      ("about", SafeText.cut(table.header.joined(separator: " · "))),
      ("notes", notes.joined(separator: " · ")),
      ("population", SafeText.cut(table.population)),
      ("x", xName), ("xUnit", xUnit.rawValue),
    ]
    for (index, (name, text)) in texts.enumerated() {
      bytes.append(index == 0 ? "{\"\(name)\":" : ",\n\"\(name)\":")
      JSONText.append(SafeText.shown(text), to: &bytes, forHTML: true)
    }
    bytes.append(",\n\"binary\":\(table.sizes == .binary),\"records\":\(table.hasRecords),\"xs\":")
    Self.append(xs, to: &bytes)
    if let ends {
      bytes.append(",\n\"ends\":")
      Self.append(ends, to: &bytes)
    }
    bytes.append(",\n\"marks\":[")
    for (index, mark) in marks.enumerated() {
      bytes.append(index == 0 ? "[" : ",[")
      JSONText.append(mark.seconds, to: &bytes)
      bytes.append(",")
      JSONText.append(SafeText.shown(SafeText.cut(mark.name)), to: &bytes, forHTML: true)
      bytes.append("]")
    }
    bytes.append("],\n\"panels\":[")
    for (index, panel) in panels.enumerated() {
      bytes.append(index == 0 ? "{" : ",{")
      bytes.append("\"unit\":\"\(panel.unit.rawValue)\",\"stacked\":\(panel.isStacked)")
      bytes.append(",\"series\":[")
      for (place, series) in panel.series.enumerated() {
        bytes.append(place == 0 ? "{\"name\":" : ",\n{\"name\":")
        JSONText.append(SafeText.shown(series.name), to: &bytes, forHTML: true)
        bytes.append(",\"values\":")
        Self.append(series.values, to: &bytes)
        bytes.append("}")
      }
      bytes.append("]}")
    }
    bytes.append("]}")
  }

  private static func append(_ values: [Double?], to bytes: inout [UInt8]) {
    bytes.append("[")
    for (index, value) in values.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      if let value, let whole = Int64(exactly: value) {
        JSONText.append(whole, to: &bytes)
      } else if let value {
        JSONText.append(value, to: &bytes)
      } else {
        bytes.append("null")
      }
    }
    bytes.append("]")
  }
}

extension ResultColumn {
  /// Its cells when they are series.
  fileprivate var seriesValues: [[SeriesPoint]]? {
    if case .series(let values) = values { values } else { nil }
  }

  /// A cell's text; nil where there is none.
  fileprivate func text(_ row: Int) -> String? {
    switch values {
    case .texts(let values): values[row]
    case .stacks(let values): values[row].map { $0.map(\.label).joined(separator: " < ") }
    case .integers(let values): values[row].map { String($0) }
    case .reals(let values): values[row].map { "\($0)" }
    case .series: nil
    }
  }
}
