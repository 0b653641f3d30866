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

  /// What is said when there are more events than a store can number: of the capture, and at once.
  static func full(_ facts: LiveFacts, limit: UInt64) -> (reason: String, problem: String) {
    let time = Humanize.duration(Double(facts.state.milliseconds) / 1000)
    let reason =
      "there were more events than a store can number (\(Humanize.count(Int64(clamping: limit)))); "
      + "what came later " + (facts.file.map { "is only in \($0)" } ?? "was not kept")
    return (reason, "\(facts.name) ends after \(time) of the program: \(reason)")
  }

  /// How it ended, where the capture is, and how to ask it.
  static func end(_ end: LiveCapture.End, isInterrupted: Bool) -> String {
    let facts = end.facts
    let time = Humanize.duration(Double(facts.state.milliseconds) / 1000)
    let what =
      switch (end.hasProgramEnded, end.failure) {
      case (false, _): "memq: left after \(time); the program runs on without being recorded"
      case (true, nil): "memq: the program ended after \(time)"
      case (true, _): "memq: recording ended after \(time); the program may run on"
      }
    let file = facts.file.map { "; its bytes are in \($0)" } ?? ""
    if facts.isFull {
      return "\(what)\(file), which has more than \(facts.name)\n"
        + "memq: ask it: memq \"top 10 by lineno of \(facts.name)\""
    }
    guard end.isWhole else {
      let way = facts.file.map { "; memq import \($0) has all that came" } ?? ""
      return "\(what); the store has \(facts.name) as it was published last\(way)"
    }
    return "\(what)\(file)\nmemq: ask it: memq \"top 10 by lineno of \(facts.name)\""
  }
}
