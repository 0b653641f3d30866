import Interruption
import Render

/// `memq live` where there is no screen: an answer now and then, and how it ended.
final class LiveWatch {
  private static let pollMilliseconds: UInt32 = 10
  /// How long a question may take to end by itself after Ctrl-C.
  private static let graceMilliseconds: Int32 = 50

  private let live: LiveCapture
  private let question: String?
  private let every: Duration
  private let length: Duration?
  private let session: QuerySession
  private let start = ContinuousClock.now
  private var hasAnswered = false
  private var lastProblem: String?

  /// Watches a session.
  ///
  /// - Parameters:
  ///   - live: the session.
  ///   - question: what to ask; nil for a line about the heap.
  ///   - every: time from one answer to the next.
  ///   - length: when to leave; nil for the program's end.
  ///   - store: the store's path.
  ///   - delivery: how answers are written.
  init(
    _ live: LiveCapture, question: String?, every: Duration, length: Duration?, store: String,
    delivery: Delivery
  ) {
    self.live = live
    self.question = question
    self.every = every
    self.length = length
    var delivery = delivery
    delivery.usesPager = false
    session = QuerySession(path: store, delivery: delivery)
    session.standardCapture = live.facts.number
  }

  /// Answers until the program ends, the time is over, or Ctrl-C.
  ///
  /// - Returns: as the last answer, of the finished capture, says; success when there is no question.
  func run() throws -> ExitStatus {
    let facts = live.facts
    report(
      "memq: recording \(facts.name)" + (facts.file.map { ", kept in \($0)" } ?? "")
        + "; Ctrl-C leaves, and the program runs on")
    var next = start + every
    while live.facts.phase != .ended {
      tellProblem()
      if Interruption.hasCome || session.isClosed || isOver {
        live.stop()
        break
      }
      if ContinuousClock.now >= next, live.facts.phase == .recording {
        // Before the first publication there is nothing to ask about.
        if live.facts.publications > 0 { try answer(live.facts) }
        next = max(next + every, .now)
      }
      LiveWait.sleep(milliseconds: Self.pollMilliseconds)
    }
    return try end()
  }

  private var isOver: Bool { length.map { ContinuousClock.now - start >= $0 } ?? false }

  private func tellProblem() {
    let problem = live.facts.problem
    if let problem, problem != lastProblem { report("memq: \(problem)") }
    lastProblem = problem
  }

  /// Asks and prints; an error of the question is told every time, and the recording goes on.
  @discardableResult private func answer(_ facts: LiveFacts) throws -> ExitStatus {
    guard let question else {
      try write(LiveText.line(facts) + "\n")
      return .success
    }
    // Between answers for people stands an empty line.
    session.delivery.separates = hasAnswered
    hasAnswered = true
    let handover = Handover(session)
    let work = InterruptibleWork { handover.status = handover.session.ask(question) }
    guard let work else { return session.ask(question) }
    while !work.wait(milliseconds: Int32(Self.pollMilliseconds)) {
      guard Interruption.hasCome else { continue }
      work.giveUp()
      _ = work.wait(milliseconds: Self.graceMilliseconds)
      return .interrupted
    }
    return handover.status
  }

  /// Hands the result from the question's thread to the one that waits for its end.
  private final class Handover: @unchecked Sendable {
    let session: QuerySession
    var status = ExitStatus.success

    init(_ session: QuerySession) { self.session = session }
  }

  private func write(_ text: String) throws {
    do {
      try DescriptorStream.standardOutput.write(text)
    } catch OutputError.closedPipe {
      live.stop()
      throw OutputError.closedPipe
    }
  }

  /// Completes the capture, answers once more, and says where everything is.
  private func end() throws -> ExitStatus {
    let isInterrupted = Interruption.hasCome
    // From here on Ctrl-C ends: the store has what was published last.
    Interruption.forget()
    Interruption.set(.ends)
    let end = live.finish()
    tellProblem()
    var status = ExitStatus.success
    if !isInterrupted, !session.isClosed, end.isWhole { status = try answer(end.facts) }
    report(LiveText.end(end, isInterrupted: isInterrupted))
    if isInterrupted { return .interrupted }
    return end.isAll ? status : .usage
  }
}
