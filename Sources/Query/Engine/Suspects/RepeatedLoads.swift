import Columns
import Language
import Store

/// Makes one finding of what is harmless as a rule, such as imports, but goes on to the end.
struct RepeatedLoads {
  let scan: SuspectScan
  let scale: RateScale
  let context: QueryContext

  private static let shownLines = 5

  /// The findings, those of one such kind as one.
  func fold(_ suspects: [Suspect]) throws(EngineError) -> [Suspect] {
    guard !scan.unending.isEmpty else { return suspects }
    let kinds = try SuppressedSites(context: scan.context, data: scan.data).found()
    var left = suspects
    for kind in kinds where scan.unending.contains(kind.suppression) {
      let members = left.filter { suspect in suspect.sites.contains { kind.meets[$0] } }
      guard var first = leader(members) else { continue }
      first.evidence.insert(
        "These are \(kind.suppression.name), harmless as a rule, but they go on to the end: are the "
          + "same ones loaded again and again?", at: 0)
      tell(&first, members.filter { $0.lineno != first.lineno }, kind)
      left.removeAll { suspect in members.contains { $0.lineno == suspect.lineno } }
      left.append(first)
    }
    return left.sorted { $0.rate > $1.rate }
  }

  /// The line that most of the others are called from; the fastest of equals.
  private func leader(_ members: [Suspect]) -> Suspect? {
    func callees(_ suspect: Suspect) -> Int {
      members.filter { other in other.stack.contains { $0.lineno == suspect.lineno } }.count
    }
    return members.max { (callees($0), $0.rate) < (callees($1), $1.rate) }
  }

  private func tell(
    _ suspect: inout Suspect, _ others: [Suspect], _ kind: (suppression: Suppression, meets: [Bool])
  ) {
    guard !others.isEmpty else { return }
    func text(_ rate: Double) -> String {
      RateText.text(rate * scale.factor, scale, context.sizes)
    }
    let shown = others.prefix(Self.shownLines).map { "\($0.lineno ?? "?") (\(text($0.rate)))" }
    let more = others.count > shown.count ? " and \(others.count - shown.count) more" : ""
    let gatherer = GrowthGatherer(context: context, keys: [], followsBlocks: false)
    let all = gatherer.group(
      scan.merged(scan.series.indices.filter { kind.meets[$0] }), key: [], scan.points)
    suspect.evidence.append(
      "Lines that grow with it: \(shown.joined(separator: ", "))\(more); "
        + "\(kind.suppression.name) all in all \(text(all.rate)).")
    var asked = context.query.asGrowth
    asked.frameMarks = []
    asked.add(kind.suppression.predicate)
    suspect.query += "; " + asked.questionText
    suspect.isTable = false
  }
}
