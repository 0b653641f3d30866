import CaptureModel
import Testing

@testable import CaptureFormats

@Suite struct MarksFileTests {
  /// 2026-01-31T12:30:00Z, by `date -u -d … +%s`.
  private static let noon = 1_769_862_600_000.0

  @Test(
    arguments: [
      ("12.5 request 7", .elapsed(12_500), "request 7"), ("1m30s x", .elapsed(90_000), "x"),
      ("150ms  two  words", .elapsed(150), "two words"),
      ("1769862600.25 r", .wallClock(noon + 250), "r"),
      ("1769862600250 r", .wallClock(noon + 250), "r"),
      ("2026-01-31T12:30:00Z r", .wallClock(noon), "r"),
      ("2026-01-31T14:30:00.5+02:00 r", .wallClock(noon + 500), "r"),
      (
        "2026-01-31 12:30:00,250 INFO request 7 done", .wallClock(noon + 250), "INFO request 7 done"
      ),
      ("[2026-01-31 12:30:00] served", .wallClock(noon), "served"),
      (#"{"time": 14.25, "name": "request 5"}"#, .elapsed(14_250), "request 5"),
      (
        #"{"name": "a \"b\"", "time": "2026-01-31T12:30:00Z", "n": 3}"#, .wallClock(noon), "a \"b\""
      ),
    ] as [(String, TimedMark.Time, String)])
  func lines(line: String, time: TimedMark.Time, name: String) throws {
    let marks = try MarksFile.marks(in: "# marks\n\n" + line + "\n")
    #expect(marks == [TimedMark(time: time, name: name)])
  }

  @Test(arguments: [
    "request 7", "12.5", "{\"time\": 1}", "{\"time\": [1]}", "{", "2026-13-31T00:00 x",
  ])
  func linesThatAreNone(line: String) {
    #expect(throws: MarksFile.Problem.self) { try MarksFile.marks(in: "1 a\n" + line) }
    do { _ = try MarksFile.marks(in: "1 a\n" + line) } catch { #expect(error.line == 2) }
  }
}
