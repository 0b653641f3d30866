import CaptureModel
import SQLite

/// Rows of `totals`: every number of every site at every moment; none of captures that hold events.
final class TotalRows: SQLRows {
  let numbers: Range<Int64>
  private let capture: CaptureColumns
  private let values: [ProfileValue]
  /// Which moment and which of its numbers each stretch of rows is of.
  private var stretches: [(first: Int64, moment: Int, value: Int)] = []
  private var loaded = -1
  private var sites: [UInt32] = []
  private var amounts: [Int64] = []

  init(_ capture: CaptureColumns) throws(StoreError) {
    self.capture = capture
    guard let profile = try capture.profile() else {
      values = []
      numbers = 0..<0
      return
    }
    values = profile.values
    let present = try capture.integers(.momentValues)
    var next: Int64 = 0
    for moment in 0..<Int(clamping: profile.moments) {
      let count = Int64(try capture.words(.sampleSite, segment: moment).count)
      for value in values.indices
      where moment >= present.count || present[moment] &>> Int64(value) & 1 == 1 {
        guard count > 0 else { continue }
        stretches.append((next, moment, value))
        next += count
      }
    }
    numbers = 0..<next
  }

  func value(_ number: Int64, _ column: Int) throws(StoreError) -> SQLValue {
    let place = stretch(of: number)
    let (first, moment, value) = stretches[place]
    switch column {
    case 0: return .integer(Int64(moment) + 1)
    case 2: return .integer(Int64(value) + 1)
    case 3: return .text(values[value].population.rawValue)
    case 4: return .text(values[value].measure.rawValue)
    case 5: return .text(values[value].name)
    case 7: return .integer(max(1, values[value].scale))
    default: break
    }
    if loaded != place {
      loaded = -1
      sites = try capture.words(.sampleSite, segment: moment)
      let segment = moment * values.count + value
      amounts = try capture.integers(.sampleValue, segment: segment)
      guard sites.count == amounts.count else { throw capture.damaged(.sampleValue, segment) }
      loaded = place
    }
    let row = Int(number - first)
    guard row < sites.count else { throw capture.damaged(.sampleSite, moment) }
    return .integer(column == 1 ? Int64(sites[row]) : amounts[row])
  }

  /// The last stretch that begins at or before a row.
  private func stretch(of number: Int64) -> Int {
    var low = 0
    var high = stretches.count
    while low < high {
      let middle = (low + high) / 2
      if stretches[middle].first <= number { low = middle + 1 } else { high = middle }
    }
    return low - 1
  }
}
