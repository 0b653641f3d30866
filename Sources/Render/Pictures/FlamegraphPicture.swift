package import Results

/// A stack tree as one SVG file, the root at the top.
///
/// It holds no script: a frame's numbers are its title, shown under the pointer.
package enum FlamegraphPicture {
  static let width = 1200.0
  static let margin = 10.0

  /// The bytes of a picture.
  ///
  /// Frames narrower than half a pixel are drawn as one block per caller, whose title has their
  /// sum; should the picture grow beyond the budget, wider ones are too.
  ///
  /// - Parameters:
  ///   - tree: What to draw; sizes below zero are drawn as nothing, and the picture says so.
  ///   - title: What stands for the question when there is none.
  ///   - budgetBytes: Bytes of picture, nil for any number.
  /// - Returns: UTF-8 SVG.
  package static func render(
    tree: StackTree, title: String, budgetBytes: Int? = 5_000_000
  ) -> [UInt8] {
    let ready = FlamegraphTree(tree)
    var limits = FlamegraphLayout.Limits(
      leastPixels: budgetBytes == nil ? 0.02 : 0.5, mostRows: budgetBytes == nil ? Int.max : 400)
    while true {
      let bytes = picture(tree, ready, limits, title)
      guard let budgetBytes, bytes.count > budgetBytes, limits.leastPixels < width else {
        return bytes
      }
      limits.leastPixels *= 2
      limits.mostRows = max(1, limits.mostRows / 2)
    }
  }

  private static func picture(
    _ tree: StackTree, _ ready: FlamegraphTree, _ limits: FlamegraphLayout.Limits, _ title: String
  ) -> [UInt8] {
    let layout = FlamegraphLayout(ready, width: width - 2 * margin, limits: limits)
    let drawing = FlamegraphDrawing(tree, ready, layout)
    var lines = [tree.subject + ": " + drawing.total]
    lines += tree.header
    let head = PictureHead(
      query: tree.query.isEmpty ? title : tree.query, lines: lines,
      notes: tree.notes + layout.notes(ready, tree), width: width)
    let bottom = head.bottom + drawing.height
    var bytes: [UInt8] = []
    SVGText.open(
      width: width, height: bottom + head.notesHeight + 8, title: PictureHead.head(head.query),
      description: drawing.description, style: drawing.style, to: &bytes)
    head.append(to: &bytes)
    drawing.append(top: head.bottom, to: &bytes)
    head.appendNotes(below: bottom, to: &bytes)
    SVGText.close(to: &bytes)
    return bytes
  }
}

/// Where frames stand: callers above callees, the heaviest first.
struct FlamegraphLayout {
  /// What is too small to be drawn by itself.
  struct Limits {
    var leastPixels: Double
    var mostRows: Int
  }

  /// A frame, or the frames of one caller that are too small or too deep.
  struct Box {
    /// The tree's node; of a block, its first.
    var node: Int
    var level: Int
    var x: Double
    var width: Double
    /// Frames that a block stands for; 0 for a frame.
    var merged: Int64 = 0
    /// Sum of what a block stands for, per channel of the tree.
    var sums: [Int64] = []
  }

  private(set) var boxes: [Box] = []
  private(set) var rows = 1
  private(set) var mergedFrames: Int64 = 0
  private(set) var mergedSize: Int64 = 0

  init(_ tree: FlamegraphTree, width: Double, limits: Limits) {
    let whole = Double(max(1, tree.totals[0][0]))
    var waiting = [Box(node: 0, level: 0, x: 0, width: width)]
    while let box = waiting.popLast() {
      boxes.append(box)
      rows = max(rows, box.level + 1)
      var x = box.x
      let children = tree.children(of: box.node)
      for (place, child) in zip(children.indices, children) {
        let wide = Double(tree.totals[0][Int(child)]) / whole * width
        let next = Box(node: Int(child), level: box.level + 1, x: x, width: wide)
        if wide < limits.leastPixels || next.level >= limits.mostRows {
          addBlock(children[place...], of: tree, next, width / whole)
          break
        }
        waiting.append(next)
        x += wide
      }
    }
  }

  private mutating func addBlock(
    _ nodes: ArraySlice<UInt32>, of tree: FlamegraphTree, _ first: Box, _ scale: Double
  ) {
    var block = first
    block.sums = tree.totals.map { values in nodes.reduce(0) { $0 &+ values[Int($1)] } }
    block.merged = nodes.reduce(0) { $0 &+ tree.places[Int($1)] }
    block.width = Double(block.sums[0]) * scale
    mergedFrames &+= block.merged
    mergedSize &+= block.sums[0]
    guard block.width >= 0.1 else { return }
    boxes.append(block)
    rows = max(rows, block.level + 1)
  }

  /// What the picture does not show by itself, in words.
  func notes(_ ready: FlamegraphTree, _ tree: StackTree) -> [String] {
    var notes: [String] = []
    if mergedFrames > 0 && mergedSize > 0 {
      let all = Humanize.count(Int64(ready.nodeCount))
      let sum = Humanize.value(
        tree.inUnit(Double(mergedSize)), unit: tree.unit, sizes: tree.sizeFamily)
      notes.append(
        "\(Humanize.count(mergedFrames)) of \(all) frames, too narrow or too deep for a picture, "
          + "are drawn as blocks of their callers; together \(sum) (the page zooms into them)")
    }
    if ready.negativeNodes > 0 {
      let count = Humanize.count(Int64(ready.negativeNodes))
      notes.append("\(count) frames below zero have no width here; a table shows them")
    }
    return notes
  }
}
