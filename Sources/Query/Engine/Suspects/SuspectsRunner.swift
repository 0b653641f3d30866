import Columns
import Store

/// Answers `suspects`: places whose memory grows for good, fastest first, each with evidence.
///
/// A line is a suspect when its floor (what is never given back) rises evenly to the end of the
/// work, or when blocks that outlive their peers gather under a sawtooth.
struct SuspectsRunner {
  private let context: QueryContext
  private let query: Query
  /// Less than this is no leak that anyone would look for.
  private static let leastRise = 2048.0
  /// Tables that grow slower than this share of the first finding are no findings.
  private static let tableShare = 0.03

  /// Finds the capture asked.
  init(store: Store, query: Query) throws(EngineError) {
    var query = query
    // Lines are those of people's own code, Python's where there are native frames too.
    if !query.hides.contains(.libraries) { query.hides.append(.libraries) }
    let captures = try CaptureFinder(store: store).captures(query.captures)
    if captures.contains(where: { $0.hasNativeTraces == 1 }), !query.hides.contains(.native) {
      query.hides.insert(.native, at: 0)
    }
    context = try QueryContext(store: store, query: query)
    self.query = query
  }

  /// The answer.
  func answer() throws(EngineError) -> Answer {
    var found: [(capture: String, suspect: Suspect)] = []
    var notes: [String] = []
    var titles: [String] = []
    for data in context.captures {
      guard !data.isTotals, data.info.kind == "events" else {
        throw .query(
          .cannotAnswer(
            "\(data.info.name) holds totals at one moment, which say nothing of growth",
            wayOut: "`top by lineno vs …`, or `growth of` three captures or more",
            at: query.verb.range))
      }
      let scan = try SuspectScan(context: context, data: data)
      let lines = try scan.lines()
      let suspects = fold(try self.suspects(scan, lines), &notes)
      found += suspects.map { (data.info.name, $0) }
      notes += try SuspectNotes(
        scan: scan, lines: lines, scale: scale, context: context
      ).notes(suspects)
      titles.append("live\(scan.points.title)")
    }
    found.sort { ($0.suspect.rate, $1.capture) > ($1.suspect.rate, $0.capture) }
    if let limit = context.limit(default: nil) { found = Array(found.prefix(limit)) }
    var table = context.emptyTable(population: titles.joined(separator: ", "))
    table.columns = columns(found)
    table.notes += notes
    return Answer(content: .table(table), verb: .suspects, output: query.output, limit: nil)
  }

  private var scale: RateScale { RateScale(query.per?.value, isOfBlocks: false) }

  private func columns(_ found: [(capture: String, suspect: Suspect)]) -> [ResultColumn] {
    let suspects = found.map(\.suspect)
    func rates(_ name: String, _ value: (Suspect) -> Double) -> ResultColumn {
      ResultColumn(
        name: name, role: .measure, unit: scale.unit,
        values: .reals(suspects.map { value($0) * scale.factor }))
    }
    func texts(_ name: String, _ values: [String?], role: ColumnRole = .key) -> ResultColumn {
      ResultColumn(name: name, role: role, unit: .none, values: .texts(values))
    }
    var columns = [
      ResultColumn(
        name: "rank", role: .key, unit: .none,
        values: .integers(suspects.indices.map { Int64($0 + 1) })),
      texts("lineno", suspects.map(\.lineno)),
      ResultColumn(
        name: "traceback", role: .key, unit: .none, values: .stacks(suspects.map(\.stack))),
      texts("shape", suspects.map(\.group.trend.shape.rawValue)),
      rates("rate", \.rate), rates("rate_low", \.low),
      rates("rate_high", \.high),
      ResultColumn(
        name: "size", role: .measure, unit: .bytes,
        values: .integers(suspects.map(\.bytes))),
      texts("evidence", suspects.map { $0.evidence.joined(separator: " ") }, role: .prose),
      texts("query", suspects.map(\.query), role: .prose),
    ]
    if context.captures.count > 1 {
      columns.insert(texts("capture", found.map(\.capture)), at: 1)
    }
    return columns
  }

  // MARK: Rules

  private func suspects(
    _ scan: SuspectScan, _ lines: [SuspectScan.Line]
  ) throws(EngineError) -> [Suspect] {
    let arenas = scan.arenas()
    let arenaLines = try scan.lines(of: arenas?.sites ?? [])
    var found: [Suspect] = []
    for line in lines {
      let shared = arenaLines.first { $0.lineno == line.lineno }
      if let suspect = try suspect(line, scan, arenas: shared?.values) { found.append(suspect) }
    }
    if let arenas, let suspect = try arenaSuspect(scan, arenas.values, arenaLines),
      !found.contains(where: { $0.lineno == suspect.lineno })
    {
      found.append(suspect)
    }
    return found.sorted { $0.rate > $1.rate }
  }

  /// Leaves tables out that grow only because what they hold does; names them in a note.
  private func fold(
    _ suspects: [Suspect], _ notes: inout [String]
  ) -> [Suspect] {
    guard let first = suspects.first else { return [] }
    let folded = suspects.dropFirst().filter {
      $0.isTable && $0.rate < Self.tableShare * first.rate
    }
    guard !folded.isEmpty else { return suspects }
    let names = folded.prefix(5).map {
      "\($0.lineno ?? "?") (\(RateText.text($0.rate * scale.factor, scale, context.sizes)))"
    }
    notes.append("tables that hold what leaks grow too: " + names.joined(separator: ", "))
    return suspects.filter { !($0.isTable && $0.rate < Self.tableShare * first.rate) }
  }

  private func gatherer(_ query: Query) -> GrowthGatherer {
    GrowthGatherer(
      context: context.asking(query), keys: [.lineno], followsBlocks: false)
  }

  /// Whether growth is more than nothing, and surely upwards.
  private func isMaterial(_ group: GrowthGroup, _ scan: SuspectScan) -> Bool {
    group.trend.isGrowing && group.trend.fit.low > 0 && group.trend.rise >= Self.leastRise
  }

  private func suspect(
    _ line: SuspectScan.Line, _ scan: SuspectScan, arenas: GrowthScan.Series?
  ) throws(EngineError) -> Suspect? {
    var asked = query
    asked.verb.value = .growth
    asked.limit = nil
    var group = gatherer(asked).group(
      line.values, key: [line.lineno.map { .text($0) }], scan.points)
    if !isMaterial(group, scan), group.trend.shape == .sawtooth {
      asked.population = Located(.leaked, query.verb.range)
      group = gatherer(asked).group(
        line.values, key: [line.lineno.map { .text($0) }], scan.points)
    }
    guard isMaterial(group, scan) else { return nil }
    if let lineno = line.lineno { asked.restrict(to: lineno) }
    var arenaQuery = asked
    if arenas != nil { asked.restrictToArenas(isNegated: true) }
    if !line.isOwn { asked.hides.removeAll { $0 == .libraries } }
    let stretch = group.trend.stretch
    let stack = try scan.stack(
      of: line.sites, from: stretch.lowerBound, to: stretch.upperBound - 1)
    let words = SuspectWords(
      scan: scan, scale: scale, sizes: context.sizes, line: line, group: group, stack: stack,
      isOfKept: asked.population?.value == .leaked)
    var suspect = Suspect(
      lineno: line.lineno, stack: stack, group: group, evidence: try words.sentences(),
      query: asked.questionText, isTable: words.isTable)
    if let arenas, let added = words.arenasOfLine(arenas) {
      arenaQuery.restrictToArenas()
      suspect.add(rate: added.rate, bytes: added.bytes, added.sentence, arenaQuery.questionText)
    }
    return suspect
  }

  /// Growth of Python's arenas, where the objects in them were not followed.
  private func arenaSuspect(
    _ scan: SuspectScan, _ values: GrowthScan.Series, _ lines: [SuspectScan.Line]
  ) throws(EngineError) -> Suspect? {
    guard scan.data.info.tracesPythonAllocators != 1 else { return nil }
    var asked = query
    asked.verb.value = .growth
    asked.limit = nil
    let group = gatherer(asked).group(values, key: [nil], scan.points)
    guard isMaterial(group, scan) else { return nil }
    let stretch = group.trend.stretch
    func rise(_ line: SuspectScan.Line) -> Int64 {
      line.values.bytes[stretch.upperBound - 1] - line.values.bytes[stretch.lowerBound]
    }
    let rising = lines.filter { rise($0) > 0 }.sorted {
      (rise($0), $1.lineno ?? "") > (rise($1), $0.lineno ?? "")
    }
    guard let first = rising.first else { return nil }
    asked.keys = [Located(.allocator, query.verb.range)]
    asked.hides = []
    asked.restrictToArenas()
    let stack = try scan.stack(
      of: first.sites, from: stretch.lowerBound, to: stretch.upperBound - 1)
    let words = SuspectWords(
      scan: scan, scale: scale, sizes: context.sizes, line: first, group: group, stack: stack,
      isOfKept: false)
    return Suspect(
      lineno: first.lineno, stack: stack, group: group,
      evidence: words.arenaSentences(rising.count), query: asked.questionText, isTable: false)
  }
}

extension QueryContext {
  /// The same captures, asked another question.
  func asking(_ query: Query) -> QueryContext {
    QueryContext(query: query, captures: captures, population: population)
  }
}

extension Query {
  /// Adds a line to the condition.
  mutating func restrict(to lineno: String) {
    add(
      .compare(
        Located(.key(.lineno), verb.range), Located(.equal, verb.range),
        Located(.pattern(Pattern(text: lineno, form: .quoted, range: verb.range)), verb.range)))
  }

  /// Adds what picks out the arenas of Python's allocator to the condition, or leaves them out.
  mutating func restrictToArenas(isNegated: Bool = false) {
    let mapped = Predicate.compare(
      Located(.key(.allocator), verb.range), Located(.equal, verb.range),
      Located(.pattern(Pattern(text: "mmap", form: .word, range: verb.range)), verb.range))
    let sized = Predicate.inSet(
      Located(.size, verb.range), negated: false,
      SuspectScan.arenaBytes.map { Located(.size(Double($0)), verb.range) })
    if isNegated {
      add(.not(.and([mapped, sized])))
    } else {
      add(mapped)
      add(sized)
    }
  }

  private mutating func add(_ term: Predicate) {
    switch filter {
    case nil: filter = term
    case .and(let terms): filter = .and(terms + [term])
    case .some(let other): filter = .and([other, term])
    }
  }
}
