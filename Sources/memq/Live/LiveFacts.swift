import CaptureModel
import Ingest

/// What is known of a program that is watched, at one instant.
struct LiveFacts: Sendable {
  /// A point of the heap's curve.
  struct Point: Sendable, Equatable {
    /// Milliseconds after the start.
    var milliseconds: Int64
    /// Heap in bytes, the greatest since the point before.
    var heapBytes: Int64
    /// Resident bytes.
    var residentBytes: Int64
  }

  /// How far it is.
  enum Phase: Sendable, Equatable {
    /// Bytes come, and are published now and then.
    case recording
    /// Nothing more comes; what is left is read and the capture completed.
    case finishing
    /// All is in the store, or as much as there will be.
    case ended
  }

  /// What the program said of itself: command line, process, Python.
  var header = CaptureHeader()
  /// Name of the capture as it was last published.
  var name = ""
  /// Its number in the store.
  var number: Int64 = 0
  /// Where the bytes are kept; nil when they are thrown away.
  var file: String?
  /// Heap, peak, resident size, duration, numbers of events, after the last one that was read.
  var state = RecordingState()
  /// Milliseconds of the program's time up to which other processes see it.
  var publishedMilliseconds: Int64 = 0
  /// How often it was published.
  var publications = 0
  /// Bytes that have come.
  var receivedBytes: UInt64 = 0
  /// Bytes of them whose events are read.
  var readBytes: UInt64 = 0
  var phase = Phase.recording
  /// Whether the store has as many events as it can number: what comes since is only in the file.
  var isFull = false
  /// What went wrong, a sentence; the recording goes on as far as it can.
  var problem: String?

  /// The heap over all of the program's time, at most `greatestCurve` points.
  private(set) var curve: [Point] = []
  /// Milliseconds that a point stands for.
  private var step: Int64 = 10

  /// Points that the curve has at most: more than a terminal has columns.
  static let greatestCurve = 512

  /// Adds what is known now to the curve; neighbours become one when they are too many.
  mutating func note(_ state: RecordingState) {
    self.state = state
    let point = Point(
      milliseconds: state.milliseconds, heapBytes: state.heapBytes,
      residentBytes: state.residentBytes)
    guard let last = curve.last, point.milliseconds / step == last.milliseconds / step else {
      if curve.count == Self.greatestCurve { thin() }
      curve.append(point)
      return
    }
    curve[curve.count - 1].heapBytes = max(last.heapBytes, point.heapBytes)
    curve[curve.count - 1].residentBytes = point.residentBytes
  }

  /// Notes that the whole is in the store.
  mutating func note(finished name: String) {
    self.name = name
    publishedMilliseconds = state.milliseconds
    publications += 1
  }

  private mutating func thin() {
    step *= 2
    var kept: [Point] = []
    for point in curve {
      if let last = kept.last, last.milliseconds / step == point.milliseconds / step {
        kept[kept.count - 1].heapBytes = max(last.heapBytes, point.heapBytes)
        kept[kept.count - 1].residentBytes = point.residentBytes
      } else {
        kept.append(point)
      }
    }
    curve = kept
    // Of a long pause pairs may lie in steps of their own.
    if curve.count == Self.greatestCurve { curve.removeFirst() }
  }
}
