/// The stack of one thread, as plain lists.
package struct ListedStack {
  /// Nodes from the outermost on.
  package private(set) var nodes: [UInt32] = []
  /// Whether each was entered since the last allocation.
  private var isFresh: [Bool] = []
  /// The nodes at the last allocation.
  private var before: [UInt32] = []

  /// The innermost node; 0 for none.
  package var top: UInt32 { nodes.last ?? 0 }

  /// An empty stack.
  package init() {}

  /// Enters a frame.
  package mutating func push(_ node: UInt32) {
    nodes.append(node)
    isFresh.append(true)
  }

  /// Leaves frames; returns how many were not there.
  package mutating func pop(_ count: Int) -> Int {
    let present = min(count, nodes.count)
    nodes.removeLast(present)
    isFresh.removeLast(present)
    return count - present
  }

  /// The outermost frame that the last allocation had too and that was entered since.
  package mutating func takeReentry() -> UInt32? {
    defer {
      before = nodes
      isFresh = nodes.map { _ in false }
    }
    guard let first = isFresh.firstIndex(of: true), first < before.count else { return nil }
    return before[first] == nodes[first] ? nodes[first] : nil
  }
}
