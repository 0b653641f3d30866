import CaptureModel
import Language
import Testing

@testable import Planning

/// Whatever is asked of whatever kind of capture is answered, or refused with a question that can
/// be typed and is answered.
@Suite struct CapabilityCheckTests {
  /// A capture of each kind.
  static let kinds: [(name: String, capture: Capabilities)] = [
    ("events", memray(.everyInstant, [.live, .peak, .leaked, .allocated, .freed])),
    (
      "events of a GPU",
      memray(.everyInstant, [.live, .peak, .leaked, .allocated, .freed]) {
        $0.series = ["reserved", "heap", "gap"]
        $0.keys = [.stream]
        $0.labels = [SampleLabel("stream"), SampleLabel("pool")]
      }
    ),
    (
      "events without stacks and times",
      memray(.everyInstant, [.live, .peak, .leaked, .allocated, .freed]) {
        $0.series = []
        $0.keys = []
        $0.hasStacks = false
      }
    ),
    ("aggregated", memray(.peakAndEnd, [.peak, .leaked])),
    ("snapshot", profile([ProfileValue(.live, .size, unit: "bytes")], 1)),
    ("snapshots", profile(both(.live), 3) { $0.keys = [.domain, .thread] }),
    (
      "moments by time",
      profile(both(.live) + both(.peak), 4) {
        $0.clock = .elapsed
        $0.series = ["rss", "footprint"]
      }
    ),
    ("allocated", profile(both(.allocated), 1) { $0.hasLines = false }),
    (
      "processor",
      profile([ProfileValue(.processor, .samples, unit: "seconds", scale: 1_000)], 1) {
        $0.hasFiles = false
      }
    ),
    (
      "sample types",
      profile(
        [
          ProfileValue(.allocated, .size, unit: "bytes", name: "alloc_space"),
          ProfileValue(.live, .size, unit: "bytes", name: "inuse_space"),
          ProfileValue(.processor, .samples, unit: "seconds", name: "contentions"),
        ], 1
      ) { $0.labels = [SampleLabel("worker")] }
    ),
    (
      "lines",
      profile(both(.increment), 1) {
        $0.isOfLines = true
        $0.hasFunctions = false
      }
    ),
    ("series", profile([], 0) { $0.series = ["rss", "gc0"] }),
    ("unnamed series", profile([], 0) { $0.series = ["widgets"] }),
    (
      "types",
      profile([ProfileValue(.live, .count, unit: "objects")], 2) {
        $0.hasStacks = false
        $0.keys = [.type]
      }
    ),
    (
      "objects",
      profile(both(.live), 1) {
        $0.hasStacks = false
        $0.hasObjects = true
        $0.keys = [.type]
      }
    ),
    (
      "instructions",
      profile(both(.live), 5) {
        $0.clock = .instructions
        $0.series = ["heap"]
      }
    ),
  ]

  private static func both(_ population: ProfilePopulation) -> [ProfileValue] {
    [
      ProfileValue(population, .size, unit: "bytes"),
      ProfileValue(population, .count, unit: "count"),
    ]
  }

  private static func memray(
    _ moments: Capabilities.Moments, _ populations: [ProfilePopulation],
    _ change: (inout Capabilities) -> Void = { _ in }
  ) -> Capabilities {
    var known = Capabilities(
      name: "run", format: "memray", moments: moments, values: populations.flatMap(both),
      clock: .elapsed)
    known.series = ["rss", "heap", "gap"]
    known.keys = [.thread, .allocator, .pid]
    known.followsObjects = false
    change(&known)
    return known
  }

  private static func profile(
    _ values: [ProfileValue], _ moments: Int,
    _ change: (inout Capabilities) -> Void = { _ in }
  ) -> Capabilities {
    var known = Capabilities(
      name: "snap", format: "other",
      moments: .recorded(moments, live: values.holds(.live) ? moments : 0), values: values,
      clock: .lines)
    known.keys = []
    known.hasModules = false
    known.followsObjects = false
    change(&known)
    return known
  }

  /// Every verb with every population, and each of them with every key, measure and further part.
  static let questions: [String] = {
    let populations = [
      "", "peak", "leaked", "live", "live at 50%", "live at peak", "allocated", "freed",
      "temporary", "survived 10%..20%",
    ]
    let keys =
      (Key.allCases.map(\.name) + ["label.worker", "label.wrker"]).map { "by \($0)" }
    let measures =
      Vocabulary.measures.map(\.name) + Vocabulary.series.map(\.name) + [
        "alloc_space", "contentions",
      ]
    let parts = [
      "", "in 10%..20%", "from frame main", "where type = \"dict\"", "where size > 1kB",
      "where lifetime < 3 and function = f", "where stack has main", "having count > 3",
      "having max size > 1kB", "order by size", "order by time", "inclusive", "per minute",
      "by window over 4 windows", "by function, thread", "size, rss",
      "by mark, window over 2 windows",
    ]
    return Verb.allCases.flatMap { verb in
      populations.flatMap { population in
        (keys + measures + parts).map { part in
          let isMeasure = measures.contains(part) || part == "size, rss"
          let start = verb == .paths ? "paths to dict" : verb == .peek ? "peek main" : verb.rawValue
          let words = [start, population, part]
          return (isMeasure ? words : words).filter { !$0.isEmpty }.joined(separator: " ")
        }
      }
    }
  }()

  /// A question as it is understood; nil when it means nothing whatever the capture.
  private static func parsed(_ text: String) -> Query? {
    guard let statement = try? Parser.parse(text).first, case .query(let query) = statement,
      (try? Checker.check(query)) != nil
    else { return nil }
    return query
  }

  @Test(arguments: kinds.map(\.name)) func waysOutAreAnswered(_ kind: String) throws {
    let capture = try #require(Self.kinds.first { $0.name == kind }).capture
    var refused = 0
    var answered = 0
    for text in Self.questions {
      guard let query = Self.parsed(text) else { continue }
      do throws(QueryError) {
        try CapabilityCheck(query, [capture]).check()
        answered += 1
      } catch {
        refused += 1
        let hints = error.hints.compactMap { if case .advice(let text) = $0 { text } else { nil } }
        let ways = hints.first?.split(separator: "`") ?? []
        let way = String(ways.first ?? "")
        if way == "show capture" { continue }
        guard let other = Self.parsed(way) else {
          Issue.record("\(text): \(error.message): `\(way)` means nothing")
          return
        }
        if !CapabilityCheck(other, [capture]).isAnswered {
          Issue.record("\(text): \(error.message): `\(way)` is refused")
          return
        }
      }
    }
    #expect(refused > 100 && answered > 5, "\(refused) refused, \(answered) answered")
  }

  @Test("what is asked when nothing is named is answered", arguments: kinds.map(\.name))
  func defaultsAreAnswered(_ kind: String) throws {
    let capture = try #require(Self.kinds.first { $0.name == kind }).capture
    guard !capture.values.isEmpty else { return }
    var query = try #require(Self.parsed("top"))
    #expect(CapabilityCheck(query, [capture]).isAnswered)
    let population = capture.standardPopulation(query)
    let isNamed = capture.values.mainPopulation?.isOfBlocks == true && !capture.isOfLines
    if isNamed { query.population = Located(population, query.verb.range) }
    query.keys = [Located(capture.standardKey, query.verb.range)]
    query.measures = capture.standardMeasures(population, isNamed: isNamed).map {
      Located($0, query.verb.range)
    }
    try CapabilityCheck(query, [capture]).check()
  }

  @Test(
    "the reason and the question to type instead",
    arguments: [
      (
        "aggregated", "top allocated by thread",
        "`allocated` needs every allocation; run holds totals per stack", "`top peak by thread`"
      ),
      (
        "snapshot", "top max size by function",
        "`max size` needs the size of every block; snap holds totals", "`top by function`"
      ),
      (
        "snapshot", "top leaked", "snap holds what was alive at one instant, not what was leaked",
        "`top live by lineno`"
      ),
      (
        "snapshot", "list 5", "`list` shows single records; snap holds totals",
        "`top 5 by traceback`"
      ),
      ("series", "top by lineno", "snap holds values over time, no totals", "`timeline rss, gc0`"),
      (
        "series", "timeline vms", "snap records no series `vms`; it has `rss`, `gc0`",
        "`timeline rss`"
      ),
      ("types", "flame", "snap records no stacks", "`top by type`"),
      ("types", "top size", "snap records no sizes", "`top by type`"),
      (
        "sample types", "top by label.wrker",
        "snap records no label `wrker`; it has `label.worker`", "`top by label.worker`"
      ),
      ("events", "top by type", "run records no types", "`top by lineno`"),
      (
        "events", "top retained size by function",
        "`retained size` needs a graph of objects; run holds allocations", "`top by function`"
      ),
      (
        "instructions", "growth per minute", "snap records no times, so nothing grows `per minute`",
        "`growth`"
      ),
      (
        "processor", "top live", "snap is a processor profile: it knows no memory",
        "`top by function`"
      ),
    ])
  func sentences(_ kind: String, _ question: String, _ reason: String, _ way: String) throws {
    let capture = try #require(Self.kinds.first { $0.name == kind }).capture
    let query = try #require(Self.parsed(question))
    do throws(QueryError) {
      try CapabilityCheck(query, [capture]).check()
      Issue.record("\(question) is answered")
    } catch {
      #expect(error.message == reason)
      #expect(error.hints == [.advice(way)])
    }
  }
}
