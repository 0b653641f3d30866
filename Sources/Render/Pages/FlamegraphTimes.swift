import Columns

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
  var pageBytes: Int { bytes.count * 4 / 3 + points.count * 60 }

  /// Cells of the nodes that `data` kept, in as many windows as fit into `budget` bytes of page.
  init(_ times: StackTimes, data: FlamegraphData, budget: Int?) {
    points = times.points
    shown = times.shown
    var cells = Self.moved(times.cells, data)
    pieces = Self.moved(times.pieces, data)
    encode(cells, nodes: data.nodeCount)
    guard let budget else { return }
    let whole = windowCount
    while pageBytes > budget, windowCount > Self.leastWindows {
      cells = thin(cells)
      encode(cells, nodes: data.nodeCount)
    }
    if windowCount < whole { thinnedFrom = whole }
  }

  private typealias Cell = StackTimes.Cell

  /// Cells by the page's node; those of merged nodes meet.
  private static func moved(_ cells: [Cell], _ data: FlamegraphData) -> [Cell] {
    merged(
      cells.filter { Int($0.node) < data.placeOfNode.count }.map { cell in
        var cell = cell
        cell.node = data.placeOfNode[Int(cell.node)]
        return cell
      })
  }

  /// Sorted, equal stretches of one node added up.
  private static func merged(_ cells: [Cell]) -> [Cell] {
    let sorted = cells.sorted {
      ($0.node, $0.born, $0.died) < ($1.node, $1.born, $1.died)
    }
    var result: [Cell] = []
    for cell in sorted {
      if let last = result.last, last.node == cell.node, last.born == cell.born,
        last.died == cell.died
      {
        result[result.count - 1].bytes &+= cell.bytes
        result[result.count - 1].count &+= cell.count
      } else {
        result.append(cell)
      }
    }
    return result
  }

  /// Makes one window of every two; the greater peak stays, the later of equal ones.
  private mutating func thin(_ cells: [Cell]) -> [Cell] {
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
    pieces = Self.thinned(pieces, to: next)
    return Self.thinned(cells, to: next)
  }

  private static func thinned(_ cells: [Cell], to next: [UInt16]) -> [Cell] {
    merged(
      cells.map { cell in
        var cell = cell
        cell.born = next[Int(cell.born)]
        cell.died = next[Int(cell.died)]
        return cell
      }.filter { $0.born < $0.died })
  }

  private mutating func encode(_ cells: [Cell], nodes: Int) {
    bytes.removeAll(keepingCapacity: true)
    var next = 0
    for node in 0..<nodes {
      let from = next
      while next < cells.count, Int(cells[next].node) == node { next += 1 }
      FlamegraphData.append(UInt64(next - from), to: &bytes)
      var born: UInt16 = 0
      for cell in cells[from..<next] {
        FlamegraphData.append(UInt64(cell.born - born), to: &bytes)
        FlamegraphData.append(UInt64(cell.died - cell.born), to: &bytes)
        for value in [cell.bytes, cell.count] {
          let folded = UInt64(bitPattern: value &<< 1 ^ value &>> 63)
          FlamegraphData.append(folded, to: &bytes)
        }
        born = cell.born
      }
    }
  }
}
