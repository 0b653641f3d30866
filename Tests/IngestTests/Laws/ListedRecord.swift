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
