import Analysis
import Results
import Language
import Store

/// Makes one finding of what threads hold that never end.
///
/// One cause shows in many lines: what the threads' code allocates, the threads' own state, which
/// has no Python stack, and what the line that starts them needs for each.
struct ThreadHoldings {
  let lines: LineFindings

  private static let leastThreads = 8
  /// So many of the threads must still run.
  private static let aliveShare = 0.8

  private var scan: SuspectScan { lines.scan }
  private var points: Int { scan.points.states.count }

  /// The findings, those of threads that never end as one.
  func fold(_ findings: [Finding]) throws(EngineError) -> [Finding] {
    let threads = try reading(try scan.data.sites()).threads
    let alive = try threadsWithState(threads)
    let starters = try startingSites()
    let started = starters.reduce(0) { sum, site in
      guard let blocks = scan.series[site]?.blocks else { return sum }
      return sum + Int(blocks[points - 1] - blocks[0])
    }
    var members: [Int] = []
    var greatest = 0
    for (index, finding) in findings.enumerated() {
      let holders = holders(finding, threads)
      guard holders.count >= Self.leastThreads, isSpread(holders) else { continue }
      let least = Int((Double(holders.count) * Self.aliveShare).rounded(.up))
      guard max(holders.keys.filter(alive.contains).count, started) >= least else { continue }
      members.append(index)
      greatest = max(greatest, holders.count)
    }
    guard !members.isEmpty else { return findings }
    members += findings.indices.filter { !members.contains($0) && isOfStart(findings[$0]) }
    let first =
      leader(members.map { findings[$0] }, starters).map { members[$0] } ?? members[0]
    var told = findings[first]
    tell(
      &told, threads: greatest, startedAt: try startingLine(starters),
      others: members.filter { $0 != first }.map { findings[$0] })
    var left = findings.indices.filter { !members.contains($0) }.map { findings[$0] }
    left.append(told)
    return left.sorted { $0.rate > $1.rate }
  }

  /// The threads that hold blocks of a finding at the end, each with the first point that it holds
  /// some at.
  private func holders(_ finding: Finding, _ threads: [UInt32]) -> [UInt32: Int] {
    var first: [UInt32: Int] = [:]
    for site in finding.sites {
      guard let blocks = scan.series[site]?.blocks, blocks[points - 1] > 0,
        let start = blocks.firstIndex(where: { $0 > 0 })
      else { continue }
      first[threads[site]] = min(first[threads[site]] ?? start, start)
    }
    return first
  }

  /// Whether threads come one after the other, not as a pool at the start.
  private func isSpread(_ holders: [UInt32: Int]) -> Bool {
    holders.values.filter { $0 > points / 5 }.count * 2 >= holders.count
  }

  /// Threads whose own state, allocated before any Python code, is still there.
  private func threadsWithState(_ threads: [UInt32]) throws(EngineError) -> Set<UInt32> {
    let stacks = try reading(try scan.data.pythonSites())
    return Set(
      scan.series.indices.filter { site in
        stacks[site] == 0 && (scan.series[site]?.blocks[points - 1] ?? 0) > 0
      }.map { threads[$0] })
  }

  /// Sites of the blocks that starting a thread takes.
  private func startingSites() throws(EngineError) -> Set<Int> {
    let sites = try reading(try scan.data.pythonSites())
    let stacks = try reading(try scan.data.pythonStacks())
    let locations = try reading(try scan.data.locations())
    return Set(
      scan.series.indices.filter { site in
        guard scan.series.holds(site), sites[site] != 0 else { return false }
        let location = Int(stacks.locations[Int(sites[site])])
        return locations.functions[location] == "start"
          && locations.files[location].hasSuffix("/threading.py")
      })
  }

  /// The line of people's own code that started most of the threads which still run.
  private func startingLine(_ starters: Set<Int>) throws(EngineError) -> String? {
    func started(_ line: SuspectScan.Line) -> Int64 { line.values.blocks[points - 1] }
    let starting = try scan.lines(of: starters.sorted()).filter { $0.isOwn && started($0) > 0 }
    return starting.max { (started($0), $1.lineno ?? "") < (started($1), $0.lineno ?? "") }?.lineno
  }

  /// Whether a line makes threads or what they wait for.
  private func isOfStart(_ finding: Finding) -> Bool {
    finding.stack.first?.file.hasSuffix("/threading.py") == true
  }

  /// The finding that names the place: what threads hold most of, or where they are started when
  /// they hold little.
  private func leader(_ members: [Finding], _ starters: Set<Int>) -> Int? {
    let held = members.indices.filter { members[$0].place != nil && !isOfStart(members[$0]) }
    if let most = held.max(by: { members[$0].rate < members[$1].rate }) { return most }
    return members.indices.first { members[$0].sites.contains(where: starters.contains) }
      ?? members.indices.first { members[$0].place != nil }
  }

  private func tell(
    _ finding: inout Finding, threads: Int, startedAt line: String?, others: [Finding]
  ) {
    let place = line.map { "Threads started at \($0)" } ?? "Threads"
    finding.evidence.insert(
      "\(place) never ended: \(threads) alive, started one after the other; each keeps what it "
        + "holds.", at: 0)
    guard !others.isEmpty else { return }
    let parts = others.sorted { $0.rate > $1.rate }.map { other in
      "\(other.place ?? "their own state, which has no Python stack") (\(lines.text(other.rate)))"
    }
    let sum = others.reduce(finding.rate) { $0 + $1.rate }
    finding.evidence.append(
      "The same threads cost besides: \(parts.joined(separator: ", ")); "
        + "all in all \(lines.text(sum)).")
    // Marks are defined once.
    let marks = scan.context.query.frameMarkTexts.map { $0 + "; " }.joined()
    for other in others {
      let query =
        other.query.hasPrefix(marks) ? String(other.query.dropFirst(marks.count)) : other.query
      finding.query += "; " + query
    }
    finding.isTable = false
  }
}
