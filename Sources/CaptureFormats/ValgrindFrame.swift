import CaptureModel

/// Frames as valgrind's tools write them.
extension ProfileFrame {
  /// Takes `0xADDR: function (file:line)`, `0xADDR: function (in image)` and `0xADDR: ???` apart.
  ///
  /// The function may hold parentheses and spaces, so the place is looked for from the right. A
  /// frame without a name is called `???`, as there.
  init(valgrind text: String) {
    var rest = text[...]
    var address = ""
    if rest.hasPrefix("0x"), let colon = rest.firstIndex(of: ":") {
      address = String(rest[..<colon])
      rest = rest[rest.index(after: colon)...].drop { $0 == " " }
    }
    self.init(function: String(rest), kind: .native)
    if let (name, place) = Self.nameAndPlace(rest) {
      function = name
      file = place.file
      line = place.line
    }
    if function.isEmpty { function = address.isEmpty ? Self.nameless : address }
  }

  private static let nameless = "???"

  private static func nameAndPlace(
    _ text: Substring
  ) -> (name: String, place: (file: String, line: Int32))? {
    guard text.last == ")", let open = text.lastIndex(of: "(") else { return nil }
    let inside = text[text.index(after: open)...].dropLast()
    var name = text[..<open]
    while name.last == " " { name.removeLast() }
    if inside.hasPrefix("in ") { return (String(name), (String(inside.dropFirst(3)), 0)) }
    guard let colon = inside.lastIndex(of: ":"),
      let line = Int32(inside[inside.index(after: colon)...])
    else { return nil }
    return (String(name), (String(inside[..<colon]), max(0, line)))
  }
}
