import Language

extension Amount {
  /// The bound as a number of the measure's unit; a percent is of `total`.
  func number(of measure: Measure, total: Double = 0) -> Double {
    switch self {
    case .size(let bytes): bytes
    case .number(let number): number
    case .duration(let nanoseconds):
      Double(nanoseconds) / (measure == .series(.gcMilliseconds) ? 1e6 : 1e9)
    case .percent(let percent): total * percent / 100
    }
  }
}
