import Analysis
import Results
import Language
import Store

/// Makes one finding of what is harmless as a rule, such as imports, but goes on to the end.
struct RepeatedLoads {
  let lines: LineFindings

  private static let shownLines = 5

  private var scan: SuspectScan { lines.scan }

  /// The findings, those of one such kind as one.
  func fold(_ findings: [Finding]) throws(EngineError) -> [Finding] {
    guard !scan.unending.isEmpty else { return findings }
    let kinds = try SuppressedSites(context: scan.context, data: scan.data).found()
    var left = findings
    for kind in kinds where scan.unending.contains(kind.suppression) {
      let members = left.filter { finding in finding.sites.contains { kind.matches[$0] } }
      guard var first = leader(members) else { continue }
      first.evidence.insert(
        "These are \(kind.suppression.name), harmless as a rule, but they go on to the end: are the "
          + "same ones loaded again and again?", at: 0)
      tell(&first, members.filter { $0.place != first.place }, kind)
      left.removeAll { finding in members.contains { $0.place == finding.place } }
      left.append(first)
    }
    return left.sorted { $0.rate > $1.rate }
  }

  /// The line that most of the others are called from; the fastest of equals.
  private func leader(_ members: [Finding]) -> Finding? {
    func callees(_ finding: Finding) -> Int {
      members.filter { other in other.stack.contains { $0.lineno == finding.place } }.count
    }
    return members.max { (callees($0), $0.rate) < (callees($1), $1.rate) }
  }

  private func tell(
    _ finding: inout Finding, _ others: [Finding],
    _ kind: (suppression: Suppression, matches: [Bool])
  ) {
    guard !others.isEmpty else { return }
    let shown = others.prefix(Self.shownLines).map { "\($0.place ?? "?") (\(lines.text($0.rate)))" }
    let more = others.count > shown.count ? " and \(others.count - shown.count) more" : ""
    let all = Growth(
      scan.merged(scan.series.indices.filter { kind.matches[$0] }), on: scan.points.axis)
    finding.evidence.append(
      "Lines that grow with it: \(shown.joined(separator: ", "))\(more); "
        + "\(kind.suppression.name) all in all \(lines.text(all.rate)).")
    var asked = scan.context.query.asGrowth
    asked.frameMarks = []
    asked.add(kind.suppression.predicate)
    finding.query += "; " + asked.questionText
    finding.isTable = false
  }
}
