import CaptureModel

/// What printed tables of objects by type have in common.
enum ObjectTables {
  static let formatName = "object-tables"
  /// Numbers of a row.
  static let values = [
    ProfileValue(.live, .size, unit: "bytes"), ProfileValue(.live, .count, unit: "objects"),
  ]

  static func describe(_ description: inout ProfileDescription) {
    description.advice = "a graph of objects (meliae, examples/memq_probe.py) tells what holds them"
  }

  /// Says that sizes are rounded, once.
  static func describeRounded(_ description: inout ProfileDescription) {
    description.isEstimated = true
    guard !description.properties.contains(where: { $0.name == "rounded" }) else { return }
    description.properties.append(("rounded", "sizes, by the tool that printed them"))
  }
}
