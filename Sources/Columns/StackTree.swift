/// Stacks with totals as a tree, for flamegraphs, `tree` and folded output.
///
/// Node 0 is the root; a node's parent comes before it. `sizes` and `counts` are the node's
/// own (self) values, so that totals are the sums over a subtree.
package struct StackTree: Sendable, Equatable {
  /// The canonical query.
  package var query: String
  /// Names of the captures asked.
  package var captures: [String]
  /// Population in words.
  package var population: String
  /// Lines for a person: instant, command line, damage.
  package var header: [String]
  /// Whether the tree starts at the allocating frame.
  package var isInverted: Bool
  /// Distinct frame texts; index 0 is the root's.
  package var frames: [FrameText]
  /// Per node: its parent (0 for the root itself).
  package var parents: [UInt32]
  /// Per node: index into `frames`.
  package var frameIndices: [UInt32]
  /// Per node: own bytes (or the measure asked).
  package var sizes: [Int64]
  /// Per node: own number of allocations.
  package var counts: [Int64]
  /// Unit of `sizes`.
  package var unit: Unit
  /// Remarks.
  package var notes: [String]

  /// A tree with only a root.
  package init(query: String, captures: [String] = [], population: String = "") {
    self.query = query
    self.captures = captures
    self.population = population
    header = []
    isInverted = false
    frames = [FrameText(function: "all", file: "", line: 0)]
    parents = [0]
    frameIndices = [0]
    sizes = [0]
    counts = [0]
    unit = .bytes
    notes = []
  }
}
