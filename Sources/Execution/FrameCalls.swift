import Language
import Store

/// The outermost calls of a frame, as far as they allocate: captures are lazy and hold no others.
///
/// A call is new when the frame that the pattern meets is not on the stack of the thread's last
/// row, or was left and entered again since (the log of calls says so). A step within one
/// function to another line looks the same as the next call of it; then a step back to the line
/// where certain calls begin, or before it, is taken for a call.
struct FrameCalls {
  /// State just before the first row of each call, in order.
  private(set) var states: [UInt32] = []
  /// Function of each call.
  private(set) var names: [String] = []
  /// How many of the calls are told from a step back.
  private(set) var inferred = 0

  /// The calls of the frames that meet `pattern`.
  init(pattern: Pattern, data: CaptureData) throws(EngineError) {
    let matcher = try asking(try PatternMatcher(pattern))
    guard let log = try reading(try CallEntries(columns: data.columns)) else {
      throw .cannotAnswer(
        "\(data.info.name) does not say where calls begin",
        suggestion: data.info.format == "memray"
          ? "import it again: an older memq did not keep calls" : "`--marks FILE`",
        at: pattern.range)
    }
    var walk = try reading(try Walk(data: data, matcher: matcher, log: log))
    guard walk.meetsSome else {
      throw .cannotAnswer(
        "no stack of \(data.info.name) has a frame `\(pattern.text)`",
        suggestion: "`top by function inclusive` lists them", at: pattern.range)
    }
    try reading(try walk.run(data))
    guard !walk.isIncomplete else {
      throw .cannotAnswer(
        "`\(pattern.text)` is called too often: calls beyond \(log.limit) of one stack are not "
          + "kept", suggestion: "a caller of it", at: pattern.range)
    }
    states = walk.states
    names = walk.functions
    inferred = walk.inferred
  }
}

/// The log of calls: rows before which a stack node was left and entered again.
struct CallEntries {
  /// Nodes entered again more often have no rows here.
  let limit: UInt32
  /// The entries, in order of rows.
  let rows: [UInt32]
  let nodes: [UInt32]
  /// Nodes without entries.
  let dropped: [UInt32]

  /// The log of a capture; nil when it keeps none.
  init?(columns: CaptureColumns) throws(StoreError) {
    guard let limit = try columns.words(.callLimit).first else { return nil }
    self.limit = limit
    let nodes = try columns.words(.callNode)
    let counts = try columns.words(.callCount)
    let rows = try columns.words(.callRow)
    guard nodes.count == counts.count else { throw columns.damaged(.callNode) }
    var owners: [UInt32] = []
    owners.reserveCapacity(rows.count)
    for (node, count) in zip(nodes, counts) where count <= limit {
      owners += repeatElement(node, count: Int(count))
    }
    guard owners.count == rows.count else { throw columns.damaged(.callRow) }
    let order = rows.indices.sorted { rows[$0] < rows[$1] }
    self.rows = order.map { rows[$0] }
    self.nodes = order.map { owners[$0] }
    dropped = zip(nodes, counts).filter { $0.1 > limit }.map(\.0)
  }
}

/// One pass over the rows, with what each thread stood on before.
///
/// Cost: about 2 ns a row (benchmark: `mark on frame`).
private struct Walk {
  private(set) var states: [UInt32] = []
  private(set) var functions: [String] = []
  private(set) var inferred = 0
  private(set) var isIncomplete = false
  private let log: CallEntries
  private let stacks: CaptureData.Stacks
  private let locations: CaptureData.Locations
  private let nodeOfSite: [UInt32]
  private let threadOfSite: [UInt32]
  private let depths: [UInt32]
  /// Per node: the outermost node on its path that meets the pattern, 0 for none.
  private let outermost: [UInt32]
  private let isDropped: [Bool]
  /// Node of each thread's last row.
  private var last: [UInt32]
  /// First line of certain calls of each function, by function and file.
  private var entryLines: [String: Int32] = [:]
  private var nextEntry = 0

  /// Whether some stack has a frame that meets the pattern.
  var meetsSome: Bool { outermost.contains { $0 != 0 } }

  init(data: CaptureData, matcher: PatternMatcher, log: CallEntries) throws(StoreError) {
    self.log = log
    stacks = try data.pythonStacks()
    locations = try data.locations()
    nodeOfSite = try data.pythonSites()
    threadOfSite = try data.sites().threads
    let frames = FrameMatcher(matcher, modules: try data.modules())
    let places = locations
    let met = (0..<places.count).map { frames.matches(places, $0) }
    var depths = [UInt32](repeating: 0, count: stacks.count)
    var outermost = depths
    for node in 1..<max(1, stacks.count) {
      let parent = Int(stacks.parents[node])
      depths[node] = depths[parent] + 1
      outermost[node] =
        outermost[parent] != 0
        ? outermost[parent]
        : met[Int(stacks.locations[node])] ? UInt32(node) : 0
    }
    self.depths = depths
    self.outermost = outermost
    var isDropped = [Bool](repeating: false, count: stacks.count)
    for node in log.dropped where Int(node) < isDropped.count { isDropped[Int(node)] = true }
    self.isDropped = isDropped
    last = Array(repeating: 0, count: Int(data.info.threads) + 1)
  }

  mutating func run(_ data: CaptureData) throws(StoreError) {
    let reader = try data.segments()
    let clock = try data.timeline().clock
    let zones = reader.zones
    try data.note(
      "calls of a frame", source: "rows",
      segments: (zones.count, zones.reduce(0) { $0 + Int($1.rowCount) }))
    var rows = SegmentRows()
    for segment in reader.zones.indices {
      let zone = reader.zones[segment]
      let dictionary = try reader.dictionary(segment: segment)
      let isOfInterest = dictionary.sites.map { site in
        Int(site) < nodeOfSite.count && outermost[Int(nodeOfSite[Int(site)])] != 0
      }
      try reader.read(segment: segment, columns: [.classes], into: &rows)
      for index in 0..<Int(zone.rowCount) {
        let number = Int(rows.classes[index])
        let site = Int(dictionary.sites[number])
        let thread = Int(threadOfSite[site])
        guard thread < last.count else { throw data.columns.damaged(.siteThread) }
        let row = zone.firstRow &+ UInt32(truncatingIfNeeded: index)
        if isOfInterest[number] { visit(row, node: nodeOfSite[site], thread: thread, clock) }
        last[thread] = nodeOfSite[site]
      }
    }
  }

  private mutating func visit(_ row: UInt32, node: UInt32, thread: Int, _ clock: Clock) {
    let frame = outermost[Int(node)]
    let before = last[thread]
    while nextEntry < log.rows.count, log.rows[nextEntry] < row { nextEntry += 1 }
    let entered =
      nextEntry < log.rows.count && log.rows[nextEntry] == row ? log.nodes[nextEntry] : 0
    if entered != 0, depths[Int(entered)] <= depths[Int(frame)] {
      return begin(row, frame, clock)
    }
    let earlier = outermost[Int(before)]
    if earlier == frame {
      if hasDroppedCaller(frame) { isIncomplete = true }
      return
    }
    // The same function elsewhere under the same caller: another line of one call, or the next.
    let isSibling =
      earlier != 0 && stacks.parents[Int(earlier)] == stacks.parents[Int(frame)]
      && name(earlier) == name(frame)
    guard isSibling else { return begin(row, frame, clock) }
    if line(frame) > line(earlier) { return }
    let isLater = line(frame) == line(earlier) && frame > earlier
    if isLater || line(frame) > entryLines[name(frame)] ?? 0 { return }
    inferred += 1
    begin(row, frame, clock, isCertain: false)
  }

  private func hasDroppedCaller(_ frame: UInt32) -> Bool {
    guard !log.dropped.isEmpty else { return false }
    var node = frame
    while node != 0 {
      if isDropped[Int(node)] { return true }
      node = stacks.parents[Int(node)]
    }
    return false
  }

  private func line(_ node: UInt32) -> Int32 {
    locations.lines[Int(stacks.locations[Int(node)])]
  }

  private func name(_ node: UInt32) -> String {
    let location = Int(stacks.locations[Int(node)])
    return locations.functions[location] + "\u{0}" + locations.files[location]
  }

  private mutating func begin(
    _ row: UInt32, _ frame: UInt32, _ clock: Clock, isCertain: Bool = true
  ) {
    states.append(clock.birth(of: row))
    functions.append(locations.functions[Int(stacks.locations[Int(frame)])])
    guard isCertain else { return }
    let key = name(frame)
    entryLines[key] = min(entryLines[key] ?? .max, line(frame))
  }
}
