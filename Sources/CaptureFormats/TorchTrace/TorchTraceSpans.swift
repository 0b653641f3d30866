import CaptureModel

/// Spans of one thread of a trace, and the moments at which memory changed on it.
struct TorchTraceSpans {
  struct Span {
    var start: Int64
    var end: Int64
    var frame: UInt32
    var order: UInt32
  }

  /// A change of memory at a moment: an allocation, or a free of negative bytes.
  struct Change {
    var time: Int64
    var order: UInt32
    var address: UInt64
    var bytes: Int64
    var device: Int64
    var deviceType: Int64
    var allocated: Int64
    var reserved: Int64
    /// Stack node; 0 is none.
    var node: UInt32 = 0
  }

  var spans: [Span] = []
  var changes: [Change] = []

  /// Gives every change the stack of the spans around it.
  mutating func resolve(_ content: inout EventContent) {
    // What lasts longer holds what begins with it.
    spans.sort {
      $0.start != $1.start
        ? $0.start < $1.start : $0.end != $1.end ? $0.end > $1.end : $0.order < $1.order
    }
    changes.sort { ($0.time, $0.order) < ($1.time, $1.order) }
    var open: [(end: Int64, node: UInt32)] = []
    var next = 0
    for index in changes.indices {
      let time = changes[index].time
      while next < spans.count, spans[next].start <= time {
        let span = spans[next]
        while let last = open.last, last.end < span.start { open.removeLast() }
        open.append(
          (span.end, content.node(parent: open.last?.node ?? 0, frame: span.frame)))
        next += 1
      }
      while let last = open.last, last.end < time { open.removeLast() }
      changes[index].node = open.last?.node ?? 0
    }
  }
}
