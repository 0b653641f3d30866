import Language
import Results
import Store

/// Values over time of a capture of another tool.
struct ProfileSeries {
  /// One series of one process.
  struct Line {
    var name: String
    var unit: Unit
    var process: Int64?
    /// Coordinates by the capture's axis; rising.
    var places: [Double] = []
    var values: [Double] = []
    /// Line of the file of each value.
    var lines: [Int64] = []
  }

  private(set) var lines: [Line] = []
  /// What places count.
  let axis: ProfileAxis

  /// Reads the series of some names; all when nil.
  init(data: CaptureData, facts: StoredProfile, names: Set<String>? = nil) throws(StoreError) {
    axis = ProfileAxis(facts)
    let columns = data.columns
    try data.note("series", source: "values over time")
    let allNames = try columns.texts(.seriesName)
    let units = try columns.texts(.seriesUnit)
    let processes = try columns.integers(.seriesProcess)
    guard units.count == allNames.count, processes.count == allNames.count else {
      throw columns.damaged(.seriesName)
    }
    lines = allNames.indices.map { index in
      Line(
        name: allNames[index], unit: Self.unit(units[index]),
        process: processes[index] == 0 ? nil : processes[index] &- 1)
    }
    for segment in 0..<StoredProfile.segments(facts.points) {
      try readSegment(segment, columns, facts, names)
    }
    lines = lines.filter { !$0.values.isEmpty }
    for index in lines.indices { lines[index].sort() }
  }

  private static func unit(_ name: String) -> Unit {
    name == "bytes" ? .bytes : name == "count" ? .count : .none
  }

  private mutating func readSegment(
    _ segment: Int, _ columns: CaptureColumns, _ facts: StoredProfile, _ names: Set<String>?
  ) throws(StoreError) {
    let series = try columns.integers(.pointSeries, segment: segment)
    let times = try columns.integers(.pointTime, segment: segment)
    let places = try columns.integers(.pointLine, segment: segment)
    var values = try columns.integers(.pointWhole, segment: segment).map(Double.init)
    if values.isEmpty {
      values = try columns.integers(.pointBits, segment: segment).map {
        Double(bitPattern: UInt64(bitPattern: $0))
      }
    }
    guard [times.count, places.count, values.count].allSatisfy({ $0 == series.count }),
      series.allSatisfy({ $0 >= 0 && $0 < Int64(lines.count) })
    else { throw columns.damaged(.pointSeries, segment) }
    for row in series.indices {
      let index = Int(series[row])
      if let names, !names.contains(lines[index].name) { continue }
      let place: Double
      if axis != .lines {
        let isKnown = times[row] != StoredProfile.unknownTime
        place = isKnown ? Double(times[row] &- facts.start) / axis.scale : 0
      } else {
        place = Double(places[row] > 0 ? places[row] : Int64(lines[index].values.count))
      }
      lines[index].places.append(place)
      lines[index].values.append(values[row])
      lines[index].lines.append(places[row])
    }
  }

  /// Whether the series of a name come from several processes.
  func hasSeveralProcesses(_ names: Set<String>) -> Bool {
    Set(lines.filter { names.contains($0.name) }.map(\.process)).count > 1
  }
}

extension ProfileSeries.Line {
  /// Puts values in the order of time; those of one time stay in the order of the file.
  fileprivate mutating func sort() {
    guard zip(places, places.dropFirst()).contains(where: { $0 > $1 }) else { return }
    let order = places.indices.sorted { (places[$0], $0) < (places[$1], $1) }
    places = order.map { places[$0] }
    values = order.map { values[$0] }
    lines = order.map { lines[$0] }
  }

  /// Where its greatest value is, the first on ties; nil when there is none within `range`.
  func peak(in range: ClosedRange<Double>?) -> (value: Double, place: Double)? {
    var best: (value: Double, place: Double)?
    for (index, value) in values.enumerated()
    where range.map({ $0.contains(places[index]) }) ?? true {
      if value > best?.value ?? -.infinity { best = (value, places[index]) }
    }
    return best
  }
}
