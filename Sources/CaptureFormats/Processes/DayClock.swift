import CaptureModel

/// Brings times of day that tables print onto the clock of a text.
///
/// With a date above them they are times of that day and those after it. Behind a line with a
/// time they count from there. Else they count from the first.
struct DayClock {
  private static let day: Int64 = 86_400_000_000_000

  /// Midnight of the day that the text names; nil without one.
  var midnight: Int64?
  private var last: Int64?
  private var days: Int64 = 0
  /// Time of the text, and the time of day that stood behind it.
  private var anchor: (time: Int64, dayTime: Int64)?
  private var seen: Int64?

  /// The time on the text's clock; nil where other lines have dates, and none stands before it.
  ///
  /// - Parameters:
  ///   - dayTime: nanoseconds since midnight, or since 1970.
  ///   - known: the time that lines above have.
  ///   - output: the text's clock.
  /// - Returns: nanoseconds on that clock.
  mutating func time(_ dayTime: Int64, after known: Int64?, _ output: TextOutput) -> Int64? {
    guard dayTime < Self.day else { return output.place(dayTime) }
    if let last, last - dayTime > Self.day / 2 { days &+= 1 }
    last = dayTime
    let elapsed = days &* Self.day &+ dayTime
    if let midnight { return output.place(midnight &+ elapsed) }
    if let known, known != seen {
      seen = known
      anchor = (known, elapsed)
    }
    if let anchor { return anchor.time &+ elapsed &- anchor.dayTime }
    guard !output.hasTimes || output.clock.isElapsed else { return nil }
    return output.place(dayTime, hasNoYear: true)
  }
}
