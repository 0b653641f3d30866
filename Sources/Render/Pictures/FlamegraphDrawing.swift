import Results

/// Frames of a flamegraph as boxes with titles.
struct FlamegraphDrawing {
  private let tree: StackTree
  private let ready: FlamegraphTree
  private let layout: FlamegraphLayout
  private let colours: ModuleColours
  private let modules: [(name: String, size: Int64)]

  private static let row = 18.0
  /// Pixels of a character of 11 pixels.
  private static let cell = 6.7
  private static let longestName = 300

  init(_ tree: StackTree, _ ready: FlamegraphTree, _ layout: FlamegraphLayout) {
    self.tree = tree
    self.ready = ready
    self.layout = layout
    let sizes = tree.isInverted ? ready.firstByModule() : ready.ownByModule()
    colours = ModuleColours(sizes)
    self.modules = sizes.filter { $0.value > 0 }
      .sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
      .prefix(5).map { ($0.key, $0.value) }
  }

  private var isDifference: Bool { ready.totals.count > 2 }
  private var legendHeight: Double { 26 }
  /// Height of frames and legend.
  var height: Double { Double(layout.rows) * Self.row + legendHeight }

  /// The right side's total is brought to the left's when both count alike.
  private var scale: Double {
    guard tree.isNormalized, isDifference, ready.totals[2][0] > 0 else { return 1 }
    return Double(ready.totals[0][0]) / Double(ready.totals[2][0])
  }

  private func sizeText(_ value: Double) -> String {
    Humanize.value(tree.inUnit(value), unit: tree.unit, sizes: tree.sizeFamily)
  }

  /// The total, and what it was before.
  var total: String {
    let left = Double(ready.totals[0][0])
    var words = sizeText(left)
    if tree.unit != .count, ready.totals[1][0] > 0 {
      words += " in \(Humanize.count(ready.totals[1][0])) \(tree.countWords)"
    }
    guard isDifference else { return words }
    let right = Double(ready.totals[2][0]) * scale
    return words + ", before \(sizeText(right)), change \(signed(left - right))"
  }

  private func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + sizeText(value) }

  /// The largest frames in words.
  var description: String {
    var nodes: [Int] = []
    var node = 0
    // The heaviest path: each caller's heaviest callee.
    while let child = ready.children(of: node).first, nodes.count < 12 {
      node = Int(child)
      nodes.append(node)
    }
    let path = nodes.map { "\(name($0)) \(share(ready.totals[0][$0]))" }
    return "Flamegraph, callers above callees. \(total). Heaviest path: "
      + path.joined(separator: ", ")
  }

  private func name(_ node: Int) -> String {
    let frame = ready.frames[Int(ready.frameIndices[node])]
    let name = frame.function.isEmpty ? place(node) : frame.function
    return Self.short(name.isEmpty ? "<unknown>" : name)
  }

  private func place(_ node: Int) -> String {
    let frame = ready.frames[Int(ready.frameIndices[node])]
    return Self.short(frame.line > 0 ? frame.lineno : frame.file)
  }

  private static func short(_ text: String) -> String { SafeText.cut(text, most: longestName) }

  private func share(_ value: Int64) -> String {
    ready.totals[0][0] > 0 ? Humanize.percent(Double(value) / Double(ready.totals[0][0])) : "–"
  }

  // MARK: Colours

  private typealias Shade = FramePalette.Meaning

  private func shade(_ box: FlamegraphLayout.Box) -> Shade {
    if isDifference { return .change(step(box)) }
    if box.merged > 0 { return .small }
    let frame = ready.frames[Int(ready.frameIndices[box.node])]
    return colours.shade(file: frame.file, group: ready.group(of: frame.file))
      .map { .module($0.hue, $0.shade) } ?? .plain
  }

  /// How far the left side is from the right: -7 … 7.
  private func step(_ box: FlamegraphLayout.Box) -> Int {
    let (left, right) = (Double(value(box, 0)), Double(value(box, 2)) * scale)
    let most = max(left, right)
    let change = left - right
    // What scaling leaves of equal values is no change.
    guard most > 0, change.magnitude > most * 1e-9 else { return 0 }
    let step = Int((change.magnitude / most * 7 - 1e-9).rounded(.up))
    return change < 0 ? -min(7, step) : min(7, step)
  }

  private func value(_ box: FlamegraphLayout.Box, _ channel: Int) -> Int64 {
    box.merged > 0 ? box.sums[channel] : ready.totals[channel][box.node]
  }

  /// Rules for the colours that there are.
  var style: String {
    var used = Set(layout.boxes.map(shade))
    used.formUnion(legendRows.map(\.shade))
    let shades = used.sorted { $0.name < $1.name }
    var text = ".memq .k{font:11px ui-monospace,SFMono-Regular,Menlo,Consolas,\"DejaVu Sans Mono\","
    text += "monospace}.memq rect:hover{stroke:#1c2024}\n"
    text += shades.map { rule($0, isDark: false) }.joined()
    let dark = shades.map { rule($0, isDark: true) }.joined()
    return text + "@media (prefers-color-scheme:dark){.memq rect:hover{stroke:#fff}\n\(dark)}\n"
  }

  private func rule(_ shade: Shade, isDark: Bool) -> String {
    ".memq .\(shade.name){fill:\(FramePalette(isDark: isDark).colour(shade).text)}\n"
  }

  private var legendRows: [(text: String, shade: Shade)] {
    if isDifference {
      return [
        ("only left", .change(7)), ("grew", .change(4)), ("same", .change(0)),
        ("shrank", .change(-4)), ("only right", .change(-7)),
      ]
    }
    return modules.map { module in
      (
        "\(DisplayWidth.middle(SafeText.shown(module.name), width: 28, ellipsis: "…")) "
          + share(module.size), .module(colours.hue(module: module.name), 1)
      )
    }
  }

  // MARK: Boxes

  func append(top: Double, to bytes: inout [UInt8]) {
    guard ready.drawsSomething else {
      bytes.append(SVGText.line(tree.emptyWords, x: 16, y: top + 14, "s"))
      return
    }
    for box in layout.boxes { append(box, top: top, to: &bytes) }
    var x = FlamegraphPicture.margin
    let y = top + Double(layout.rows) * Self.row + 8
    for (text, shade) in legendRows {
      let at = (SVGText.pixels(x), SVGText.pixels(y))
      bytes.append(
        "<rect class=\"\(shade.name)\" x=\"\(at.0)\" y=\"\(at.1)\" width=\"11\" height=\"11\" "
          + "rx=\"3\"/>")
      bytes.append(SVGText.line(text, x: x + 16, y: y + 10, "s"))
      x += 16 + SVGText.width(text) + 18
    }
  }

  private func append(_ box: FlamegraphLayout.Box, top: Double, to bytes: inout [UInt8]) {
    let left = FlamegraphPicture.margin + box.x
    let y = top + Double(box.level) * Self.row
    let wide = box.width > 3 ? box.width - 1 : max(0.1, box.width)
    bytes.append("<g><title>\(title(box))</title>")
    bytes.append(
      "<rect class=\"\(shade(box).name)\" x=\"\(SVGText.pixels(left))\" y=\"\(SVGText.pixels(y))\" "
        + "width=\"\(SVGText.pixels(wide))\" height=\"\(SVGText.pixels(Self.row - 1))\"/>")
    let cells = Int((wide - 8) / Self.cell)
    if cells >= 3 {
      let text = SafeText.shown(label(box))
      let cut = DisplayWidth.prefix(text, width: cells, ellipsis: "…")
      bytes.append(SVGText.line(cut, x: left + 4, y: y + 12.5, "k"))
    }
    bytes.append("</g>\n")
  }

  private func label(_ box: FlamegraphLayout.Box) -> String {
    box.merged > 0 ? "\(Humanize.count(box.merged)) smaller" : name(box.node)
  }

  private func title(_ box: FlamegraphLayout.Box) -> String {
    var lines = [label(box)]
    if box.merged == 0 {
      let place = place(box.node)
      if !place.isEmpty && place != lines[0] { lines.append(place) }
    }
    var facts = [sizeText(Double(value(box, 0)))]
    if tree.unit != .count, ready.totals[1][0] > 0 {
      facts.append("\(Humanize.count(value(box, 1))) \(tree.countWords)")
    }
    facts.append("\(share(value(box, 0))) of all")
    lines.append(facts.joined(separator: " · "))
    if isDifference {
      let right = Double(value(box, 2)) * scale
      lines.append("before \(sizeText(right)) · change \(signed(Double(value(box, 0)) - right))")
    }
    return lines.map(SVGText.escaped).joined(separator: "\n")
  }
}

extension FramePalette.Meaning {
  /// The class of its boxes.
  fileprivate var name: String {
    switch self {
    case .plain: "p"
    case .small: "q"
    case .dim: "x"
    case .match: "y"
    case .module(let hue, let shade): "u\(hue)_\(shade)"
    case .kind(let kind): "k\(kind)"
    case .age(let age): "a\(age)"
    case .change(let step): step < 0 ? "d\(-step)" : "i\(step)"
    }
  }
}
