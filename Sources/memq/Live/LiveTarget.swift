// ⚠ unsafe: inet_pton() fills an address that lives here; texts cross as C strings.
import Glibc

/// A place where a program may listen: an address of this machine or another, and a port.
struct LiveAddress: Equatable {
  /// IPv4 or IPv6.
  enum Host: Equatable {
    case four(UInt32)
    case six([UInt8])
  }

  /// In network order.
  var host: Host
  var port: UInt16

  /// The machine itself, as memray binds it and as others may.
  static func local(_ port: UInt16) -> [LiveAddress] {
    [
      LiveAddress(host: .four(UInt32(0x7f00_0001).bigEndian), port: port),
      LiveAddress(host: .six([UInt8](repeating: 0, count: 15) + [1]), port: port),
    ]
  }
}

/// What `memq live` watches.
enum LiveTarget: Equatable {
  /// A program that listens; the addresses are tried one after the other.
  case stream([LiveAddress], name: String)
  /// A capture that is being written.
  case file(String)

  /// Understands `PORT`, `HOST:PORT` and a file's path.
  ///
  /// - Parameter text: what was typed.
  /// - Throws: a failure that says what to type instead.
  init(_ text: String) throws(Failure) {
    if text.allSatisfy({ $0.isASCII && $0.isNumber }), !text.isEmpty {
      let port = try Self.port(text[...], of: text)
      self = .stream(LiveAddress.local(port), name: "127.0.0.1:\(port)")
      return
    }
    guard !text.contains("/"), let colon = text.lastIndex(of: ":") else {
      self = try Self.path(text)
      return
    }
    if InputFile.exists(text) {
      self = .file(text)
      return
    }
    let host = text[..<colon]
    let port = try Self.port(text[text.index(after: colon)...], of: text)
    self = .stream(try Self.addresses(String(host), port, of: text), name: text)
  }

  private static func path(_ text: String) throws(Failure) -> LiveTarget {
    guard InputFile.exists(text) || text.contains("/") || text.contains(".") else {
      throw Failure(
        "\(text) is no port, no HOST:PORT and no file; such as: memq live 1234, "
          + "memq live 127.0.0.1:1234, memq live out.bin")
    }
    return .file(text)
  }

  private static func port(_ digits: Substring, of text: String) throws(Failure) -> UInt16 {
    guard let port = UInt16(digits), port > 0 else {
      throw Failure("\(text) names no port: ports are whole numbers from 1 to 65535")
    }
    return port
  }

  private static func addresses(
    _ host: String, _ port: UInt16, of text: String
  ) throws(Failure) -> [LiveAddress] {
    if host == "localhost" || host.isEmpty { return LiveAddress.local(port) }
    var four = in_addr()
    if unsafe inet_pton(AF_INET, host, &four) == 1 {
      return [LiveAddress(host: .four(four.s_addr), port: port)]
    }
    let inner =
      host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : ""
    var six = in6_addr()
    if unsafe inet_pton(AF_INET6, inner, &six) == 1 {
      let bytes = unsafe withUnsafeBytes(of: &six) { unsafe Array($0) }
      return [LiveAddress(host: .six(bytes), port: port)]
    }
    if unsafe inet_pton(AF_INET6, host, &six) == 1 {
      throw Failure("an IPv6 address stands in brackets: memq live [\(host)]:\(port)")
    }
    throw Failure(
      "\(host) is no address: memq looks no names up; give localhost or a number, such as "
        + "127.0.0.1:\(port) or [::1]:\(port)")
  }
}
