import Columns
import Store

/// Says in plain sentences what speaks against a line.
struct SuspectWords {
  let scan: SuspectScan
  let scale: RateScale
  let sizes: SizeFamily
  let line: SuspectScan.Line
  let group: GrowthGroup
  let stack: [FrameText]
  /// Whether the blocks followed are those that outlive their peers.
  let isOfKept: Bool

  private func size(_ bytes: Double) -> String { RateText.size(bytes, sizes) }

  /// Where a point lies: `1.250 s`, or `mark 12`.
  private func place(_ point: Int) -> String {
    let place = scan.points.places[point]
    return scan.points.areMarks
      ? "mark \(Int(place))" : QueryText.seconds(Int64((place * 1000).rounded()))
  }

  private var rate: String {
    let fit = group.trend.fit
    func text(_ value: Double) -> String { RateText.text(value * scale.factor, scale, sizes) }
    return "\(text(fit.slope)) (95 %: \(text(fit.low)) to \(text(fit.high)))"
  }

  /// The sentences for a line.
  func sentences() throws(EngineError) -> [String] {
    let stretch = group.trend.stretch
    var sentences: [String] = []
    let name = line.lineno ?? "code without a Python stack"
    if isOfKept {
      sentences.append(
        "Under the rise and fall of \(name), blocks stay that outlive their peers: \(rate).")
    } else {
      sentences.append("Memory of \(name) only grows: \(rate).")
    }
    let last = stretch.upperBound - 1
    let blocks = group.blocks[last] - group.blocks[stretch.lowerBound]
    // Of teeth only the floor is lost.
    let values =
      group.trend.shape == .sawtooth
      ? Trend.floor(of: group.bytes.map(Double.init)) : group.bytes.map(Double.init)
    sentences.append(
      "From \(place(stretch.lowerBound)) to \(place(last)) it went from "
        + "\(size(values[stretch.lowerBound])) to \(size(values[last]))"
        + (isTable
          ? " in \(group.blocks[last] == 1 ? "one block" : "\(group.blocks[last]) blocks"): a table "
            + "or buffer that is made larger again and again."
          : ", \(blocks) blocks more."))
    if stretch.lowerBound > 0 {
      sentences.append("What came before \(place(stretch.lowerBound)) is taken for warm-up.")
    }
    sentences += try freed()
    if let newest = stack.first, newest.lineno != line.lineno {
      sentences.append(
        "The blocks are allocated in \(newest.function) (\(newest.lineno)), called from "
          + "there.")
    }
    let threads = try scan.threads(of: line.sites)
    if threads >= 3 { sentences.append("\(threads) threads allocated them.") }
    return sentences
  }

  /// Few blocks that grow: a list, a dict or a buffer.
  var isTable: Bool {
    let stretch = group.trend.stretch
    let (first, last) = (group.blocks[stretch.lowerBound], group.blocks[stretch.upperBound - 1])
    return last <= 4 || (last - first) * 8 <= last
  }

  /// What happened to the blocks of the stretch, and at the end.
  private func freed() throws(EngineError) -> [String] {
    let stretch = group.trend.stretch
    let kept = line.values.keptBlocks[stretch].reduce(0, +)
    let freed = line.values.freedAges.reduce(0, +)
    var sentences: [String] = []
    if !isTable, kept > 0 {
      sentences.append(
        freed == 0
          ? "None of them was freed before the end of the work."
          : "Others of this line were freed.")
    }
    let leaked = try reading(try scan.data.columns.integers(.siteLeakedBytes))
    let left = line.sites.reduce(0) { $0 + ($1 < leaked.count ? leaked[$1] : 0) }
    if let last = group.bytes.last, last > 0, !isOfKept, Double(left) < 0.1 * Double(last) {
      sentences.append("They were freed only as the program ended.")
    }
    return sentences
  }

  /// What arenas for small objects add to a line, over its stretch; nil when they did not grow.
  func arenasOfLine(
    _ arenas: GrowthScan.Series
  ) -> (rate: Double, bytes: Int64, sentence: String)? {
    let stretch = group.trend.stretch
    let last = stretch.upperBound - 1
    let rise = arenas.bytes[last] - arenas.bytes[stretch.lowerBound]
    let length = scan.points.places[last] - scan.points.places[stretch.lowerBound]
    guard rise > 0, length > 0 else { return nil }
    let rate = Double(rise) / length
    let sentence =
      "Besides, \(size(Double(rise))) of arenas for small objects were mapped there: "
      + "\(RateText.text(rate * scale.factor, scale, sizes)) on average, which the rate holds too."
    return (rate, arenas.bytes[last], sentence)
  }

  /// The sentences for arenas.
  func arenaSentences(_ lines: Int) -> [String] {
    let stretch = group.trend.stretch
    let last = stretch.upperBound - 1
    let arenaBytes = group.bytes[last] / max(1, group.blocks[last])
    return [
      "Small Python objects only grow: \(rate).",
      "They live in arenas of \(size(Double(arenaBytes))) that Python's allocator maps; from "
        + "\(place(stretch.lowerBound)) to \(place(last)) these went from "
        + "\(group.blocks[stretch.lowerBound]) to \(group.blocks[last]).",
      lines > 1
        ? "Which of \(lines) lines needed the next arena is partly chance; "
          + "\(line.lineno ?? "this one") needed most."
        : "\(line.lineno ?? "One line") needed them all.",
      "Record with `--trace-python-allocators` to see the objects themselves.",
    ]
  }
}
