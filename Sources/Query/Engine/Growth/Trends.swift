import Analysis
import Columns

/// Groups and how what they hold moves over points: the rows of `growth` for captures of any kind.
struct Trends: MeasuredRows {
  /// One group.
  struct Row {
    var key: [KeyValue?]
    /// Where its values lie.
    var places: [Double]
    /// Values at the places, by measure.
    var values: [[Double]]
    /// Unit of the values that its trend is of.
    var unit: Unit
    var trend: Trend

    /// How far the first measure moved.
    var change: Double { (values[0].last ?? 0) - (values[0].first ?? 0) }
  }

  /// What one unit of place is, and what a rate counts it by.
  enum Pace {
    /// Seconds or marks, by the unit asked for.
    case per(RateUnit?)
    /// From run to run, of so many.
    case runs(Int)
    /// What is no time, such as lines of a file: `line of its file`.
    case step(String)
  }

  /// Measures that the values are of, as their columns are called; without a unit they have that of
  /// the rows.
  struct Column {
    var measure: Measure?
    var name: String
    var unit: Unit?
  }

  /// Said where no group grows.
  static let nothingGrows = "nothing grows for good"
  /// Said where calls that allocate hide those that do not.
  static let stopsOverTime =
    "some grow from call to call, but not to the end of the time: calls that allocate nothing are "
    + "no marks; `in start..TIME` looks at a busy stretch alone"

  /// What was looked at, in words.
  let title: String
  /// What each value of a row's key is of; nil for the name of a series.
  let keys: [Key?]
  let columns: [Column]
  let pace: Pace
  var rows: [Row]
  /// All that the rows are parts of; nil where rows share memory, or are none of one whole.
  var total: Row?
  /// Whether rows are parts of a whole.
  var arePartsOfWhole = true
  /// Name and unit of the places, where they are no time.
  var place = (name: "time", unit: Unit.seconds)
  var notes: [String] = []

  /// Says so where no group grows.
  mutating func tellWhereNothingGrows() {
    if !rows.isEmpty, !rows.contains(where: \.trend.isGrowing) { notes.append(Self.nothingGrows) }
  }

  /// Puts the rows in order, those that pass `having`: what still grows first, fastest first; then
  /// by growth.
  mutating func sort(for query: Query) {
    var wholes: [Measure: Double] = [:]
    func whole(_ measure: Measure) -> Double {
      if let known = wholes[measure] { return known }
      let parts = total.map { [$0] } ?? rows
      let sum = parts.reduce(0) { $0 + (value(measure, of: $1) ?? 0) }
      wholes[measure] = sum
      return sum
    }
    rows = rows.filter { passes(query.having, $0, total: whole) }.sorted { a, b in
      let compared = compare(a, b, by: query.order)
      if compared != 0 { return compared < 0 }
      if a.trend.isGrowing != b.trend.isGrowing { return a.trend.isGrowing }
      if a.trend.isGrowing, a.trend.rate != b.trend.rate { return a.trend.rate > b.trend.rate }
      if a.change != b.change { return a.change > b.change }
      return zip(a.key, b.key).lazy.map { KeyValue.compare($0, $1) }.first { $0 != 0 } ?? 0 < 0
    }
  }

  func value(_ measure: Measure, of row: Row) -> Double? {
    if measure == .rate { return row.trend.rate * scale(of: row.unit).factor }
    guard [.size, .count].contains(measure) || measure.isSeries else { return nil }
    let column = columns.firstIndex { $0.measure == measure } ?? 0
    return row.values[column].last
  }

  func key(_ key: Key, of row: Row) -> KeyValue? {
    keys.firstIndex(of: key).flatMap { row.key[$0] }
  }

  /// What slopes of values of a unit are multiplied with.
  func scale(of unit: Unit) -> RateScale {
    switch pace {
    case .per(let per): RateScale(per, of: unit)
    case .runs:
      RateScale(factor: 1, unit: unit == .bytes ? .bytesPerRun : .none, suffix: "/run")
    case .step(let step): RateScale(factor: 1, unit: .none, suffix: " per \(step)")
    }
  }

  /// The unit that rows share.
  func unit(of rows: [Row]) -> Unit {
    let units = Set(rows.map(\.unit))
    return units.count == 1 ? units.first ?? .none : .none
  }
}

// MARK: The table

extension Trends {
  /// The table of `growth`; rows must have been sorted.
  func answer(_ context: QueryContext, limit: Int?) -> Answer {
    let query = context.query
    let shown = limit.map { Array(rows.prefix($0)) } ?? rows
    var table = context.emptyTable(population: title)
    table.columns = keyColumns(shown) + measureColumns(shown)
    table.otherCount = rows.count - shown.count
    if let total, query.having == nil { table.total = sums([total]) }
    if table.otherCount > 0, query.inclusive == nil, arePartsOfWhole {
      table.other = sums(Array(rows.dropFirst(shown.count)))
    }
    table.notes += notes
    (table.placeName, table.placeUnit) = place
    return Answer(content: .table(table), verb: .growth, output: query.output, limit: limit)
  }

  /// The columns of the keys that some row has.
  func keyColumns(_ shown: [Row]) -> [ResultColumn] {
    keys.indices.compactMap { index in
      let values = shown.map { $0.key[index] }
      guard let key = keys[index] else {
        return ResultColumn(
          name: "series", role: .key, unit: .none, values: .texts(values.map { $0?.text }))
      }
      if keys[0] == nil, values.allSatisfy({ $0 == nil }) { return nil }
      return ResultColumn(
        name: key.name, role: .key, unit: key.unit,
        values: keys[0] == nil ? .texts(values.map { $0?.text }) : key.values(values))
    }
  }

  private func measureColumns(_ shown: [Row]) -> [ResultColumn] {
    let shared = self.unit(of: shown)
    func unit(_ column: Int) -> Unit { columns[column].unit ?? shared }
    var found = columns.indices.map { column in
      ResultColumn.numbers(
        columns[column].name, unit(column), shown.map { $0.values[column].last })
    }
    found.append(.numbers("\(columns[0].name)_diff", unit(0), shown.map(\.change)))
    if arePartsOfWhole {
      let all = total?.change ?? 0
      found.append(
        ResultColumn(
          name: "share", role: .measure, unit: .percent,
          values: .reals(shown.map { all == 0 ? nil : $0.change / all * 100 })))
    }
    return found + rateColumns(shown, shared) + [
      ResultColumn(
        name: "points", role: .key, unit: .none,
        values: .series(
          shown.map { row in
            zip(row.places, row.values[0]).map { SeriesPoint(place: $0, value: $1) }
          })),
    ]
  }

  /// How fast rows grow, how sure that is, and in which shape; two runs tell none of it.
  private func rateColumns(_ shown: [Row], _ unit: Unit) -> [ResultColumn] {
    if case .runs(let count) = pace, count < 3 { return [] }
    let scale = scale(of: unit)
    func rates(_ name: String, _ value: (Row) -> Double?) -> ResultColumn {
      ResultColumn(
        name: name, role: .measure, unit: scale.unit,
        values: .reals(shown.map { row in value(row).map { $0 * scale.factor } }))
    }
    func bound(_ row: Row, _ bound: (TheilSen) -> Double) -> Double? {
      row.trend.rate == 0 ? nil : bound(row.trend.fit)
    }
    return [
      rates("rate", \.trend.rate), rates("rate_low") { bound($0, \.low) },
      rates("rate_high") { bound($0, \.high) }, Self.shapes(shown.map(\.trend)),
    ]
  }

  /// The column of shapes.
  static func shapes(_ trends: [Trend]) -> ResultColumn {
    ResultColumn(
      name: "shape", role: .key, unit: .none, values: .texts(trends.map(\.shape.rawValue)))
  }

  private func sums(_ rows: [Row]) -> [MeasureValue] {
    columns.indices.map { column in
      MeasureValue(
        column: columns[column].name,
        value: rows.reduce(0) { $0 + ($1.values[column].last ?? 0) })
    } + [
      MeasureValue(column: "\(columns[0].name)_diff", value: rows.reduce(0) { $0 + $1.change }),
      MeasureValue(
        column: "rate",
        value: rows.count == 1 ? value(.rate, of: rows[0]) : nil),
    ]
  }
}

extension RateScale {
  /// Slopes over seconds or marks, by the unit asked for.
  init(_ per: RateUnit?, of unit: Unit) {
    let (factor, bytes, others, suffix): (Double, Unit, Unit, String) =
      switch per {
      case nil, .second: (1, .bytesPerSecond, .perSecond, "/s")
      case .minute: (60, .bytesPerMinute, .perMinute, "/min")
      case .hour: (3600, .bytesPerHour, .perHour, "/h")
      case .mark: (1, .bytesPerMark, .perMark, "/mark")
      }
    self.init(
      factor: factor, unit: unit == .bytes ? bytes : unit == .none ? .none : others,
      suffix: suffix)
  }
}
