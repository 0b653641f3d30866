import CaptureModel
import Testing

@testable import CaptureFormats

/// Frames that begin and end, and frames that last, on one stack.
@Suite struct ChromeTraceTests {
  /// Nanoseconds of each function's own time.
  private func own(_ text: String) throws -> (own: [String: Int64], tally: ProfileTally) {
    let scratch = try ScratchFile(Array(text.utf8))
    let tally = try ProfileTally(path: scratch.path, format: "chrometrace")
    return (Self.own(tally), tally)
  }

  private static func own(_ tally: ProfileTally) -> [String: Int64] {
    var sums: [String: Int64] = [:]
    for (index, record) in tally.records.enumerated() {
      sums[tally.stack(record.stack).map(\.function).joined(separator: ";"), default: 0] +=
        tally.value(index)
    }
    return sums
  }

  @Test func framesThatLastNestLikeOthers() throws {
    let tally = try ProfileTally(path: fixture("chrometrace", "complete-events.json"))
    #expect(tally.ending == .complete && tally.findings.isEmpty && tally.brokenPromises == 0)
    // `epsilon` has the time of its thread alone.
    #expect(
      Self.own(tally) == [
        "alpha": 2_000, "alpha;beta": 3_000, "alpha;beta;gamma": 5_000,
        "alpha;beta;epsilon": 4_000,
      ])
  }

  @Test func theOrderOfTheFileDoesNotMatter() throws {
    // Written when they end, as many tracers do.
    let (own, tally) = try own(
      """
      {"traceEvents":[{"ph":"X","pid":1,"tid":2,"name":"c","ts":20,"dur":5},
      {"ph":"X","pid":1,"tid":2,"name":"b","ts":10,"dur":20},
      {"ph":"X","pid":1,"tid":2,"name":"a","ts":0,"dur":100},
      {"ph":"X","pid":1,"tid":2,"name":"a","ts":100,"dur":1.5}]}
      """)
    #expect(tally.findings.isEmpty && tally.ending == .complete)
    #expect(own == ["a": 81_500, "a;b": 15_000, "a;b;c": 5_000])
  }

  @Test func oddTracesAreReadAndCounted() throws {
    let (own, tally) = try own(
      """
      [{"ph":"E","pid":1,"tid":2,"ts":0},
      {"ph":"B","pid":1,"tid":2,"name":"a","ts":1},
      {"ph":"X","pid":1,"tid":2,"name":"b","ts":2,"dur":10},
      {"ph":"E","pid":1,"tid":2,"ts":5},
      {"ph":"X","pid":1,"tid":2,"name":"c","ts":6,"dur":4},
      {"ph":"X","pid":1,"tid":2,"name":"d","ts":8,"dur":4},
      {"ph":"B","pid":1,"tid":2,"name":"e","ts":20},
      {"ph":"X","pid":1,"tid":2,"name":"f","ts":21,"dur":1}]
      """)
    #expect(tally.ending == .complete)
    #expect(
      own == [
        "a": 1_000, "a;b": 3_000, "c": 2_000, "c;d": 2_000, "e": 1_000, "e;f": 1_000,
      ])
    let counts = Dictionary(uniqueKeysWithValues: tally.findings.map { ($0.kind, $0.count) })
    #expect(
      counts == [
        "overlapping frames": 2, "end without a beginning": 1, "beginning without an end": 1,
      ])
  }

  @Test func damageNeverTraps() throws {
    let bytes = try fixtureBytes("chrometrace", "complete-events.json")
    try Damage.cut(bytes, format: "chrometrace")
    try Damage.flip(bytes, format: "chrometrace")
    try Damage.mutate(bytes, format: "chrometrace")
    let extremes =
      "[{\"ph\":\"X\",\"ts\":9e18,\"tid\":1,\"name\":\"a\",\"dur\":9e18},{\"ph\":\"E\",\"ts\":-9e18,\"tid\":1}]"
    _ = try? own(extremes)
  }
}
