import Interruption

/// A question that Ctrl-C stops, wherever it is: soon by its own doing, else by not waiting for it.
///
/// Scans look for Ctrl-C at every segment. What does not, such as the drawing of a large page,
/// goes on without anyone waiting, and can write nothing any more.
struct StoppableQuestion {
  /// How it ended.
  enum Outcome {
    case answered(ExitStatus)
    /// Ctrl-C came. `isOver` is false when the question still runs; then its session is its own.
    case stopped(isOver: Bool)
  }

  private static let pollMilliseconds: Int32 = 10
  /// How long a question may take to end by itself: a person sees no delay below 100 ms.
  private static let graceMilliseconds: Int32 = 50

  /// Hands the result from the question's thread to the one that waits for its end.
  private final class Handover: @unchecked Sendable {
    let session: QuerySession
    var result: ExitStatus?

    init(_ session: QuerySession) { self.session = session }
  }

  /// Asks on a thread of its own and waits for the answer or for Ctrl-C.
  static func ask(_ text: String, of session: QuerySession) -> Outcome {
    Interruption.forget()
    defer { Interruption.forget() }
    let handover = Handover(session)
    let work = InterruptibleWork {
      handover.result = handover.session.ask(text)
    }
    guard let work else { return .answered(session.ask(text)) }
    while !work.wait(milliseconds: pollMilliseconds) {
      guard Interruption.hasCome else { continue }
      work.giveUp()
      return .stopped(isOver: work.wait(milliseconds: graceMilliseconds))
    }
    guard let result = handover.result else { return .stopped(isOver: true) }
    if result == .interrupted { return .stopped(isOver: true) }
    return .answered(result)
  }
}
