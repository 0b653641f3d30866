import CaptureModel
import Ingest
import Screen

/// A session that records, as the screen sees it.
final class WatchedSession: WatchedCapture {
  private let live: LiveCapture
  private let interruption: () -> String?

  /// A screen's view of a session.
  ///
  /// - Parameters:
  ///   - live: The session.
  ///   - interruption: What Ctrl-C does, and what is said of it; nil to leave the screen.
  init(_ live: LiveCapture, interruption: @escaping () -> String? = { nil }) {
    self.live = live
    self.interruption = interruption
  }

  var number: Int64? {
    let facts = live.facts
    return facts.publications > 0 ? facts.number : nil
  }

  var program: ScreenProgram {
    let facts = live.facts
    var program = ScreenProgram()
    program.command = LiveNaming.withoutRecorder(facts.header.commandLine)
    program.processID = Int64(facts.header.processID)
    program.seconds = Double(facts.state.milliseconds) / 1000
    program.heapBytes = facts.state.heapBytes
    program.peakBytes = facts.state.peakBytes
    if facts.state.residentBytes > 0 { program.residentBytes = facts.state.residentBytes }
    program.curve = facts.curve.map { Double($0.heapBytes) }
    program.phase =
      switch facts.phase {
      case .recording, .finishing: .recording
      case .ended: facts.problem == nil ? .ended : .lost
      }
    return program
  }

  var waitingText: String { live.facts.problem ?? "waiting for the first records" }

  func mark(_ name: String) -> String {
    guard live.facts.phase == .recording else {
      return "the program has ended: marks are of the present"
    }
    live.mark(name)
    return "\(name) is set; ask: top 20 live at mark(\"\(name)\") by lineno"
  }

  func interrupt() -> String? { interruption() }
}
