import CaptureFormats
import CaptureModel
import Dispatch
import Ingest
import Interruption
import Store
import Synchronization

/// A program's memory, watched while it runs: one session from the first byte to the capture in the
/// store.
///
/// Three threads: one takes the bytes from the program as they come and writes them to a file, so
/// that nothing that happens here ever slows the program; one reads that file and publishes the
/// capture in the store about once a second; the caller's shows answers. Use it so:
///
/// ```
/// Interruption.set(.notes)                      // Ctrl-C is told by `hasCome`, nothing else stops
/// guard let live = try LiveCapture.open(target, options) else { return }     // Ctrl-C while waiting
/// let session = QuerySession(path: options.store, delivery: …)
/// session.standardCapture = live.facts.number   // questions without `of` are about it
/// while live.facts.phase != .ended {
///   show(live.facts)                            // heap, peak, curve …: cheap, at any time
///   session.ask("top 20 live by lineno", noting: report)   // of the state published last
///   live.mark("request 7")                      // a mark at the program's now
///   if wantsToLeave { live.stop() }             // the program runs on
/// }
/// let end = live.finish()                       // waits for the rest; says where all is
/// ```
///
/// A session never ends the program. Who does not ask, or pauses, misses nothing.
final class LiveCapture: Sendable {
  /// What to record and where.
  struct Options: Sendable {
    /// The store's path.
    var store: String
    /// Name of the capture and of its file; nil for one after the program.
    var name: String?
    /// Whether the bytes are thrown away when they are read.
    var discards = false
    /// How long to wait from one publication to the next.
    var interval = Duration.seconds(1)
  }

  /// What became of a session.
  struct End: Sendable {
    /// All that is known at the end.
    var facts: LiveFacts
    /// Whether the store has everything that was recorded.
    var isWhole: Bool
    /// Why not all that the program sent was recorded; nil where it was.
    var failure: String?
    /// Whether the store has all that the program sent.
    var isAll: Bool { isWhole && failure == nil }
    /// Whether the program ended by itself, and not by leaving it.
    var hasProgramEnded: Bool
  }

  /// Where the bytes come from.
  private enum Source: Sendable {
    case stream(LiveStream)
    case file(FollowedFile)
  }

  private let source: Source
  private let work: LiveImport
  private let isLeft = Atomic<Bool>(false)

  private init(_ source: Source, _ work: LiveImport) {
    self.source = source
    self.work = work
    work.start()
  }

  /// What is known now.
  var facts: LiveFacts {
    var facts = work.facts
    facts.problem = facts.problem ?? failure
    return facts
  }

  private var failure: String? {
    if case .stream(let stream) = source { stream.failure } else { nil }
  }

  /// Gives the program's now a name; questions know it from the next publication on.
  func mark(_ name: String) { work.mark(name) }

  /// Leaves the program, which runs on without being recorded.
  ///
  /// What has come is kept.
  func stop() {
    isLeft.store(true, ordering: .relaxed)
    work.leave()
    switch source {
    case .stream(let stream): stream.stop()
    case .file(let file): file.stop()
    }
  }

  /// Waits until nothing more comes and all of it is in the store.
  func finish() -> End {
    work.wait()
    // Whatever became of the import, a program that still sends must not wait for anybody.
    switch source {
    case .stream(let stream): stream.wait()
    case .file(let file):
      file.stop()
      file.wait()
    }
    return End(
      facts: facts, isWhole: work.facts.problem == nil, failure: failure,
      hasProgramEnded: !isLeft.load(ordering: .relaxed))
  }

  // MARK: Beginning

  /// Begins to watch; waits for the program, or the file, until it is there.
  ///
  /// - Parameters:
  ///   - target: what to watch.
  ///   - options: where to record.
  ///   - waiting: called once when there is nobody yet.
  ///   - isWanted: asked while there is nobody whether to wait on.
  /// - Returns: nil when Ctrl-C came first.
  /// - Throws: failures and errors of captures and stores.
  static func open(
    _ target: LiveTarget, _ options: Options, waiting: @escaping () -> Void = {},
    while isWanted: @escaping () -> Bool = { true }
  ) throws -> LiveCapture? {
    let store = try Store(path: options.store, mode: .write)
    do {
      switch target {
      case .stream(let addresses, let name):
        return try connect(addresses, name, options, store, LiveWait(waiting, while: isWanted))
      case .file(let path):
        return try follow(path, options, store, LiveWait(waiting, while: isWanted))
      }
    } catch {
      store.removeIfNew()
      throw error
    }
  }

  private static func connect(
    _ addresses: [LiveAddress], _ name: String, _ options: Options, _ store: Store,
    _ wait: LiveWait
  ) throws -> LiveCapture? {
    let taken = Set(try store.captures().map(\.name))
    if let name = options.name, taken.contains(name) { throw StoreError.nameTaken(name: name) }
    let opened = try opening(addresses, name, wait) { header in
      if options.discards { return try LiveFile.discarded(folders: folders(options)) }
      let usual = LiveNaming.name(of: header, unlike: taken)
      return try LiveFile.kept(name: options.name ?? usual, isNameGiven: options.name != nil)
    }
    guard let (stream, header) = opened else {
      store.removeIfNew()
      return nil
    }
    do {
      let name = options.name ?? LiveNaming.name(of: header, kept: stream.file, unlike: taken)
      return LiveCapture(.stream(stream), try reading(stream, named: name, options, store))
    } catch {
      stream.stop()
      stream.wait()
      throw error
    }
  }

  /// Connects until somebody sends something; nil when nobody is to wait any more.
  private static func opening(
    _ addresses: [LiveAddress], _ name: String, _ wait: LiveWait,
    _ file: (CaptureHeader) throws -> LiveFile
  ) throws -> (stream: LiveStream, header: CaptureHeader)? {
    while let socket = try LiveSocket.connect(to: addresses, name: name, waits: wait.goesOn) {
      do {
        return try LiveStream.open(socket, name: name, file: file)
      } catch is LiveStream.TurnedAway {
        // Whoever comes to that port next may be for us.
        guard wait.goesOn() else { return nil }
        LiveWait.sleep(milliseconds: 100)
      }
    }
    return nil
  }

  private static func reading(
    _ stream: LiveStream, named name: String, _ options: Options, _ store: Store
  ) throws -> LiveImport {
    let file = stream.file
    guard let reader = try FormatRegistry.follow(path: file.path, growth: file.growth) else {
      throw CaptureError.unrecognized(path: name)
    }
    let work = try LiveImport(
      reader, store: store, name: name, isNameGiven: options.name != nil, options: options,
      file: file.isKept ? file.path : nil, received: file.growth)
    // Also of a stream that was left the file is all there is.
    work.contentHash = { _ in
      file.isKept ? try? FormatRegistry.contentHash(path: file.path).text : nil
    }
    return work
  }

  private static func follow(
    _ path: String, _ options: Options, _ store: Store, _ wait: LiveWait
  ) throws -> LiveCapture? {
    while true {
      if let file = try FollowedFile(path: path) {
        try refuseOthers(file)
        file.look()
        if file.growth.length > 0,
          let reader = try FormatRegistry.follow(path: file.openPath, growth: file.growth)
        {
          let name = options.name ?? CaptureName.askable(CaptureNaming.name(ofFile: path))
          let work = try LiveImport(
            reader, store: store, name: name, isNameGiven: options.name != nil, options: options,
            file: path, received: file.growth)
          // When tracking ends memray puts a compressed file there: what somebody may import.
          work.contentHash = { isLeft in
            isLeft ? nil : try? FormatRegistry.contentHash(path: path).text
          }
          file.watch(process: reader.header.processID)
          return LiveCapture(.file(file), work)
        }
      }
      guard wait.goesOn() else {
        store.removeIfNew()
        return nil
      }
      LiveWait.sleep(milliseconds: 50)
    }
  }

  /// Says of what is no raw capture of memray what it is.
  private static func refuseOthers(_ file: FollowedFile) throws {
    let beginning = file.beginning(64)
    guard !beginning.starts(with: [0x04, 0x22, 0x4D, 0x18]) else {
      throw Failure(
        "\(file.path) is compressed, as memray leaves a capture when tracking has ended: "
          + "memq import \(file.path)")
    }
    guard beginning.contains(where: { $0 != 0 }) else { return }
    do throws(CaptureError) {
      _ = try FormatRegistry.header(ofStream: beginning, named: file.path)
    } catch {
      guard case .unrecognized = error else { throw error }
      throw Failure(
        "\(file.path) is no capture that memray writes; others are finished when they are there: "
          + "memq import \(file.path)")
    }
  }

  private static func folders(_ options: Options) -> [String] {
    let folder = options.store.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let besideStore = folder.isEmpty ? "." : folder.joined(separator: "/") + "/"
    return [Terminal.environment("TMPDIR"), besideStore, "/tmp"].compactMap { $0 }
  }
}
