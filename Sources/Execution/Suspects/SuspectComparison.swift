import Analysis
import Results
import Language
import Store

/// Tells what grows anew, or faster, than in another capture.
struct SuspectComparison {
  let base: QueryContext
  let scale: RateScale
  let sizes: SizeFamily

  private static let shownLines = 5

  /// Leaves out the findings that the base shares, and says so; adds the base's rates of the others.
  func keepNew(_ findings: inout Findings) throws(EngineError) {
    let rates = try baseRates()
    let names = base.names.joined(separator: ", ")
    let alike = findings.found.filter {
      LeakRules.isAlike(rate: $0.rate, before: rates[$0.place] ?? 0)
    }
    findings.hasBase = true
    findings.found = findings.found.compactMap { found in
      var finding = found
      finding.baseRate = rates[found.place] ?? 0
      if LeakRules.isAlike(rate: found.rate, before: finding.baseRate) { return nil }
      finding.evidence.append(
        finding.baseRate > 0
          ? "In \(names) it grew \(scale.text(finding.baseRate, sizes))."
          : "In \(names) it did not grow.")
      finding.query += "; " + baseQuery(finding)
      return finding
    }
    guard !alike.isEmpty else { return }
    let shown = alike.prefix(Self.shownLines).map(\.name).joined(separator: ", ")
    findings.notes.insert("grows as fast in \(names): " + shown, at: 0)
  }

  /// The greatest rate of each line that grows in the base.
  private func baseRates() throws(EngineError) -> [String?: Double] {
    var rates: [String?: Double] = [:]
    for data in base.captures {
      let judged = base.judging(try SuspectsRunner.end(of: data, base))
      let lines = try LineFindings(
        scan: try SuspectScan(context: judged, data: data), scale: scale)
      for (line, live) in zip(lines.lines, lines.growths) {
        guard let grown = lines.rules.growing(line.values, live) else { continue }
        rates[line.lineno] = max(rates[line.lineno] ?? 0, grown.growth.rate)
      }
    }
    return rates
  }

  private func baseQuery(_ finding: Finding) -> String {
    var asked = base.query.asGrowth
    asked.frameMarks = []
    if let lineno = finding.place { asked.restrict(to: lineno) }
    return asked.questionText
  }
}
