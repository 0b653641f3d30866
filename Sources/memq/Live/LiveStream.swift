import CaptureFormats
import CaptureModel
import Dispatch
import Glibc
import Interruption
import Synchronization

/// Takes a stream at once, whatever becomes of it later: a program waits for whoever reads slowly.
///
/// A process of its own writes what comes to the file; where there is none to be had, a thread.
final class LiveStream: Sendable {
  private static let chunkBytes = 1 << 20
  private static let pollMilliseconds: Int32 = 50
  /// No header is longer.
  private static let headerLimit = 1 << 24
  /// After so long without a byte it is said that none came.
  private static let silence = Duration.seconds(5)

  let file: LiveFile
  private let isStopped = Atomic<Bool>(false)
  private let problem = Mutex<String?>(nil)
  private let finished = DispatchSemaphore(value: 0)

  private init(_ socket: LiveSocket, _ file: LiveFile) {
    self.file = file
    if let process = DrainProcess(from: socket.descriptor, to: file.descriptor) {
      DispatchQueue(label: "memq.live.drain", qos: .userInitiated).async { [self] in
        note(watch(process))
        end()
      }
    } else {
      DispatchQueue(label: "memq.live.drain", qos: .userInitiated).async { [self] in
        drain(socket)
        end()
      }
    }
  }

  private func end() {
    file.growth.end()
    finished.signal()
  }

  /// Tells how far the file is while the process writes it; returns when that has ended.
  private func watch(_ process: DrainProcess) -> DrainProcess.Ending {
    var hasTold = false
    while true {
      let ending = process.ending
      // After the process: what it wrote last is seen.
      file.look()
      if let ending { return ending }
      if isStopped.load(ordering: .relaxed), !hasTold {
        process.stop()
        hasTold = true
      }
      LiveWait.sleep(milliseconds: 2)
    }
  }

  private func note(_ ending: DrainProcess.Ending) {
    switch ending {
    case .done: break
    case .unreadable(let code): noteBroken(code)
    case .unwritable(let code): noteUnwritten(code)
    case .killed: note("the process that took the stream was ended; what came since is lost")
    }
  }

  /// A program that was killed may leave a reset instead of an end, which loses nothing.
  private func noteBroken(_ code: Int32) {
    guard code != ECONNRESET else { return }
    note("the connection broke: \(Terminal.systemMessage(code))")
  }

  private func noteUnwritten(_ code: Int32) {
    note(
      "cannot write \(file.isKept ? file.path : "the stream"): \(Terminal.systemMessage(code)); "
        + "the program goes on, and what came since is lost")
  }

  /// Why the bytes after some point are not kept; nil when all are.
  var failure: String? { problem.withLock { $0 } }

  /// Leaves the program, which goes on without being recorded.
  func stop() { isStopped.store(true, ordering: .relaxed) }

  /// Waits until nothing more comes.
  func wait() {
    finished.wait()
    finished.signal()
  }

  private func drain(_ socket: LiveSocket) {
    var chunk = [UInt8](repeating: 0, count: Self.chunkBytes)
    while !isStopped.load(ordering: .relaxed) {
      switch socket.read(into: &chunk, milliseconds: Self.pollMilliseconds) {
      case .nothing: continue
      case .ended: return
      case .failed(let code): return noteBroken(code)
      case .bytes(let count):
        if let code = file.append(chunk[..<count]) { return noteUnwritten(code) }
      }
    }
  }

  private func note(_ text: String) { problem.withLock { $0 = text } }

  /// The program took somebody else's connection, and reset this one before a byte came.
  struct TurnedAway: Error {}

  /// Reads a stream's header and goes on to read on a thread of its own.
  ///
  /// - Parameters:
  ///   - socket: the connection.
  ///   - name: what errors call it.
  ///   - file: makes the file, once the header is known.
  /// - Returns: the stream and its header; nil when Ctrl-C came first.
  /// - Throws: a failure or a `CaptureError` when it is no stream of memray; `TurnedAway`.
  static func open(
    _ socket: LiveSocket, name: String, file: (CaptureHeader) throws -> LiveFile
  ) throws -> (stream: LiveStream, header: CaptureHeader)? {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let start = ContinuousClock.now
    var hasComplained = false
    while !Interruption.hasCome {
      switch socket.read(into: &chunk, milliseconds: pollMilliseconds) {
      case .nothing:
        guard bytes.isEmpty, !hasComplained, ContinuousClock.now - start > silence else { break }
        hasComplained = true
        report("memq: connected to \(name), but nothing came from there yet; Ctrl-C leaves")
      case .ended: throw ended(name, before: bytes.isEmpty)
      case .failed(ECONNRESET) where bytes.isEmpty: throw TurnedAway()
      case .failed(let code):
        throw Failure("cannot read from \(name): \(Terminal.systemMessage(code))")
      case .bytes(let count):
        bytes += chunk[..<count]
        guard let header = try header(of: bytes, from: name) else { break }
        let file = try file(header)
        if let code = file.append(bytes[...]) {
          throw Failure("cannot write \(file.path): \(Terminal.systemMessage(code))")
        }
        return (LiveStream(socket, file), header)
      }
    }
    return nil
  }

  private static func ended(_ name: String, before isEmpty: Bool) -> Failure {
    Failure(
      isEmpty
        ? "\(name) ended the connection before a byte came: is that a program under memray, "
          + "with --live-remote?"
        : "\(name) ended the connection inside the header: there is nothing to ask about")
  }

  private static func header(of bytes: [UInt8], from name: String) throws -> CaptureHeader? {
    do throws(CaptureError) {
      let header = try FormatRegistry.header(ofStream: bytes, named: name)
      guard header != nil || bytes.count < headerLimit else { throw .unrecognized(path: name) }
      return header
    } catch {
      guard case .unrecognized = error else { throw error }
      throw Failure(
        "what \(name) sends is no memray stream; start the program with: "
          + "memray run --live-remote --live-port PORT app.py")
    }
  }
}
