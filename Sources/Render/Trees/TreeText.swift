package import Results

extension Renderer {
  /// A tree for people: the places with most of their own, and the calls that lead to them.
  ///
  /// - Parameters:
  ///   - tree: What to show.
  ///   - places: How many places; the rest is summed up per caller.
  ///   - style: Width, box characters, colours, source lines.
  /// - Returns: The lines, each ended by a newline.
  package static func text(
    _ tree: StackTree, places: Int, style: TerminalStyle = TerminalStyle()
  ) -> String {
    var text = TreeText(tree, places: places, style: style)
    return text.render()
  }
}

/// A tree as indented lines: numbers left, frames right.
///
/// A frame that is its caller's only shown callee stands at the caller's depth, so that long chains
/// do not run off the screen; a branch indents.
struct TreeText {
  private let tree: StackTree
  private let style: TerminalStyle
  private let totals: [Int64]
  private let totalCounts: [Int64]
  /// Per node, the subtree's change and its own; nil without a right side.
  private let differences: [Double]?
  private let ownDifferences: [Double]?
  /// Nodes shown: the chosen places and the nodes above them.
  private var isShown: [Bool]
  private var shownChildren: [[Int]] = []
  private var rests: [Rest] = []
  private var lines: [Line] = []

  /// Places below a shown node that are not shown themselves.
  private struct Rest {
    var size: Int64 = 0
    var difference: Double = 0
    var count: Int64 = 0
    var places: Int64 = 0
  }

  private struct Line {
    var size: Int64
    /// Against the right side of `vs`.
    var difference: Double
    var count: Int64
    var name: String
    var place: (file: String, line: Int)?
    var indent: String
    var isRest: Bool
  }

  /// A node to write, or what is left out below it.
  private struct Step {
    var node: Int
    var lead: String
    var mark: String
    var isRest: Bool
  }

  init(_ tree: StackTree, places: Int, style: TerminalStyle) {
    self.tree = tree
    self.style = style
    totals = tree.totals(of: tree.sizes)
    totalCounts = tree.totals(of: tree.counts)
    let differences = tree.sizeDifferences
    self.differences = differences
    ownDifferences = differences.map { tree.own($0) }
    isShown = [Bool](repeating: false, count: tree.safeNodeCount)
    choose(places)
  }

  /// What makes a place worth showing: its own bytes, or how much they changed.
  private func weight(_ node: Int) -> Double {
    ownDifferences.map { $0[node].magnitude } ?? Double(tree.sizes[node].magnitude)
  }

  /// What decides the order of callees: the subtree's bytes, or how much they changed.
  private func heft(_ node: Int) -> Double {
    differences.map { $0[node].magnitude } ?? Double(totals[node])
  }

  /// Marks the places with the most bytes of their own, and every node on the way to them.
  private mutating func choose(_ places: Int) {
    let nodes = (0..<tree.safeNodeCount).filter { weight($0) != 0 }
      .sorted {
        let (left, right) = (weight($0), weight($1))
        return left == right ? $0 < $1 : left > right
      }
    for node in nodes.prefix(max(0, places)) {
      var current: Int? = node
      while let shown = current, !isShown[shown] {
        isShown[shown] = true
        current = tree.parent(of: shown)
      }
    }
    if !isShown.isEmpty { isShown[0] = true }
    shownChildren = Array(repeating: [], count: isShown.count)
    for node in isShown.indices.dropFirst() where isShown[node] {
      if let parent = tree.parent(of: node) { shownChildren[parent].append(node) }
    }
    sumRests()
  }

  /// Adds every place that is not shown to the nearest shown node above it.
  private mutating func sumRests() {
    rests = Array(repeating: Rest(), count: isShown.count)
    var nearest = [Int](repeating: 0, count: isShown.count)
    for node in isShown.indices {
      guard !isShown[node] else {
        nearest[node] = node
        continue
      }
      guard let parent = tree.parent(of: node) else { continue }
      nearest[node] = nearest[parent]
      guard tree.sizes[node] != 0 || tree.counts[node] != 0 || weight(node) != 0 else { continue }
      rests[nearest[node]].size &+= tree.sizes[node]
      rests[nearest[node]].difference += ownDifferences?[node] ?? 0
      rests[nearest[node]].count &+= tree.counts[node]
      rests[nearest[node]].places += 1
    }
    moveSmallRestsToRoot()
  }

  /// Rests too small to matter where they are go to the root's, so that chains stay chains.
  private mutating func moveSmallRestsToRoot() {
    guard let total = totals.first else { return }
    let least = total.magnitude / 200
    for node in rests.indices.dropFirst()
    where rests[node].places > 0 && rests[node].size.magnitude < least
      && rests[node].difference.magnitude < Double(least)
    {
      rests[0].size &+= rests[node].size
      rests[0].difference += rests[node].difference
      rests[0].count &+= rests[node].count
      rests[0].places += rests[node].places
      rests[node] = Rest()
    }
  }

  mutating func render() -> String {
    collect()
    var output = head()
    let columns = numbers()
    let widths = columns.map { column in
      column.texts.reduce(column.title.count) { max($0, DisplayWidth.of($1)) }
    }
    let titles = zip(columns, widths).map {
      DisplayWidth.pad($0.title, to: $1, alignRight: true)
    }
    let before = widths.reduce(0, +) + 2 * columns.count
    output += style.paint(titles.joined(separator: "  ") + "  frame", .bold) + "\n"
    for (index, line) in lines.enumerated() {
      let numbers = zip(columns, widths).map {
        DisplayWidth.pad($0.texts[index], to: $1, alignRight: true)
      }
      let name = fitted(line.indent, line.name, before)
      let text = numbers.joined(separator: "  ") + "  "
      output += (line.isRest ? style.paint(text + name, .faint) : text + name) + "\n"
      output += source(line, before)
    }
    if !tree.notes.isEmpty { output += "\n" }
    for note in tree.notes { output += wrapped(note, .note) }
    return output
  }

  /// The columns left of the frames.
  private func numbers() -> [(title: String, texts: [String])] {
    let name = tree.unit == .bytes ? "size" : tree.values?.name ?? "size"
    var columns = [(name, lines.map { number(Double($0.size)) })]
    if differences == nil {
      columns.append(("%", lines.map { totals[0] == 0 ? "" : share($0.size) }))
    } else {
      columns.append(
        (name + "_diff", lines.map { ($0.difference > 0 ? "+" : "") + number($0.difference) }))
    }
    guard tree.values?.hasCounts != false else { return columns }
    return columns + [(tree.values?.countName ?? "count", lines.map { Humanize.count($0.count) })]
  }

  private func head() -> String {
    var output = wrapped(tree.query, .bold)
    if !tree.population.isEmpty { output += wrapped(tree.subject, .faint) }
    for line in tree.header { output += wrapped(line, .faint) }
    return output + "\n"
  }

  private func wrapped(_ text: String, _ ink: TerminalStyle.Ink) -> String {
    guard !text.isEmpty else { return "" }
    return TextWrap.lines(SafeText.shown(text), width: style.width)
      .map { style.paint($0, ink) + "\n" }.joined()
  }

  /// Walks the shown nodes, callers first, without recursion: stacks may be 10,000 frames deep.
  private mutating func collect() {
    guard !isShown.isEmpty else { return }
    var waiting = [Step(node: 0, lead: "", mark: "", isRest: false)]
    while let step = waiting.popLast() {
      if step.isRest {
        appendRest(step)
        continue
      }
      append(step)
      let children = shownChildren[step.node].sorted {
        heft($0) == heft($1) ? $0 < $1 : heft($0) > heft($1)
      }
      let hasRest = rest(below: step.node) != nil
      let branches = children.count + (hasRest ? 1 : 0)
      let lead = step.lead + (step.mark.isEmpty ? "" : continuation(step.mark))
      if hasRest {
        waiting.append(
          Step(node: step.node, lead: lead, mark: last, isRest: true))
      }
      for (place, child) in children.enumerated().reversed() {
        let isLast = place == branches - 1
        // A chain keeps its depth: the child is drawn under its caller, not beside it.
        let mark = branches == 1 && step.node != 0 ? "" : (isLast ? last : fork)
        waiting.append(Step(node: child, lead: lead, mark: mark, isRest: false))
      }
    }
  }

  private var fork: String { style.isTerminal ? "├ " : "|-" }
  private var last: String { style.isTerminal ? "└ " : "`-" }
  private func continuation(_ mark: String) -> String {
    guard mark == fork else { return "  " }
    return style.isTerminal ? "│ " : "| "
  }

  private mutating func append(_ step: Step) {
    let frame = tree.frame(of: step.node)
    lines.append(
      Line(
        size: totals[step.node], difference: differences?[step.node] ?? 0,
        count: totalCounts[step.node], name: SafeText.shown(frame.label),
        place: frame.line > 0 ? (frame.file, frame.line) : nil, indent: step.lead + step.mark,
        isRest: false))
  }

  private mutating func appendRest(_ step: Step) {
    guard let rest = rest(below: step.node) else { return }
    // The root's rest comes from all over the tree.
    let name = rest.places == 1 ? "1 more place" : "\(Humanize.count(rest.places)) more places"
    lines.append(
      Line(
        size: rest.size, difference: rest.difference, count: rest.count, name: "(\(name))",
        place: nil,
        indent: step.lead + step.mark, isRest: true))
  }

  /// What is not shown below a node; nil when that is nothing.
  private func rest(below node: Int) -> Rest? {
    rests[node].places == 0 ? nil : rests[node]
  }

  private func number(_ size: Double) -> String {
    Humanize.value(tree.inUnit(size), unit: tree.unit, sizes: tree.sizeFamily)
  }

  private func share(_ size: Int64) -> String {
    Humanize.percent(Double(size) / Double(totals[0]))
  }

  /// Indentation and name in the cells right of the numbers.
  private func fitted(_ indent: String, _ name: String, _ before: Int) -> String {
    guard style.width > 0 else { return indent + name }
    let room = max(8, style.width - before)
    // Deep branches keep the end of their indentation: the name matters more.
    let kept = indent.count <= room / 2 ? indent : style.ellipsis + indent.suffix(room / 4)
    return kept
      + DisplayWidth.middle(name, width: max(1, room - kept.count), ellipsis: style.ellipsis)
  }

  private func source(_ line: Line, _ before: Int) -> String {
    guard let place = line.place, let text = style.sourceLines?(place.file, place.line) else {
      return ""
    }
    let shown = SafeText.shown(SourceText.trimmed(text))
    let indent =
      before
      + (style.width == 0 ? line.indent.count : min(line.indent.count, (style.width - before) / 2))
      + 4
    let room = style.width == 0 ? Int.max : style.width - indent
    guard !shown.isEmpty && room >= 8 else { return "" }
    let cut = DisplayWidth.prefix(shown, width: room, ellipsis: style.ellipsis)
    return String(repeating: " ", count: indent) + style.paint(cut, .faint) + "\n"
  }
}
