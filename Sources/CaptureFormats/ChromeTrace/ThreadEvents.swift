import CaptureModel

/// What began, ended and lasted on one thread of a trace, in any order; replayed as a stack.
///
/// 24 bytes a beginning or end, 32 a frame that lasts. Replaying sorts what is not in order.
struct ThreadEvents {
  /// A beginning, or an end where there is no frame.
  private struct Edge {
    var time: Int64
    var order: UInt32
    /// Number of the frame's name; 0 is none.
    var name: UInt32
    var frame: UInt32?
  }

  /// A frame that lasts.
  private struct Span {
    var start: Int64
    var end: Int64
    var order: UInt32
    var name: UInt32
    var frame: UInt32
  }

  /// What a healthy trace has seldom or never.
  struct Oddities {
    var overlaps: Int64 = 0
    var endsAlone: Int64 = 0
    var beginsAlone: Int64 = 0
  }

  private var edges: [Edge] = []
  private var spans: [Span] = []
  private var count: UInt32 = 0

  /// A frame is entered.
  mutating func begin(_ frame: UInt32, name: UInt32, at time: Int64) {
    edges.append(Edge(time: time, order: nextOrder(), name: name, frame: frame))
  }

  /// A frame is left; the innermost one when `name` is 0.
  mutating func end(name: UInt32, at time: Int64) {
    edges.append(Edge(time: time, order: nextOrder(), name: name, frame: nil))
  }

  /// A frame lasts from one time to another.
  mutating func add(_ frame: UInt32, name: UInt32, from start: Int64, to end: Int64) {
    spans.append(Span(start: start, end: end, order: nextOrder(), name: name, frame: frame))
  }

  private mutating func nextOrder() -> UInt32 {
    count &+= 1
    return count
  }

  /// Adds the own time of every stack.
  mutating func replay(
    into content: inout ProfileContent, thread: UInt32, process: Int64
  ) -> Oddities {
    edges.sort { ($0.time, $0.order) < ($1.time, $1.order) }
    // What lasts longer holds what begins with it.
    spans.sort {
      $0.start != $1.start
        ? $0.start < $1.start : $0.end != $1.end ? $0.end > $1.end : $0.order < $1.order
    }
    var stack = OpenFrames(thread: thread, process: process)
    var nextSpan = 0
    for edge in edges {
      while nextSpan < spans.count, Self.precedes(spans[nextSpan], edge) {
        stack.push(spans[nextSpan], into: &content)
        nextSpan += 1
      }
      if let frame = edge.frame {
        stack.begin(frame, name: edge.name, at: edge.time, into: &content)
      } else {
        stack.end(name: edge.name, at: edge.time, into: &content)
      }
    }
    for span in spans[nextSpan...] { stack.push(span, into: &content) }
    stack.finish(into: &content)
    return stack.oddities
  }

  /// At one time, ends come before what begins; beginnings in the order of the file.
  private static func precedes(_ span: Span, _ edge: Edge) -> Bool {
    if span.start != edge.time { return span.start < edge.time }
    return edge.frame != nil && span.order < edge.order
  }

  /// The frames that are open while a thread is replayed, outermost first.
  private struct OpenFrames {
    struct Frame {
      var name: UInt32
      var node: UInt32
      /// When it ends: its own end, or that of a frame around it that lasts.
      var limit: Int64
      var lasts: Bool
    }

    let thread: UInt32
    let process: Int64
    private var open: [Frame] = []
    private var last: Int64 = .min
    private(set) var oddities = Oddities()

    init(thread: UInt32, process: Int64) {
      self.thread = thread
      self.process = process
    }

    /// Gives the innermost frame the time up to `time`.
    private mutating func advance(to time: Int64, _ content: inout ProfileContent) {
      guard time > last else { return }
      if let top = open.last {
        content.add(
          [time.subtractingReportingOverflow(last).partialValue], stack: top.node,
          thread: thread, process: process)
      }
      last = time
    }

    /// Closes what has ended by a time.
    private mutating func close(by time: Int64, _ content: inout ProfileContent) {
      while let top = open.last, top.limit <= time {
        advance(to: top.limit, &content)
        if !top.lasts { oddities.overlaps += 1 }
        open.removeLast()
      }
    }

    mutating func begin(
      _ frame: UInt32, name: UInt32, at time: Int64, into content: inout ProfileContent
    ) {
      close(by: time, &content)
      advance(to: time, &content)
      let node = content.stacks.node(parent: open.last?.node ?? 0, frame: frame)
      open.append(
        Frame(name: name, node: node, limit: open.last?.limit ?? .max, lasts: false))
    }

    mutating func push(_ span: Span, into content: inout ProfileContent) {
      begin(span.frame, name: span.name, at: span.start, into: &content)
      let place = open.count - 1
      if span.end > open[place].limit { oddities.overlaps += 1 }
      open[place].limit = min(open[place].limit, span.end)
      open[place].lasts = true
    }

    mutating func end(name: UInt32, at time: Int64, into content: inout ProfileContent) {
      if time > .min { close(by: time - 1, &content) }
      // What ends now of its own is no part of what is ended.
      while let top = open.last, top.lasts, top.limit <= time {
        advance(to: top.limit, &content)
        open.removeLast()
      }
      advance(to: time, &content)
      guard let place = open.lastIndex(where: { !$0.lasts && (name == 0 || $0.name == name) })
      else {
        oddities.endsAlone += 1
        return
      }
      oddities.overlaps += Int64(open.count - 1 - place)
      open.removeSubrange(place...)
    }

    mutating func finish(into content: inout ProfileContent) {
      close(by: .max - 1, &content)
      oddities.beginsAlone += Int64(open.count)
      open.removeAll()
    }
  }
}

extension ThreadEvents.Oddities {
  /// Adds those of another thread.
  mutating func add(_ other: Self) {
    overlaps += other.overlaps
    endsAlone += other.endsAlone
    beginsAlone += other.beginsAlone
  }

  /// For `show quality`.
  var findings: [ProfileFinding] {
    let all: [(String, Int64, String)] = [
      (
        "overlapping frames", overlaps,
        "frames that end after a frame around them; they count up to its end"
      ),
      ("end without a beginning", endsAlone, "ends of frames that were open before; left out"),
      (
        "beginning without an end", beginsAlone,
        "frames that are open at the end; they count up to their thread's last event"
      ),
    ]
    return all.filter { $0.1 > 0 }.map {
      ProfileFinding(kind: $0.0, severity: .note, count: $0.1, detail: $0.2)
    }
  }
}
