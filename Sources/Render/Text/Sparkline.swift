import Results

/// A series as a short line of bars.
enum Sparkline {
  private static let blocks = Array("▁▂▃▄▅▆▇█")
  private static let signs = Array("_.-~=+*#")
  /// Bars where there is room; never more than there are points.
  static let greatestWidth = 24
  /// Fewer bars show no shape.
  static let leastWidth = 8

  /// One bar for a few points each, at most `most` bars, from the least value to the greatest.
  static func text(
    _ points: [SeriesPoint], most: Int = greatestWidth, drawsBlocks: Bool = true
  ) -> String {
    let levels = drawsBlocks ? blocks : signs
    let values = points.map(\.value).filter(\.isFinite)
    guard let least = values.min(), let greatest = values.max() else { return "" }
    let width = max(1, min(values.count, most, greatestWidth))
    var text = ""
    for cell in 0..<width {
      // The last value of a cell: the line ends where the series does.
      let value = values[max(0, (cell + 1) * values.count / width - 1)]
      // Halves, since the distance of two numbers may be none.
      let share = greatest > least ? (value / 2 - least / 2) / (greatest / 2 - least / 2) : 0
      text.append(levels[Int((share * Double(levels.count - 1)).rounded())])
    }
    return text
  }
}
