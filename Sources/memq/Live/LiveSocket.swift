// ⚠ unsafe: socket addresses are filled here and lent to connect() for the call; recv() fills an
// array's own buffer within its count.
import Glibc
import Interruption

/// A connection to a program that sends its capture.
final class LiveSocket: Sendable {
  let descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// How one attempt ended.
  private enum Attempt {
    case connected(LiveSocket)
    /// Nobody listens there, now.
    case refused
    case failed(code: Int32)
  }

  /// Connects to the first of the addresses where somebody listens, and waits for one to.
  ///
  /// - Parameters:
  ///   - addresses: where to try.
  ///   - name: what errors call them.
  ///   - waits: asked before each wait whether to go on.
  /// - Returns: nil when `waits` says no.
  /// - Throws: a failure when there is no way there.
  static func connect(
    to addresses: [LiveAddress], name: String, waits: () -> Bool
  ) throws(Failure) -> LiveSocket? {
    while true {
      var problem: Int32?
      var refused = false
      for address in addresses {
        switch attempt(address, waits) {
        case .connected(let socket): return socket
        case .refused: refused = true
        case .failed(let code): problem = problem ?? code
        }
      }
      // Where this machine has no IPv6, its IPv4 address still counts.
      if !refused, let problem, problem != EINTR {
        throw Failure("cannot connect to \(name): \(Terminal.systemMessage(problem))")
      }
      guard waits() else { return nil }
      usleep(100_000)
    }
  }

  private static func attempt(_ address: LiveAddress, _ waits: () -> Bool) -> Attempt {
    let family = if case .four = address.host { AF_INET } else { AF_INET6 }
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(family, type | Int32(SOCK_NONBLOCK.rawValue), 0)
    guard descriptor >= 0 else { return .failed(code: errno) }
    let socket = LiveSocket(descriptor: descriptor)
    var code = start(address, descriptor)
    while code == EINPROGRESS || code == EALREADY || code == EINTR {
      guard waits() else { return .failed(code: EINTR) }
      code = progress(descriptor)
    }
    switch code {
    case 0: return .connected(socket)
    case ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH, ECONNRESET, EAGAIN: return .refused
    default: return .failed(code: code)
    }
  }

  private static func start(_ address: LiveAddress, _ descriptor: Int32) -> Int32 {
    let result: Int32
    switch address.host {
    case .four(let host):
      var place = sockaddr_in()
      place.sin_family = sa_family_t(AF_INET)
      place.sin_port = address.port.bigEndian
      place.sin_addr.s_addr = host
      result = unsafe withUnsafePointer(to: &place) { place in
        unsafe place.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    case .six(let host):
      var place = sockaddr_in6()
      place.sin6_family = sa_family_t(AF_INET6)
      place.sin6_port = address.port.bigEndian
      unsafe withUnsafeMutableBytes(of: &place.sin6_addr) { unsafe $0.copyBytes(from: host) }
      result = unsafe withUnsafePointer(to: &place) { place in
        unsafe place.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
        }
      }
    }
    return result == 0 ? 0 : errno
  }

  /// What became of a connection that was being made; `EINPROGRESS` when nothing yet.
  private static func progress(_ descriptor: Int32) -> Int32 {
    var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    let ready = unsafe poll(&request, 1, 100)
    if ready <= 0 { return EINPROGRESS }
    var code: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    return unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 ? code : errno
  }

  /// What one look gave.
  enum Reading: Equatable {
    case bytes(Int)
    /// Nothing came in that time.
    case nothing
    case ended
    case failed(code: Int32)
  }

  /// Reads what has come into `buffer`; waits for it at most so long.
  func read(into buffer: inout [UInt8], milliseconds: Int32) -> Reading {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let ready = unsafe poll(&request, 1, milliseconds)
    if ready == 0 || ready < 0 && errno == EINTR { return .nothing }
    if ready < 0 { return .failed(code: errno) }
    let count = unsafe buffer.withUnsafeMutableBytes { bytes in
      unsafe recv(descriptor, bytes.baseAddress, bytes.count, 0)
    }
    if count > 0 { return .bytes(count) }
    if count == 0 { return .ended }
    return errno == EAGAIN || errno == EINTR ? .nothing : .failed(code: errno)
  }
}
