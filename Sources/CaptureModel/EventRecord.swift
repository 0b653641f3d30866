/// What an `EventRecord` says.
package enum EventKind: UInt8, Sendable {
  /// `address`, `size`, `allocator`: an allocation by the current thread;
  /// `argument` = its stack's node, 0 without one.
  case allocate
  /// `address`, `allocator`; for munmap also `size`: a free by the current thread.
  case deallocate
  /// `argument` = thread index: becomes the current thread.
  case switchThread
  /// `size` = resident bytes, `address` = milliseconds since the capture's start, as Int64 bits.
  case tick
  /// `address`: the current thread makes a Python object that the profiler follows;
  /// `argument` = its stack's node, 0 without one.
  case objectCreated
  /// `address`: an object that the profiler follows is destroyed.
  case objectDestroyed
  /// Loaded images changed: the next generation of native addresses begins.
  case mapGeneration
  /// `argument` = native node of the allocation or object that the next record is about.
  case nativeStack
  /// `argument` = node: since the thread's last allocation it left this frame of the next
  /// one's stack and entered it again; the outermost such frame, if there are several.
  case reentry
  /// `argument` = set of labels of the allocations that follow, from 1; 0 is none.
  case labels
  /// `argument` = index of a mark that stands here; `address` = its milliseconds, as a tick's.
  case mark
}

/// One event in file order: 24 bytes, so that batches stay in the cache.
package struct EventRecord: Sendable, Equatable {
  /// At most so many records stand for one of a file; batches hold them together.
  package static let greatestGroup = 3

  /// Address, or a tick's milliseconds.
  package var address: UInt64
  /// Bytes asked for, or a tick's resident bytes.
  package var size: UInt64
  /// Stack node, thread index or native node; see `EventKind`.
  package var argument: UInt32
  /// What happened.
  package var kind: EventKind
  /// The function called; `.malloc` where it says nothing.
  package var allocator: Allocator
  /// Unused; keeps the stride explicit.
  package var reserved: UInt16

  /// A record; fields that a kind does not use are zero.
  @inlinable
  package init(
    kind: EventKind, address: UInt64 = 0, size: UInt64 = 0, argument: UInt32 = 0,
    allocator: Allocator = .malloc
  ) {
    self.address = address
    self.size = size
    self.argument = argument
    self.kind = kind
    self.allocator = allocator
    self.reserved = 0
  }
}
