import Ingest
import Render

/// What is said of a session in words.
enum LiveText {
  /// Such as `12.3 s  heap 1.2 MB  peak 3.4 MB  RSS 20 MB  1,234 allocations`.
  static func line(_ facts: LiveFacts) -> String {
    let state = facts.state
    return [
      Humanize.duration(Double(state.milliseconds) / 1000),
      "heap \(Humanize.size(state.heapBytes))", "peak \(Humanize.size(state.peakBytes))",
      "RSS \(Humanize.size(state.residentBytes))",
      "\(Humanize.count(state.allocations)) allocations",
    ].joined(separator: "  ")
  }

  /// How it ended, where the capture is, and how to ask it.
  static func end(_ end: LiveCapture.End, isInterrupted: Bool) -> String {
    let facts = end.facts
    let time = Humanize.duration(Double(facts.state.milliseconds) / 1000)
    let what =
      end.hasProgramEnded
      ? "memq: the program ended after \(time)"
      : "memq: left after \(time); the program runs on without being recorded"
    let file = facts.file.map { "; its bytes are in \($0)" } ?? ""
    guard end.isWhole else {
      let way = facts.file.map { "; memq import \($0) has all" } ?? ""
      return "\(what); the store has \(facts.name) as it was published last\(way)"
    }
    return "\(what)\(file)\nmemq: ask it: memq \"top 10 by lineno of \(facts.name)\""
  }
}
