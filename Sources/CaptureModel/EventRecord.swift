/// What an `EventRecord` says.
package enum EventKind: UInt8, Sendable {
  /// `address`, `size`, `allocator`: an allocation by the current thread on its current stack;
  /// `argument` = its native node, 0 without one.
  case allocate
  /// `address`, `allocator`; for munmap also `size`: a free by the current thread.
  case deallocate
  /// `argument` = frame index: the current thread enters a frame.
  case push
  /// `argument` = number of frames the current thread leaves; more than there are is clamped by ingest.
  case pop
  /// `argument` = thread index: becomes the current thread.
  case switchThread
  /// `size` = resident bytes, `address` = milliseconds since the capture's start, as Int64 bits.
  case tick
  /// `address`: a Python object that the profiler follows comes to be on the current thread's
  /// stack; `argument` = its native node, 0 without one.
  case objectCreated
  /// `address`: an object that the profiler follows is destroyed.
  case objectDestroyed
  /// Loaded images changed: the next generation of native addresses begins.
  case mapGeneration
}

/// One event in file order: 24 bytes, so that batches stay in the cache.
package struct EventRecord: Sendable, Equatable {
  /// Address, or a tick's milliseconds.
  package var address: UInt64
  /// Bytes asked for, or a tick's resident bytes.
  package var size: UInt64
  /// Frame index, thread index, native node or count; see `EventKind`.
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
