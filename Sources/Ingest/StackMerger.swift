/// Merges native stacks with Python stacks by memray's rule (`memray.md` §8.5).
///
/// A native frame of the evaluation loop stands for the Python frames that it ran.
struct StackMerger: ~Copyable {
  /// The tree of merged stacks.
  private(set) var tree = StackInterner()
  /// Oldest frames of the main thread that the profiler recorded of itself.
  private let skipped: Int
  /// By frame: whether it is the interpreter's evaluation loop; and whether it is an entry frame.
  private let isLoop: [Bool]
  private let isEntry: [Bool]

  /// A merged stack.
  struct Merged {
    /// Node in the tree; 0 is an empty stack.
    var node: UInt32
    /// Oldest frames that reports hide when the thread is the main one.
    var hidden: UInt32
  }

  init(skipped: UInt64, frames: FrameTable) {
    self.skipped = Int(clamping: skipped)
    isEntry = frames.flags.map { $0 & 1 == 1 }
    let loops = frames.functions.map(Self.isLoop)
    isLoop = frames.locations.map { loops[Int($0)] }
  }

  private static func isLoop(_ function: String) -> Bool {
    function.contains("_PyEval_EvalFrameDefault") || function.hasPrefix("_TAIL_CALL_")
  }

  /// Merges a native and a Python stack, both innermost first.
  mutating func merge(native: [UInt32], python: [UInt32]) -> Merged {
    var node: UInt32 = 0
    var placed: UInt32 = 0
    var hidden: UInt32 = 0
    // The oldest Python frame not yet placed, and the oldest that reports show.
    var next = python.count - 1
    let firstShown = python.count - 1 - min(skipped, python.count)
    for frame in native.reversed() {
      guard next >= 0, isLoop[Int(frame)] else {
        node = tree.child(of: node, frame: frame)
        placed += 1
        continue
      }
      repeat {
        if skipped != 0, next == firstShown { hidden = placed }
        node = tree.child(of: node, frame: python[next])
        placed += 1
        next -= 1
      } while next >= 0 && !isEntry[Int(python[next])]
    }
    guard next >= 0 else { return Merged(node: node, hidden: hidden) }
    // The loop has too few symbols: Python's stack alone, as it is.
    node = 0
    for frame in python.reversed() { node = tree.child(of: node, frame: frame) }
    return Merged(node: node, hidden: 0)
  }
}
