import Language
import Planning
import Store

/// One side of a plan as a dialect sees it: which rows of which captures.
struct SQLSide {
  /// One capture of a side.
  struct Capture {
    var id: Int64
    var name: String
    var processID: Int64
    var rows: Rows
    /// Whether a function counts as often as it stands on a stack.
    var countsRecursion = false
    /// What conditions on times and marks mean here.
    var stretches: [Term: Condition] = [:]
    /// Stretches of the keys `window` and `mark`, by the instants where they end.
    var windows: (ends: [UInt32], names: [String])?
  }

  /// Where the rows of a capture come from.
  enum Rows {
    case allocations(Selection, hasCuts: Bool, hasHits: Bool, end: UInt32)
    /// Columns of `sites`.
    case sites(prefix: String)
    case totals(RecordedTotals)
  }

  var captures: [Capture]

  /// Numbers of the captures as SQL lists them.
  var ids: [Int64] { captures.map(\.id) }
}

extension SQLSide {
  /// What a side holds.
  ///
  /// - Parameters:
  ///   - context: the side.
  ///   - keys: what groups are made by.
  ///   - measures: what is measured.
  ///   - other: the side that must hold the rows too.
  /// - Throws: why the question has no answer, or the store's errors.
  init(
    _ context: QueryContext, keys: [Key], measures: [Measure], alsoHeldBy other: QueryContext? = nil
  ) throws(EngineError) {
    captures = []
    var gatherer = GroupGatherer(context: context, keys: keys, measures: measures)
    gatherer.alsoHeldBy = other
    for data in context.captures {
      let resolver = try reading(try PopulationResolver(data: data))
      guard let selection = try gatherer.selection(of: data) else { continue }
      let info = data.info
      let rows: Rows =
        switch selection.moment {
        case nil:
          .allocations(
            selection, hasCuts: info.cuts > 0, hasHits: info.hits > 0,
            end: resolver.timeline.clock.endState)
        case .peak: .sites(prefix: "peak")
        case .end: .sites(prefix: "leaked")
        case .recorded(let recorded): .totals(recorded)
        }
      var capture = Capture(id: info.id, name: info.name, processID: info.processID, rows: rows)
      capture.countsRecursion = try reading(try data.profile())?.countsRecursion == true
      capture.stretches = try Self.stretches(context, data)
      if keys.contains(where: \.isStretch), let bounds = try gatherer.windows(of: resolver) {
        capture.windows = (bounds.states, bounds.texts)
      }
      captures.append(capture)
    }
  }

  private static func stretches(
    _ context: QueryContext, _ data: CaptureData
  ) throws(EngineError) -> [Term: Condition] {
    let terms = context.query.filter?.leaves.filter(\.isOfTime) ?? []
    guard !terms.isEmpty else { return [:] }
    let timeline = try reading(try data.timeline())
    let compiler = ConditionCompiler(
      data: data, keys: try context.view(of: data).keys,
      times: try reading(try TimeResolver(data: data, timeline: timeline)))
    var found: [Term: Condition] = [:]
    for term in terms { found[term] = try compiler.compile(.leaf(term)) }
    return found
  }
}

extension Term {
  /// Whether it is about times or marks.
  var isOfTime: Bool { field?.value == .time || field?.value == .key(.mark) }
}
