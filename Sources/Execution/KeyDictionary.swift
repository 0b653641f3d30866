import Language
import Results

/// A value that groups are made by.
enum KeyValue: Hashable, Sendable {
  case text(String)
  case integer(Int64)
  case stack([FrameText])
}

/// The distinct values of one key over all captures of a query, numbered as they are met.
///
/// Stacks are nodes of a tree of frame numbers, so that none is hashed with its texts.
struct KeyDictionary {
  /// The number of an absent value: a stackless allocation.
  static let absent: Int32 = -1

  private enum Stored: Hashable {
    case text(String)
    case integer(Int64)
    /// Node of the newest frame; 0 is the root.
    case stack(Int)
  }

  private var numbers: [Stored: Int32] = [:]
  private var stored: [Stored] = []
  private var frameNumbers: [FrameText: Int32] = [:]
  private var frames: [FrameText] = []
  /// Nodes less the root, by parent and frame.
  private var nodes = PlaceNumbers()
  /// Per node, the number of its stack plus one.
  private var numbersOfNodes: [Int32] = [0]
  /// Per node, how many frames lead to it.
  private var depths: [UInt32] = [0]

  /// Number of values.
  var count: Int { stored.count }

  /// The number of a text, new or known.
  mutating func number(of text: String) -> Int32 { number(of: .text(text)) }

  /// The number of an integer, new or known.
  mutating func number(of integer: Int64) -> Int32 { number(of: .integer(integer)) }

  /// The node of a frame called from another node's; 0 is the root.
  mutating func stackNode(of frame: Int32, under parent: Int) -> Int {
    let node = nodes.number(of: UInt64(parent) << 32 | UInt64(UInt32(bitPattern: frame))) + 1
    if node == numbersOfNodes.count {
      numbersOfNodes.append(0)
      depths.append(depths[parent] &+ 1)
    }
    return node
  }

  /// The number of the stack that a node is the newest frame of, new or known.
  mutating func number(ofStackAt node: Int) -> Int32 {
    if numbersOfNodes[node] == 0 {
      stored.append(.stack(node))
      numbersOfNodes[node] = Int32(stored.count)
    }
    return numbersOfNodes[node] - 1
  }

  /// The number of a frame within stacks.
  mutating func frameNumber(of frame: FrameText) -> Int32 {
    if let known = frameNumbers[frame] { return known }
    let number = Int32(frames.count)
    frames.append(frame)
    frameNumbers[frame] = number
    return number
  }

  private mutating func number(of value: Stored) -> Int32 {
    if let known = numbers[value] { return known }
    let number = Int32(stored.count)
    stored.append(value)
    numbers[value] = number
    return number
  }

  /// The value behind a number.
  func value(_ number: Int32) -> KeyValue {
    switch stored[Int(number)] {
    case .text(let text): .text(text)
    case .integer(let integer): .integer(integer)
    case .stack(let node): .stack(frames(to: node))
    }
  }

  /// Order of two values by their numbers, as `KeyValue.compare`; negative numbers have none.
  ///
  /// Stacks are not unfolded: from where they part it takes no step of what they share.
  func compare(_ a: Int32, _ b: Int32) -> Int {
    if a == b { return 0 }
    guard a >= 0, b >= 0, case .stack(let left) = stored[Int(a)],
      case .stack(let right) = stored[Int(b)]
    else { return KeyValue.compare(a < 0 ? nil : value(a), b < 0 ? nil : value(b)) }
    return compareStacks(left, right)
  }

  private func compareStacks(_ a: Int, _ b: Int) -> Int {
    func caller(_ node: Int) -> Int { Int(nodes.keys[node - 1] >> 32) }
    func frame(_ node: Int) -> FrameText {
      frames[Int(UInt32(truncatingIfNeeded: nodes.keys[node - 1]))]
    }
    var (left, right) = (a, b)
    while depths[left] > depths[right] { left = caller(left) }
    while depths[right] > depths[left] { right = caller(right) }
    guard left != right else { return depths[a] < depths[b] ? -1 : depths[a] > depths[b] ? 1 : 0 }
    while caller(left) != caller(right) { (left, right) = (caller(left), caller(right)) }
    let order = KeyValue.compareFrames(frame(left), frame(right))
    return order == 0 ? (a < b ? -1 : 1) : order
  }

  /// The frames from a node to the root.
  private func frames(to node: Int) -> [FrameText] {
    var result: [FrameText] = []
    var node = node
    while node > 0 {
      let key = nodes.keys[node - 1]
      result.append(frames[Int(UInt32(truncatingIfNeeded: key))])
      node = Int(key >> 32)
    }
    return result
  }

  /// Every value, by number.
  var values: [KeyValue] { stored.indices.map { value(Int32($0)) } }
}
