import CaptureModel

/// The frames and stacks of a snapshot, each once.
///
/// A list of frames costs one hash of its numbers and one comparison along the stack that has it.
struct TorchStacks {
  private(set) var frames: [FrameDefinition] = []
  private var frameNumbers: [FrameDefinition.Text: UInt32] = [:]
  private(set) var nodes: [StackNode] = []
  private let children = IdentityTable()
  private let lists = IdentityTable()

  /// Index of a frame.
  mutating func frame(_ frame: FrameDefinition) -> UInt32 {
    let text = FrameDefinition.Text(frame)
    if let known = frameNumbers[text] { return known }
    let index = UInt32(frames.count)
    frames.append(frame)
    frameNumbers[text] = index
    return index
  }

  /// Node of a frame called from `parent`, counted from 1; 0 is the root.
  mutating func node(parent: UInt32, frame: UInt32) -> UInt32 {
    let key = UInt64(parent) << 32 | UInt64(frame)
    if let known = children.index(key) { return known }
    nodes.append(StackNode(parent: parent, frame: frame))
    let node = UInt32(nodes.count)
    children.set(key, to: node)
    return node
  }

  /// Node of the newest frame of a list, which begins with it.
  mutating func node(of values: ArraySlice<TorchValue>) -> UInt32 {
    var hash: UInt64 = UInt64(values.count)
    for value in values { hash = (hash ^ value.payload) &* 0x9E37_79B9_7F4A_7C15 &+ hash &>> 32 }
    if let known = lists.index(hash), isStack(known, values) { return known }
    var node: UInt32 = 0
    for value in values.reversed() { node = self.node(parent: node, frame: value.index) }
    lists.set(hash, to: node)
    return node
  }

  private func isStack(_ node: UInt32, _ values: ArraySlice<TorchValue>) -> Bool {
    var node = node
    for value in values {
      guard node != 0, nodes[Int(node) &- 1].frame == value.index else { return false }
      node = nodes[Int(node) &- 1].parent
    }
    return node == 0
  }

  /// Frames of a stack, newest first.
  func frames(of node: UInt32) -> [UInt32] {
    var node = node
    var result: [UInt32] = []
    while node != 0 {
      result.append(nodes[Int(node) - 1].frame)
      node = nodes[Int(node) - 1].parent
    }
    return result
  }
}

extension FrameDefinition {
  /// What tells frames apart.
  struct Text: Hashable {
    private let function: String
    private let file: String
    private let line: Int32
    private let kind: UInt8

    init(_ frame: FrameDefinition) {
      (function, file, line) = (frame.function, frame.file, frame.line)
      kind = frame.kind == .python ? 0 : frame.kind == .native ? 1 : 2
    }
  }
}
