import Language
import Store

extension CaptureData {
  /// Whether only the plan of a question is wanted.
  var isDry: Bool { columns.scanLog?.isDry == true }

  /// Tells `explain` of a scan; nil segments where it looks into none.
  ///
  /// - Parameters:
  ///   - title: what of the capture is read.
  ///   - condition: what rows must meet.
  ///   - source: what is read of it.
  ///   - segments: how many segments, and how many of their rows; nil rows when none are read.
  /// - Throws: the store's errors.
  func note(
    _ title: String, where condition: Condition = .constant(true), source: String,
    segments: (count: Int, rows: Int?)? = nil
  ) throws(StoreError) {
    guard let log = columns.scanLog else { return }
    var details: [String] = []
    if let text = try filterText(condition) { details.append(text) }
    details.append("read " + source + (segments == nil ? ", no segment" : ""))
    if let segments {
      let pruned = max(0, Int(info.segments) - segments.count)
      let rows = segments.rows.map { "\($0) rows" } ?? "no rows"
      details.append("segments: \(segments.count) read, \(pruned) pruned; \(rows)")
    }
    log.note("\(info.name): \(title)", details)
  }

  private func filterText(_ condition: Condition) throws(StoreError) -> String? {
    if case .leaf(.constant(true)) = condition { return nil }
    let count = Int(info.sites)
    var passing = 0
    var undecided = 0
    for site in 0..<count {
      switch condition.answer({ $0.answer(site: site) }) {
      case true: passing += 1
      case false: continue
      case nil: undecided += 1
      }
    }
    return "where: of \(count) sites \(passing) pass whole, \(undecided) by size or row, "
      + "\(count - passing - undecided) not at all"
  }
}

extension PopulationScan.Path {
  /// What is read, in words.
  var words: String {
    switch self {
    case .siteTotals: "totals kept per site"
    case .classTotals: "totals kept per site and size"
    case .dictionaries: "dictionaries of classes"
    case .liveCounts: "what lives in one state: long lists, and rows of segments near it"
    case .rows: "rows"
    }
  }
}
