/// What events carry beside addresses, sizes and stacks: few are different.
struct TorchContext: Hashable {
  /// Number of the stream; nil when not recorded.
  var stream: UInt64?
  /// Index of the pool; 0 is the one of all.
  var pool: UInt32 = 0
  /// Numbers of texts; of `TorchWord.empty` for none.
  var userMetadata: UInt32
  var compileContext: UInt32
  var category: UInt32
  /// Text that says which segments it is from: what the file says, else by the size.
  var segmentType: UInt32
  /// Whether it was allocated before the first event.
  var isBase = false

  init() {
    let empty = TorchWord.number(.empty)
    (userMetadata, compileContext, category, segmentType) = (empty, empty, empty, empty)
  }
}

/// A segment: memory that the allocator took from the driver in one piece.
struct TorchSegment {
  var device: Int
  var address: UInt64
  var size: UInt64
  /// Stream, pool and type.
  var context: UInt32
  var blocks: Range<Int>
}

/// A block of a segment at the end of the recording.
struct TorchBlock: BitwiseCopyable {
  enum State: UInt8 {
    case inactive, active, pending
  }

  var address: UInt64
  var size: UInt64
  var requested: UInt64
  var stack: UInt32
  var state: State
  var hasAddress: Bool
}

/// The beginning or the end of a named stretch of the program.
struct TorchAnnotation {
  var name: UInt32
  var isEnd: Bool
  var device: Int
  var time: UInt64
}

/// Different values, numbered from 0 as they are first met.
struct Numbering<Value: Hashable> {
  private var numbers: [Value: UInt32] = [:]
  private(set) var values: [Value] = []
  private var lastNumber: UInt32 = 0

  /// The number of a value.
  mutating func number(of value: Value) -> UInt32 {
    if Int(lastNumber) < values.count, values[Int(lastNumber)] == value { return lastNumber }
    if let known = numbers[value] {
      lastNumber = known
      return known
    }
    lastNumber = UInt32(truncatingIfNeeded: values.count)
    numbers[value] = lastNumber
    values.append(value)
    return lastNumber
  }
}
