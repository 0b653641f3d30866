import CaptureModel

/// What a snapshot's frame is: the list of one stack mixes those of Python and of C++.
enum TorchFrame {
  /// A frame by what the file says of it.
  ///
  /// C++ frames name a library and an offset into it in place of a file and a line, unless they
  /// were resolved; a profiler's frames are a name alone, such as `torch/nn/linear.py(130): forward`.
  static func definition(name: String, file: String, line: UInt64) -> FrameDefinition {
    let line = Int32(clamping: line)
    if file == "none", line == 0 { return named(name) }
    if isOfPython(file) { return FrameDefinition(function: name, file: file, line: line) }
    let isUnknown = file.isEmpty || file == "??"
    return FrameDefinition(
      function: name == "??" ? "" : name, file: isUnknown ? "" : file,
      line: isSource(file) ? line : 0, kind: .native)
  }

  private static func isOfPython(_ file: String) -> Bool {
    file.hasPrefix("<") || [".py", ".pyw", ".pyx", ".ipynb"].contains(where: file.hasSuffix)
  }

  private static let sourceEndings = [
    ".cpp", ".cc", ".cxx", ".c", ".cu", ".cuh", ".h", ".hpp", ".hh", ".inc", ".inl", ".rs",
  ]

  private static func isSource(_ file: String) -> Bool {
    sourceEndings.contains(where: file.hasSuffix)
  }

  /// `FILE(LINE): FUNCTION`, or the name of something built in.
  private static func named(_ name: String) -> FrameDefinition {
    let text = Array(name.utf8)
    let mark = Array("): ".utf8)
    let end = text.indices.dropLast(2).first { text[$0...].starts(with: mark) }
    guard let end, let open = text[..<end].lastIndex(of: UInt8(ascii: "(")), open > 0,
      let line = Int32(String(decoding: text[(open + 1)..<end], as: UTF8.self))
    else { return FrameDefinition(function: name, file: "", line: 0, kind: .native) }
    return FrameDefinition(
      function: String(decoding: text[(end + 3)...], as: UTF8.self),
      file: String(decoding: text[..<open], as: UTF8.self), line: line)
  }
}
