import Language
/// The tree's nodes of raw stack nodes, so that shared callers are looked up once.
///
/// One table for each root and number of hidden frames met; with very many of them the tables
/// begin anew, which costs time only.
struct StackNodes {
  private struct Table {
    var top: UInt32
    var hidden: UInt32
    /// Per raw node, the tree's node; 0 until it is known.
    var nodes: [UInt32]
  }

  private static let greatestCount = 16

  private var tables: [Table] = []
  private var chosen = 0

  /// Uses the table of a root and a number of hidden frames, for so many raw nodes.
  mutating func choose(top: UInt32, hidden: UInt32, count: Int) {
    if chosen < tables.count, tables[chosen].top == top, tables[chosen].hidden == hidden { return }
    if let known = tables.firstIndex(where: { $0.top == top && $0.hidden == hidden }) {
      chosen = known
      return
    }
    if tables.count == Self.greatestCount { tables.removeAll() }
    chosen = tables.count
    tables.append(
      Table(top: top, hidden: hidden, nodes: Array(repeating: 0, count: count)))
  }

  /// The node of a raw node in the table chosen; nil until it is known.
  subscript(raw: UInt32) -> UInt32? {
    get {
      let node = tables[chosen].nodes[Int(raw)]
      return node == 0 ? nil : node
    }
    set { tables[chosen].nodes[Int(raw)] = newValue ?? 0 }
  }
}
