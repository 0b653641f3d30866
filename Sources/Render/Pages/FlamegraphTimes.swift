import Results

/// A tree over time as a page carries it: few enough windows, cells by the page's nodes.
///
/// Per node: how many cells; per cell: first point less that of the cell before, points alive,
/// bytes, blocks. All are varints, bytes and blocks with their sign in the lowest bit.
struct FlamegraphTimes {
  /// The points kept.
  private(set) var points: [StackTimes.Point]
  /// The point that the tree's own values speak of.
  private(set) var shown: Int?
  /// Pieces of cut mappings, as `StackTimes.pieces`.
  private(set) var pieces: [StackTimes.Cell]
  /// The varints.
  private(set) var bytes: [UInt8] = []
  /// Windows before thinning, when there were more.
  private(set) var thinnedFrom: Int?

  /// Windows that a page keeps even when they do not fit.
  private static let leastWindows = 8

  var windowCount: Int { points.count / 2 }

  /// Bytes of page that the data takes.
  var pageBytes: Int { pageBytes(bytes.count) }

  private func pageBytes(_ length: Int) -> Int { length * 4 / 3 + points.count * 60 }

  /// Cells of the nodes that `data` kept, in as many windows as fit into `budget` bytes of page.
  init(_ times: StackTimes, data: FlamegraphData, budget: Int?) {
    points = times.points
    shown = times.shown
    var cells = Self.moved(times.cells, data)
    pieces = Self.moved(times.pieces, data)
    let whole = windowCount
    var length = Self.encodedLength(cells, nodes: data.nodeCount)
    while let budget, pageBytes(length) > budget, windowCount > Self.leastWindows {
      cells = thin(cells, nodes: data.nodeCount)
      length = Self.encodedLength(cells, nodes: data.nodeCount)
    }
    bytes.reserveCapacity(length)
    encode(cells, nodes: data.nodeCount)
    if windowCount < whole { thinnedFrom = whole }
  }

  private typealias Cell = StackTimes.Cell

  /// Cells by the page's node; those of merged nodes meet.
  private static func moved(_ cells: [Cell], _ data: FlamegraphData) -> [Cell] {
    let places = data.placeOfNode
    let isKnown = cells.allSatisfy { Int($0.node) < places.count }
    let known = isKnown ? cells : cells.filter { Int($0.node) < places.count }
    return merged(known, nodes: data.nodeCount) { places[Int($0)] }
  }

  /// Sorted, equal stretches of one node added up; `place` gives nodes below `nodes`.
  ///
  /// Cost: some 15 ns a cell (benchmark: flamegraph of a million stacks).
  @inline(__always)
  private static func merged(
    _ cells: [Cell], nodes: Int, at place: (UInt32) -> UInt32
  ) -> [Cell] {
    // Where each node's cells begin, and while they are put in order where the next one goes.
    var starts = [UInt32](repeating: 0, count: nodes + 2)
    for cell in cells { starts[Int(place(cell.node)) + 2] += 1 }
    for node in 0..<nodes { starts[node + 2] += starts[node + 1] }
    var order = [UInt32](repeating: 0, count: cells.count)
    for (index, cell) in cells.enumerated() {
      let node = Int(place(cell.node)) + 1
      order[Int(starts[node])] = UInt32(truncatingIfNeeded: index)
      starts[node] += 1
    }
    func stretch(_ index: UInt32) -> UInt32 {
      UInt32(cells[Int(index)].born) << 16 | UInt32(cells[Int(index)].died)
    }
    var result: [Cell] = []
    result.reserveCapacity(cells.count)
    for node in 0..<nodes {
      let own = Int(starts[node])..<Int(starts[node + 1])
      if own.count > 1 { order[own].sort { stretch($0) < stretch($1) } }
      let first = result.count
      for index in own {
        var cell = cells[Int(order[index])]
        cell.node = UInt32(node)
        if result.count > first, result[result.count - 1].born == cell.born,
          result[result.count - 1].died == cell.died
        {
          result[result.count - 1].bytes &+= cell.bytes
          result[result.count - 1].count &+= cell.count
        } else {
          result.append(cell)
        }
      }
    }
    return result
  }

  /// Makes one window of every two; the greater peak stays, the later of equal ones.
  private mutating func thin(_ cells: [Cell], nodes: Int) -> [Cell] {
    var kept = [0]
    for first in stride(from: 1, to: points.count - 1, by: 4) {
      let second = first + 2
      if second < points.count - 1 {
        kept.append(points[second].heap >= points[first].heap ? second : first)
        kept.append(second + 1)
      } else {
        kept += [first, first + 1]
      }
    }
    // Per point: the first kept one at or after it.
    var next = [UInt16](repeating: UInt16(kept.count), count: points.count + 1)
    var place = kept.count
    for point in stride(from: points.count - 1, through: 0, by: -1) {
      if place > 0, kept[place - 1] == point { place -= 1 }
      next[point] = UInt16(place)
    }
    shown = shown.flatMap { kept.firstIndex(of: $0) }
    points = kept.map { points[$0] }
    pieces = Self.thinned(pieces, to: next, nodes: nodes)
    return Self.thinned(cells, to: next, nodes: nodes)
  }

  private static func thinned(_ cells: [Cell], to next: [UInt16], nodes: Int) -> [Cell] {
    var thinned: [Cell] = []
    thinned.reserveCapacity(cells.count)
    for cell in cells where next[Int(cell.born)] < next[Int(cell.died)] {
      thinned.append(cell)
      thinned[thinned.count - 1].born = next[Int(cell.born)]
      thinned[thinned.count - 1].died = next[Int(cell.died)]
    }
    return merged(thinned, nodes: nodes) { $0 }
  }

  private mutating func encode(_ cells: [Cell], nodes: Int) {
    var bytes: [UInt8] = []
    swap(&bytes, &self.bytes)
    Self.forEachNumber(cells, nodes: nodes) { FlamegraphData.append($0, to: &bytes) }
    swap(&bytes, &self.bytes)
  }

  /// Bytes that `encode` makes.
  private static func encodedLength(_ cells: [Cell], nodes: Int) -> Int {
    var length = 0
    forEachNumber(cells, nodes: nodes) { number in
      length &+= (70 &- (number | 1).leadingZeroBitCount) / 7
    }
    return length
  }

  /// Calls `body` with everything that a page needs, node by node; cells are sorted.
  @inline(__always)
  private static func forEachNumber(_ cells: [Cell], nodes: Int, _ body: (UInt64) -> Void) {
    let cells = cells.span
    var next = 0
    for node in 0..<nodes {
      let from = next
      while next < cells.count, Int(cells[next].node) == node { next += 1 }
      body(UInt64(next - from))
      var born: UInt16 = 0
      for index in from..<next {
        let cell = cells[index]
        body(UInt64(cell.born - born))
        body(UInt64(cell.died - cell.born))
        body(folded(cell.bytes))
        body(folded(cell.count))
        born = cell.born
      }
    }
  }

  /// A number with its sign in the lowest bit.
  private static func folded(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: value &<< 1 ^ value &>> 63)
  }
}
