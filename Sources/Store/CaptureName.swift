/// What captures may be called, and what a name says of forks.
package enum CaptureName {
  /// Why a capture cannot have a name.
  package enum Problem: Sendable, Hashable {
    /// It is empty or blank.
    case empty
    /// It reads as a capture's number, such as `#2`.
    case number
    /// A line end, tab or other character that cannot be typed in a question.
    case control
    /// `*` or `?`, which stand for other characters in a question.
    case wildcard
  }

  /// What is wrong with a name; nil when a question can ask for it.
  package static func problem(with name: String) -> Problem? {
    if name.allSatisfy(\.isWhitespace) { return .empty }
    if name.unicodeScalars.contains(where: isControl) { return .control }
    if name.contains("*") || name.contains("?") { return .wildcard }
    if name.hasPrefix("#"), name.dropFirst().allSatisfy(isDigit), name.count > 1 { return .number }
    return nil
  }

  /// The nearest name that a question can ask for: what it cannot hold becomes `_`.
  package static func askable(_ name: String) -> String {
    switch problem(with: name) {
    case nil: return name
    case .empty: return "capture"
    case .number: return "_" + name.dropFirst()
    case .control, .wildcard:
      var text = ""
      for scalar in name.unicodeScalars {
        text.unicodeScalars.append(
          isControl(scalar) || scalar == "*" || scalar == "?" ? "_" : scalar)
      }
      return text
    }
  }

  /// The name of a forked child's capture: its parent's and its process id.
  package static func child(of parent: String, process: String) -> String {
    "\(parent)@\(process)"
  }

  /// The name of the capture that a child's belongs to, such as `out` of `out@14859`; nil for others.
  package static func parent(of name: String) -> String? {
    guard let at = name.lastIndex(of: "@"), at > name.startIndex else { return nil }
    // A number follows where the name was taken.
    let parts = name[name.index(after: at)...].split(
      separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }) else { return nil }
    return String(name[..<at])
  }

  private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      || scalar.value == 0x2028 || scalar.value == 0x2029
  }
}

extension [CaptureInfo] {
  /// The captures that a question means when it names none: no child of a fork whose parent is here,
  /// in the order in which the last of each family was imported.
  package var roots: [CaptureInfo] {
    var byName: [String: CaptureInfo] = [:]
    for info in self { byName[info.name] = info }
    var found: [CaptureInfo] = []
    var met = Set<Int64>()
    for info in reversed() {
      var root = info
      if let name = CaptureName.parent(of: info.name), let parent = byName[name] { root = parent }
      if met.insert(root.id).inserted { found.append(root) }
    }
    return found.reversed()
  }
}

extension Store {
  /// Gives a capture another name, and the captures of its forked children theirs.
  ///
  /// - Parameters:
  ///   - info: The capture, as listed.
  ///   - name: A name that a question can ask for.
  /// - Returns: The old and new names, the capture's own first.
  /// - Throws: `nameTaken`, also for a child's; the store's errors.
  package func rename(
    _ info: CaptureInfo, to name: String
  ) throws(StoreError) -> [(old: String, new: String)] {
    try changing { () throws(StoreError) -> [(old: String, new: String)] in
      try migrate()
      let all = try captures()
      let family = all.filter {
        $0.id == info.id || CaptureName.parent(of: $0.name) == info.name
      }
      let renames = family.map { capture in
        (capture: capture, new: name + capture.name.dropFirst(info.name.count))
      }
      let moved = Set(family.map(\.id))
      let taken = Set(all.filter { !moved.contains($0.id) }.map(\.name))
      for rename in renames where taken.contains(rename.new) {
        throw .nameTaken(name: rename.new)
      }
      for (capture, new) in renames {
        var renamed = capture
        renamed.name = new
        try writeRow(renamed, isNew: false)
      }
      let own = renames.filter { $0.capture.id == info.id }
      let children = renames.filter { $0.capture.id != info.id }
      return (own + children).map { ($0.capture.name, $0.new) }
    }
  }
}
