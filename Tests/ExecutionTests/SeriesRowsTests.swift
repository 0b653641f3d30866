import Testing

@testable import Execution

/// Rows of timelines, thinned.
@Suite struct SeriesRowsTests {
  /// One capture with a row a second, one group, and two measures.
  private func rows(_ values: [Double]) -> SeriesRows {
    var rows = SeriesRows(measureCount: 2)
    let group = rows.number(of: SeriesRows.Group(capture: 0, process: nil, keys: []))
    for (second, value) in values.enumerated() {
      rows.append(SeriesRows.Row(group: group, place: Double(second), values: [value, value]))
    }
    return rows
  }

  @Test func stretchesKeepTheirLastState() {
    var rows = rows([1, 2, 3, 4, 5, 6, 7])
    rows.thin(windows: 3, flows: [0])
    #expect(rows.rows.map(\.place) == [0, 2, 4, 6])
    #expect(rows.rows.map { $0.values[0] } == [1, 3, 5, 7])
  }

  @Test func stretchesAddUpWhatHappens() {
    var rows = rows([1, 2, 3, 4, 5, 6, 7])
    rows.flowing = [0]
    rows.thin(windows: 3, flows: [0])
    #expect(rows.rows.map(\.place) == [0, 2, 4, 6])
    #expect(rows.rows.map { $0.values[0] } == [1, 5, 9, 13])
    #expect(rows.rows.map { $0.values[1] } == [1, 3, 5, 7])
  }

  @Test(arguments: [(1, [0, 4]), (4, [0, 1, 2, 3, 4]), (2, [0, 2, 4]), (9, [0, 1, 2, 3, 4])])
  func placesOfStretches(windows: Int, kept: [Int]) {
    let places = [0.0, 0.1, 0.2, 0.3, 0.4]
    #expect(Thinning(places, windows: windows)?.kept(places) == kept)
  }

  /// The length of a stretch is rounded: so many of them may end before the last place.
  @Test(arguments: [0.049, 0.115, 0.7, 1.1, 29.97], 1...40)
  func stretchesAreAsMany(last: Double, windows: Int) throws {
    let places = (0...400).map { Double($0) / 400 * last }
    let kept = try #require(Thinning(places, windows: windows)).kept(places)
    #expect(kept.count == windows + 1)
  }

  @Test func onePlaceHasNoStretches() {
    #expect(Thinning([3, 3], windows: 2) == nil)
  }
}
