import Language
import Analysis
import Results

/// A place whose memory grows for good, or holds more than before, and what speaks against it.
struct Finding {
  /// The capture it is of.
  var capture = ""
  /// Value of the key: `file:line` of the nearest frame outside of libraries, else of the newest
  /// frame; of other captures a type, a series or what else they hold.
  var place: String?
  /// The stack that grew most, newest frame first.
  var stack: [FrameText] = []
  var shape: String
  /// Bytes per unit of place; 0 of what only differs.
  var rate = 0.0
  /// Bounds of the rate with 95 % confidence.
  var low = 0.0
  var high = 0.0
  /// The rate in the capture that this one is compared with.
  var baseRate = 0.0
  /// What is held at the end, or what is held more.
  var value: Double
  /// Sentences, each with the numbers of `query`.
  var evidence: [String]
  /// What answers with these numbers.
  var query: String
  /// Whether it is a list, a dict or a buffer that grows, rather than what it holds.
  var isTable = false
  /// The sites that it stands for.
  var sites: [Int] = []

  /// A finding about what differs between two moments.
  init(place: String?, difference: Double, evidence: [String], query: String) {
    (self.place, shape, value) = (place, "difference", difference)
    (self.evidence, self.query) = (evidence, query)
  }

  /// A finding about what grows.
  init(
    place: String?, shape: TrendShape, fit: TheilSen, last: Double, evidence: [String],
    query: String
  ) {
    (self.place, self.shape, value) = (place, shape.rawValue, last)
    (rate, low, high) = (fit.slope, fit.low, fit.high)
    (self.evidence, self.query) = (evidence, query)
  }

  /// The place, or that there is none.
  var name: String { place ?? "code without a Python stack" }

  /// Adds what else the line lost, in the words of `sentence` and as `query` shows.
  mutating func add(rate added: Double, bytes more: Int64, _ sentence: String, _ query: String) {
    rate += added
    low += added
    high += added
    value += Double(more)
    evidence.append(sentence)
    self.query += "; " + query
    isTable = false
  }
}

/// What `suspects` finds, for captures of any kind.
struct Findings {
  /// What the places are, as their column is called.
  var keyName: String
  var keyMeaning = ColumnMeaning.place
  var hasStacks = false
  /// What rates are multiplied with; nil of differences, which have none.
  var scale: RateScale?
  var valueName = "size"
  /// Whether values are differences of two sides.
  var isDifference = false
  var valueUnit = Unit.bytes
  /// Whether another capture is compared with, which has rates of its own.
  var hasBase = false
  /// What was looked at, in words.
  var title: String
  var found: [Finding]
  var notes: [String] = []

  /// The answer to a question, as it was asked.
  func answer(_ query: Query, _ context: QueryContext) -> Answer {
    var shown = found
    if case .rows(let count) = query.limit?.value { shown = Array(found.prefix(count)) }
    var table = context.emptyTable(population: title)
    table.query = query.questionText
    table.notes += notes.filter { !table.notes.contains($0) }
    table.columns = columns(shown, namesCaptures: hasStacks && context.captures.count > 1)
    return Answer(content: .table(table), verb: .suspects, output: query.output, limit: nil)
  }

  private func columns(_ shown: [Finding], namesCaptures: Bool) -> [ResultColumn] {
    func texts(
      _ name: String, _ values: [String?], _ role: ColumnRole = .key,
      _ meaning: ColumnMeaning = .other
    ) -> ResultColumn {
      ResultColumn(name: name, role: role, unit: .none, meaning: meaning, values: .texts(values))
    }
    var columns: [ResultColumn] = [
      .key("rank", .integers(shown.indices.map { Int64($0 + 1) }))
    ]
    if namesCaptures { columns.append(texts("capture", shown.map(\.capture))) }
    columns.append(texts(keyName, shown.map(\.place), .key, keyMeaning))
    if hasStacks {
      columns.append(
        .key("traceback", .stacks(shown.map(\.stack)), meaning: .stack))
    }
    columns.append(texts("shape", shown.map(\.shape)))
    if let scale {
      let rates: [(String, KeyPath<Finding, Double>)] =
        [("rate", \.rate), ("rate_low", \.low), ("rate_high", \.high)]
        + (hasBase ? [("base_rate", \.baseRate)] : [])
      columns += rates.map { name, value in
        ResultColumn(
          name: name, role: .measure, unit: scale.unit, isDifference: name != "base_rate",
          values: .reals(shown.map { $0[keyPath: value] * scale.factor }))
      }
    }
    // Values of series need not be whole.
    let areIntegers = hasStacks || scale == nil
    return columns + [
      ResultColumn(
        name: valueName, role: .measure, unit: valueUnit, isDifference: isDifference,
        values: areIntegers
          ? .integers(shown.map { Int64(nearest: $0.value) }) : .reals(shown.map(\.value))),
      texts("evidence", shown.map { $0.evidence.joined(separator: " ") }, .prose),
      texts("query", shown.map(\.query), .prose, .question),
    ]
  }
}
