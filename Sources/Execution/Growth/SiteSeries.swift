import Analysis
import Store

/// Live bytes and blocks of every site at some points, kept as what changes at each.
///
/// A site takes 40 bytes for each point at which something of it begins or ends, and none where
/// nothing does, so that a million sites fit; values are made for those who ask. Few sites have a
/// place for every point, which is found at once.
struct SiteSeries {
  /// So many places take 10 MiB.
  private static let denseLimit = 1 << 18

  private let points: Int
  /// Changes by site, their points rising.
  private var changes: [[PointChange]]
  /// Whether sites have a place for every point, and one for what comes after the last.
  private let isDense: Bool

  /// Nothing of so many sites at so many points.
  init(sites: Int, points: Int) {
    self.points = points
    changes = Array(repeating: [], count: sites)
    isDense = points < Self.denseLimit && sites <= Self.denseLimit / (points + 1)
  }

  /// The sites.
  var indices: Range<Int> { changes.indices }

  /// Whether anything of a site outlives a point.
  func holds(_ site: Int) -> Bool { !changes[site].isEmpty }

  /// The values of a site at the points; nil where nothing of it outlives one.
  subscript(_ site: Int) -> PointValues? { holds(site) ? merged([site]) : nil }

  /// The values of some sites as one.
  func merged(_ sites: some Sequence<Int>) -> PointValues {
    values(of: sites.lazy.map { changes[$0] })
  }

  /// What changes of a site, to be added up.
  func changes(of site: Int) -> PointChanges { PointChanges(changes[site]) }

  /// The values that changes make.
  func values(of changes: PointChanges) -> PointValues { values(of: CollectionOfOne(changes.all)) }

  private func values(of lists: some Sequence<[PointChange]>) -> PointValues {
    var values = PointValues(points: points)
    for changes in lists {
      for change in changes {
        let point = Int(change.point)
        values.bytes[point] &+= change.bytes
        values.blocks[point] &+= change.blocks
        values.kept[point] &+= change.kept
        values.keptBlocks[point] &+= change.keptBlocks
        values.freedAges[point] &+= Int64(change.freedAges)
      }
    }
    for point in 1..<max(1, points + 1) {
      values.bytes[point] &+= values.bytes[point - 1]
      values.blocks[point] &+= values.blocks[point - 1]
    }
    return values
  }

  /// How far a site's bytes rise from one point to another.
  func rise(_ site: Int, from start: Int, to end: Int) -> Int64 {
    changes[site].reduce(0) { sum, change in
      let point = Int(change.point)
      guard point > min(start, end), point <= max(start, end) else { return sum }
      return start <= end ? sum &+ change.bytes : sum &- change.bytes
    }
  }

  // MARK: Scanning

  /// Notes the rows that live at one of the points.
  ///
  /// Rows stand by birth, so those between two points are looked at together, and all but the few
  /// that outlive the next one cost a comparison.
  mutating func add(
    _ mask: borrowing Span<UInt8>, _ births: borrowing Span<UInt32>,
    _ deaths: borrowing Span<UInt32>, _ classes: borrowing Span<UInt32>,
    _ dictionary: SegmentDictionary, _ states: [UInt32]
  ) {
    var row = 0
    while row < mask.count {
      let next = states.partitioningIndex { $0 > births[row] }
      guard next < points else { return }
      let state = states[next]
      let end = births.firstIndex(from: row) { $0 >= state }
      while row < end {
        if mask[row] != 0, deaths[row] >= state {
          let number = Int(classes[row])
          addSurvivor(
            Int(dictionary.sites[number]), Int64(bitPattern: dictionary.sizes[number]),
            from: next, until: deaths[row], states)
        }
        row += 1
      }
    }
  }

  /// Notes a block that lives at a point and dies after it.
  private mutating func addSurvivor(
    _ site: Int, _ size: Int64, from next: Int, until death: UInt32, _ states: [UInt32]
  ) {
    let isKept = death >= states[points - 1]
    let place = place(site, next)
    changes[site][place].add(size, 1, isKept: isKept)
    if !isKept {
      let end = Self.firstPoint(after: death, states, from: next + 1)
      change(site, end, -size, -1)
      let age = self.place(site, end - next)
      changes[site][age].freedAges &+= 1
    }
  }

  /// Notes a cut of a site's block.
  mutating func cut(_ site: Int, _ bytes: Int64, pieces: Int64, from: Int, to end: Int) {
    change(site, from, -bytes, pieces)
    change(site, end, bytes, -pieces)
  }

  private mutating func change(_ site: Int, _ point: Int, _ bytes: Int64, _ blocks: Int64) {
    let place = place(site, point)
    changes[site][place].add(bytes, blocks, isKept: false)
  }

  /// Where a site's change at a point lies; rows come by birth, so mostly at or near the end.
  private mutating func place(_ site: Int, _ point: Int) -> Int {
    if isDense {
      if changes[site].isEmpty {
        changes[site] = (0...points).map { PointChange(point: UInt32($0)) }
      }
      return point
    }
    let wanted = UInt32(point)
    var (low, high) = (0, changes[site].count)
    if high > 0, changes[site][high - 1].point == wanted { return high - 1 }
    while low < high {
      let middle = (low + high) / 2
      if changes[site][middle].point < wanted { low = middle + 1 } else { high = middle }
    }
    if low == changes[site].count || changes[site][low].point != wanted {
      changes[site].insert(PointChange(point: wanted), at: low)
    }
    return low
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
}
