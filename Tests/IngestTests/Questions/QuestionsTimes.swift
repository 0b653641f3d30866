import TestSupport

/// A time of a question, as text and as what it means.
struct AskedTime {
  enum Base {
    case instant(Int)
    case start
    case end
    case peak
    case percent(Int)
    case milliseconds(Int)
    /// A time of day or a date and time, and the milliseconds after the start it means.
    case wallClock(String, Int)
  }

  var base: Base
  /// Milliseconds added.
  var offset = 0

  var text: String {
    let start =
      switch base {
      case .instant(let number): "#\(number)"
      case .start: "start"
      case .end: "end"
      case .peak: "peak"
      case .percent(let percent): "\(percent)%"
      case .milliseconds(let time): "\(time)ms"
      case .wallClock(let text, _): "\"\(text)\""
      }
    return offset == 0 ? start : "\(start) \(offset < 0 ? "-" : "+") \(abs(offset))ms"
  }

  /// Whether it lies behind the last tick.
  func isAfter(_ capture: Recorded) -> Bool {
    if case .milliseconds(let time) = base { offset == 0 && time > capture.duration } else { false }
  }

  /// Whether it names one instant, not the state of a tick.
  var isInstant: Bool { if case .instant = base { offset == 0 } else { false } }

  /// The state it means in a capture; nil when it lies outside.
  func state(_ capture: Recorded) -> Int? {
    if offset == 0 {
      switch base {
      case .start: return 0
      case .end: return capture.endState
      case .peak: return capture.peakState
      case .instant(let number): return number < capture.instants ? number + 1 : nil
      default: break
      }
    }
    // A time after an instant is never before it, though the last tick may be.
    var least = 0
    let milliseconds: Double
    switch base {
    case .start: milliseconds = 0
    case .end: milliseconds = Double(capture.duration)
    case .peak:
      least = capture.peakState
      milliseconds = Double(capture.milliseconds(state: least))
    case .instant(let number):
      guard number < capture.instants else { return nil }
      least = number + 1
      milliseconds = Double(capture.milliseconds(state: least))
    case .percent(let percent): milliseconds = Double(capture.duration) * Double(percent) / 100
    case .milliseconds(let time), .wallClock(_, let time): milliseconds = Double(time)
    }
    let time = milliseconds + Double(offset)
    guard time >= 0, time <= Double(capture.duration) else { return nil }
    return max(offset > 0 ? least : 0, capture.state(milliseconds: time))
  }

  /// A time that every one of some captures has.
  static func random(_ numbers: inout SeededNumbers, in captures: [Recorded]) -> AskedTime {
    let duration = captures.map(\.duration).min() ?? 0
    let instants = captures.map(\.instants).min() ?? 0
    for _ in 0..<20 {
      var time = AskedTime(base: .percent(numbers.below(101)))
      switch numbers.below(9) {
      case 0...2: time.base = .instant(numbers.below(max(1, instants)))
      case 3: time.base = .start
      case 4: time.base = .end
      case 5: time.base = .peak
      case 6: time.base = .milliseconds(numbers.below(duration + 1))
      case 7: time.base = wallClock(numbers.below(duration + 1))
      default: break
      }
      if numbers.once(in: 5) { time.offset = numbers.below(21) - 10 }
      if case .start = time.base, time.offset < 0 { continue }
      if case .end = time.base, time.offset > 0 { continue }
      if case .wallClock = time.base { time.offset = 0 }
      if captures.allSatisfy({ time.state($0) != nil }) { return time }
    }
    return AskedTime(base: .start)
  }

  /// The recordings start on 2023-11-14 at 22:13:20 UTC.
  private static func wallClock(_ time: Int) -> Base {
    let second = 20 + time / 1000
    let fraction = String(time % 1000 + 1000).dropFirst()
    return .wallClock(
      time % 2 == 0 ? "2023-11-14 22:13:\(second).\(fraction)" : "22:13:\(second).\(fraction)",
      time)
  }
}

/// A range of a question: after the start, up to the end.
struct AskedSpan {
  var start: AskedTime
  var end: AskedTime

  var text: String { "\(start.text)..\(end.text)" }

  /// The states of both ends, cut to the recording; nil when the range runs backwards.
  func states(_ capture: Recorded) -> (from: Int, to: Int)? {
    let last = end.isAfter(capture) ? capture.endState : end.state(capture)
    guard let from = start.state(capture), let to = last, from <= to else { return nil }
    return (from, to)
  }

  /// A range that runs forwards in every one of some captures.
  static func random(_ numbers: inout SeededNumbers, in captures: [Recorded]) -> AskedSpan {
    for _ in 0..<20 {
      let a = AskedTime.random(&numbers, in: captures)
      let b = AskedTime.random(&numbers, in: captures)
      if numbers.once(in: 12) { return AskedSpan(start: a, end: a) }
      if numbers.once(in: 10) {
        let longest = captures.map(\.duration).max() ?? 0
        let later = AskedTime(base: .milliseconds(longest + 1 + numbers.below(5_000)))
        return AskedSpan(start: a, end: later)
      }
      let rises = captures.map { (a.state($0) ?? 0, b.state($0) ?? 0) }
      if rises.allSatisfy({ $0.0 < $0.1 }) { return AskedSpan(start: a, end: b) }
      if rises.allSatisfy({ $0.0 > $0.1 }) { return AskedSpan(start: b, end: a) }
    }
    return AskedSpan(start: AskedTime(base: .start), end: AskedTime(base: .end))
  }
}
