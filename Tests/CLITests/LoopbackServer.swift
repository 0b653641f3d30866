// ⚠ unsafe: addresses of sockets and of bytes to send cross to the system within their calls.
import Foundation
import Glibc

/// A program that plays bytes to whoever connects first, as memray's live port does.
final class LoopbackServer: Sendable {
  let port: UInt16

  /// Listens, and plays pieces of bytes to one client with a pause after each.
  init(_ pieces: [Data], pause: TimeInterval = 0) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = unsafe withUnsafeMutablePointer(to: &place) { place in
      unsafe place.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
        unsafe bind(listener, place, length) == 0 && listen(listener, 1) == 0
          && getsockname(listener, place, &length) == 0
      }
    }
    guard bound else { throw POSIXError(.EADDRINUSE) }
    port = UInt16(bigEndian: place.sin_port)
    Thread.detachNewThread {
      let client = accept(listener, nil, nil)
      close(listener)
      defer { close(client) }
      for piece in pieces {
        let sent = unsafe piece.withUnsafeBytes { bytes in
          unsafe send(client, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        }
        guard sent == piece.count else { return }
        if pause > 0 { Thread.sleep(forTimeInterval: pause) }
      }
    }
  }
}

extension Data {
  /// The bytes in pieces of at most so many.
  func pieces(of length: Int) -> [Data] {
    stride(from: 0, to: count, by: length).map { Data(self[$0..<Swift.min($0 + length, count)]) }
  }
}
