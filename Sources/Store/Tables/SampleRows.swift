import CaptureModel
import SQLite

/// Rows of `samples`: what sites hold at the moments of captures without single allocations.
struct SampleRows {
  private struct Row {
    var moment: String
    var population: ProfilePopulation
    var site: Int64
    var size: Int64?
    var count: Int64?
    var samples: Double?
  }

  private var rows: [Row] = []

  /// The rows of a capture; none of one that holds events.
  static func rows(_ capture: CaptureColumns) throws(StoreError) -> any SQLRows {
    var made = SampleRows()
    if let profile = try capture.profile() {
      try made.add(profile, capture)
    } else if capture.info.kind == .samples {
      try made.add("peak", .peak, .sitePeakBytes, .sitePeakCount, capture)
      try made.add("end", .leaked, .siteLeakedBytes, .siteLeakedCount, capture)
    }
    let rows = made.rows
    return SQLArrays(
      count: rows.count,
      [
        { .text(rows[$0].moment) }, { .text(rows[$0].population.rawValue) },
        { .integer(rows[$0].site) },
        { rows[$0].size.map { .integer($0) } ?? .null },
        { rows[$0].count.map { .integer($0) } ?? .null },
        { rows[$0].samples.map { .real($0) } ?? .null },
      ])
  }

  /// memray's aggregated captures: two moments, a value a site.
  private mutating func add(
    _ moment: String, _ population: ProfilePopulation, _ bytes: StoredColumn,
    _ counts: StoredColumn,
    _ capture: CaptureColumns
  ) throws(StoreError) {
    let sizes = try capture.integers(bytes)
    let numbers = try capture.integers(counts)
    guard sizes.count == numbers.count else { throw capture.damaged(bytes) }
    for site in sizes.indices where sizes[site] != 0 || numbers[site] != 0 {
      rows.append(
        Row(
          moment: moment, population: population, site: Int64(site), size: sizes[site],
          count: numbers[site]))
    }
  }

  /// Captures of other tools: as many moments and populations as they recorded.
  private mutating func add(
    _ profile: StoredProfile, _ capture: CaptureColumns
  ) throws(StoreError) {
    let labels = try capture.texts(.momentLabel)
    let present = try capture.integers(.momentValues)
    var populations: [ProfilePopulation] = []
    for value in profile.values where !populations.contains(value.population) {
      populations.append(value.population)
    }
    for moment in 0..<Int(clamping: profile.moments) {
      let sites = try capture.words(.sampleSite, segment: moment)
      let label = moment < labels.count ? labels[moment] : ""
      for population in populations {
        func values(_ measure: ProfileMeasure) throws(StoreError) -> [Int64]? {
          guard let column = profile.index(population: population, measure: measure),
            moment >= present.count || present[moment] &>> Int64(column) & 1 == 1
          else { return nil }
          let segment = moment * profile.values.count + column
          let values = try capture.integers(.sampleValue, segment: segment)
          guard values.count == sites.count else { throw capture.damaged(.sampleValue, segment) }
          return values
        }
        let sizes = try values(.size)
        let counts = try values(.count)
        let samples = try values(.samples)
        let scale = profile.index(population: population, measure: .samples)
          .map { Double(max(1, profile.values[$0].scale)) }
        for row in sites.indices
        where [sizes, counts, samples].contains(where: { ($0?[row] ?? 0) != 0 }) {
          rows.append(
            Row(
              moment: label.isEmpty ? String(moment + 1) : label, population: population,
              site: Int64(sites[row]), size: sizes?[row], count: counts?[row],
              samples: samples.map { Double($0[row]) / (scale ?? 1) }))
        }
      }
    }
  }
}
