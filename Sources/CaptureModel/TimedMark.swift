/// A named moment of a program's run, as a side file tells it.
package struct TimedMark: Sendable, Equatable {
  /// When it was, by one of two clocks.
  package enum Time: Sendable, Equatable {
    /// Milliseconds after the capture's start.
    case elapsed(Double)
    /// Milliseconds since 1970 UTC.
    case wallClock(Double)
  }

  /// When it was.
  package var time: Time
  /// Its name.
  package var name: String

  /// A named moment.
  package init(time: Time, name: String) {
    self.time = time
    self.name = name
  }
}
