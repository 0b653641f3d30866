import Results

/// A stack tree as a page carries it: pruned, left-heavy, in pre-order, as varints.
///
/// Per node: how many levels to climb from the node before (not for the root), its frame + 1 (0
/// for merged nodes, then how many), its own values. Then per frame: function, file, line, marks.
struct FlamegraphData {
  /// Nodes written, merged ones included.
  private(set) var nodeCount = 0
  /// Nodes of the tree that were merged into their callers' "smaller" nodes.
  private(set) var mergedNodes = 0
  /// Sum of their sizes.
  private(set) var mergedSize: Int64 = 0
  /// The largest subtree merged.
  private(set) var mergedLargest: Int64 = 0
  /// Names of functions, cut when too long and safe to show.
  private(set) var functions: [String] = []
  /// Names of files, likewise.
  private(set) var files: [String] = []
  /// Per file, what its frames are coloured as.
  private(set) var groups: [String] = []
  /// The varints.
  private(set) var bytes: [UInt8] = []
  /// Number of frames written.
  private(set) var frameCount = 0
  /// Names cut for their length.
  private(set) var cutNames = 0
  /// Per node of the tree that was written, its number here; merged nodes have that of the node
  /// that stands for them.
  private(set) var placeOfNode: [UInt32] = []

  /// Per frame of the tree, its number in the page + 1; 0 before its first use.
  private var frameNumbers: [UInt32] = []
  /// Numbers of frames by their text: turned over, equal frames must meet.
  private var frameKeys: [FrameKey: UInt32] = [:]
  private var frameBytes: [UInt8] = []
  private var functionNumbers: [String: UInt64] = [:]
  private var fileNumbers: [String: UInt64] = [:]
  /// Nodes of merged subtrees still to be numbered; kept for its room.
  private var marking: [UInt32] = []

  private struct FrameKey: Hashable {
    var function: UInt64
    var file: UInt64
    var line: UInt64
    var marks: UInt64
  }

  /// Characters of a name that a page carries.
  private static let longestName = 1000

  /// Bytes of page that the data takes: base64, and names as JSON.
  var pageBytes: Int {
    var names = 0
    for text in functions { names += text.utf8.count + 3 }
    // With its module and shade.
    for text in files { names += text.utf8.count + 16 }
    return bytes.count * 4 / 3 + names
  }

  /// The largest `keep` nodes of a tree, the others merged.
  init(_ tree: FlamegraphTree, keep: Int) {
    frameNumbers = [UInt32](repeating: 0, count: tree.frames.count)
    placeOfNode = [UInt32](repeating: 0, count: tree.nodeCount)
    write(tree, keep: keep)
    bytes += frameBytes
    frameBytes = []
  }

  /// A tree's nodes, as many as fit into `budget` bytes of page; nil keeps all.
  ///
  /// Nodes differ in size, so a first guess is scaled by what it took; rarely a third pass is due.
  static func fitting(_ tree: FlamegraphTree, budget: Int?) -> FlamegraphData {
    guard let budget, tree.nodeCount > budget / leastNodeBytes else {
      return fitting(tree, budget: budget, keep: tree.nodeCount)
    }
    let guess = max(1, min(tree.nodeCount, budget / usualNodeBytes))
    let taken = max(1, FlamegraphData(tree, keep: guess).pageBytes)
    let scaled = Double(guess) * Double(budget) / Double(taken) * 0.98
    return fitting(tree, budget: budget, keep: max(1, min(tree.nodeCount, Int(scaled))))
  }

  /// Bytes of page that a node with its share of the names takes, at least and usually.
  private static let leastNodeBytes = 5
  private static let usualNodeBytes = 12

  /// The largest `keep` nodes, or fewer when those are too many.
  private static func fitting(_ tree: FlamegraphTree, budget: Int?, keep: Int) -> FlamegraphData {
    var keep = keep
    var data = FlamegraphData(tree, keep: keep)
    guard let budget else { return data }
    while data.pageBytes > budget && keep > 1 {
      let share = Double(budget) / Double(data.pageBytes)
      keep = max(1, min(keep - 1, Int(Double(keep) * share * 0.97)))
      data = FlamegraphData(tree, keep: keep)
    }
    return data
  }

  /// A node to write, or the merged rest of its children.
  private struct Step {
    var node: Int
    var isMerged: Bool
  }

  private mutating func write(_ tree: FlamegraphTree, keep: Int) {
    var waiting = [Step(node: 0, isMerged: false)]
    var previousLevel = 0
    while let step = waiting.popLast() {
      let level = Int(tree.levels[step.node]) + (step.isMerged ? 1 : 0)
      if nodeCount > 0 { Self.append(UInt64(max(0, previousLevel + 1 - level)), to: &bytes) }
      previousLevel = level
      nodeCount += 1
      // Children come largest first, so those kept are a prefix.
      let children = tree.children(of: step.node)
      let kept = children.prefix { Int(tree.ranks[Int($0)]) < keep }
      if step.isMerged {
        merge(children.dropFirst(kept.count), of: tree)
        continue
      }
      placeOfNode[step.node] = UInt32(truncatingIfNeeded: nodeCount - 1)
      Self.append(number(of: tree.frameIndices[step.node], in: tree) + 1, to: &bytes)
      for values in tree.own { Self.append(UInt64(clamping: values[step.node]), to: &bytes) }
      if kept.count < children.count { waiting.append(Step(node: step.node, isMerged: true)) }
      for child in kept.reversed() { waiting.append(Step(node: Int(child), isMerged: false)) }
    }
  }

  /// Writes the one node that stands for subtrees left out.
  private mutating func merge(_ nodes: ArraySlice<UInt32>, of tree: FlamegraphTree) {
    var sums = [Int64](repeating: 0, count: tree.totals.count)
    var places: Int64 = 0
    for node in nodes {
      for channel in sums.indices { sums[channel] &+= tree.totals[channel][Int(node)] }
      places &+= tree.places[Int(node)]
      mergedLargest = max(mergedLargest, tree.totals[0][Int(node)])
      if tree.totals.count > 2 { mergedLargest = max(mergedLargest, tree.totals[2][Int(node)]) }
      mark(node, in: tree)
    }
    mergedNodes += Int(places)
    mergedSize &+= sums[0]
    Self.append(0, to: &bytes)
    Self.append(UInt64(clamping: places), to: &bytes)
    for value in sums { Self.append(UInt64(clamping: value), to: &bytes) }
  }

  /// Gives a merged subtree the number of the node that was written for it.
  private mutating func mark(_ top: UInt32, in tree: FlamegraphTree) {
    marking.append(top)
    while let node = marking.popLast() {
      placeOfNode[Int(node)] = UInt32(truncatingIfNeeded: nodeCount - 1)
      for child in tree.children(of: Int(node)) { marking.append(child) }
    }
  }

  /// The page's number of a frame, given out in order of first use.
  private mutating func number(of frame: UInt32, in tree: FlamegraphTree) -> UInt64 {
    let known = frameNumbers[Int(frame)]
    if known > 0 { return UInt64(known - 1) }
    let text = tree.frames[Int(frame)]
    let key = FrameKey(
      function: Self.intern(text.function, &functions, &functionNumbers, &cutNames),
      file: Self.intern(text.file, &files, &fileNumbers, &cutNames),
      line: UInt64(max(0, text.line)), marks: UInt64(tree.marks[Int(frame)].rawValue))
    if Int(key.file) == groups.count {
      groups.append(SafeText.cut(tree.group(of: text.file), most: Self.longestName))
    }
    let number = frameKeys[key] ?? UInt32(truncatingIfNeeded: frameCount)
    frameNumbers[Int(frame)] = number + 1
    if frameKeys[key] == nil {
      frameKeys[key] = number
      frameCount += 1
      for value in [key.function, key.file, key.line, key.marks] {
        Self.append(value, to: &frameBytes)
      }
    }
    return UInt64(number)
  }

  private static func intern(
    _ text: String, _ names: inout [String], _ numbers: inout [String: UInt64], _ cuts: inout Int
  ) -> UInt64 {
    var name = text
    if text.utf8.count > longestName {
      cuts += 1
      name = SafeText.cut(text, most: longestName)
    }
    name = SafeText.shown(name)
    if let known = numbers[name] { return known }
    let number = UInt64(names.count)
    numbers[name] = number
    names.append(name)
    return number
  }

  /// Appends a number, seven bits a byte, the lowest first.
  static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }
}
