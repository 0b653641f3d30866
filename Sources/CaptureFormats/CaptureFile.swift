// ⚠ unsafe: reads go into caller-provided buffers, never beyond their counts.
import CaptureModel
import Glibc
import Interruption

/// A file open for reading at any place, with no position of its own.
final class CaptureFile {
  let path: String
  /// Size when opened, bytes.
  let size: UInt64
  private let descriptor: Int32
  /// Whether what is written behind its end belongs to it.
  private let isGrowing: Bool
  /// When its bytes and when its status last changed, as of opening.
  private let changes: [Int]

  convenience init(path: String, isGrowing: Bool = false) throws(CaptureError) {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(path: path, code: errno) }
    try self.init(descriptor: descriptor, path: path, isGrowing: isGrowing)
  }

  /// Takes over a descriptor of a file; `path` is what messages call it.
  init(descriptor: Int32, path: String, isGrowing: Bool = false) throws(CaptureError) {
    self.path = path
    self.isGrowing = isGrowing
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw .unreadable(path: path, code: code)
    }
    self.descriptor = descriptor
    changes = Self.changes(status)
    size = UInt64(clamping: status.st_size)
  }

  deinit { close(descriptor) }

  /// Whether the file may hold other bytes than when it was opened.
  var mayHaveChanged: Bool {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return true }
    return UInt64(clamping: status.st_size) != size || Self.changes(status) != changes
  }

  private static func changes(_ status: stat) -> [Int] {
    [
      status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
    ]
  }

  /// What one read gave.
  enum ReadResult {
    case bytes(Int)
    case failed(code: Int32)
  }

  /// Reads until `target` is full or the file ends, where it ended when it was opened: what is
  /// written behind that meanwhile is of another content, unless the file is one that grows.
  ///
  /// Fails with `EINTR` once Ctrl-C has come, so that every reader soon ends.
  func read(at offset: UInt64, into target: UnsafeMutableRawBufferPointer) -> ReadResult {
    if Interruption.isRequested { return .failed(code: EINTR) }
    let rest = isGrowing ? target.count : size > offset ? Int(clamping: size - offset) : 0
    let buffer = unsafe UnsafeMutableRawBufferPointer(
      rebasing: target[..<min(target.count, rest)])
    var done = 0
    while done < buffer.count {
      guard let place = off_t(exactly: offset &+ UInt64(done)) else { return .bytes(done) }
      let count = unsafe pread(
        descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done, place)
      if count < 0 {
        if errno == EINTR { continue }
        return done > 0 ? .bytes(done) : .failed(code: errno)
      }
      if count == 0 { break }
      done += count
    }
    return .bytes(done)
  }

  /// The first bytes of the file, at most `count`.
  func prefix(_ count: Int) throws(CaptureError) -> [UInt8] {
    var failure: Int32?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      switch unsafe read(at: 0, into: UnsafeMutableRawBufferPointer(buffer)) {
      case .bytes(let length): initialized = length
      case .failed(let code): failure = code
      }
    }
    if let failure { throw .unreadable(path: path, code: failure) }
    return bytes
  }

  /// Length of the file without the zero bytes at its end, read backwards chunk by chunk.
  func lengthWithoutTrailingZeros() -> UInt64 {
    let chunkLength = 1 << 18
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkLength, alignment: 16)
    defer { unsafe chunk.deallocate() }
    var end = size
    while end > 0 {
      let start = end > UInt64(chunkLength) ? end - UInt64(chunkLength) : 0
      let part = unsafe UnsafeMutableRawBufferPointer(rebasing: chunk[..<Int(end - start)])
      guard case .bytes(let count) = unsafe read(at: start, into: part), count == part.count
      else { return end }
      if let last = unsafe part.lastIndex(where: { $0 != 0 }) { return start + UInt64(last) + 1 }
      end = start
    }
    return 0
  }
}
