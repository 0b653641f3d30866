/// What lives at some chosen states of a capture, per node of a stack tree.
///
/// A block is alive at the points `born..<died`; one that is alive at none of them is left out.
/// So the sums at every point are exact, and so is what was born after one point and lives at
/// another.
package struct StackTimes: Sendable, Equatable {
  /// A state of the capture.
  package struct Point: Sendable, Equatable {
    /// As the language writes it: `start`, `#1234`, `end`.
    package var name: String
    /// Seconds after the start, of the last record at or before it.
    package var seconds: Double
    /// The heap then.
    package var heap: Int64
    /// The process's resident bytes then; nil where none was recorded.
    package var rss: Int64?
    /// Whether it is the greatest heap of the window that it lies in; else windows meet here.
    package var isPeak: Bool

    /// A point.
    package init(name: String, seconds: Double, heap: Int64, rss: Int64?, isPeak: Bool) {
      self.name = name
      self.seconds = seconds
      self.heap = heap
      self.rss = rss
      self.isPeak = isPeak
    }
  }

  /// Blocks of one node that are alive at the same points.
  package struct Cell: Sendable, Equatable {
    /// The node.
    package var node: UInt32
    /// The first point at which they are alive.
    package var born: UInt16
    /// The first point after it at which they are not; the number of points when there is none.
    package var died: UInt16
    /// Their bytes.
    package var bytes: Int64
    /// Their number.
    package var count: Int64

    /// A cell.
    package init(node: UInt32, born: UInt16, died: UInt16, bytes: Int64, count: Int64) {
      self.node = node
      self.born = born
      self.died = died
      self.bytes = bytes
      self.count = count
    }
  }

  /// Points in order of time: boundary, peak, boundary, peak, … boundary.
  package var points: [Point]
  /// Cells by node, then by first and last point.
  package var cells: [Cell]
  /// Pieces that cuts made of mappings, as cells without bytes; what is alive at one point only
  /// counts them (memray's rules).
  package var pieces: [Cell]
  /// The point that the tree's own values speak of; nil when it is none.
  package var shown: Int?

  /// A tree over time.
  package init(points: [Point], cells: [Cell], pieces: [Cell] = [], shown: Int?) {
    self.points = points
    self.cells = cells
    self.pieces = pieces
    self.shown = shown
  }
}
