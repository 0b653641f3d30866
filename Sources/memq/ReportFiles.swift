/// The reports of a run for machines: written of a failed run too, and agreeing with its end.
struct ReportFiles {
  /// A report that was asked for.
  private struct Target {
    var path: String
    var isJUnit: Bool
    var kind: WrittenKind { isJUnit ? .junit : .report }
  }

  private var targets: [Target] = []
  private let guarding: OutputGuard

  /// The reports asked for by `--junit` and `--report`.
  init(junit: String?, report: String?, guarding: OutputGuard) {
    self.guarding = guarding
    if let junit { targets.append(Target(path: junit, isJUnit: true)) }
    if let report { targets.append(Target(path: report, isJUnit: false)) }
  }

  /// Finds out before any question whether the reports can be written; notes those that cannot.
  ///
  /// - Returns: Whether all can.
  mutating func prepare(_ outcomes: AssertionReport) -> Bool {
    let problems = targets.count
    if targets.count == 2, targets[0].path == targets[1].path {
      fail(Failure("--junit and --report name one file, \(targets[0].path)"), outcomes)
      targets.removeLast()
      return false
    }
    targets = targets.filter { target in
      do {
        try guarding.check(target.path, kind: target.kind)
        // Made and thrown away: a missing folder is told of now.
        _ = try FileStream(path: target.path, isTrial: true)
        return true
      } catch {
        fail(error, outcomes)
        return false
      }
    }
    return targets.count == problems
  }

  /// Writes the reports; what cannot be written stands in the others.
  mutating func write(_ outcomes: AssertionReport) {
    var streams: [FileStream] = []
    var next = 0
    while next < targets.count {
      let target = targets[next]
      do {
        let stream = try FileStream(path: target.path)
        try stream.write(Array((target.isJUnit ? outcomes.junit() : outcomes.json()).utf8))
        streams.append(stream)
        next += 1
      } catch {
        // The error is news for the reports already written: all of them again.
        fail(error, outcomes)
        targets.remove(at: next)
        streams = []
        next = 0
      }
    }
    for stream in streams {
      do { try stream.finish() } catch { fail(error, outcomes) }
    }
  }

  private func fail(_ error: any Error, _ outcomes: AssertionReport) {
    let failure = DiagnosticPrinter.failure(for: error) ?? Failure("\(error)")
    DiagnosticPrinter.report(failure)
    outcomes.note(failure)
  }
}
