// ⚠ unsafe: texts of the C side are copied before its image is closed; the image is closed once.
package import CaptureModel
import CSymbols
import Glibc

/// Symbols from the executables and libraries of this machine, by their debug information and
/// symbol tables.
///
/// A file is open for the length of one call only, so that one is in memory at a time.
package struct ImageSymbols: SymbolSource {
  /// The file of functions that only a symbol table names, as memray writes it.
  private static let unknownFile = "<unknown>"

  /// The symbols of this machine.
  package init() {}

  /// The functions at some addresses of a file; nil when it is no readable ELF file.
  package func frames(image path: String, addresses: [UInt64]) -> [[SymbolFrame]]? {
    guard path.hasPrefix("/"), let image = unsafe memq_image_open(path) else { return nil }
    defer { unsafe memq_image_close(image) }
    return addresses.map { address in
      var found: UnsafePointer<memq_frame>?
      let count = unsafe memq_image_frames(image, address, &found)
      guard let found = unsafe found else { return [] }
      return (0..<count).map { unsafe Self.frame(found[$0]) }
    }
  }

  private static func frame(_ frame: memq_frame) -> SymbolFrame {
    SymbolFrame(
      function: unsafe name(frame.function), file: unsafe text(frame.file) ?? unknownFile,
      line: unsafe frame.line, isInlined: unsafe frame.is_inlined)
  }

  private static func text(_ bytes: UnsafePointer<CChar>?) -> String? {
    guard let bytes = unsafe bytes else { return nil }
    return unsafe String(cString: bytes)
  }

  /// A function's name, demangled when it is one of C++.
  private static func name(_ bytes: UnsafePointer<CChar>?) -> String {
    guard let bytes = unsafe bytes else { return "" }
    guard let plain = unsafe memq_demangle(bytes) else { return unsafe String(cString: bytes) }
    defer { unsafe free(plain) }
    return unsafe String(cString: plain)
  }
}
