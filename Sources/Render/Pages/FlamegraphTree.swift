import Columns

/// A stack tree made ready to be drawn: totals, ranks, children largest first.
///
/// Own values below zero count as zero: a width cannot show them. What the root holds itself is
/// moved to a child `<no stack>`.
struct FlamegraphTree {
  private(set) var frames: [FrameText]
  private(set) var frameIndices: [UInt32]
  private(set) var ownSizes: [Int64]
  private(set) var ownCounts: [Int64]
  /// Per node, the sums over its subtree.
  private(set) var sizes: [Int64] = []
  private(set) var counts: [Int64] = []
  /// Per node, the number of nodes of its subtree.
  private(set) var places: [Int64] = []
  /// Per node, its distance from the root.
  private(set) var levels: [Int] = []
  /// Per node, its place by size: 0 is the root, callers before callees.
  private(set) var ranks: [Int] = []
  /// Own values below zero.
  private(set) var negativeNodes = 0
  /// Nodes whose parent does not come before them.
  private(set) var orphanNodes = 0

  private var parents: [UInt32]
  private var childStarts: [Int] = []
  private var childList: [UInt32] = []

  var nodeCount: Int { parents.count }

  init(_ tree: StackTree) {
    let count = tree.safeNodeCount
    frames = tree.frames
    frames.append(FrameText(function: "<unknown>", file: "", line: 0))
    let unknown = UInt32(frames.count - 1)
    frameIndices = tree.frameIndices.prefix(count).map { $0 < unknown ? $0 : unknown }
    ownSizes = tree.sizes.prefix(count).map { max(0, $0) }
    ownCounts = tree.counts.prefix(count).map { max(0, $0) }
    negativeNodes = tree.sizes.prefix(count).reduce(0) { $0 + ($1 < 0 ? 1 : 0) }
    parents = Array(tree.parents.prefix(count))
    for node in parents.indices.dropFirst() where Int(parents[node]) >= node {
      orphanNodes += 1
      parents[node] = 0
    }
    addRootWhenMissing()
    moveRootsOwn()
    sumUp()
    rank()
  }

  /// Children of a node, largest first.
  func children(of node: Int) -> ArraySlice<UInt32> {
    childList[childStarts[node]..<childStarts[node + 1]]
  }

  private mutating func addRootWhenMissing() {
    guard parents.isEmpty else { return }
    parents = [0]
    frameIndices = [UInt32(frames.count - 1)]
    ownSizes = [0]
    ownCounts = [0]
  }

  private mutating func moveRootsOwn() {
    guard ownSizes[0] > 0 || ownCounts[0] > 0 else { return }
    frames.append(FrameText(function: "<no stack>", file: "", line: 0))
    parents.append(0)
    frameIndices.append(UInt32(frames.count - 1))
    ownSizes.append(ownSizes[0])
    ownCounts.append(ownCounts[0])
    ownSizes[0] = 0
    ownCounts[0] = 0
  }

  private mutating func sumUp() {
    sizes = ownSizes
    counts = ownCounts
    places = [Int64](repeating: 1, count: nodeCount)
    levels = [Int](repeating: 0, count: nodeCount)
    for node in stride(from: nodeCount - 1, to: 0, by: -1) {
      let parent = Int(parents[node])
      sizes[parent] &+= sizes[node]
      counts[parent] &+= counts[node]
      places[parent] &+= places[node]
    }
    for node in 0..<nodeCount where node > 0 { levels[node] = levels[Int(parents[node])] + 1 }
  }

  /// Sorts nodes by size; equal ones keep their order, so that callers precede callees.
  private mutating func rank() {
    var order = (0..<UInt32(nodeCount)).map { $0 }
    order.sort { left, right in
      let (a, b) = (sizes[Int(left)], sizes[Int(right)])
      return a == b ? left < right : a > b
    }
    ranks = [Int](repeating: 0, count: nodeCount)
    childStarts = [Int](repeating: 0, count: nodeCount + 1)
    for (place, node) in order.enumerated() { ranks[Int(node)] = place }
    for node in 1..<max(1, nodeCount) { childStarts[Int(parents[node]) + 1] += 1 }
    for node in 0..<nodeCount { childStarts[node + 1] += childStarts[node] }
    var next = childStarts
    childList = [UInt32](repeating: 0, count: max(0, nodeCount - 1))
    for node in order where node != 0 {
      let parent = Int(parents[Int(node)])
      childList[next[parent]] = node
      next[parent] += 1
    }
  }
}
