import CaptureModel
import Dispatch
import Synchronization

/// Reads a capture on a thread of its own, a few batches ahead of the consumer.
final class BatchPipe<Batch: AnyObject>: @unchecked Sendable {
  private let depth = 4
  private let read: (Batch) -> Bool
  private let batches: [Batch]
  private let room: DispatchSemaphore
  private let ready = DispatchSemaphore(value: 0)
  private let finished = DispatchSemaphore(value: 0)
  /// Number of batches filled once the reader has ended; −1 before.
  private let total = Atomic<Int>(-1)
  private let isCancelled = Atomic<Bool>(false)
  private var taken = 0

  /// Starts reading at once.
  ///
  /// - Parameters:
  ///   - emptyBatch: makes one of the batches that go round.
  ///   - read: fills a batch, false at the end; what it reads from belongs to the pipe until
  ///     `stop` returns.
  init(_ emptyBatch: () -> Batch, read: @escaping (Batch) -> Bool) {
    self.read = read
    room = DispatchSemaphore(value: depth)
    batches = (0..<depth).map { _ in emptyBatch() }
    DispatchQueue(label: "memq.read").async { [self] in fill() }
  }

  private func fill() {
    var filled = 0
    while true {
      room.wait()
      guard !isCancelled.load(ordering: .acquiring),
        read(batches[filled % depth])
      else { break }
      filled += 1
      ready.signal()
    }
    total.store(filled, ordering: .releasing)
    ready.signal()
    finished.signal()
  }

  /// The next batch; nil after the last, once.
  ///
  /// The one before goes back to the reader.
  func next() -> Batch? {
    if taken > 0 { room.signal() }
    ready.wait()
    guard total.load(ordering: .acquiring) != taken else { return nil }
    defer { taken += 1 }
    return batches[taken % depth]
  }

  /// Ends the reading thread and waits for it.
  func stop() {
    isCancelled.store(true, ordering: .releasing)
    // One more than there is room for: a semaphore must not end lower than it began, and the
    // reader may wait once more before it sees that it is cancelled.
    for _ in 0...depth { room.signal() }
    finished.wait()
  }
}
