import Columns

/// Adds stacks to a tree whose nodes are places, not raw frames.
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
    /// Marks that hold of this stack's frame alone.
    var marks: FrameMarks = []
  }

  private let isInverted: Bool
  private var frames = [Frame(text: FrameText(function: "all", file: "", line: 0), marks: [])]
  private var numbers: [Frame: UInt32] = [:]
  private var parents: [UInt32] = [0]
  private var frameIndices: [UInt32] = [0]
  private var sums: [StackSums]
  /// Nodes less the root, by parent and frame.
  private var children = PlaceNumbers()
  private var locations: [Frame] = []
  private var locationFrames: [UInt32] = []

  /// An empty tree with own values for so many sides.
  init(isInverted: Bool, sides: Int = 1) {
    self.isInverted = isInverted
    sums = Array(repeating: StackSums(sizes: [0], counts: [0]), count: sides)
  }

  /// Gets ready for the stacks of a capture, whose locations have these marks.
  mutating func begin(locations: CaptureData.Locations, marks: [FrameMarks]) {
    self.locations = (0..<locations.count).map {
      Frame(text: locations.text($0), marks: marks.isEmpty ? [] : marks[$0])
    }
    locationFrames = self.locations.map { frame($0) }
  }

  private mutating func frame(_ frame: Frame) -> UInt32 {
    if let known = numbers[frame] { return known }
    let number = UInt32(frames.count)
    frames.append(frame)
    numbers[frame] = number
    return number
  }

  private mutating func frame(_ place: Place) -> UInt32 {
    guard !place.marks.isEmpty else { return locationFrames[Int(place.location)] }
    var marked = locations[Int(place.location)]
    marked.marks.formUnion(place.marks)
    return frame(marked)
  }

  private mutating func frame(named name: String, _ marks: FrameMarks = []) -> UInt32 {
    frame(Frame(text: FrameText(function: name, file: "", line: 0), marks: marks))
  }

  /// The node of a stack given newest first; an empty one is `<no stack>`.
  mutating func node(_ stack: [Place], root: String?) -> UInt32 {
    var node: UInt32 = 0
    if let root { node = child(of: node, frame(named: root, .split)) }
    if stack.isEmpty {
      node = child(of: node, frame(named: "<no stack>"))
    } else if isInverted {
      for place in stack { node = child(of: node, frame(place)) }
    } else {
      for place in stack.reversed() { node = child(of: node, frame(place)) }
    }
    return node
  }

  /// Adds to a node's own values.
  mutating func add(_ values: GroupSums, to node: UInt32, side: Side = .left) {
    sums[side.rawValue].sizes[Int(node)] &+= values.bytes
    sums[side.rawValue].counts[Int(node)] &+= values.count
  }

  private mutating func child(of parent: UInt32, _ frame: UInt32) -> UInt32 {
    let key = UInt64(parent) << 32 | UInt64(frame)
    let number = UInt32(truncatingIfNeeded: children.number(of: key) + 1)
    if Int(number) < parents.count { return number }
    parents.append(parent)
    frameIndices.append(frame)
    for side in sums.indices {
      sums[side].sizes.append(0)
      sums[side].counts.append(0)
    }
    return number
  }

  /// The finished tree.
  func tree(query: String, captures: [String], population: String) -> StackTree {
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
