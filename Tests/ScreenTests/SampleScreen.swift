import Results
import Screen

/// A web service that is watched.
enum SampleScreen {
  static let places = [
    "/srv/app/handlers.py:120", "/srv/app/models.py:88",
    "/usr/lib/python3.12/site-packages/sqlalchemy/engine/result.py:1204",
    "<frozen importlib._bootstrap_external>:757", "/srv/app/ünïcode/日本語.py:7",
  ]

  /// Rows of `top live by lineno`, with what lines hold together with their callees.
  static func rows(reversed: Bool = false, places: [String] = places) -> ScreenRows? {
    let shown = reversed ? places.reversed() : places
    let sizes = shown.indices.map { Int64(8_400_000 >> ($0 * 2)) }
    var table = ResultTable(
      query: "top 20 live by lineno", captures: ["memray-app.py.4711"], population: "live")
    table.columns = [
      ResultColumn(
        name: "lineno", role: .key, unit: .none, meaning: .place, values: .texts(shown)),
      ResultColumn(name: "size", role: .measure, unit: .bytes, values: .integers(sizes)),
      ResultColumn(
        name: "count", role: .measure, unit: .count,
        values: .integers(shown.indices.map { Int64(1200 - 100 * $0) })),
    ]
    table.total = [
      MeasureValue(column: "size", value: 12_000_000), MeasureValue(column: "count", value: 6_000),
    ]
    table.otherCount = 31
    var inclusive = table
    inclusive.columns[1] = ResultColumn(
      name: "size", role: .measure, unit: .bytes, values: .integers(sizes.map { $0 + 1_000_000 }))
    return ScreenRows(table, inclusive: inclusive)
  }

  static var state: ScreenState {
    var state = ScreenState()
    state.program.command = "memray run --live-remote -p 12345 /srv/app/main.py --workers 4"
    state.program.processID = 4711
    state.program.seconds = 83.4
    state.program.heapBytes = 12_000_000
    state.program.peakBytes = 18_700_000
    state.program.residentBytes = 61_000_000
    state.program.curve = (0..<200).map { Double($0 % 50) * 100_000 + Double($0) * 50_000 }
    if let rows = rows() { state.show(.rows(rows), of: state.question) }
    return state
  }
}
