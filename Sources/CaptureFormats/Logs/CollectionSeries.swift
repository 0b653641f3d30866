import CaptureModel

/// Turns lines about the garbage collector into values of series, one process at a time.
struct CollectionSeries {
  /// A value to be told.
  struct Sample {
    var name: String
    var unit: String
    var value: Double
  }

  private struct State {
    var statistics: (collections: Int64, collected: Int64, uncollectable: Int64)?
    var hasStops = false
    /// The last stop that had no duration: a second line about it adds only that.
    var lastStop: [Int64] = []
    var debugGeneration: Int64 = 0
  }

  private static let mostProcesses = 1 << 12
  private var states: [Int64: State] = [:]

  /// The samples of a line, and the generation of a collection that ended with it.
  mutating func samples(
    _ line: CollectionLine, process: Int64?
  ) -> (samples: [Sample], generation: Int64?) {
    let key = process ?? -1
    guard states[key] != nil || states.count < Self.mostProcesses else { return ([], nil) }
    var state = states[key] ?? State()
    defer { states[key] = state }
    switch line {
    case .counts(let values):
      return (
        values.enumerated().map {
          Sample(name: "gc\($0.offset % 3)", unit: "count", value: Double($0.element))
        }, nil
      )
    case .statistics(let collections, let collected, let uncollectable):
      return (
        Self.difference(&state, (collections, collected, uncollectable)), nil
      )
    case .stop(let generation, let collected, let uncollectable, let milliseconds):
      let numbers = [generation, collected, uncollectable]
      state.hasStops = true
      if state.lastStop == numbers, let milliseconds {
        state.lastStop = []
        return ([Sample(name: "gc_ms", unit: "milliseconds", value: milliseconds)], nil)
      }
      state.lastStop = milliseconds == nil ? numbers : []
      return (Self.ended(collected, uncollectable, milliseconds), generation)
    case .debugStart(let generation):
      state.debugGeneration = generation
      return ([], nil)
    case .debugObjects(let count):
      return ([Sample(name: "gc_objects", unit: "objects", value: Double(count))], nil)
    case .debugDone(let collected, let uncollectable, let milliseconds):
      return (Self.ended(collected, uncollectable, milliseconds), state.debugGeneration)
    case .start:
      state.lastStop = []
      return ([], nil)
    case .broken: return ([], nil)
    }
  }

  private static func ended(
    _ collected: Int64, _ uncollectable: Int64, _ milliseconds: Double?
  ) -> [Sample] {
    var samples = [
      Sample(name: "gc_collected", unit: "count", value: Double(collected)),
      Sample(name: "gc_uncollectable", unit: "count", value: Double(uncollectable)),
    ]
    if let milliseconds {
      samples.append(Sample(name: "gc_ms", unit: "milliseconds", value: milliseconds))
    }
    return samples
  }

  /// What was collected since the last statistics, unless callbacks told it already.
  private static func difference(
    _ state: inout State, _ now: (collections: Int64, collected: Int64, uncollectable: Int64)
  ) -> [Sample] {
    let last = state.statistics
    let isKnown = state.hasStops
    state.statistics = now
    state.hasStops = false
    guard let last, !isKnown else { return [] }
    return [
      Sample(
        name: "gc_collections", unit: "count",
        value: Double(max(0, now.collections &- last.collections))),
      Sample(
        name: "gc_collected", unit: "count", value: Double(max(0, now.collected &- last.collected))),
      Sample(
        name: "gc_uncollectable", unit: "count",
        value: Double(max(0, now.uncollectable &- last.uncollectable))),
    ]
  }
}
