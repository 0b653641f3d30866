import CaptureModel

/// Frames in one text, as py-spy and others write them into folded stacks.
extension ProfileFrame {
  /// Endings of shared libraries' names.
  private static let libraryMarks = [".so", ".dylib", ".dll"]

  /// Takes `function (file:line)` or `function (file)` apart; any other text is the function.
  ///
  /// What stands in the last parentheses counts as a place when it ends in a line number, or
  /// looks like a file name: no white space and a dot or angle brackets.
  init(text: String) {
    self.init(function: text)
    if let parts = Self.parts(Array(text.utf8)) {
      function = String(decoding: parts.function, as: UTF8.self)
      file = String(decoding: parts.file, as: UTF8.self)
      line = parts.line
    }
    kind = Self.kind(function: function, file: file)
  }

  private static func parts(
    _ bytes: [UInt8]
  ) -> (function: ArraySlice<UInt8>, file: ArraySlice<UInt8>, line: Int32)? {
    guard bytes.last == UInt8(ascii: ")"), let open = bytes.lastIndex(of: UInt8(ascii: "(")),
      open >= 2, bytes[open - 1] == UInt8(ascii: " ")
    else { return nil }
    let function = bytes[..<(open - 1)]
    let place = bytes[(open + 1)..<(bytes.count - 1)]
    guard !place.contains(UInt8(ascii: ")")) else { return nil }
    if let colon = place.lastIndex(of: UInt8(ascii: ":")), colon > place.startIndex,
      let line = Self.line(place[(colon + 1)...])
    {
      return (function, place[..<colon], line)
    }
    return looksLikeFile(place) ? (function, place, 0) : nil
  }

  private static func line(_ digits: ArraySlice<UInt8>) -> Int32? {
    guard let first = digits.first, first >= 0x30, first <= 0x39 else { return nil }
    return Int32(String(decoding: digits, as: UTF8.self))
  }

  private static func looksLikeFile(_ text: ArraySlice<UInt8>) -> Bool {
    guard !text.isEmpty, !text.contains(where: { $0 == 0x20 || $0 == 0x09 }) else { return false }
    return text.contains(UInt8(ascii: "."))
      || text.first == UInt8(ascii: "<")
        && text.last == UInt8(ascii: ">")
  }

  /// Native code by its library or by Brendan Gregg's marks: kernel `_[k]`, inlined `_[i]`.
  private static func kind(function: String, file: String) -> Kind {
    if function.hasSuffix("_[i]") { return .inlined }
    let isLibrary = libraryMarks.contains { file.hasSuffix($0) || file.contains($0 + ".") }
    return isLibrary || function.hasSuffix("_[k]") ? .native : .python
  }
}

/// The thread and the process that the first frames of a stack name, as py-spy writes them.
struct StackOwner {
  var thread: String?
  var process: Int64?

  /// Looks at a frame: `thread (TID)`, `thread (TID): NAME`, `process PID:"command"`.
  mutating func take(_ frame: String) -> Bool {
    if let rest = Self.rest(of: frame, after: "process "), process == nil,
      let end = rest.firstIndex(of: ":"), let number = Int64(rest[..<end])
    {
      process = number
      return true
    }
    if let rest = Self.rest(of: frame, after: "thread ("), thread == nil,
      let end = rest.firstIndex(of: ")"), end > rest.startIndex,
      rest[..<end].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
    {
      let name = rest[rest.index(after: end)...]
      thread = name.hasPrefix(": ") ? String(name.dropFirst(2)) : String(rest[..<end])
      return name.isEmpty || name.hasPrefix(": ")
    }
    return false
  }

  private static func rest(of text: String, after prefix: String) -> Substring? {
    text.hasPrefix(prefix) ? text.dropFirst(prefix.count) : nil
  }
}
