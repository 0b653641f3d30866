import CaptureFormats
import CaptureModel
import Dispatch
import Ingest
import Interruption
import Render
import Store
import Synchronization

/// Reads what comes and publishes it now and then, on a thread of its own.
///
/// Begun with `start`; until then it is its maker's, hence unchecked sendability.
final class LiveImport: @unchecked Sendable {
  private static let idleMilliseconds: UInt32 = 5
  /// How often facts are renewed at most while much comes.
  private static let factsInterval = Duration.milliseconds(10)

  /// The hash of the content that stays, when that is known; told whether the program was left.
  var contentHash: (_ isLeft: Bool) -> String? = { _ in nil }

  private let growing: GrowingImport
  private let received: CaptureGrowth
  private let interval: Duration
  private let known: Mutex<LiveFacts>
  private let marks = Mutex<[String]>([])
  private let isLeft = Atomic<Bool>(false)
  private let finished = DispatchSemaphore(value: 0)

  /// Puts the capture into the store.
  ///
  /// - Parameters:
  ///   - reader: the capture, its header read.
  ///   - store: open for writing, for this alone.
  ///   - name: its name.
  ///   - isNameGiven: whether a taken name is an error.
  ///   - options: how often to publish.
  ///   - file: where the bytes are kept.
  ///   - received: how many have come.
  /// - Throws: the store's errors.
  init(
    _ reader: any FollowingReader, store: Store, name: String, isNameGiven: Bool,
    options: LiveCapture.Options, file: String?, received: CaptureGrowth
  ) throws(StoreError) {
    var importing = ImportOptions(name: name, hash: Self.provisionalHash())
    importing.isNameGiven = isNameGiven
    importing.now = Terminal.now
    growing = try GrowingImport(reader: reader, into: store, options: importing)
    self.received = received
    interval = options.interval
    var facts = LiveFacts()
    facts.header = reader.header
    facts.name = growing.info.name
    facts.number = growing.info.id
    facts.file = file
    known = Mutex(facts)
  }

  /// Of content that is not all there: like no other.
  private static func provisionalHash() -> String {
    var numbers = SystemRandomNumberGenerator()
    return "live-" + String(numbers.next(), radix: 16) + String(numbers.next(), radix: 16)
  }

  /// What is known now.
  var facts: LiveFacts {
    var facts = known.withLock { $0 }
    facts.receivedBytes = received.length
    return facts
  }

  /// Names the program's now.
  func mark(_ name: String) { marks.withLock { $0.append(name) } }

  /// Says that what ends now ends because the program is left.
  func leave() { isLeft.store(true, ordering: .relaxed) }

  /// Begins.
  func start() {
    DispatchQueue(label: "memq.live.import").async { [self] in
      do throws(StoreError) {
        try record()
      } catch {
        note(error)
        keepOn()
      }
      known.withLock { $0.phase = .ended }
      finished.signal()
    }
  }

  /// Waits for the end.
  func wait() {
    finished.wait()
    finished.signal()
  }

  private func record() throws(StoreError) {
    do throws(StoreError) {
      try follow()
    } catch {
      guard case .tooManyEvents(let limit) = error else { throw error }
      return try endFull(limit)
    }
    known.withLock { $0.phase = .finishing }
    try complete()
  }

  /// The bytes are kept also when the store takes no more.
  private func keepOn() {
    while !received.isOver { LiveWait.sleep(milliseconds: 20) }
  }

  /// Ends the capture with the events that could be numbered.
  private func endFull(_ limit: UInt64) throws(StoreError) {
    takeMarks()
    renew()
    let words = LiveText.full(facts, limit: limit)
    let ending = CaptureEnding.incomplete(offset: growing.offset, reason: words.reason)
    let report = try growing.finish(hash: nil, ending: ending)
    known.withLock { facts in
      facts.note(finished: report.info.name)
      facts.isFull = true
      facts.problem = words.problem
    }
    keepOn()
  }

  private func follow() throws(StoreError) {
    var published = ContinuousClock.now
    var renewed = published
    // Soon for the first time: who looks wants to see something.
    var pause = min(interval, .milliseconds(200))
    while true {
      // What cannot be published is not to fill the memory.
      let hasRead = try growing.isFull ? false : growing.readOn()
      takeMarks()
      let now = ContinuousClock.now
      if !hasRead || now - renewed > Self.factsInterval {
        renewed = now
        renew()
      }
      if now - published >= pause && growing.hasNews || growing.isFull {
        try publish()
        published = .now
        // Where publishing takes long it must not be all that is done.
        pause = max(interval, min(.seconds(10), (published - now) * 2))
      }
      if hasRead { continue }
      guard growing.isWaiting || growing.isFull else { return }
      LiveWait.sleep(milliseconds: Self.idleMilliseconds)
    }
  }

  private func takeMarks() {
    let names = marks.withLock { names in
      defer { names.removeAll() }
      return names
    }
    for name in names { growing.mark(name) }
  }

  private func renew() {
    let (state, offset) = (growing.state, growing.offset)
    known.withLock { facts in
      facts.note(state)
      facts.readBytes = offset
    }
  }

  private func publish() throws(StoreError) {
    let state = growing.state
    let file = known.withLock { $0.file }
    do throws(StoreError) {
      try growing.publish(note: Self.note(on: state, file))
    } catch {
      switch error {
      case .busy, .diskFull:
        // The next time may do.
        note(error)
        return
      default: throw error
      }
    }
    let name = growing.info.name
    known.withLock { facts in
      facts.name = name
      facts.publishedMilliseconds = state.milliseconds
      facts.publications += 1
      facts.problem = nil
    }
  }

  /// What `show quality` says of a capture that is, or was, being recorded.
  private static func note(on state: RecordingState, _ file: String?) -> QualityRecord {
    let time = Humanize.duration(Double(state.milliseconds) / 1000)
    let way =
      file.map { "; if memq is gone, all that was kept is in \($0): memq import \($0)" } ?? ""
    return QualityRecord(
      kind: "live", severity: .note, count: 1,
      detail: "published after \(time) of the program, while it was recorded\(way)")
  }

  private func complete() throws(StoreError) {
    takeMarks()
    renew()
    let isLeft = isLeft.load(ordering: .relaxed)
    let ending = CaptureEnding.incomplete(
      offset: growing.offset,
      reason: "no end mark: recording was left while the program ran")
    let report = try growing.finish(hash: contentHash(isLeft), ending: isLeft ? ending : nil)
    known.withLock { facts in
      facts.note(finished: report.info.name)
      facts.problem = nil
    }
  }

  private func note(_ error: StoreError) {
    let text = DiagnosticPrinter.failure(for: error, about: "the stream")?.message ?? "\(error)"
    known.withLock { $0.problem = text }
  }
}
