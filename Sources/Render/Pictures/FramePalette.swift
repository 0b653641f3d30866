/// A colour as CSS and SVG write it.
struct PaletteColour: Equatable {
  /// Degrees.
  var hue: Int
  /// Percent.
  var saturation: Int
  /// Percent.
  var lightness: Int

  init(_ hue: Int, _ saturation: Int, _ lightness: Int) {
    (self.hue, self.saturation, self.lightness) = (hue, saturation, lightness)
  }

  var text: String { "hsl(\(hue),\(saturation)%,\(lightness)%)" }
}

/// Colours of frames and of the names on them, for pages and pictures.
///
/// Names and places on every colour have the contrast that WCAG calls AA, 4.5 to 1; a test computes
/// it. A hue is never used for meaning alone: numbers and legend say it too.
struct FramePalette {
  /// What a colour means.
  enum Meaning: Hashable {
    /// No module is known.
    case plain
    /// Frames too small to be drawn alone.
    case small
    /// What a search does not find, and what it finds.
    case dim
    case match
    /// Place of a module's hue in `ModuleColours.hues`, and a shade of it: 0, 1 or 2.
    case module(Int, Int)
    /// Python, native, inlined, interpreter, imports.
    case kind(Int)
    /// An eighth of the greatest age: 0 is new.
    case age(Int)
    /// How far the left side is from the right: -7 … 7.
    case change(Int)
  }

  let isDark: Bool

  /// Every meaning, in the order in which pages number them.
  static let meanings: [Meaning] =
    [.plain] + ModuleColours.hues.indices.flatMap { hue in (0..<3).map { .module(hue, $0) } }
    + [.small, .dim, .match] + (0..<5).map { .kind($0) } + (0..<8).map { .age($0) }
    + (-7...7).map { .change($0) }

  /// Colour of names, of places and other small text, and of names that a search does not find.
  var inks: (text: PaletteColour, soft: PaletteColour, dim: PaletteColour) {
    isDark
      ? (PaletteColour(210, 20, 97), PaletteColour(210, 12, 89), PaletteColour(212, 7, 70))
      : (PaletteColour(212, 20, 7), PaletteColour(210, 10, 20), PaletteColour(212, 8, 38))
  }

  func colour(_ meaning: Meaning) -> PaletteColour {
    isDark ? dark(meaning) : light(meaning)
  }

  private func light(_ meaning: Meaning) -> PaletteColour {
    switch meaning {
    case .plain: PaletteColour(212, 14, 86)
    case .small: PaletteColour(212, 12, 90)
    case .dim: PaletteColour(212, 10, 92)
    case .match: PaletteColour(280, 75, 80)
    case .module(let hue, let shade):
      PaletteColour(ModuleColours.hues[hue], 60 - shade * 4, 80 + shade * 3)
    case .kind(let kind):
      PaletteColour(Self.kinds[kind].hue, Self.kinds[kind].strength * 72 / 100, 81)
    case .age(let age): PaletteColour(178 + age * 12, 38 + age * 5, 92 - age * 26 / 10)
    case .change(0): PaletteColour(212, 10, 88)
    case .change(let step):
      PaletteColour(step < 0 ? 214 : 6, 50 + 36 * abs(step) / 7, 90 - 19 * abs(step) / 7)
    }
  }

  private func dark(_ meaning: Meaning) -> PaletteColour {
    switch meaning {
    case .plain: PaletteColour(212, 8, 30)
    case .small: PaletteColour(212, 8, 24)
    case .dim: PaletteColour(212, 7, 22)
    case .match: PaletteColour(280, 55, 44)
    case .module(let hue, let shade):
      PaletteColour(ModuleColours.hues[hue], 34 + shade * 5, 22 + shade * 3)
    case .kind(let kind):
      PaletteColour(Self.kinds[kind].hue, Self.kinds[kind].strength * 42 / 100, 29)
    case .age(let age): PaletteColour(178 + age * 12, 30 + age * 3, 20 + age * 22 / 10)
    case .change(0): PaletteColour(212, 6, 30)
    case .change(let step):
      PaletteColour(step < 0 ? 214 : 6, 24 + 38 * abs(step) / 7, 27 + 7 * abs(step) / 7)
    }
  }

  /// Hues of kinds, and their share of the usual saturation.
  private static let kinds = [(210, 100), (28, 100), (52, 100), (212, 10), (290, 60)].map {
    (hue: $0.0, strength: $0.1)
  }

  /// Appends the palette of a page as JSON: colours in the order of `meanings`, then inks.
  static func appendJSON(to bytes: inout [UInt8]) {
    for (name, isDark) in [("light", false), ("dark", true)] {
      let palette = FramePalette(isDark: isDark)
      let colours = meanings.map { "\"\(palette.colour($0).text)\"" }
      let inks = palette.inks
      bytes.append(isDark ? "," : "{")
      bytes.append("\"\(name)\":{\"colours\":[\(colours.joined(separator: ","))]")
      bytes.append(",\"text\":\"\(inks.text.text)\",\"soft\":\"\(inks.soft.text)\"")
      bytes.append(",\"dim\":\"\(inks.dim.text)\"}")
    }
    bytes.append("}")
  }
}
