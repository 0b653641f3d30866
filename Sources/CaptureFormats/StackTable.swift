import CaptureModel

/// The frames and stacks that a profile's reader has met, each once, numbered as batches want it.
///
/// Memory is what is distinct in the file. A look-up costs one probe of a hash table.
struct StackTable {
  /// Frames not yet handed out.
  private var newFrames: [ProfileFrame] = []
  /// Nodes not yet handed out.
  private var newNodes: [StackNode] = []
  private var frameIndices: [ProfileFrame: UInt32] = [:]
  private let nodes = IdentityTable()
  /// Number of frames met.
  private(set) var frameCount = 0

  /// Number of stack nodes met.
  var nodeCount: Int { nodes.count }

  /// Index of a frame, by its text.
  mutating func frame(_ frame: ProfileFrame) -> UInt32 {
    if let known = frameIndices[frame] { return known }
    let index = add(frame)
    frameIndices[frame] = index
    return index
  }

  /// Index of a frame that the file itself numbers, or that is known to be new.
  mutating func add(_ frame: ProfileFrame) -> UInt32 {
    newFrames.append(frame)
    frameCount += 1
    return UInt32(frameCount - 1)
  }

  /// Node of a frame called from `parent` (0 is the root), counted from 1.
  mutating func node(parent: UInt32, frame: UInt32) -> UInt32 {
    let key = UInt64(parent) << 32 | UInt64(frame)
    if let known = nodes.index(key) { return known }
    let index = UInt32(nodes.count + 1)
    nodes.set(key, to: index)
    newNodes.append(StackNode(parent: parent, frame: frame))
    return index
  }

  /// Gives nodes of frames that are not there one that stands for them, before any is handed out.
  mutating func replaceMissingFrames() {
    let count = frameCount
    guard newNodes.contains(where: { $0.frame >= UInt32(count) }) else { return }
    let unknown = add(ProfileFrame(function: "(unknown frame)", file: "", line: 0))
    for index in newNodes.indices where newNodes[index].frame >= UInt32(count) {
      newNodes[index].frame = unknown
    }
  }

  /// Moves what is new since the last time to a batch.
  mutating func handOut(to batch: ProfileBatch) {
    batch.newFrames.append(contentsOf: newFrames)
    batch.newNodes.append(contentsOf: newNodes)
    newFrames.removeAll(keepingCapacity: true)
    newNodes.removeAll(keepingCapacity: true)
  }
}

extension ProfileFrame: Hashable {
  /// Feeds everything that tells frames apart.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(function)
    hasher.combine(file)
    hasher.combine(line)
    hasher.combine(kind)
    hasher.combine(code)
  }
}
