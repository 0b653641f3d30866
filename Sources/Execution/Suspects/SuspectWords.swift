import Language
import Analysis
import Results
import Store

/// Says in plain sentences what speaks against a line.
struct SuspectWords {
  let lines: LineFindings
  let line: SuspectScan.Line
  let growth: Growth
  /// Which blocks are followed.
  let blocks: Growth.Blocks
  /// The stack of the line that grew most, newest frame first.
  let stack: [FrameText]

  private var scan: SuspectScan { lines.scan }

  /// Words for what grows of a line.
  init(
    lines: LineFindings, line: SuspectScan.Line, growth: Growth, blocks: Growth.Blocks
  ) throws(EngineError) {
    (self.lines, self.line, self.growth, self.blocks) = (lines, line, growth, blocks)
    let stretch = growth.trend.stretch
    stack = try lines.scan.stack(
      of: line.sites, from: stretch.lowerBound, to: stretch.upperBound - 1)
  }

  private func size(_ bytes: Double) -> String { lines.context.sizes.text(bytes) }

  /// Where a point lies: `1.250 s`, or `mark 12`.
  private func place(_ point: Int) -> String { scan.points.place(point) }

  private var rate: String {
    let fit = growth.fit
    return "\(lines.text(fit.slope)) (95 %: \(lines.text(fit.low)) to \(lines.text(fit.high)))"
  }

  /// The sentences for a line.
  func sentences() throws(EngineError) -> [String] {
    let stretch = growth.trend.stretch
    var sentences: [String] = []
    let name = line.lineno ?? "code without a Python stack"
    if blocks == .kept {
      sentences.append(
        "Under the rise and fall of \(name), blocks stay that outlive their peers: \(rate).")
    } else {
      sentences.append("Memory of \(name) only grows: \(rate).")
    }
    let last = stretch.upperBound - 1
    let more = growth.blocks[last] - growth.blocks[stretch.lowerBound]
    // Of teeth only the floor is lost.
    let values =
      growth.trend.shape == .sawtooth
      ? Trend.floor(of: growth.bytes.map(Double.init)) : growth.bytes.map(Double.init)
    sentences.append(
      "From \(place(stretch.lowerBound)) to \(place(last)) it went from "
        + "\(size(values[stretch.lowerBound])) to \(size(values[last]))"
        + (isTable
          ? " in \(growth.blocks[last] == 1 ? "one block" : "\(growth.blocks[last]) blocks"): a table "
            + "or buffer that is made larger again and again."
          : ", \(more) blocks more."))
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
    let stretch = growth.trend.stretch
    let (first, last) = (growth.blocks[stretch.lowerBound], growth.blocks[stretch.upperBound - 1])
    return last <= 4 || (last - first) * 8 <= last
  }

  /// What happened to the blocks of the stretch, and at the end.
  private func freed() throws(EngineError) -> [String] {
    let stretch = growth.trend.stretch
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
    if let last = growth.bytes.last, last > 0, blocks == .live, Double(left) < 0.1 * Double(last) {
      sentences.append("They were freed only as the program ended.")
    }
    return sentences
  }

  /// What arenas for small objects add to a line, over its stretch; nil when they did not grow.
  func arenasOfLine(
    _ arenas: PointValues
  ) -> (rate: Double, bytes: Int64, sentence: String)? {
    let stretch = growth.trend.stretch
    let last = stretch.upperBound - 1
    let rise = arenas.bytes[last] - arenas.bytes[stretch.lowerBound]
    let length = scan.points.axis.places[last] - scan.points.axis.places[stretch.lowerBound]
    guard rise > 0, length > 0 else { return nil }
    let rate = Double(rise) / length
    let sentence =
      "Besides, \(size(Double(rise))) of arenas for small objects were mapped there: "
      + "\(lines.text(rate)) on average, which the rate holds too."
    return (rate, arenas.bytes[last], sentence)
  }

  /// The sentences for arenas.
  func arenaSentences(_ lines: Int) -> [String] {
    let stretch = growth.trend.stretch
    let last = stretch.upperBound - 1
    let arenaBytes = growth.bytes[last] / max(1, growth.blocks[last])
    return [
      "Small Python objects only grow: \(rate).",
      "They live in arenas of \(size(Double(arenaBytes))) that Python's allocator maps; from "
        + "\(place(stretch.lowerBound)) to \(place(last)) these went from "
        + "\(growth.blocks[stretch.lowerBound]) to \(growth.blocks[last]).",
      lines > 1
        ? "Which of \(lines) lines needed the next arena is partly chance; "
          + "\(line.lineno ?? "this one") needed most."
        : "\(line.lineno ?? "One line") needed them all.",
      "Record with `--trace-python-allocators` to see the objects themselves.",
    ]
  }
}
