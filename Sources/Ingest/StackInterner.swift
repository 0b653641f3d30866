import CaptureModel

/// Finds or creates the tree node of (parent, frame).
///
/// Cost: about 3 ns a frame, 1 ns when the parent's last child is met again.
struct StackInterner: ~Copyable {
  private(set) var nodes = StackNodes()
  /// The child of each node that was asked for last; 0 before the first.
  private var lastChildren = Buffer<UInt32>(repeating: 0, count: 1)
  private var table = Buffer<UInt32>(repeating: 0, count: 1 << 12)

  /// Number of nodes, the root included.
  var count: Int { nodes.count }

  /// The node of `frame` called from `parent`.
  @inline(__always) mutating func child(of parent: UInt32, frame: UInt32) -> UInt32 {
    let guess = lastChildren[Int(parent)]
    if guess != 0, nodes[guess].frame == frame { return guess }
    let node = find(parent: parent, frame: frame)
    lastChildren[Int(parent)] = node
    return node
  }

  private static func home(_ parent: UInt32, _ frame: UInt32) -> Int {
    Int(truncatingIfNeeded: spread(UInt64(parent) &<< 32 | UInt64(frame)) &>> 20)
  }

  private mutating func find(parent: UInt32, frame: UInt32) -> UInt32 {
    let mask = table.count &- 1
    var place = Self.home(parent, frame) & mask
    while true {
      let node = table[place]
      if node == 0 { break }
      let known = nodes[node]
      if known.parent == parent, known.frame == frame { return node }
      place = (place &+ 1) & mask
    }
    let node = UInt32(nodes.count)
    nodes.append(StackNode(parent: parent, frame: frame))
    lastChildren.append(0)
    table[place] = node
    if nodes.count &* 2 > table.count { growTable() }
    return node
  }

  private mutating func growTable() {
    let larger = Buffer<UInt32>(repeating: 0, count: table.count &* 2)
    let mask = larger.count &- 1
    for node in 1..<UInt32(nodes.count) {
      var place = Self.home(nodes[node].parent, nodes[node].frame) & mask
      while larger[place] != 0 { place = (place &+ 1) & mask }
      larger[place] = node
    }
    table = larger
  }
}
