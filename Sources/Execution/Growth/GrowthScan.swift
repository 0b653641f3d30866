import Language
import Analysis
import Store

/// Live bytes and blocks of every site at some states, in one pass.
///
/// A row counts only if it outlives a point, so most rows cost one comparison. Cost: about 4 ns
/// a row, most of it decoding (benchmark: `growth by lineno`).
struct GrowthScan {
  let data: CaptureData
  let condition: Condition
  /// The points, as states, rising.
  let states: [UInt32]

  /// The values of each site, nil where nothing of it outlives a point.
  func run() throws(StoreError) -> [PointValues?] {
    let timeline = try data.timeline()
    let selection = Selection(
      births: 0..<timeline.clock.endState, deaths: 0...Clock.never, greatestAge: nil,
      weight: .atBirth, title: "live")
    let scan = try RowScan(
      data: data, selection: selection, condition: condition, needs: ScanNeeds(),
      clock: timeline.clock, selectsSingleRows: true)
    var changes = SiteChanges(sites: Int(data.info.sites), points: states.count)
    let points = states
    try scan.visit { (scan, dictionary) in
      scan.withRows { (mask, births, deaths, classes) in
        changes.add(mask, births, deaths, classes, dictionary, points)
      }
    }
    try addCuts(selection, timeline, to: &changes)
    return changes.values()
  }

  /// Takes off what munmap has cut, and counts the pieces.
  private func addCuts(
    _ selection: Selection, _ timeline: Timeline, to changes: inout SiteChanges
  ) throws(StoreError) {
    let judge = RowJudge(
      selection: selection, condition: condition, clock: timeline.clock, data: data)
    for cut in try data.columns.cuts() where Int(cut.site) < changes.siteCount {
      guard try judge.row(of: cut) != nil else { continue }
      let at = states.partitioningIndex { $0 > cut.instant }
      let end = states.partitioningIndex { $0 > cut.death }
      guard at < end else { continue }
      changes.cut(
        Int(cut.site), Int64(bitPattern: cut.bytes), pieces: Int64(cut.pieces), from: at, to: end)
    }
  }
}

/// What changes at each point for each site: one block of numbers for the sites that have some.
private struct SiteChanges {
  /// Numbers of one point: bytes, blocks, kept bytes, kept blocks, ages of freed blocks.
  private static let width = 5
  private let points: Int
  /// Numbers of the points, by site; empty where nothing changes.
  ///
  /// One array of all sites would be copied whenever it grows.
  private var numbers: [[Int64]]

  var siteCount: Int { numbers.count }

  init(sites: Int, points: Int) {
    self.points = points
    numbers = Array(repeating: [], count: sites)
  }

  private mutating func begin(_ site: Int) {
    guard numbers[site].isEmpty else { return }
    numbers[site] = Array(repeating: 0, count: (points + 1) * Self.width)
  }

  /// Notes the rows that live at one of the points.
  mutating func add(
    _ mask: borrowing Span<UInt8>, _ births: borrowing Span<UInt32>,
    _ deaths: borrowing Span<UInt32>, _ classes: borrowing Span<UInt32>,
    _ dictionary: SegmentDictionary, _ states: [UInt32]
  ) {
    guard let last = states.last else { return }
    var next = 0
    for row in mask.indices where mask[row] != 0 {
      let birth = births[row]
      if next > 0, states[next - 1] > birth { next = 0 }
      while next < points, states[next] <= birth { next += 1 }
      guard next < points, deaths[row] >= states[next] else { continue }
      let number = Int(classes[row])
      let size = Int64(bitPattern: dictionary.sizes[number])
      let site = Int(dictionary.sites[number])
      begin(site)
      let death = deaths[row]
      let isKept = death >= last
      let end = isKept ? points : Self.firstPoint(after: death, states, from: next + 1)
      change(site, next * Self.width, size, 1)
      change(site, end * Self.width, -size, -1)
      if isKept {
        change(site, next * Self.width + 2, size, 1)
      } else {
        numbers[site][(end - next) * Self.width + 4] += 1
      }
    }
  }

  private mutating func change(_ site: Int, _ place: Int, _ bytes: Int64, _ blocks: Int64) {
    numbers[site][place] &+= bytes
    numbers[site][place + 1] &+= blocks
  }

  /// Number of the first point after a death that lies before the last one.
  private static func firstPoint(after death: UInt32, _ states: [UInt32], from first: Int) -> Int {
    var (low, high) = (first, states.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if states[middle] > death { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Notes a cut of a site's block.
  mutating func cut(_ site: Int, _ bytes: Int64, pieces: Int64, from: Int, to end: Int) {
    begin(site)
    change(site, from * Self.width, -bytes, pieces)
    change(site, end * Self.width, bytes, -pieces)
  }

  /// The values at the points, by site.
  func values() -> [PointValues?] {
    numbers.map { numbers in
      guard !numbers.isEmpty else { return nil }
      var values = PointValues(points: points)
      var (bytes, blocks): (Int64, Int64) = (0, 0)
      for point in 0...points {
        let place = point * Self.width
        bytes &+= numbers[place]
        blocks &+= numbers[place + 1]
        values.bytes[point] = bytes
        values.blocks[point] = blocks
        values.kept[point] = numbers[place + 2]
        values.keptBlocks[point] = numbers[place + 3]
        values.freedAges[point] = numbers[place + 4]
      }
      return values
    }
  }
}
