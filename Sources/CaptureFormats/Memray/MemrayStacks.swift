// ⚠ unsafe: nodes are reached by numbers that the table gave out; a path's tip stays between its
// base and its end.
import CaptureModel

/// The stacks of a file's threads: the tree of all that were met, and the path to each thread's
/// top.
///
/// Files say which frames a thread enters and leaves (`memray.md` §8.2); batches say on which node
/// of the tree it stands. Node 0 is the root, others count from 1 as they are first entered.
/// A frame is mostly the one that was entered last from the same node, so that is asked first: two
/// loads a frame, some 2 ns (benchmark: import).
@safe
final class MemrayStacks {
  // Not private: the loops that use them are other types'.
  struct Node {
    /// What the file calls the frame; none for the root.
    var key: UInt64
    var parent: UInt32
    /// The child entered last; 0 before the first.
    var lastChild: UInt32 = 0
  }

  /// Where a thread stands.
  @safe
  private struct Standing {
    /// Node on top, and its place on the path from the root.
    var top: UInt32
    var tip: UnsafeMutablePointer<UInt32>
    /// Last place of the path that there is room for, and its first, the root's.
    var end: UnsafeMutablePointer<UInt32>
    var base: UnsafeMutablePointer<UInt32>
    /// The last node that was on the stack all the time since the thread's last allocation.
    var low: UnsafeMutablePointer<UInt32>
    /// The node above it that was left; 0 when none was.
    var left: UInt32
  }

  /// What the loops look at: in one place of memory, because kept in a loop's variables it would
  /// be moved about at every record.
  @safe
  private struct State {
    var nodes: UnsafeMutablePointer<Node>
    var standing: Standing
  }

  private static let firstRoom = 255
  private let state: UnsafeMutablePointer<State>
  private var count = 1
  private var capacity = 1 << 10
  /// Nodes by parent and key; 0 is a free place.
  private var table: UnsafeMutablePointer<UInt32>
  private var tableCount = 1 << 12
  /// Where each thread stands, but for the current one.
  private var standings: [Standing]
  private var current = 0

  init() {
    let nodes = UnsafeMutablePointer<Node>.allocate(capacity: capacity)
    unsafe nodes.initialize(to: Node(key: .max, parent: 0))
    unsafe table = .allocate(capacity: tableCount)
    unsafe table.initialize(repeating: 0, count: tableCount)
    standings = [Self.emptyStanding()]
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: State(nodes: nodes, standing: standings[0]))
  }

  deinit {
    standings[current] = unsafe state.pointee.standing
    for standing in standings { unsafe standing.base.deallocate() }
    unsafe table.deallocate()
    unsafe state.pointee.nodes.deallocate()
    unsafe state.deallocate()
  }

  // MARK: Threads

  private static func emptyStanding() -> Standing {
    let base = UnsafeMutablePointer<UInt32>.allocate(capacity: firstRoom + 1)
    unsafe base.initialize(to: 0)
    return unsafe Standing(
      top: 0, tip: base, end: base + firstRoom, base: base, low: base, left: 0)
  }

  /// Makes a thread current.
  func switchTo(_ thread: UInt32) {
    standings[current] = unsafe state.pointee.standing
    current = Int(thread)
    while standings.count <= current { standings.append(Self.emptyStanding()) }
    unsafe state.pointee.standing = standings[current]
  }

  // MARK: Frames

  /// Node on top of the current thread's stack.
  @inline(__always)
  var top: UInt32 { unsafe state.pointee.standing.top }

  /// The outermost frame that was left and entered again since this was last asked; 0 when
  /// there is none.
  @inline(__always)
  func takeReentry() -> UInt32 {
    let standing = unsafe state.pointee.standing
    unsafe state.pointee.standing.low = standing.tip
    if standing.left == 0 { return 0 }
    unsafe state.pointee.standing.left = 0
    let isReentered = unsafe standing.tip > standing.low && standing.low[1] == standing.left
    return isReentered ? standing.left : 0
  }

  /// Leaves frames; the batch is told of those that are not there.
  @inline(__always)
  func leave(_ count: Int, _ batch: EventBatch) {
    let standing = unsafe state.pointee.standing
    let depth = unsafe standing.tip - standing.base
    if count > depth { Self.miss(count &- depth, batch) }
    let tip = unsafe standing.tip - min(count, depth)
    unsafe state.pointee.standing.tip = tip
    unsafe state.pointee.standing.top = tip.pointee
    if unsafe tip < standing.low {
      unsafe state.pointee.standing.low = tip
      unsafe state.pointee.standing.left = tip[1]
    }
  }

  @inline(never)
  private static func miss(_ count: Int, _ batch: EventBatch) {
    batch.missingFrames += Int64(count)
  }

  /// Enters the frame last entered from here, if `key` means that one.
  @inline(__always)
  func reenter(_ key: UInt64) -> Bool {
    let nodes = unsafe state.pointee.nodes
    let child = unsafe nodes[Int(state.pointee.standing.top)].lastChild
    guard unsafe nodes[Int(child)].key == key else { return false }
    return put(child)
  }

  /// Puts a node on top; false when there is no room.
  @inline(__always)
  private func put(_ node: UInt32) -> Bool {
    let tip = unsafe state.pointee.standing.tip
    guard unsafe tip < state.pointee.standing.end else { return false }
    unsafe tip[1] = node
    unsafe state.pointee.standing.tip = tip + 1
    unsafe state.pointee.standing.top = node
    return true
  }

  /// Enters a frame that `reenter` did not.
  ///
  /// - Parameters:
  ///   - key: what the file calls the frame.
  ///   - batch: is told of a new node.
  ///   - frame: index of the frame, asked only when the node is new.
  @inline(__always)
  func enter(_ key: UInt64, _ batch: EventBatch, frame: () -> UInt32) {
    let parent = top
    var node = find(parent, key)
    if node == 0 { node = add(parent, key, frame(), batch) }
    unsafe state.pointee.nodes[Int(parent)].lastChild = node
    if !put(node) {
      makeRoom()
      _ = put(node)
    }
  }

  @inline(never)
  private func makeRoom() {
    let old = unsafe state.pointee.standing
    let depth = unsafe old.tip - old.base
    let base = UnsafeMutablePointer<UInt32>.allocate(capacity: depth * 2 + 2)
    unsafe base.moveInitialize(from: old.base, count: depth + 1)
    unsafe state.pointee.standing = Standing(
      top: old.top, tip: base + depth, end: base + depth * 2 + 1, base: base,
      low: base + (old.low - old.base), left: old.left)
    unsafe old.base.deallocate()
  }

  @inline(__always)
  private func home(_ parent: UInt32, _ key: UInt64) -> Int {
    let mixed = (key ^ UInt64(parent) &* 0xD6E8_FEB8_6659_FD93) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: mixed &>> 32) & (tableCount &- 1)
  }

  /// The node of a frame called from `parent`; 0 when there is none.
  private func find(_ parent: UInt32, _ key: UInt64) -> UInt32 {
    let (nodes, table, mask) = unsafe (state.pointee.nodes, table, tableCount &- 1)
    var place = home(parent, key)
    while true {
      let node = unsafe table[place]
      if node == 0 { return 0 }
      let known = unsafe nodes[Int(node)]
      if known.key == key, known.parent == parent { return node }
      place = (place &+ 1) & mask
    }
  }

  @inline(never)
  private func add(
    _ parent: UInt32, _ key: UInt64, _ frame: UInt32, _ batch: EventBatch
  ) -> UInt32 {
    if count == capacity { growNodes() }
    if count * 2 > tableCount { growTable() }
    let node = UInt32(truncatingIfNeeded: count)
    unsafe (state.pointee.nodes + count).initialize(to: Node(key: key, parent: parent))
    count += 1
    place(node)
    batch.newNodes.append(StackNode(parent: parent, frame: frame))
    return node
  }

  private func place(_ node: UInt32) {
    let known = unsafe state.pointee.nodes[Int(node)]
    var place = home(known.parent, known.key)
    while unsafe table[place] != 0 { place = (place &+ 1) & (tableCount &- 1) }
    unsafe table[place] = node
  }

  private func growNodes() {
    capacity *= 2
    let larger = UnsafeMutablePointer<Node>.allocate(capacity: capacity)
    unsafe larger.moveInitialize(from: state.pointee.nodes, count: count)
    unsafe state.pointee.nodes.deallocate()
    unsafe state.pointee.nodes = larger
  }

  private func growTable() {
    unsafe table.deallocate()
    tableCount *= 2
    unsafe table = .allocate(capacity: tableCount)
    unsafe table.initialize(repeating: 0, count: tableCount)
    for node in 1..<count { place(UInt32(truncatingIfNeeded: node)) }
  }
}
