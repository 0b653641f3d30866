import Language
import Analysis
import Results
import Store

/// Tells which lines of one capture are suspects.
struct LineFindings {
  let scan: SuspectScan
  let scale: RateScale
  /// The lines that are judged.
  let lines: [SuspectScan.Line]
  let rules: LeakRules
  /// What all that lives of each line makes.
  let growths: [Growth]

  private static let shownTables = 5

  var context: QueryContext { scan.context }
  private var query: Query { context.query }

  /// Rules and lines of a capture that was scanned.
  init(scan: SuspectScan, scale: RateScale) throws(EngineError) {
    (self.scan, self.scale) = (scan, scale)
    lines = try scan.lines()
    let rules = LeakRules(axis: scan.points.axis)
    self.rules = rules
    growths = lines.map { Growth($0.values, on: rules.axis) }
  }

  /// What slopes are in words.
  func text(_ slope: Double) -> String { scale.text(slope, context.sizes) }

  /// The findings, fastest first.
  ///
  /// Tables that grow only because what they hold does are left out, and named in a note.
  func found(_ notes: inout [String]) throws(EngineError) -> [Finding] {
    let arenas = scan.arenas()
    let arenaLines = try scan.lines(of: arenas?.sites ?? [])
    var found: [Finding] = []
    for (line, live) in zip(lines, growths) {
      let shared = arenaLines.first { $0.lineno == line.lineno }
      if let finding = try finding(line, live, arenas: shared?.values) { found.append(finding) }
    }
    if let arenas, let finding = try arenaFinding(arenas.values, arenaLines),
      !found.contains(where: { $0.place == finding.place })
    {
      found.append(finding)
    }
    found.sort { ($0.rate, $1.place ?? "") > ($1.rate, $0.place ?? "") }
    found = try RepeatedLoads(lines: self).fold(found)
    found = try ThreadHoldings(lines: self).fold(found)
    guard let first = found.first else { return [] }
    func isFolded(_ finding: Finding) -> Bool {
      finding.isTable && LeakRules.isTableOfOthers(rate: finding.rate, first: first.rate)
    }
    let folded = found.dropFirst().filter(isFolded)
    guard !folded.isEmpty else { return found }
    let names = folded.prefix(Self.shownTables).map { "\($0.place ?? "?") (\(text($0.rate)))" }
    notes.append("tables that hold what leaks grow too: " + names.joined(separator: ", "))
    return found.filter { !isFolded($0) }
  }

  private func finding(
    _ line: SuspectScan.Line, _ live: Growth, arenas: PointValues?
  ) throws(EngineError) -> Finding? {
    guard let (growth, blocks) = rules.growing(line.values, live) else { return nil }
    var asked = query.asGrowth
    if blocks == .kept { asked.population = Located(.leaked, query.verb.range) }
    if let lineno = line.lineno { asked.restrict(to: lineno) }
    for restriction in line.restrictions { asked.add(restriction) }
    if !line.needsHide { asked.hides.removeAll { $0 == .libraries } }
    var arenaQuery = asked
    if arenas != nil { asked.restrictToArenas(isNegated: true) }
    let words = try SuspectWords(lines: self, line: line, growth: growth, blocks: blocks)
    var finding = finding(words, evidence: try words.sentences(), asked)
    finding.isTable = words.isTable
    finding.sites = line.sites
    if let arenas, let added = words.arenasOfLine(arenas) {
      arenaQuery.restrictToArenas()
      finding.add(rate: added.rate, bytes: added.bytes, added.sentence, arenaQuery.questionText)
    }
    return finding
  }

  private func finding(_ words: SuspectWords, evidence: [String], _ asked: Query) -> Finding {
    var finding = Finding(
      place: words.line.lineno, shape: words.growth.trend.shape, fit: words.growth.fit,
      last: Double(words.growth.bytes.last ?? 0), evidence: evidence, query: asked.questionText)
    finding.stack = words.stack
    return finding
  }

  /// Growth of Python's arenas, where the objects in them were not followed.
  private func arenaFinding(
    _ values: PointValues, _ lines: [SuspectScan.Line]
  ) throws(EngineError) -> Finding? {
    guard scan.data.info.tracesPythonAllocators != 1 else { return nil }
    let growth = Growth(values, on: rules.axis)
    guard LeakRules.isMaterial(growth) else { return nil }
    let stretch = growth.trend.stretch
    func rise(_ line: SuspectScan.Line) -> Int64 {
      line.values.bytes[stretch.upperBound - 1] - line.values.bytes[stretch.lowerBound]
    }
    let rising = lines.filter { rise($0) > 0 }.sorted {
      (rise($0), $1.lineno ?? "") > (rise($1), $0.lineno ?? "")
    }
    guard let first = rising.first else { return nil }
    let words = try SuspectWords(lines: self, line: first, growth: growth, blocks: .live)
    var finding = finding(words, evidence: words.arenaSentences(rising.count), arenaQuery())
    finding.sites = rising.flatMap(\.sites)
    return finding
  }

  /// The question for the arenas that are judged.
  func arenaQuery() -> Query {
    var asked = query.asGrowth
    asked.keys = [Located(.allocator, query.verb.range)]
    asked.hides = []
    asked.restrictToArenas()
    for restriction in scan.arenaRestrictions() { asked.add(restriction) }
    return asked
  }
}
