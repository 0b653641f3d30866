import CaptureModel

/// An event as a recording's author thinks of it: stacks change by frames entered and left.
struct ListedRecord: Equatable {
  enum Kind {
    case allocate
    case deallocate
    /// `argument` = frame.
    case push
    /// `argument` = number of frames.
    case pop
    /// `argument` = thread.
    case switchThread
    case tick
    case mapGeneration
  }

  var kind: Kind
  var address: UInt64 = 0
  var size: UInt64 = 0
  var argument: UInt32 = 0
  var allocator = Allocator.malloc
}

/// The stack of one thread, as plain lists.
struct ListedStack {
  /// Nodes from the outermost on.
  private(set) var nodes: [UInt32] = []
  /// Whether each was entered since the last allocation.
  private var isFresh: [Bool] = []
  /// The nodes at the last allocation.
  private var before: [UInt32] = []

  var top: UInt32 { nodes.last ?? 0 }

  mutating func push(_ node: UInt32) {
    nodes.append(node)
    isFresh.append(true)
  }

  /// Leaves frames; returns how many were not there.
  mutating func pop(_ count: Int) -> Int {
    let present = min(count, nodes.count)
    nodes.removeLast(present)
    isFresh.removeLast(present)
    return count - present
  }

  /// The outermost frame that the last allocation had too and that was entered since.
  mutating func takeReentry() -> UInt32? {
    defer {
      before = nodes
      isFresh = nodes.map { _ in false }
    }
    guard let first = isFresh.firstIndex(of: true), first < before.count else { return nil }
    return before[first] == nodes[first] ? nodes[first] : nil
  }
}
