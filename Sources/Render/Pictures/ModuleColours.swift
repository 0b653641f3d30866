/// Colours of frames by module, for pages and pictures.
///
/// A module keeps its hue from page to page; only when two of the largest would share one does the
/// smaller move on.
struct ModuleColours {
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

  /// The class of a file's frames, given what they are coloured as; nil for frames without a file.
  func shade(file: String, group: String) -> (hue: Int, shade: Int)? {
    guard Self.isKnown(file), let hue = hueOfModule[group] else { return nil }
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

  /// FNV-1a of a text's UTF-16, mixed: near names get far hues.
  private static func hash(_ text: String) -> UInt32 {
    var hash: UInt32 = 2_166_136_261
    for unit in text.utf16 { hash = (hash ^ UInt32(unit)) &* 16_777_619 }
    hash ^= hash >> 15
    hash = hash &* 2_246_822_507
    return hash ^ hash >> 13
  }
}
