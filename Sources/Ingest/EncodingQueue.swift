import Dispatch
import Store
import Synchronization

/// Encodes and writes segments on a thread of its own, in order, at most a few ahead.
///
/// The first error stops all later work and is thrown by `drain`.
final class EncodingQueue: Sendable {
  private let queue = DispatchQueue(label: "memq.encode")
  private let room = DispatchSemaphore(value: 6)
  private let segments: SegmentWriter
  private let failure = Mutex<StoreError?>(nil)

  init(segments: SegmentWriter) { self.segments = segments }

  /// Whether an error has already happened, so that the importer can stop early.
  var hasFailed: Bool { failure.withLock { $0 != nil } }

  /// Writes what a segment was born as; `steps` are the clock's after its first row.
  func close(_ born: BornSegment, firstInstant: UInt32, steps: [UInt32]) {
    submit { (segments) throws(StoreError) in
      var zone = born.zone
      zone.firstInstant = firstInstant
      try segments.close(
        classes: born.classes, dictionary: born.dictionary, zone: zone, steps: steps)
    }
  }

  func seal(_ sealed: SealedDeaths, longAfter: UInt32) {
    submit { (segments) throws(StoreError) in
      try segments.seal(
        segment: sealed.segment, deaths: sealed.deaths, ages: sealed.ages, longAfter: longAfter)
    }
  }

  func addLate(_ deaths: [LateDeath]) {
    submit { (segments) throws(StoreError) in try segments.addLate(deaths) }
  }

  /// Waits for everything submitted; throws the first error.
  func drain() throws(StoreError) {
    queue.sync {}
    if let error = failure.withLock({ $0 }) { throw error }
  }

  private func submit(_ work: @escaping @Sendable (SegmentWriter) throws(StoreError) -> Void) {
    room.wait()
    queue.async { [self] in
      defer { room.signal() }
      guard !hasFailed else { return }
      do throws(StoreError) {
        try work(segments)
      } catch {
        failure.withLock { $0 = $0 ?? error }
      }
    }
  }
}
