import Language
import Store

/// Named moments of one capture, in order of time: those imported with it, and the outermost
/// calls of the frames that the session made marks.
struct MarkSet {
  /// State of the clock at each mark: what is born in it or later comes after the mark.
  private(set) var states: [UInt32] = []
  /// Milliseconds of each mark after the start.
  private(set) var milliseconds: [Double] = []
  private(set) var names: [String] = []
  /// What the file says of each mark; empty for nothing.
  private(set) var details: [String] = []
  /// Each mark's place among those of its name, from 1.
  private(set) var numbers: [Int] = []
  /// What a reader of the marks should know.
  private(set) var notes: [String] = []
  /// Why the session's frames give no marks here.
  private(set) var problem: QueryError?

  private struct Mark {
    var state: UInt32
    var milliseconds: Double
    var name: String
    var detail = ""
  }

  /// The marks of a capture, and of the calls of `frames`.
  init(data: CaptureData, frames: [Pattern]) throws(StoreError) {
    let columns = data.columns
    let states = try columns.words(.markState)
    let times = try columns.integers(.markMilliseconds)
    let names = try columns.texts(.markName)
    guard states.count == times.count, states.count == names.count else {
      throw columns.damaged(.markState)
    }
    let details = try columns.texts(.markDetail)
    var marks = states.indices.map {
      Mark(
        state: states[$0], milliseconds: Double(times[$0]), name: names[$0],
        detail: $0 < details.count ? details[$0] : "")
    }
    if !frames.isEmpty { marks += try Self.calls(of: frames, data, &notes, &problem) }
    let order = marks.indices.sorted {
      (marks[$0].state, marks[$0].milliseconds, $0) < (marks[$1].state, marks[$1].milliseconds, $1)
    }
    var met: [String: Int] = [:]
    for mark in order.map({ marks[$0] }) {
      self.states.append(mark.state)
      milliseconds.append(mark.milliseconds)
      self.names.append(mark.name)
      self.details.append(mark.detail)
      met[mark.name, default: 0] += 1
      numbers.append(met[mark.name] ?? 1)
    }
  }

  private static func calls(
    of frames: [Pattern], _ data: CaptureData, _ notes: inout [String], _ problem: inout QueryError?
  ) throws(StoreError) -> [Mark] {
    guard data.info.holdsEvents else {
      problem = .cannotAnswer(
        "\(data.info.name) holds no single allocations, so no calls", suggestion: "`--marks FILE`",
        at: frames.first?.range)
      return []
    }
    let timeline = try data.timeline()
    var marks: [Mark] = []
    for pattern in frames {
      let calls: FrameCalls
      do throws(EngineError) {
        calls = try FrameCalls(pattern: pattern, data: data)
      } catch {
        switch error {
        case .store(let error): throw error
        case .query(let error): problem = error
        }
        return []
      }
      if calls.inferred > 0 {
        notes.append(
          "\(calls.inferred) of \(calls.states.count) calls of `\(pattern.text)` are told from a "
            + "step back to the line where its calls begin")
      }
      marks += calls.states.indices.map { index in
        Mark(
          state: calls.states[index],
          milliseconds: timeline.interpolatedMilliseconds(atState: calls.states[index]),
          name: calls.names[index])
      }
    }
    return marks
  }

  /// The marks whose names meet a pattern, in order of time.
  func indices(meeting pattern: Pattern) throws(QueryError) -> [Int] {
    let matcher = try PatternMatcher(pattern)
    var known: [String: Bool] = [:]
    return names.indices.filter { index in
      if let answer = known[names[index]] { return answer }
      let answer = matcher.matches(names[index])
      known[names[index]] = answer
      return answer
    }
  }

  /// Every mark in words, told apart by its number where a name occurs more than once.
  var texts: [String] {
    var counts: [String: Int] = [:]
    for name in names { counts[name, default: 0] += 1 }
    return names.indices.map {
      counts[names[$0]] == 1 ? names[$0] : "\(names[$0]) #\(numbers[$0])"
    }
  }
}

extension Timeline {
  /// Milliseconds of a state, spread evenly over the instants between two ticks.
  func interpolatedMilliseconds(atState state: UInt32) -> Double {
    let tick = tick(atState: state)
    let (fromState, from) =
      tick.map { (states[$0], Double(milliseconds[$0])) } ?? (0, 0)
    let next = tick.map { $0 + 1 } ?? 0
    guard next < states.count, states[next] > fromState else { return from }
    let share = Double(state &- fromState) / Double(states[next] &- fromState)
    return from + share * (Double(milliseconds[next]) - from)
  }
}
