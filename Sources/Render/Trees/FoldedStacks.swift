import Results

/// Folded stacks: frames from the root outwards, joined by `;`, a space, the stack's own value.
///
/// A frame is `function (file:line)`. Semicolons and line ends in names become `_`, other control
/// characters are escaped. Stackless values stand under `<no stack>`. A difference has two values,
/// right side first, as `difffolded.pl` writes them: before, after. Times are nanoseconds.
struct FoldedStacks: RowWriter {
  private let tree: StackTree
  private let labels: [String]

  init(_ tree: StackTree) {
    self.tree = tree
    labels = tree.frames.map { Self.label($0) }
  }

  var rowCount: Int { tree.safeNodeCount }

  func writeHead(to bytes: inout [UInt8]) {}

  func writeRow(_ row: Int, to bytes: inout [UInt8]) {
    let before = tree.base.map { row < $0.sizes.count ? $0.sizes[row] : 0 }
    guard tree.sizes[row] != 0 || before ?? 0 != 0 else { return }
    let path = tree.path(to: row)
    if path.isEmpty { bytes.append("<no stack>") }
    for (index, node) in path.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ";")) }
      let frame = Int(tree.frameIndices[node])
      bytes.append(frame < labels.count ? labels[frame] : "<unknown>")
    }
    if let before { bytes.append(" " + tree.exportText(before)) }
    bytes.append(" " + tree.exportText(tree.sizes[row]) + "\n")
  }

  func writeTail(to bytes: inout [UInt8]) {}

  private static func label(_ frame: FrameText) -> String {
    var result = ""
    for scalar in frame.label.unicodeScalars {
      let isSeparator = scalar == ";" || scalar == "\n" || scalar == "\r"
      result.unicodeScalars.append(isSeparator ? "_" : scalar)
    }
    return SafeText.shown(result)
  }
}
