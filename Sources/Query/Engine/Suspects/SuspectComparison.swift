import Columns
import Language
import Store

/// Tells what grows anew, or faster, than in another capture.
struct SuspectComparison {
  let base: QueryContext
  let scale: RateScale
  let sizes: SizeFamily

  /// A line that grows at most this much faster grows alike.
  private static let alike = 1.1

  /// The findings that the base does not share, the base's rates of them, and what is said of
  /// the others.
  func keepingNew(
    _ found: [(capture: String, suspect: Suspect)]
  ) throws(EngineError) -> (
    kept: [(capture: String, suspect: Suspect)], baseRates: [Double], notes: [String]
  ) {
    var rates: [String?: Double] = [:]
    for data in base.captures {
      let judged = base.judging(try SuspectsRunner.end(of: data, base))
      let scan = try SuspectScan(context: judged, data: data)
      let rules = SuspectRules(context: judged, scan: scan, scale: scale)
      for line in try scan.lines() {
        guard let grown = rules.growing(line.values, lineno: line.lineno) else { continue }
        rates[line.lineno] = max(rates[line.lineno] ?? 0, grown.group.rate)
      }
    }
    let names = base.names.joined(separator: ", ")
    var kept: [(capture: String, suspect: Suspect)] = []
    var baseRates: [Double] = []
    var alike: [String] = []
    for (capture, var suspect) in found {
      let before = rates[suspect.lineno] ?? 0
      if before > 0, suspect.rate <= before * Self.alike {
        alike.append(suspect.lineno ?? "code without a Python stack")
        continue
      }
      suspect.evidence.append(
        before > 0
          ? "In \(names) it grew \(text(before))."
          : "In \(names) it did not grow.")
      suspect.query += "; " + baseQuery(suspect)
      kept.append((capture, suspect))
      baseRates.append(before)
    }
    let notes =
      alike.isEmpty
      ? [] : ["grows as fast in \(names): " + alike.prefix(5).joined(separator: ", ")]
    return (kept, baseRates, notes)
  }

  private func baseQuery(_ suspect: Suspect) -> String {
    var asked = base.query.asGrowth
    asked.frameMarks = []
    if let lineno = suspect.lineno { asked.restrict(to: lineno) }
    return asked.questionText
  }

  private func text(_ rate: Double) -> String {
    RateText.text(rate * scale.factor, scale, sizes)
  }
}
