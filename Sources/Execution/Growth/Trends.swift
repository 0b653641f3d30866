import Language
import Analysis
import Planning
import Results

/// Groups and how what they hold moves over points: the rows of `growth` for captures of any kind.
struct Trends: RowSet {
  /// One group.
  struct Group {
    var key: [KeyValue?]
    /// Where its values lie.
    var places: [Double]
    /// Values at the places, by measure.
    var values: [Steps]
    /// Unit of the values that its trend is of.
    var unit: Unit
    var trend: Trend
    /// Which of the values it is of.
    var followed = 0
    /// The slope of its trend where the values are kept less exactly than it was made of.
    var knownFit: TheilSen?

    /// The slope of its trend, and how sure that is; made anew each time.
    var fit: TheilSen { knownFit ?? trend.fit(places, values[followed].all) }
    /// Units of the values for one unit of place, while they grow or fall for good.
    var rate: Double {
      trend.isSteadyChange ? knownFit?.slope ?? trend.rate(places, values[followed].all) : 0
    }

    /// How far the first measure moved.
    var change: Double { (values[0].last ?? 0) - (values[0].first ?? 0) }
    /// What it ends at.
    var last: Double { values[0].last ?? 0 }
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

  /// A measure that values are of, as its column is called; without a unit it has that of the groups.
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
  /// What each value of a group's key is of; nil for the name of a series.
  let keys: [Key?]
  let columns: [Column]
  let pace: Pace
  let groups: [Group]
  /// All that the groups are parts of; nil where they share memory, or are parts of nothing.
  let total: Group?
  /// Whether shares of a whole are told.
  let arePartsOfWhole: Bool
  var rows: [Int]
  var shownCount: Int
  /// The points that all groups were followed at, where they are the same.
  var axis: PointAxis?
  /// Name and unit of the places, where they are no time.
  var place = (name: "time", unit: Unit.seconds)
  var notes: [String] = []
  /// What percentages are of: values by column, and the rate.
  private let wholes: (values: [Double], rate: Double)

  /// Groups that were followed; says so where none grows.
  init(
    title: String, keys: [Key?], columns: [Column], pace: Pace, groups: [Group],
    total: Group? = nil, arePartsOfWhole: Bool = true
  ) {
    (self.title, self.keys, self.columns, self.pace) = (title, keys, columns, pace)
    (self.groups, self.total, self.arePartsOfWhole) = (groups, total, arePartsOfWhole)
    let parts = total.map { [$0] } ?? groups
    wholes = (
      columns.indices.map { column in parts.reduce(0) { $0 + ($1.values[column].last ?? 0) } },
      parts.reduce(0) { $0 + $1.rate }
    )
    (rows, shownCount) = (Array(groups.indices), groups.count)
    if !groups.isEmpty, !groups.contains(where: \.trend.isGrowing) {
      notes.append(Self.nothingGrows)
    }
  }

  /// What still grows first, fastest first; then by growth.
  func precedes(_ first: Int, _ second: Int, _ ordering: Ordering) -> Bool {
    let (a, b) = (groups[first], groups[second])
    if a.trend.isGrowing != b.trend.isGrowing { return a.trend.isGrowing }
    if a.trend.isGrowing, a.rate != b.rate { return a.rate > b.rate }
    if a.change != b.change { return a.change > b.change }
    let keys = zip(a.key, b.key).lazy.map { KeyValue.compare($0, $1) }.first { $0 != 0 } ?? 0
    return keys == 0 ? first < second : keys < 0
  }

  func whole(_ measure: Measure) -> Double {
    measure == .rate
      ? wholes.rate * scale(of: unit(of: groups)).factor
      : column(of: measure).map { wholes.values[$0] } ?? 0
  }

  func value(_ measure: Measure, of row: Int) -> Double? {
    measure == .rate
      ? groups[row].rate * scale(of: groups[row].unit).factor
      : column(of: measure).flatMap { groups[row].values[$0].last }
  }

  /// The column of a measure; the first for what a capture counts instead.
  private func column(of measure: Measure) -> Int? {
    guard [.size, .count].contains(measure) || measure.isSeries else { return nil }
    return columns.firstIndex { $0.measure == measure } ?? 0
  }

  func key(_ key: Key, of row: Int) -> KeyValue? {
    keys.firstIndex(of: key).flatMap { groups[row].key[$0] }
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

  /// The unit that groups share.
  func unit(of groups: [Group]) -> Unit {
    let units = Set(groups.map(\.unit))
    return units.count == 1 ? units.first ?? .none : .none
  }
}

// MARK: Columns

extension Trends {
  /// Fills a table with the rows shown, what is left, and totals.
  func fill(_ table: inout ResultTable, for query: Query) {
    let shown = rows.prefix(shownCount).map { groups[$0] }
    table.columns = keyColumns(shown) + measureColumns(shown)
    table.otherCount = rows.count - shown.count
    if let total {
      if query.having == nil { table.total = sums([total]) }
      if table.otherCount > 0, query.inclusive == nil {
        table.other = sums(rows.dropFirst(shownCount).map { groups[$0] })
      }
    }
    table.notes += notes
    (table.placeName, table.placeUnit) = place
  }

  private var isOfSeries: Bool { keys.first == .some(nil) }

  /// Columns of the keys; processes are named only where they are known.
  private func keyColumns(_ shown: [Group]) -> [ResultColumn] {
    keys.indices.compactMap { index in
      let values = shown.map { $0.key[index] }
      if index > 0, isOfSeries, values.allSatisfy({ $0 == nil }) { return nil }
      return .key(
        keys[index]?.name ?? "series",
        isOfSeries ? .texts(values.map { $0?.text }) : keys[index]?.values(values) ?? .texts([]),
        unit: keys[index]?.unit ?? .none, meaning: keys[index]?.meaning ?? .other)
    }
  }

  private func measureColumns(_ shown: [Group]) -> [ResultColumn] {
    let shared = self.unit(of: shown)
    var found = columns.indices.map { column in
      ResultColumn.numbers(
        columns[column].name, columns[column].unit ?? shared, shown.map { $0.values[column].last })
    }
    var change = ResultColumn.numbers(
      "\(columns[0].name)_diff", columns[0].unit ?? shared, shown.map(\.change))
    change.isDifference = true
    found.append(change)
    if arePartsOfWhole {
      let all = total?.change ?? 0
      found.append(
        ResultColumn(
          name: "share", role: .measure, unit: .percent,
          values: .reals(shown.map { all == 0 ? nil : $0.change / all * 100 })))
    }
    if case .runs(..<3) = pace {} else { found += rateColumns(shown, shared) }
    found.append(
      .key(
        "points",
        .series(
          shown.map { group in
            zip(group.places, group.values[0].all).map { SeriesPoint(place: $0, value: $1) }
          })))
    return found
  }

  /// How fast groups move, how sure that is, and in which shape.
  private func rateColumns(_ shown: [Group], _ unit: Unit) -> [ResultColumn] {
    let scale = scale(of: unit)
    let rates = shown.map(\.rate)
    let fits = shown.indices.map { rates[$0] == 0 ? nil : shown[$0].fit }
    return [
      scale.column("rate", rates), scale.column("rate_low", fits.map { $0?.low }),
      scale.column("rate_high", fits.map { $0?.high }), Self.shapes(shown.map(\.trend)),
    ]
  }

  private static func shapes(_ trends: [Trend]) -> ResultColumn {
    .key("shape", .texts(trends.map(\.shape.rawValue)))
  }

  private func sums(_ groups: [Group]) -> [MeasureValue] {
    columns.indices.map { column in
      MeasureValue(
        column: columns[column].name,
        value: groups.reduce(0) { $0 + ($1.values[column].last ?? 0) })
    } + [
      MeasureValue(column: "\(columns[0].name)_diff", value: groups.reduce(0) { $0 + $1.change }),
      MeasureValue(
        column: "rate",
        value: groups.count == 1
          ? groups[0].rate * scale(of: groups[0].unit).factor : nil),
    ]
  }

  // MARK: Assertions

  /// The rows as assertions test them: what warms up, comes once or rises and falls has rate 0.
  var measured: MeasuredGroups {
    let scale = scale(of: .bytes)
    var measured = MeasuredGroups(
      title: title,
      groups: rows.map { row in
        MeasuredGroups.Group(key: groups[row].key, values: [value(.rate, of: row)])
      }, units: [scale.unit])
    measured.keyColumns = { [keys] places in
      guard !keys.isEmpty else { return [] }
      return keyColumns(places.map { groups[rows[$0]] })
    }
    measured.rateColumns = { places in
      let shown = places.map { groups[rows[$0]] }
      let fits = shown.map(\.fit)
      return [
        scale.column("rate_low", fits.map(\.low)), scale.column("rate_high", fits.map(\.high)),
        Self.shapes(shown.map(\.trend)),
      ]
    }
    measured.shortness = { bound, sizes in axis.flatMap { scale.shortness(bound, $0, sizes) } }
    return measured
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

  /// A column of slopes.
  func column(_ name: String, _ slopes: [Double?]) -> ResultColumn {
    ResultColumn(
      name: name, role: .measure, unit: unit, isDifference: true,
      values: .reals(slopes.map { $0.map { $0 * factor } }))
  }

  /// Says that a capture is too short for a bound of rates, and how long it had to be.
  fileprivate func shortness(
    _ bound: Double, _ axis: PointAxis, _ sizes: SizeFamily
  ) -> String? {
    let slope = bound / factor
    let lost = slope * axis.length
    guard slope > 0, slope.isFinite, lost < LeakRules.leastRise else { return nil }
    let needed = Int64(nearest: (LeakRules.leastRise / slope).rounded(.up))
    return "too short to be sure: what leaks \(text(slope, sizes)) loses \(sizes.text(lost)) here; "
      + "record \(needed) \(axis.areMarks ? "marks" : "s") or more"
  }
}
