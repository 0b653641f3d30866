import Analysis
import Language
import Store

/// When a program's work was over and it began to let go: what to judge, and how to say so.
struct LettingGo {
  /// Milliseconds from the start at which work was over.
  let milliseconds: Int64
  /// Milliseconds at which it began to let go of what it held; nil where it held on to it.
  let fallMilliseconds: Int64?
  /// State at which work was over.
  let state: UInt32
  /// Whether the end comes before the last part of a run, which growth leaves out anyway.
  let isEarly: Bool
  /// Whether nothing happened for long between the end of the work and letting go.
  private let waits: Bool

  /// Shorter waits are not told.
  private static let waitShare = 0.03

  /// The end of a capture's work; nil where the program worked until the recording ended, and where
  /// too little is known of its time.
  init?(data: CaptureData) throws(StoreError) {
    guard data.info.holdsEvents, let scan = try ActivityScan(data: data),
      let end = WorkEnd(scan.activity)
    else { return nil }
    let times = scan.activity.milliseconds
    milliseconds = Int64(nearest: times[end.bound])
    fallMilliseconds = end.fall.map { Int64(nearest: times[$0 - 1]) }
    let wait = Double(fallMilliseconds ?? 0) - times[end.bound]
    waits = wait > Self.waitShare * times[times.count - 1]
    state = scan.states[end.bound]
    isEarly = state < GrowthPoints.workingEnd(try data.timeline())
  }

  /// The stretch that is judged.
  func span(at range: SourceRange) -> Located<TimeSpan> {
    let end = TimePoint(base: .elapsed(milliseconds &* 1_000_000))
    return Located(
      TimeSpan(start: Located(TimePoint(base: .start), range), end: Located(end, range)), range)
  }

  private var time: String { QueryText.seconds(milliseconds) }

  /// What happened at the end, without a full stop.
  var sentence: String {
    guard let fallMilliseconds else {
      return "work ended at \(time): what had allocated until then hardly did after"
    }
    return waits
      ? "work ended at \(time), and the program began to let go at "
        + QueryText.seconds(fallMilliseconds)
      : "the program began to let go at \(time)"
  }

  /// Says that what came before is judged.
  var note: String {
    sentence + "; what came before \(waits ? "\(time) " : "")is judged"
  }

  /// Says which of the windows of `points` show the end; nil where none does.
  func note(of points: GrowthPoints, asking query: Query) -> String? {
    guard isEarly else { return nil }
    let late = points.states.count - points.states.partitioningIndex { $0 > state }
    var asked = query
    asked.range = span(at: query.verb.range)
    let advice = "`\(asked.questionText)` looks at what came before"
    guard late > 0 else { return nil }
    let names = points.axis.areMarks ? "marks lie after that" : "windows show that"
    return "\(sentence): the last \(late) of \(points.states.count) \(names); \(advice)"
  }
}
