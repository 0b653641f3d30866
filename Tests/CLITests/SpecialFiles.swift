// ⚠ unsafe: a lock's description and a socket's address are ours; open(), fcntl() and bind() get
// C strings and those.
import Foundation
import Glibc
import Testing

/// A store that another process is writing to, by the locks of SQLite's file format.
final class LockedStore {
  private let descriptor: Int32

  /// Locks a store; readers too when `forReading`.
  init(_ path: String, forReading: Bool) {
    descriptor = unsafe open(path, O_RDWR | O_CLOEXEC)
    // PENDING_BYTE, RESERVED_BYTE and the shared bytes (sqlite.org/lockingv3.html).
    let pending: Int = 0x4000_0000
    lock(from: pending + 1, count: 1)
    if forReading { lock(from: pending, count: 512) }
  }

  private func lock(from start: Int, count: Int) {
    var range = flock()
    range.l_type = Int16(F_WRLCK)
    range.l_whence = Int16(SEEK_SET)
    range.l_start = off_t(start)
    range.l_len = off_t(count)
    _ = unsafe fcntl(descriptor, F_SETLK, &range)
  }

  deinit { close(descriptor) }
}

/// Makes a socket at a path.
func bindSocket(_ path: String) {
  let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(socket) }
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  let bytes = Array(path.utf8)
  #expect(bytes.count < 107)
  unsafe withUnsafeMutableBytes(of: &address.sun_path) { place in
    unsafe place.copyBytes(from: bytes)
  }
  let code = unsafe withUnsafePointer(to: &address) { address in
    unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      unsafe bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
  #expect(code == 0)
}
