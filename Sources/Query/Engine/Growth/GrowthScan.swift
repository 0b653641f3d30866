import Store

/// Live bytes and blocks of every site at some states, in one pass.
///
/// A row counts only if it outlives a point, so most rows cost one comparison. Cost: about 4 ns
/// a row, most of it decoding (benchmark: `growth by lineno`).
struct GrowthScan {
  /// One site's values at the points; sites that nothing of outlives a point have none.
  struct Series {
    var bytes: [Int64]
    var blocks: [Int64]
    /// Bytes born since the point before that are alive at the last point, by points.
    var kept: [Int64]
    var keptBlocks: [Int64]
    /// Blocks that outlived a point and were freed before the last, by points outlived.
    var freedAges: [Int64]

    /// Nothing at so many points.
    init(points: Int) {
      bytes = Array(repeating: 0, count: points + 1)
      blocks = bytes
      kept = bytes
      keptBlocks = bytes
      freedAges = bytes
    }

    /// The points that nearly all of the freed blocks lived at, of those that lived at one.
    ///
    /// 999 of 1,000 where half of the points are left to follow, else 49 of 50: those that live
    /// longest would pass for kept.
    var peersAge: Int {
      let most = age(of: 0.999)
      return most * 2 <= freedAges.count ? most : max(age(of: 0.98), freedAges.count / 2)
    }

    /// The points that a share of the freed blocks lived at, at most.
    private func age(of share: Double) -> Int {
      let all = Double(freedAges.reduce(0, +))
      guard all > 0 else { return 0 }
      var sum = 0.0
      for (age, count) in freedAges.enumerated() {
        sum += Double(count)
        if sum >= all * share { return age + 1 }
      }
      return freedAges.count
    }

    /// Adds another site's values.
    mutating func merge(_ other: Series) {
      for index in bytes.indices {
        bytes[index] &+= other.bytes[index]
        blocks[index] &+= other.blocks[index]
        kept[index] &+= other.kept[index]
        keptBlocks[index] &+= other.keptBlocks[index]
        freedAges[index] &+= other.freedAges[index]
      }
    }
  }

  let data: CaptureData
  let condition: Condition
  /// The points, as states, rising.
  let states: [UInt32]

  /// The series of each site, nil where nothing outlives a point.
  func run() throws(StoreError) -> [Series?] {
    let timeline = try data.timeline()
    var series = [Series?](repeating: nil, count: Int(data.info.sites))
    let selection = Selection(
      births: 0..<timeline.clock.endState, deaths: 0...Clock.never, greatestAge: nil,
      weight: .atBirth, title: "live")
    var scan = RowScan(
      data: data, selection: selection, condition: condition, needs: ScanNeeds(),
      clock: timeline.clock, selectsSingleRows: true)
    let points = states
    try scan.visit { (scan, dictionary) in
      scan.forEachSurvivor(of: points) { (number, born, died) in
        let site = Int(dictionary.sites[number])
        let size = Int64(bitPattern: dictionary.sizes[number])
        if series[site] == nil { series[site] = Series(points: points.count) }
        series[site]?.add(size, born: born, died: died, count: points.count)
      }
    }
    try addCuts(selection, timeline, to: &series)
    for site in series.indices { series[site]?.sum() }
    return series
  }

  /// Takes off what munmap has cut, and counts the pieces.
  private func addCuts(
    _ selection: Selection, _ timeline: Timeline, to series: inout [Series?]
  ) throws(StoreError) {
    let judge = RowJudge(
      selection: selection, condition: condition, clock: timeline.clock, data: data)
    for cut in try data.columns.cuts() where Int(cut.site) < series.count {
      guard try judge.row(of: cut) != nil else { continue }
      let at = states.partitioningIndex { $0 > cut.instant }
      let end = states.partitioningIndex { $0 > cut.death }
      guard at < end else { continue }
      let site = Int(cut.site)
      if series[site] == nil { series[site] = Series(points: states.count) }
      series[site]?.bytes[at] &-= Int64(bitPattern: cut.bytes)
      series[site]?.bytes[end] &+= Int64(bitPattern: cut.bytes)
      series[site]?.blocks[at] += Int64(cut.pieces)
      series[site]?.blocks[end] -= Int64(cut.pieces)
    }
  }
}

extension GrowthScan.Series {
  /// Notes a row that lives at the points `born..<died`.
  @inline(__always)
  fileprivate mutating func add(_ size: Int64, born: Int, died: Int, count: Int) {
    bytes[born] &+= size
    blocks[born] += 1
    bytes[died] &-= size
    blocks[died] -= 1
    if died == count {
      kept[born] &+= size
      keptBlocks[born] += 1
    } else {
      freedAges[died - born] += 1
    }
  }

  /// Turns changes into values.
  fileprivate mutating func sum() {
    for index in bytes.indices.dropFirst() {
      bytes[index] &+= bytes[index - 1]
      blocks[index] &+= blocks[index - 1]
    }
  }
}

extension Array {
  /// Index of the first element for which a rising condition holds.
  func partitioningIndex(_ isAfter: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

extension RowScan {
  /// Calls `body` with class, first point lived at, and first point no longer lived at, for the
  /// selected rows of the loaded segment that live at one of `points`.
  func forEachSurvivor(of points: [UInt32], _ body: (Int, Int, Int) -> Void) {
    withRows { (mask, births, deaths, classes) in
      var next = 0
      for row in mask.indices where mask[row] != 0 {
        let birth = births[row]
        if next > 0, points[next - 1] > birth { next = 0 }
        while next < points.count, points[next] <= birth { next += 1 }
        guard next < points.count, deaths[row] >= points[next] else { continue }
        let death = deaths[row]
        let end =
          death >= points[points.count - 1]
          ? points.count : points.partitioningIndex { $0 > death }
        body(Int(classes[row]), next, end)
      }
    }
  }
}
