import CaptureModel

/// What becomes of the numbers of memory that lines tell.
extension TextOutput {
  /// Keeps a value; counts what is left out.
  ///
  /// - Parameters:
  ///   - finding: what a number is.
  ///   - place: where it stands and whose it is.
  func add(_ finding: QuantityScan.Finding, _ place: LinePlace) {
    switch finding {
    case .value(let metric, let bytes): point(metric, bytes, place)
    case .noUnit:
      tally(
        "no unit", .warning, place.number,
        "numbers of memory without a unit are left out; `memq import --unit MiB` (or KiB, GiB, "
          + "bytes) says what they are in")
    case .noSize:
      tally(
        "no size", .warning, place.number,
        "numbers of memory that are negative or beyond any memory are left out")
    case .others(let kind):
      tally(
        kind.name, .note, place.number,
        "numbers that do not say what a process uses (\(kind.name)) are left out")
    }
  }
}
