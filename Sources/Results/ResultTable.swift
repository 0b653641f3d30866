/// A column's values; one concrete array each, nil where there is none.
package enum ResultValues: Sendable, Equatable {
  /// Whole numbers in the column's unit.
  case integers([Int64?])
  /// Fractional numbers in the column's unit.
  case reals([Double?])
  /// Text; nil prints as JSON null and `<no stack>` in tables.
  case texts([String?])
  /// Stacks, newest frame first; nil for a stackless allocation.
  case stacks([[FrameText]?])
  /// Values over time or another axis.
  case series([[SeriesPoint]])

  /// Number of values.
  package var count: Int {
    switch self {
    case .integers(let values): values.count
    case .reals(let values): values.count
    case .texts(let values): values.count
    case .stacks(let values): values.count
    case .series(let values): values.count
    }
  }
}

extension ResultValues {
  /// The values of several columns of one kind, one after the other.
  package init(joining parts: [ResultValues]) {
    func all<Value>(_ values: (ResultValues) -> [Value]?) -> [Value] {
      parts.flatMap { values($0) ?? [] }
    }
    switch parts.first {
    case .integers, nil:
      self = .integers(all { if case .integers(let values) = $0 { values } else { nil } })
    case .reals: self = .reals(all { if case .reals(let values) = $0 { values } else { nil } })
    case .texts: self = .texts(all { if case .texts(let values) = $0 { values } else { nil } })
    case .stacks:
      self = .stacks(all { if case .stacks(let values) = $0 { values } else { nil } })
    case .series:
      self = .series(all { if case .series(let values) = $0 { values } else { nil } })
    }
  }
}

/// One value of a series and where it lies.
package struct SeriesPoint: Sendable, Equatable {
  /// Seconds, or the number of a mark or a run.
  package var place: Double
  /// The value in the unit of what is followed.
  package var value: Double

  /// A value at a place.
  package init(place: Double, value: Double) {
    self.place = place
    self.value = value
  }
}

/// What a column is for; decides its place and alignment.
package enum ColumnRole: String, Sendable {
  /// Names a group, or a field of a record.
  case key
  /// Counts something; takes part in `other` and `total`.
  case measure
  /// Sentences, which people read below the row and not in a column.
  case prose
}

/// What the values of a column are, where writers treat them in a way of their own.
package enum ColumnMeaning: Sendable, Equatable {
  /// Nothing more than their unit says.
  case other
  /// `file:line`.
  case place
  /// Paths of files.
  case file
  /// Lines of the file that another column names.
  case line
  /// `function (file:line)`.
  case frame
  /// The same of a tree: callees follow their callers, indented by two spaces a level.
  case callee
  /// Other names out of stacks; what has no stack has none.
  case stack
  /// The part of the answer that a row belongs to.
  case section
  /// Where a class of a histogram begins.
  case lowerBound
  /// Where a class of a histogram ends.
  case upperBound
  /// Questions that show more of a row.
  case question
  /// Numbers that name, such as process ids: nobody counts with them.
  case identifier

  /// Whether values are taken from stacks.
  package var isOfStack: Bool {
    switch self {
    case .place, .file, .frame, .callee, .stack: true
    case .other, .line, .section, .lowerBound, .upperBound, .question, .identifier: false
    }
  }
}

/// What the values of a column have in common with that of all rows.
package enum ColumnTotal: Sendable, Equatable {
  /// They add up to it.
  case sum
  /// They are shares of it that overlap: callees are part of their callers.
  case overlapping
  /// Nothing: means, greatest values.
  case none
}

/// A named, typed column of a result.
package struct ResultColumn: Sendable, Equatable {
  /// Canonical name, stable across releases (`size`, `lineno`, `avg_size`).
  package var name: String
  /// Key or measure.
  package var role: ColumnRole
  /// Unit of its numbers; `.none` for text.
  package var unit: Unit
  /// What its values are.
  package var meaning: ColumnMeaning
  /// How its values make that of all rows.
  package var total: ColumnTotal
  /// Whether it holds differences or rates, written with their sign; in comparisons those of the
  /// column before it.
  package var isDifference: Bool
  /// One value per row.
  package var values: ResultValues

  /// A column.
  package init(
    name: String, role: ColumnRole, unit: Unit, meaning: ColumnMeaning = .other,
    total: ColumnTotal = .sum, isDifference: Bool = false, values: ResultValues
  ) {
    self.name = name
    self.role = role
    self.unit = unit
    self.meaning = meaning
    self.total = total
    self.isDifference = isDifference
    self.values = values
  }

  /// A column that names rows or says something of them.
  package static func key(
    _ name: String, _ values: ResultValues, unit: Unit = .none, meaning: ColumnMeaning = .other
  ) -> ResultColumn {
    ResultColumn(name: name, role: .key, unit: unit, meaning: meaning, values: values)
  }
}

/// How a result asks to have its sizes written.
package enum SizeFamily: Sendable, Equatable {
  /// kB, MB, GB: powers of ten.
  case decimal
  /// KiB, MiB, GiB: powers of two.
  case binary
}

/// A value of the `other` or `total` row of one measure column.
package struct MeasureValue: Sendable, Equatable {
  /// The measure column's name.
  package var column: String
  /// The value; nil where a sum means nothing.
  package var value: Double?

  /// A measure's value; exact for whole numbers up to 2^53.
  package init(column: String, value: Double?) {
    self.column = column
    self.value = value
  }
}

/// A named moment of a capture.
package struct TimeMark: Sendable, Equatable {
  /// Seconds after the start.
  package var seconds: Double
  /// Its name.
  package var name: String

  /// A moment.
  package init(seconds: Double, name: String) {
    self.seconds = seconds
    self.name = name
  }
}

/// An answer: named columns of equal length and what they speak of.
package struct ResultTable: Sendable, Equatable {
  /// The canonical query.
  package var query: String
  /// Names of the captures asked.
  package var captures: [String]
  /// Population in words, such as `peak`, `live at 12s`.
  package var population: String
  /// Whether `population` names its captures itself, as comparisons of captures do.
  package var namesCaptures = false
  /// Lines for a person above the table: instant, bracket, damage, warnings.
  package var header: [String]
  /// Columns in order, all of `rowCount` values.
  package var columns: [ResultColumn]
  /// What is not shown, per measure; nil when everything is shown or the sum means nothing.
  package var other: [MeasureValue]?
  /// Number of groups or records not shown.
  package var otherCount: Int
  /// The shown population's total per measure (after `where`); nil where it means nothing.
  package var total: [MeasureValue]?
  /// The total before `where`, per measure, when filtered: the base of `%all`.
  package var all: [MeasureValue]?
  /// Source text that the captures themselves carry, by file and line.
  package var sourceTexts: [String: [Int: String]] = [:]
  /// Whether numbers are estimates from samples: every output says so.
  package var isEstimated = false
  /// Remarks below the table.
  package var notes: [String]
  /// How to write sizes.
  package var sizes: SizeFamily
  /// Named moments that a picture over time shows; no part of the rows.
  package var marks: [TimeMark]
  /// What groups beyond the rows hold together over time, of the first measure; no part of the
  /// rows, and only pictures show it.
  package var rest: [SeriesPoint] = []
  /// Whether the captures keep every allocation, so that a part of their time or of their sizes can
  /// be asked by itself.
  package var hasRecords = true
  /// What places of series within cells count, where they are no marks or runs.
  package var placeName = "time"
  /// The unit of such places.
  package var placeUnit = Unit.seconds

  /// A table; fields not given are empty.
  package init(query: String, captures: [String] = [], population: String = "") {
    self.query = query
    self.captures = captures
    self.population = population
    header = []
    columns = []
    other = nil
    otherCount = 0
    total = nil
    all = nil
    notes = []
    sizes = .decimal
    marks = []
  }

  /// Number of rows.
  package var rowCount: Int { columns.first?.values.count ?? 0 }
}
