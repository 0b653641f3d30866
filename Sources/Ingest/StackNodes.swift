import CaptureModel

/// The tree of stacks: nodes 1, 2, 3 … in order of creation, 0 the root.
///
/// The path from a node to the root is a stack.
struct StackNodes: ~Copyable {
  /// A node; its parts lie together because they are looked at together.
  struct Node: BitwiseCopyable {
    /// Its parent; 0 for the root.
    var parent: UInt32
    var frame: UInt32
    /// Length of the stack that ends here.
    var depth: UInt32
  }

  private var nodes = Buffer<Node>()

  init() {
    nodes.append(Node(parent: 0, frame: .max, depth: 0))
  }

  /// Number of nodes, the root included.
  var count: Int { nodes.count }

  @inline(__always) subscript(node: UInt32) -> Node { nodes[Int(node)] }

  /// Adds a node, whose parent must be there.
  mutating func append(_ node: StackNode) {
    nodes.append(
      Node(parent: node.parent, frame: node.frame, depth: self[node.parent].depth &+ 1))
  }

  /// Parents of the nodes from the first after the root on.
  var parents: [UInt32] { Array(nodes.map(\.parent).dropFirst()) }

  /// Frames of the nodes from the first after the root on.
  var frames: [UInt32] { Array(nodes.map(\.frame).dropFirst()) }
}
