import Results

/// A stack tree made ready to be drawn: totals, ranks, children heaviest first.
///
/// Own values below zero count as zero: a width cannot show them. What the root holds itself is
/// moved to a child `<no stack>`.
struct FlamegraphTree {
  private(set) var frames: [FrameText]
  /// Per frame.
  private(set) var marks: [FrameMarks]
  private(set) var frameIndices: [UInt32]
  private let packages: [String: String]
  /// Own values: size and count, then those of the right side, then of both sides.
  private(set) var own: [[Int64]]
  /// Per node, sums of each of `own` over its subtree.
  private(set) var totals: [[Int64]] = []
  /// Per node, the number of nodes of its subtree.
  private(set) var places: [Int64] = []
  /// Per node, its distance from the root.
  private(set) var levels: [Int32] = []
  /// Per node, its place by weight: 0 is the root, callers before callees.
  private(set) var ranks: [Int32] = []
  /// Own values below zero.
  private(set) var negativeNodes = 0
  /// Nodes whose parent does not come before them.
  private(set) var orphanNodes = 0

  private var parents: [UInt32]
  private var childStarts: [Int32] = []
  private var childList: [UInt32] = []

  var nodeCount: Int { parents.count }

  init(_ tree: StackTree) {
    let count = tree.safeNodeCount
    packages = tree.packages
    frames = tree.frames
    marks =
      tree.frameMarks + Array(repeating: [], count: max(0, frames.count - tree.frameMarks.count))
    frames.append(FrameText(function: "<unknown>", file: "", line: 0))
    marks = Array(marks.prefix(frames.count - 1)) + [[]]
    let unknown = UInt32(frames.count - 1)
    frameIndices = tree.frameIndices.prefix(count).map { $0 < unknown ? $0 : unknown }
    let sums = [StackSums(sizes: tree.sizes, counts: tree.counts), tree.base, tree.survived]
    own = sums.compactMap(\.self).flatMap { [$0.sizes, $0.counts] }.map { values in
      let kept = values.prefix(count).map { max(0, $0) }
      return kept + Array(repeating: 0, count: count - kept.count)
    }
    negativeNodes = tree.sizes.prefix(count).reduce(0) { $0 + ($1 < 0 ? 1 : 0) }
    parents = Array(tree.parents.prefix(count))
    for node in parents.indices.dropFirst() where Int(parents[node]) >= node {
      orphanNodes += 1
      parents[node] = 0
    }
    addRootWhenMissing()
    moveRootsOwn()
    sumUp()
    rank(weights(tree))
  }

  /// Whether anything has a width, on either side of a difference.
  var drawsSomething: Bool { totals.contains { $0[0] > 0 } }

  /// What frames of a file are coloured as: its package, or the file's own name for code that is
  /// no Python module.
  func group(of file: String) -> String {
    if let package = packages[file] { return package }
    let parts = file.split { $0 == "/" || $0 == "\\" }
    return parts.last.map(String.init) ?? file
  }

  /// Children of a node, heaviest first.
  func children(of node: Int) -> ArraySlice<UInt32> {
    childList[Int(childStarts[node])..<Int(childStarts[node + 1])]
  }

  /// Colours of its modules, by what they hold once frames of the sets are hidden.
  func colours(hiding sets: [String], isInverted: Bool) -> ModuleColours {
    ModuleColours(isInverted ? firstByModule() : ownByModule(hiding: sets))
  }

  /// Bytes by module of a tree that begins at the allocating frames: the first known one's.
  func firstByModule() -> [String: Int64] {
    var sizes: [String: Int64] = [:]
    var modules: [String: String] = [:]
    var isCounted = [Bool](repeating: false, count: nodeCount)
    for node in 0..<nodeCount where node > 0 {
      let frame = Int(frameIndices[node])
      isCounted[node] = isCounted[Int(parents[node])]
      let isFirst = !isCounted[node] && !marks[frame].contains(.split)
      let file = frames[frame].file
      guard isFirst, ModuleColours.isKnown(file) else { continue }
      isCounted[node] = true
      let module = modules[file] ?? group(of: file)
      modules[file] = module
      sizes[module, default: 0] &+= totals[0][node]
    }
    return sizes
  }

  /// Own bytes by module.
  ///
  /// What hidden frames hold is their caller's, as it is drawn.
  func ownByModule(hiding sets: [String] = []) -> [String: Int64] {
    var mask: FrameMarks = []
    for name in sets { mask.formUnion(Self.marks[name] ?? []) }
    let hidesImports = sets.contains("imports")
    // Per node: the node that shows its own bytes, a caller when it is hidden or of no known
    // module; and whether it is below a hidden import.
    var shown = [UInt32](repeating: 0, count: nodeCount)
    var isCut = [Bool](repeating: false, count: nodeCount)
    var sizes: [String: Int64] = [:]
    var modules: [String: String] = [:]
    for node in 0..<nodeCount {
      let parent = Int(parents[node])
      let marks = self.marks[Int(frameIndices[node])]
      isCut[node] = isCut[parent] || hidesImports && marks.contains(.imports)
      let isKnown = ModuleColours.isKnown(frames[Int(frameIndices[node])].file)
      let isHidden = node > 0 && (isCut[node] || !isKnown || !marks.isDisjoint(with: mask))
      shown[node] = isHidden ? shown[parent] : UInt32(node)
      guard own[0][node] > 0 else { continue }
      let file = frames[Int(frameIndices[Int(shown[node])])].file
      guard ModuleColours.isKnown(file) else { continue }
      let module = modules[file] ?? group(of: file)
      modules[file] = module
      sizes[module, default: 0] &+= own[0][node]
    }
    return sizes
  }

  /// Frames that a hide set leaves out; imports take those below them along.
  private static let marks: [String: FrameMarks] = [
    "runner": .runner, "internals": .internal, "native": [.native, .inlined], "pattern": .pattern,
  ]

  private mutating func addRootWhenMissing() {
    guard parents.isEmpty else { return }
    parents = [0]
    frameIndices = [UInt32(frames.count - 1)]
    own = own.map { _ in [0] }
  }

  private mutating func moveRootsOwn() {
    guard own.contains(where: { $0[0] > 0 }) else { return }
    frames.append(FrameText(function: "<no stack>", file: "", line: 0))
    marks.append([])
    parents.append(0)
    frameIndices.append(UInt32(frames.count - 1))
    for channel in own.indices {
      own[channel].append(own[channel][0])
      own[channel][0] = 0
    }
  }

  private mutating func sumUp() {
    totals = own
    places = [Int64](repeating: 1, count: nodeCount)
    levels = [Int32](repeating: 0, count: nodeCount)
    for channel in totals.indices { addUp(&totals[channel]) }
    addUp(&places)
    for node in 0..<nodeCount where node > 0 { levels[node] = levels[Int(parents[node])] + 1 }
  }

  private func addUp(_ values: inout [Int64]) {
    for node in stride(from: nodeCount - 1, to: 0, by: -1) {
      values[Int(parents[node])] &+= values[node]
    }
  }

  /// What a node matters for: both sides of a difference, and what lives at other times.
  private func weights(_ tree: StackTree) -> [Int64] {
    var weights = totals[0]
    if own.count > 2 { for node in weights.indices { weights[node] &+= totals[2][node] } }
    guard let times = tree.times else { return weights }
    var lived = [Int64](repeating: 0, count: nodeCount)
    for cell in times.cells where Int(cell.node) < nodeCount {
      lived[Int(cell.node)] &+= max(0, cell.bytes)
    }
    addUp(&lived)
    for node in weights.indices { weights[node] &+= lived[node] }
    return weights
  }

  /// Sorts nodes by weight; equal ones keep their order, so that callers precede callees.
  private mutating func rank(_ weights: [Int64]) {
    let order = Self.order(weights)
    ranks = [Int32](repeating: 0, count: nodeCount)
    for (place, node) in order.enumerated() { ranks[Int(node)] = Int32(place) }
    // Where each node's children begin, and while they are put in order where the next one goes.
    childStarts = [Int32](repeating: 0, count: nodeCount + 2)
    for node in 1..<max(1, nodeCount) { childStarts[Int(parents[node]) + 2] += 1 }
    for node in 0..<nodeCount { childStarts[node + 2] += childStarts[node + 1] }
    childList = [UInt32](repeating: 0, count: max(0, nodeCount - 1))
    for node in order where node != 0 {
      let parent = Int(parents[Int(node)]) + 1
      childList[Int(childStarts[parent])] = node
      childStarts[parent] += 1
    }
  }

  /// Indices by falling weight, equal ones as they come: a radix sort, eleven bits at a time.
  ///
  /// Cost: about 3 ns an index and pass (benchmark: flamegraph of a million stacks).
  private static func order(_ weights: [Int64]) -> [UInt32] {
    let greatest = weights.max() ?? 0
    var order = (0..<UInt32(weights.count)).map { $0 }
    var sorted = order
    var shift = UInt64(0)
    while shift < 64, UInt64(clamping: greatest) >> shift > 0 {
      // Counted from the top, so that heavy ones come first.
      var starts = [Int](repeating: 0, count: 2049)
      func digit(_ index: UInt32) -> Int {
        2047 - Int(truncatingIfNeeded: UInt64(clamping: weights[Int(index)]) &>> shift & 2047)
      }
      for index in order { starts[digit(index) + 1] += 1 }
      for value in 0..<2048 { starts[value + 1] += starts[value] }
      for index in order {
        let value = digit(index)
        sorted[starts[value]] = index
        starts[value] += 1
      }
      swap(&order, &sorted)
      shift += 11
    }
    return order
  }
}
