// ⚠ unsafe: whole pieces are written to and read from a file of ours, within their own buffers.
import Glibc

/// An event of a trace: 32 bytes.
struct TorchEvent: BitwiseCopyable {
  /// Address; of an OOM what was free.
  var address: UInt64
  /// Bytes.
  var size: UInt64
  /// Microseconds since 1970 times 16, and the action.
  private var timeAndAction: UInt64
  /// Stack node; 0 is none.
  var stack: UInt32
  /// Index of the context: stream, pool, texts.
  var context: UInt32

  init(
    _ action: TorchAction, address: UInt64, size: UInt64, time: UInt64, stack: UInt32,
    context: UInt32
  ) {
    self.address = address
    self.size = size
    self.stack = stack
    self.context = context
    timeAndAction = min(time, 1 << 59) << 4 | UInt64(action.rawValue)
  }

  /// Microseconds since 1970; 0 when not recorded.
  var time: UInt64 { timeAndAction >> 4 }
  var action: TorchAction {
    TorchAction(rawValue: UInt8(truncatingIfNeeded: timeAndAction & 15)) ?? .snapshot
  }
}

/// All events of a snapshot in file order, beyond a few million in a file without a name.
///
/// What was allocated before the recording is known only at its end, so that events are looked at
/// twice; memory stays the same for files of any length. Used by one thread at a time.
@safe
final class TorchEvents {
  private static let pieceBits = 14
  private static let pieceCount = 1 << pieceBits
  private static let stride = MemoryLayout<TorchEvent>.stride
  /// Pieces of half a megabyte that stay in memory.
  private let keptPieces: Int

  private var pieces: [[TorchEvent]] = []
  private var last: [TorchEvent] = []
  private var spill: Int32 = -1
  private var loaded: (piece: Int, events: [TorchEvent]) = (-1, [])
  private(set) var count = 0
  /// Whether events could not be read again: the disk failed.
  private(set) var hasFailed = false

  init(keptPieces: Int = 80) { self.keptPieces = keptPieces }

  deinit { if spill >= 0 { close(spill) } }

  /// Adds an event.
  func append(_ event: TorchEvent) {
    if last.isEmpty { last.reserveCapacity(Self.pieceCount) }
    last.append(event)
    count += 1
    if last.count == Self.pieceCount {
      pieces.append(keep(last, as: pieces.count))
      last = []
    }
  }

  /// The events of the piece that holds an index, and the index of its first.
  func piece(holding index: Int) -> (first: Int, events: [TorchEvent]) {
    let number = index >> Self.pieceBits
    let first = number << Self.pieceBits
    guard number < pieces.count else { return (first, last) }
    if !pieces[number].isEmpty { return (first, pieces[number]) }
    if loaded.piece != number { loaded = (number, load(number)) }
    return (first, loaded.events)
  }

  /// Calls `body` with each event of a range.
  func forEach(_ range: Range<Int>, _ body: (Int, TorchEvent) -> Void) {
    var next = range.lowerBound
    while next < range.upperBound, !hasFailed {
      let (first, events) = piece(holding: next)
      let end = min(range.upperBound, first + events.count)
      guard next < end else { return }
      for index in next..<end { body(index, events[index - first]) }
      next = end
    }
  }

  /// The piece itself, or nothing once it lies in the file.
  private func keep(_ events: [TorchEvent], as number: Int) -> [TorchEvent] {
    guard number >= keptPieces else { return events }
    if spill < 0 { spill = CaptureSpool.nameless(in: ["/tmp", "/var/tmp", "."]) }
    guard spill >= 0 else { return events }
    let offset = off_t(number * Self.pieceCount * Self.stride)
    let isWritten = unsafe events.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let part = unsafe pwrite(
          spill, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done,
          offset + off_t(done))
        if part < 0, errno == EINTR { continue }
        guard part > 0 else { return false }
        done += part
      }
      return true
    }
    // What finds no room stays in memory.
    return isWritten ? [] : events
  }

  private func load(_ number: Int) -> [TorchEvent] {
    let offset = off_t(number * Self.pieceCount * Self.stride)
    return unsafe [TorchEvent](unsafeUninitializedCapacity: Self.pieceCount) {
      buffer, initialized in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      var done = 0
      while done < bytes.count {
        let part = unsafe pread(
          spill, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done,
          offset + off_t(done))
        if part < 0, errno == EINTR { continue }
        guard part > 0 else {
          hasFailed = true
          break
        }
        done += part
      }
      initialized = done / Self.stride
    }
  }
}
