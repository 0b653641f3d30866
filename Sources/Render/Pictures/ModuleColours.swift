import Columns

/// Colours of frames by module, for pages and pictures.
///
/// A module keeps its hue from page to page; only when two of the largest would share one does the
/// smaller move on.
package struct ModuleColours {
  /// Hues of modules.
  static let hues = [
    8, 24, 38, 50, 72, 96, 138, 160, 178, 196, 210, 226, 248, 268, 292, 318, 340,
  ]

  private var hueOfModule: [String: Int] = [:]

  /// - Parameter sizes: Own bytes by module: the largest get hues of their own.
  init(_ sizes: [String: Int64]) {
    let order = sizes.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
    var taken: Set<Int> = []
    for (place, (name, _)) in order.enumerated() {
      var hue = Int(Self.hash(name) % UInt32(Self.hues.count))
      if place < 12 {
        while taken.contains(hue) { hue = (hue + 5) % Self.hues.count }
        taken.insert(hue)
      }
      hueOfModule[name] = hue
    }
  }

  /// The class of a file's frames; nil for frames without a file.
  func shade(file: String) -> (hue: Int, shade: Int)? {
    guard Self.isKnown(file), let hue = hueOfModule[Self.module(file)] else { return nil }
    return (hue, Self.shade(file: file))
  }

  /// Whether a file says what module its frames are of; native frames may have none.
  static func isKnown(_ file: String) -> Bool { !file.isEmpty && file != "<unknown>" }

  /// The place of a module's hue in `hues`.
  func hue(module: String) -> Int {
    hueOfModule[module] ?? Int(Self.hash(module) % UInt32(Self.hues.count))
  }

  /// Which of three shades of its module's hue a file has.
  static func shade(file: String) -> Int { Int(hash(file) % 3) }

  /// What a file belongs to: a package, a module of the standard library, or itself.
  package static func module(_ file: String) -> String {
    let parts = file.split(whereSeparator: { $0 == "/" || $0 == "\\" }).map(String.init)
    for (index, part) in parts.enumerated().dropFirst() {
      let before = parts[index - 1]
      if before.hasSuffix("site-packages") || before.hasSuffix("dist-packages") {
        return stem(part)
      }
    }
    for (index, part) in parts.enumerated().dropFirst() {
      let digits = parts[index - 1].dropFirst("python".count)
      guard parts[index - 1].hasPrefix("python"), !digits.isEmpty,
        digits.allSatisfy({ $0.isNumber || $0 == "." })
      else { continue }
      let isDynamic = part == "lib-dynload" && index + 1 < parts.count
      return stem(isDynamic ? parts[index + 1] : part)
    }
    if file.hasPrefix("<frozen ") {
      return String(file.dropFirst(8).prefix { $0.isLetter || $0.isNumber || $0 == "_" })
    }
    return parts.last ?? file
  }

  private static func stem(_ name: String) -> String {
    for ending in [".py", ".pyx"] where name.hasSuffix(ending) {
      return String(name.dropLast(ending.count))
    }
    guard name.hasSuffix(".so") else { return name }
    // `_json.cpython-311-x86_64-linux-gnu.so`
    let parts = name.dropLast(3).split(separator: ".", omittingEmptySubsequences: false)
    let isTagged = parts.count > 1 && parts[parts.count - 1].hasPrefix("cpython-")
    return (isTagged ? parts.dropLast() : parts[...]).joined(separator: ".")
  }

  /// FNV-1a of a text's UTF-16, mixed: near names get far hues.
  private static func hash(_ text: String) -> UInt32 {
    var hash: UInt32 = 2_166_136_261
    for unit in text.utf16 { hash = (hash ^ UInt32(unit)) &* 16_777_619 }
    hash ^= hash >> 15
    hash = hash &* 2_246_822_507
    return hash ^ hash >> 13
  }
}
