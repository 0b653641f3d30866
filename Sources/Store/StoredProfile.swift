package import CaptureModel

/// What the numbers of a capture of another tool mean, and how many there are.
package struct StoredProfile: Sendable, Equatable {
  /// A fact about the recording, for `show capture`.
  package struct Property: Sendable, Equatable {
    /// Its name.
    package var name: String
    /// What it is.
    package var value: String

    /// A fact.
    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The numbers of every total, in their order.
  package var values: [ProfileValue] = []
  /// Whether sizes or counts are estimates.
  package var isEstimated = false
  /// Whether frames have function names.
  package var hasFunctions = true
  /// Whether frames have files.
  package var hasFiles = true
  /// Whether frames have lines.
  package var hasLines = true
  /// Whether a frame counts as often as it occurs on a stack.
  package var countsRecursion = false
  /// What times are counted from.
  package var clock = ProfileClock.lines
  /// What to record instead for what this cannot answer; empty without advice.
  package var advice = ""
  /// Facts about the recording.
  package var properties: [Property] = []
  /// Earliest time by the clock: nanoseconds, instructions or bytes; as `end` without times.
  package var start: Int64 = 0
  /// Latest time by the clock.
  package var end: Int64 = 0
  /// Number of moments.
  package var moments: Int64 = 0
  /// Number of different stacks with totals.
  package var stacks: Int64 = 0
  /// Number of points of all series.
  package var points: Int64 = 0
  /// Number of marks and spans.
  package var spans: Int64 = 0
  /// Number of source lines.
  package var sourceLines: Int64 = 0
  /// Number of objects.
  package var objects: Int64 = 0
  /// Number of references that lead to an object.
  package var references: Int64 = 0
  /// Number of texts.
  package var texts: Int64 = 0

  /// A profile of nothing.
  package init() {}

  /// Totals, texts or points in one stored segment.
  package static let segmentRows = 1 << 16
  /// Stands for a time that is not known.
  package static let unknownTime = Int64.min

  /// Index of the number for a population and measure; nil when it is not recorded.
  package func index(population: ProfilePopulation, measure: ProfileMeasure) -> Int? {
    values.index(population, measure)
  }

  /// Whether there is neither a point in time nor a mark, an object or a line of source.
  package var holdsNothing: Bool {
    points == 0 && spans == 0 && objects == 0 && sourceLines == 0
  }

  /// Number of segments that so many rows take.
  package static func segments(_ rows: Int64) -> Int {
    (Int(clamping: rows) + segmentRows - 1) / segmentRows
  }
}

extension StoredProfile {
  private static let flags: [(name: String, path: any WritableKeyPath<Self, Bool> & Sendable)] = [
    ("estimated", \.isEstimated), ("functions", \.hasFunctions), ("files", \.hasFiles),
    ("lines", \.hasLines), ("recursion", \.countsRecursion),
  ]
  private static let numbers: [(name: String, path: any WritableKeyPath<Self, Int64> & Sendable)] =
    [
      ("start", \.start), ("end", \.end), ("moments", \.moments), ("points", \.points),
      ("spans", \.spans), ("source lines", \.sourceLines), ("objects", \.objects),
      ("references", \.references), ("texts", \.texts), ("stacks", \.stacks),
    ]
  private static let valueField = "value"
  /// The name of the value before it.
  private static let nameField = "value name"
  private static let propertyField = "property "

  /// As names and texts.
  var fields: [(name: String, value: String)] {
    var fields: [(name: String, value: String)] = []
    for value in values {
      let text = [
        value.population.rawValue, value.measure.rawValue, "\(value.scale)", value.unit,
      ]
      fields.append((Self.valueField, text.joined(separator: " ")))
      if !value.name.isEmpty { fields.append((Self.nameField, value.name)) }
    }
    fields += Self.flags.map { ($0.name, self[keyPath: $0.path] ? "1" : "0") }
    fields += Self.numbers.map { ($0.name, "\(self[keyPath: $0.path])") }
    fields += [("clock", clock.rawValue), ("advice", advice)]
    fields += properties.map { (Self.propertyField + $0.name, $0.value) }
    return fields
  }

  /// From names and texts; nil when a value says nothing that is known.
  init?(fields: [(name: String, value: String)]) {
    self.init()
    for field in fields {
      if let flag = Self.flags.first(where: { $0.name == field.name }) {
        self[keyPath: flag.path] = field.value == "1"
      } else if let number = Self.numbers.first(where: { $0.name == field.name }) {
        guard let value = Int64(field.value) else { return nil }
        self[keyPath: number.path] = value
      } else if field.name == Self.valueField {
        guard let value = ProfileValue(field.value) else { return nil }
        values.append(value)
      } else if field.name == Self.nameField {
        guard !values.isEmpty else { return nil }
        values[values.count - 1].name = field.value
      } else if field.name == "clock" {
        guard let known = ProfileClock(rawValue: field.value) else { return nil }
        clock = known
      } else if field.name == "advice" {
        advice = field.value
      } else if field.name.hasPrefix(Self.propertyField) {
        let name = String(field.name.dropFirst(Self.propertyField.count))
        properties.append(Property(name: name, value: field.value))
      }
    }
  }
}

extension ProfileValue {
  fileprivate init?(_ text: String) {
    let parts = text.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, let scale = Int64(parts[2]), scale > 0,
      let population = ProfilePopulation(rawValue: String(parts[0])),
      let measure = ProfileMeasure(rawValue: String(parts[1]))
    else { return nil }
    self.init(population, measure, unit: String(parts[3]), scale: scale)
  }
}

extension CaptureWriter {
  /// Writes what the numbers of a capture mean.
  package func write(_ profile: StoredProfile) throws(StoreError) {
    let fields = profile.fields
    try write(.profileField, texts: fields.map(\.name))
    try write(.profileValue, texts: fields.map(\.value))
  }
}

extension CaptureColumns {
  /// What the numbers of a capture mean; nil for captures of events and of memray's totals.
  package func profile() throws(StoreError) -> StoredProfile? {
    guard !info.holdsEvents else { return nil }
    let names = try texts(.profileField)
    guard !names.isEmpty else { return nil }
    let values = try texts(.profileValue)
    guard names.count == values.count,
      let profile = StoredProfile(fields: zip(names, values).map { ($0, $1) })
    else { throw damaged(.profileField) }
    return profile
  }
}
