// ⚠ unsafe: reads arrays of C that the linker put into the program and that never change.

internal import CPages

/// Files of `Pages/Web`, as they were when the program was built.
package enum PageFiles {
  /// Every file's text by its path below `Pages/Web`.
  package static let all: [String: String] = {
    var files: [String: String] = [:]
    for place in 0..<page_file_count() {
      let file = unsafe page_file_at(place)
      let bytes = unsafe UnsafeBufferPointer(start: file.bytes, count: file.size)
      unsafe files[String(cString: file.path)] = String(decoding: bytes, as: UTF8.self)
    }
    return files
  }()

  /// A file's text; empty when there is none of that name, which a test rules out.
  package static func text(_ path: String) -> String { all[path] ?? "" }

  /// The texts of some files, one after the other.
  static func texts(_ paths: String...) -> String { paths.map(text).joined() }
}
