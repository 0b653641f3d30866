import Dispatch
import Glibc
import Interruption
import Synchronization

/// What a worker reads segments with; kept from segment to segment.
package struct SegmentWorker {
  /// Reads the capture's segments.
  package let reader: SegmentReader
  /// Buffers for rows; may be given away and are made anew then.
  package var rows = SegmentRows()
}

/// The one way to go over the segments of a capture: hands them to workers, as many as there are
/// cores, and their results back in the order of the segments, so that what is made of them does not
/// depend on how many workers there are.
///
/// A worker reads over a connection of its own, which may see a later state of the store: of a
/// capture that has changed or gone since, whoever asks for the results reads the segments itself.
/// Results wait for at most a few segments, so that memory does not grow with the capture.
package struct SegmentDriver<Output: Sendable> {
  /// What is done with a segment, on any thread.
  package typealias Work = @Sendable (inout SegmentWorker, Int) throws(StoreError) -> Output

  private let segments: [Int]
  private let work: Work
  private let crew: SegmentCrew<Output>?
  private var own: SegmentWorker
  private var place = 0

  /// Begins to work.
  ///
  /// - Parameters:
  ///   - columns: the capture's columns; workers open their file anew.
  ///   - reader: knows the zones and the clock; used where no worker is worth its start.
  ///   - segments: numbers of the segments, in the order of the results.
  ///   - leastSegments: as many segments as make up for the start of a worker.
  ///   - work: what is done with each.
  package init(
    _ columns: CaptureColumns, reader: SegmentReader, segments: [Int], leastSegments: Int = 4,
    work: @escaping Work
  ) {
    self.segments = segments
    self.work = work
    own = SegmentWorker(reader: reader)
    let workers = columns.workers == 1 ? 0 : min(columns.workers, segments.count / leastSegments)
    crew =
      workers > 0
      ? SegmentCrew(columns, reader, segments: segments, workers: workers, work: work) : nil
  }

  /// The result of the next segment; must not be called more often than there are segments.
  package mutating func next() throws(StoreError) -> Output {
    if Interruption.isRequested { throw .interrupted }
    defer { place += 1 }
    if let result = try crew?.result(at: place) { return result }
    return try work(&own, segments[place])
  }

  /// Gives buffers back that came with a result.
  package mutating func recycle(_ rows: SegmentRows) {
    if let crew { crew.recycle(rows) } else { own.rows = rows }
  }

  /// Ends the workers and waits for them; must be called once, before the last release.
  package func stop() { crew?.stop() }
}

/// The workers of a driver that has some.
private final class SegmentCrew<Output: Sendable>: Sendable {
  private struct State {
    /// Results by place, those that wait for the reader; a success is nil where the worker sees
    /// another capture.
    var ready: [Result<Output?, StoreError>?]
    var spare: [SegmentRows] = []
  }

  private let state: Mutex<State>
  private let isStopped = Atomic<Bool>(false)
  private let taken = Atomic<Int>(0)
  private let workers: Int
  /// As many signals as results may wait.
  private let room = DispatchSemaphore(value: 0)
  /// Signalled when the result of its place has come; places are used again and again.
  private let arrivals: [DispatchSemaphore]
  private let finished = DispatchSemaphore(value: 0)

  init(
    _ columns: CaptureColumns, _ reader: SegmentReader, segments: [Int], workers: Int,
    work: @escaping SegmentDriver<Output>.Work
  ) {
    let depth = workers + 2
    self.workers = workers
    state = Mutex(State(ready: Array(repeating: nil, count: depth)))
    arrivals = (0..<depth).map { _ in DispatchSemaphore(value: 0) }
    for _ in 0..<depth { room.signal() }
    let (zones, clock) = (reader.zones, reader.clock)
    let (path, reads, info) = (columns.storePath, columns.reads, columns.info)
    let identity = try? columns.identity()
    for _ in 0..<workers {
      DispatchQueue.global().async { [self] in
        // Its connection is closed when it returns.
        serve(segments, work) { () throws(StoreError) in
          let store = try Store(path: path, mode: .read, reads: reads)
          try store.begin()
          let own = CaptureColumns(store: store, info: info)
          guard let identity, try own.identity() == identity else { return nil }
          return SegmentWorker(reader: SegmentReader(columns: own, zones: zones, clock: clock))
        }
        finished.signal()
      }
    }
  }

  private func serve(
    _ segments: [Int], _ work: SegmentDriver<Output>.Work,
    _ open: () throws(StoreError) -> SegmentWorker?
  ) {
    run(Result { () throws(StoreError) in try open() }, segments, work)
  }

  private func run(
    _ opened: Result<SegmentWorker?, StoreError>, _ segments: [Int],
    _ work: SegmentDriver<Output>.Work
  ) {
    while true {
      room.wait()
      let place = taken.add(1, ordering: .relaxed).oldValue
      if place >= segments.count || isStopped.load(ordering: .relaxed) {
        room.signal()
        return
      }
      let result = Result { () throws(StoreError) -> Output? in
        guard var worker = try opened.get() else { return nil }
        worker.rows = state.withLock { $0.spare.popLast() } ?? SegmentRows()
        let output = try work(&worker, segments[place])
        recycle(worker.rows)
        return output
      }
      let slot = place % arrivals.count
      state.withLock { $0.ready[slot] = result }
      arrivals[slot].signal()
    }
  }

  func result(at place: Int) throws(StoreError) -> Output? {
    let slot = place % arrivals.count
    arrivals[slot].wait()
    let result = state.withLock { state in
      defer { state.ready[slot] = nil }
      return state.ready[slot]
    }
    room.signal()
    guard let result else { throw .interrupted }
    return try result.get()
  }

  func recycle(_ rows: SegmentRows) {
    guard rows.classes.capacity > 0 else { return }
    state.withLock { if $0.spare.count < arrivals.count { $0.spare.append(rows) } }
  }

  func stop() {
    isStopped.store(true, ordering: .relaxed)
    for _ in 0..<workers { room.signal() }
    for _ in 0..<workers { finished.wait() }
  }
}

extension Store {
  /// As many workers as there are cores, eight at most.
  package static var standardWorkers: Int { max(1, min(8, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
