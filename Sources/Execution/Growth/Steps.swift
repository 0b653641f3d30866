/// Values at points, kept as runs of equal ones: most groups change at few points.
struct Steps {
  private let runs: [(value: Double, count: Int32)]

  /// Keeps values.
  init(_ values: [Double]) {
    var runs: [(value: Double, count: Int32)] = []
    for value in values {
      if let last = runs.last, last.value == value {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((value, 1))
      }
    }
    // Without the room that an array leaves for more.
    self.runs = Array(runs[...])
  }

  /// The values.
  var all: [Double] {
    runs.flatMap { run in repeatElement(run.value, count: Int(run.count)) }
  }

  /// The first value.
  var first: Double? { runs.first?.value }
  /// The last value.
  var last: Double? { runs.last?.value }
}
