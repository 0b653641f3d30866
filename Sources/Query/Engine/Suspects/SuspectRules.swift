import Columns
import Language
import Store

/// Tells which lines of one capture are suspects.
struct SuspectRules {
  let context: QueryContext
  let scan: SuspectScan
  let scale: RateScale
  /// Less than this is no leak that anyone would look for.
  static let leastRise = 2048.0
  /// Bounds farther apart than this share of the slope are wide.
  private static let wideShare = 0.1
  /// Tables that grow slower than this share of the first finding are no findings.
  private static let tableShare = 0.03

  private var query: Query { context.query }

  /// The findings, fastest first.
  func suspects(_ lines: [SuspectScan.Line]) throws(EngineError) -> [Suspect] {
    let arenas = scan.arenas()
    let arenaLines = try scan.lines(of: arenas?.sites ?? [])
    var found: [Suspect] = []
    for line in lines {
      let shared = arenaLines.first { $0.lineno == line.lineno }
      if let suspect = try suspect(line, arenas: shared?.values) { found.append(suspect) }
    }
    if let arenas, let suspect = try arenaSuspect(arenas.values, arenaLines),
      !found.contains(where: { $0.lineno == suspect.lineno })
    {
      found.append(suspect)
    }
    found.sort { ($0.rate, $1.lineno ?? "") > ($1.rate, $0.lineno ?? "") }
    found = try RepeatedLoads(scan: scan, scale: scale, context: context).fold(found)
    return try ThreadHoldings(scan: scan, scale: scale, context: context).fold(found)
  }

  /// Leaves tables out that grow only because what they hold does; names them in a note.
  func fold(
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
  static func isMaterial(_ group: GrowthGroup) -> Bool {
    group.trend.isGrowing && group.trend.fit.low > 0 && group.trend.rise >= leastRise
  }

  /// What a line's values make, and whether that is about blocks which outlive their peers; nil
  /// where nothing grows.
  func growing(
    _ values: GrowthScan.Series, lineno: String?
  ) -> (group: GrowthGroup, isOfKept: Bool)? {
    var asked = query
    asked.population = nil
    let key = [lineno.map { KeyValue.text($0) }]
    let group = gatherer(asked).group(values, key: key, scan.points)
    let isGrowing = Self.isMaterial(group)
    // Where blocks come and go, those that stay tell the rate better than the sum of all does.
    let isWide = group.trend.fit.width > Self.wideShare * group.trend.fit.slope
    guard isGrowing ? isWide : group.trend.shape == .sawtooth else {
      return isGrowing ? (group, false) : nil
    }
    asked.population = Located(.leaked, query.verb.range)
    let kept = gatherer(asked).group(values, key: key, scan.points)
    guard Self.isMaterial(kept) else { return isGrowing ? (group, false) : nil }
    if isGrowing, kept.trend.fit.width * 2 > group.trend.fit.width { return (group, false) }
    return (kept, true)
  }

  /// Whether a line grows from call to call, but not over time.
  func stopsOverTime(_ values: GrowthScan.Series) -> Bool {
    gatherer(query).group(values, key: [nil], scan.points).trend.isDemoted
  }

  private func suspect(
    _ line: SuspectScan.Line, arenas: GrowthScan.Series?
  ) throws(EngineError) -> Suspect? {
    guard let (group, isOfKept) = growing(line.values, lineno: line.lineno) else { return nil }
    var asked = query.asGrowth
    if isOfKept { asked.population = Located(.leaked, query.verb.range) }
    if let lineno = line.lineno { asked.restrict(to: lineno) }
    for restriction in line.restrictions { asked.add(restriction) }
    if !line.needsHide { asked.hides.removeAll { $0 == .libraries } }
    var arenaQuery = asked
    if arenas != nil { asked.restrictToArenas(isNegated: true) }
    let stretch = group.trend.stretch
    let stack = try scan.stack(
      of: line.sites, from: stretch.lowerBound, to: stretch.upperBound - 1)
    let words = SuspectWords(
      scan: scan, scale: scale, sizes: context.sizes, line: line, group: group, stack: stack,
      isOfKept: isOfKept)
    var suspect = Suspect(
      lineno: line.lineno, stack: stack, group: group, evidence: try words.sentences(),
      query: asked.questionText, isTable: words.isTable, sites: line.sites)
    if let arenas, let added = words.arenasOfLine(arenas) {
      arenaQuery.restrictToArenas()
      suspect.add(rate: added.rate, bytes: added.bytes, added.sentence, arenaQuery.questionText)
    }
    return suspect
  }

  /// Growth of Python's arenas, where the objects in them were not followed.
  private func arenaSuspect(
    _ values: GrowthScan.Series, _ lines: [SuspectScan.Line]
  ) throws(EngineError) -> Suspect? {
    guard scan.data.info.tracesPythonAllocators != 1 else { return nil }
    var asked = query.asGrowth
    let group = gatherer(asked).group(values, key: [nil], scan.points)
    guard Self.isMaterial(group) else { return nil }
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
    for restriction in scan.arenaRestrictions() { asked.add(restriction) }
    let stack = try scan.stack(
      of: first.sites, from: stretch.lowerBound, to: stretch.upperBound - 1)
    let words = SuspectWords(
      scan: scan, scale: scale, sizes: context.sizes, line: first, group: group, stack: stack,
      isOfKept: false)
    return Suspect(
      lineno: first.lineno, stack: stack, group: group,
      evidence: words.arenaSentences(rising.count), query: asked.questionText, isTable: false,
      sites: rising.flatMap(\.sites))
  }
}

extension QueryContext {
  /// The same captures, asked another question.
  func asking(_ query: Query) -> QueryContext {
    QueryContext(
      query: query, captures: captures, capabilities: capabilities, population: population)
  }

  /// The same question of what came before the end of the work, where that is not near the end.
  func judging(_ end: LettingGo?) -> QueryContext {
    guard let end, end.isEarly else { return self }
    var asked = query
    asked.range = end.span(at: query.verb.range)
    return asking(asked)
  }
}

extension Query {
  /// The same stretch and captures, asked for growth.
  var asGrowth: Query {
    var asked = self
    asked.verb.value = .growth
    asked.limit = nil
    asked.versus = nil
    asked.suppressions = []
    return asked
  }

  /// Adds a line to the condition.
  mutating func restrict(to lineno: String) {
    add(
      .compare(
        Located(.key(.lineno), verb.range), Located(.equal, verb.range),
        Located(.pattern(Pattern(text: lineno, form: .quoted, range: verb.range)), verb.range)))
  }

  /// Adds a choice of lines to the condition.
  mutating func restrict(toAny linenos: [String]) {
    guard linenos.count != 1 else { return restrict(to: linenos[0]) }
    add(
      .inSet(
        Located(.key(.lineno), verb.range), negated: false,
        linenos.map {
          Located(.pattern(Pattern(text: $0, form: .quoted, range: verb.range)), verb.range)
        }))
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

  /// Adds a term to the condition.
  mutating func add(_ term: Predicate) {
    switch filter {
    case nil: filter = term
    case .and(let terms): filter = .and(terms + [term])
    case .some(let other): filter = .and([other, term])
    }
  }
}
