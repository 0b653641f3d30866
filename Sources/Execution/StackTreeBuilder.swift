import Language
import Results

/// Adds stacks to a tree whose nodes are places, not raw frames.
///
/// Cost: about 40 ns a site when callers are shared (benchmark: flamegraph of a million stacks).
struct StackTreeBuilder {
  /// Which own values of a node are added to.
  enum Side: Int {
    /// The population asked.
    case left
    /// The right side of `vs`.
    case right
    /// What is on both sides.
    case both
  }

  /// A frame as the tree tells frames apart.
  private struct Frame: Hashable {
    var text: FrameText
    var marks: FrameMarks
  }

  /// A frame of a stack to add.
  struct Place {
    /// Number of its location.
    var location: UInt32
    /// Whether it is one of the profiler's frames below the program.
    var isRunner: Bool
  }

  private let isInverted: Bool
  private var frames = [Frame(text: FrameText(function: "all", file: "", line: 0), marks: [])]
  private var numbers: [Frame: UInt32] = [:]
  private var parents: [UInt32] = [0]
  private var frameIndices: [UInt32] = [0]
  /// Own values of the nodes up to the last that has any.
  private var sums: [StackSums]
  /// Nodes less the root, by parent and frame.
  private var children = PlaceNumbers()
  private var locations: [Frame] = []
  private var locationFrames: [UInt32] = []
  /// Per location, its frame as one of the profiler's plus one; 0 until there is one.
  private var runnerFrames: [UInt32] = []
  /// The last root asked for and its node.
  private var lastRoot: (text: String, node: UInt32)?
  private var noStack: UInt32?
  private var nodes = StackNodes()
  /// Raw nodes on the way to one that is known; kept for its room.
  private var path: [UInt32] = []

  /// An empty tree with own values for so many sides.
  init(isInverted: Bool, sides: Int = 1) {
    self.isInverted = isInverted
    sums = Array(repeating: StackSums(sizes: [0], counts: [0]), count: sides)
  }

  /// Gets ready for stacks of a capture.
  mutating func begin(_ stacks: ShownStacks) {
    let (locations, marks) = (stacks.locations, stacks.marks)
    let greatest = children.keys.count + stacks.nodeCount
    children.reserve(greatest)
    parents.reserveCapacity(greatest)
    frameIndices.reserveCapacity(greatest)
    for side in sums.indices {
      sums[side].sizes.reserveCapacity(greatest)
      sums[side].counts.reserveCapacity(greatest)
    }
    self.locations = (0..<locations.count).map {
      Frame(text: locations.text($0), marks: marks.isEmpty ? [] : marks[$0])
    }
    locationFrames = self.locations.map { frame($0) }
    runnerFrames = Array(repeating: 0, count: self.locations.count)
    nodes = StackNodes()
  }

  private mutating func frame(_ frame: Frame) -> UInt32 {
    if let known = numbers[frame] { return known }
    let number = UInt32(frames.count)
    frames.append(frame)
    numbers[frame] = number
    return number
  }

  private mutating func frame(_ place: Place) -> UInt32 {
    let location = Int(place.location)
    guard place.isRunner else { return locationFrames[location] }
    if runnerFrames[location] != 0 { return runnerFrames[location] - 1 }
    var marked = locations[location]
    marked.marks.formUnion(.runner)
    let number = frame(marked)
    runnerFrames[location] = number + 1
    return number
  }

  private mutating func frame(named name: String, _ marks: FrameMarks = []) -> UInt32 {
    frame(Frame(text: FrameText(function: name, file: "", line: 0), marks: marks))
  }

  /// The node of a site's stack as it is shown; an empty one is `<no stack>`.
  mutating func node(_ site: Int, of stacks: ShownStacks, root: String?) -> UInt32 {
    let top = node(root: root)
    let hidden = stacks.sites.hidden[site]
    var current = stacks.newestShown(site)
    guard current != 0 else {
      let frame = noStack ?? frame(named: "<no stack>")
      noStack = frame
      return child(of: top, frame)
    }
    guard isInverted else { return node(current, of: stacks, under: top, hidden: hidden) }
    var node = top
    while current != 0 {
      node = child(of: node, frame(stacks.place(current, hidden: hidden)))
      current = stacks.callerShown(current, hidden: hidden)
    }
    return node
  }

  private mutating func node(root: String?) -> UInt32 {
    guard let root else { return 0 }
    if let lastRoot, lastRoot.text == root { return lastRoot.node }
    let node = child(of: 0, frame(named: root, .split))
    lastRoot = (root, node)
    return node
  }

  /// Callers first, from the nearest whose node is known.
  private mutating func node(
    _ newest: UInt32, of stacks: ShownStacks, under top: UInt32, hidden: UInt32
  ) -> UInt32 {
    nodes.choose(top: top, hidden: hidden, count: stacks.nodeCount)
    path.removeAll(keepingCapacity: true)
    var current = newest
    var node = top
    while current != 0 {
      if let known = nodes[current] {
        node = known
        break
      }
      path.append(current)
      current = stacks.callerShown(current, hidden: hidden)
    }
    while let raw = path.popLast() {
      node = child(of: node, frame(stacks.place(raw, hidden: hidden)))
      nodes[raw] = node
    }
    return node
  }

  /// Adds to a node's own values.
  mutating func add(_ values: GroupSums, to node: UInt32, side: Side = .left) {
    if Int(node) >= sums[side.rawValue].sizes.count { fillSums(side.rawValue) }
    sums[side.rawValue].sizes[Int(node)] &+= values.bytes
    sums[side.rawValue].counts[Int(node)] &+= values.count
  }

  /// Gives every node own values.
  private mutating func fillSums(_ side: Int) {
    let zeros = repeatElement(Int64(0), count: parents.count - sums[side].sizes.count)
    sums[side].sizes.append(contentsOf: zeros)
    sums[side].counts.append(contentsOf: zeros)
  }

  private mutating func child(of parent: UInt32, _ frame: UInt32) -> UInt32 {
    let key = UInt64(parent) << 32 | UInt64(frame)
    let number = UInt32(truncatingIfNeeded: children.number(of: key) + 1)
    if Int(number) < parents.count { return number }
    parents.append(parent)
    frameIndices.append(frame)
    return number
  }

  /// The finished tree.
  mutating func tree(query: String, captures: [String], population: String) -> StackTree {
    for side in sums.indices { fillSums(side) }
    var tree = StackTree(query: query, captures: captures, population: population)
    tree.isInverted = isInverted
    tree.frames = frames.map(\.text)
    tree.frameMarks = frames.map(\.marks)
    tree.parents = parents
    tree.frameIndices = frameIndices
    tree.sizes = sums[0].sizes
    tree.counts = sums[0].counts
    if sums.count > 1 { tree.base = sums[1] }
    if sums.count > 2 { tree.survived = sums[2] }
    return tree
  }
}
