import Language
import Store

/// Which rows of a capture a population holds, and what each of them weighs.
struct Selection: Equatable {
  /// How cuts of mappings weigh on the rows.
  enum Weight: Equatable {
    /// Bytes at birth, one block a row: allocated, temporary.
    case atBirth
    /// Bytes left and pieces in a state: peak, live, leaked.
    case inState(UInt32)
    /// Bytes left in a state, one block a row: survived (memray's temporal rule).
    case bytesInState(UInt32)
    /// Bytes left when the row died, one block a row: freed.
    case atDeath
  }

  /// Instants of birth, end excluded.
  var births: Range<UInt32>
  /// Deaths.
  var deaths: ClosedRange<UInt32>
  /// Greatest age, for temporary.
  var greatestAge: UInt32?
  /// What a row weighs.
  var weight: Weight
  /// In words, with the bracket of time.
  var title: String
  /// The moment asked of a capture of totals; the other fields but the title say nothing then.
  var moment: TotalsMoment?

  /// Whether every row of the capture is selected and weighs its birth.
  func isEverything(_ clock: Clock) -> Bool {
    births.lowerBound == 0 && births.upperBound >= clock.instantCount && deaths == 0...Clock.never
      && greatestAge == nil && weight == .atBirth
  }

  /// The state asked when the selection is all that lives in one state.
  var liveState: UInt32? {
    guard case .inState(let state) = weight, births.lowerBound == 0, births.upperBound == state,
      deaths == state...Clock.never, greatestAge == nil
    else { return nil }
    return state
  }
}

extension QueryContext {
  /// The rows of a capture that the question is about, with the sample types that are measured.
  func selection(
    of data: CaptureData, measuring measures: [Measure] = [], withPartner: Bool = false
  ) throws(EngineError) -> Selection {
    let resolver = try reading(try PopulationResolver(data: data))
    var selection = try resolver.selection(try population(of: data), range: query.range)
    try choose(measures, of: data, in: &selection, withPartner: withPartner)
    return selection
  }
}

/// Turns a population and its range into a selection of rows of one capture.
struct PopulationResolver {
  let data: CaptureData
  let timeline: Timeline
  private let times: TimeResolver
  private let clock: Clock

  init(data: CaptureData) throws(StoreError) {
    self.data = data
    timeline = try data.timeline()
    clock = timeline.clock
    times = try TimeResolver(data: data, timeline: timeline)
  }

  /// The rows that `population` holds within `range`.
  func selection(
    _ population: Located<Population>, range: Located<TimeSpan>?
  ) throws(EngineError) -> Selection {
    if !data.info.holdsEvents { return try totals(population) }
    do throws(QueryError) {
      let span = try range.map { (span) throws(QueryError) in try times.states(span) }
      switch population.value {
      case .peak: return try peak(in: span)
      case .leaked: return leaked(in: span)
      case .live(let time):
        if let range {
          throw .cannotAnswer(
            "`live` is one state", suggestion: "use `live at TIME`, or `survived A..B`",
            at: range.range
          )
        }
        let state = try time.map { (time) throws(QueryError) in try times.state(time) }
        return live(at: state ?? clock.endState)
      case .allocated: return allocated(in: span)
      case .freed: return freed(in: span)
      case .temporary(let within): return temporary(UInt32(clamping: within ?? 1), in: span)
      case .survived(let span):
        if let range {
          throw .cannotAnswer(
            "`survived` has its own range", suggestion: "leave out `in`", at: range.range)
        }
        return survived(try times.states(span))
      }
    } catch { throw .query(error) }
  }

  private func bracket(_ span: Range<UInt32>?) -> String {
    guard let span else { return "" }
    let end = min(span.upperBound, clock.endState)
    let from = QueryText.seconds(timeline.milliseconds(atState: span.lowerBound))
    let to = QueryText.seconds(timeline.milliseconds(atState: end))
    return " in \(from) .. \(to)"
  }

  /// ` at 1.234 s (#567)`.
  private func place(_ state: UInt32) -> String {
    if state == 0 { return " at the start" }
    if state >= clock.endState { return " at the end" }
    let time = QueryText.seconds(timeline.milliseconds(atState: state))
    return " at \(time) (#\(state - 1))"
  }

  private func live(at state: UInt32, title: String = "live") -> Selection {
    Selection(
      births: 0..<state, deaths: state...Clock.never, greatestAge: nil, weight: .inState(state),
      title: title + place(state))
  }

  private func peak(in span: Range<UInt32>?) throws(QueryError) -> Selection {
    guard let span else {
      return live(at: UInt32(truncatingIfNeeded: data.info.peakState), title: "peak")
    }
    do throws(StoreError) {
      let found = try WindowPeaks(data: data, timeline: timeline).greatest(in: span)
      return live(at: found.state, title: "peak\(bracket(span)):")
    } catch {
      throw .cannotAnswer("the store is damaged")
    }
  }

  private func leaked(in span: Range<UInt32>?) -> Selection {
    let end = clock.endState
    return Selection(
      births: span ?? 0..<end, deaths: end...Clock.never, greatestAge: nil, weight: .inState(end),
      title: "leaked\(bracket(span))")
  }

  private func allocated(in span: Range<UInt32>?) -> Selection {
    Selection(
      births: span ?? 0..<clock.endState, deaths: 0...Clock.never, greatestAge: nil,
      weight: .atBirth, title: "allocated\(bracket(span))")
  }

  private func freed(in span: Range<UInt32>?) -> Selection {
    // A free with death d happens after state d, so it belongs to the range that ends at d + 1.
    let deaths: ClosedRange<UInt32> =
      switch span {
      case nil: 0...(Clock.never - 1)
      case .some(let span) where span.isEmpty: Clock.never...Clock.never
      case .some(let span): span.lowerBound...(span.upperBound - 1)
      }
    let births = span.map { $0.isEmpty } == true ? 0..<0 : 0..<clock.endState
    return Selection(
      births: births, deaths: deaths, greatestAge: nil, weight: .atDeath,
      title: "freed\(bracket(span))")
  }

  private func survived(_ span: Range<UInt32>) -> Selection {
    Selection(
      births: span, deaths: span.upperBound...Clock.never, greatestAge: nil,
      weight: .bytesInState(span.upperBound), title: "survived\(bracket(span))")
  }

  private func temporary(_ threshold: UInt32, in span: Range<UInt32>?) -> Selection {
    Selection(
      births: span ?? 0..<clock.endState, deaths: 0...Clock.never, greatestAge: threshold,
      weight: .atBirth, title: "temporary within \(threshold)\(bracket(span))")
  }
}
