/// A piece of a mapping that is still there: addresses `start..<end` of a row.
struct MappedPiece: Equatable {
  var start: UInt64
  var end: UInt64
  var row: UInt32
  var site: UInt32
  /// Bytes the row was born with.
  var size: UInt64
}

/// What a munmap did to one piece.
enum PieceChange: Equatable {
  /// The whole piece went.
  case removed
  /// Its start or its end went.
  case shrunk
  /// Its middle went; two pieces stay.
  case split
}

/// The live mappings, cut by munmap wherever it overlaps them (`memray.md` §9.1).
///
/// Pieces may overlap, and one munmap cuts each of them. Kept in runs sorted by start, each
/// run with its greatest end, so that a munmap looks only into runs it can reach.
///
/// - Complexity: O(√n) an operation for n pieces that do not overlap much.
struct MappedRanges {
  private struct Run {
    var pieces: [MappedPiece]
    var greatestEnd: UInt64
  }

  private static let runLength = 256
  private var runs: [Run] = []
  /// Pieces of rows that have more than one.
  private var pieceCounts: [UInt32: Int] = [:]
  /// Bytes of rows that lie beyond the address space; they go with the row's last piece.
  private var beyond: [UInt32: UInt64] = [:]

  /// Adds a mapping; one of length 0 is no piece.
  ///
  /// An end beyond the address space is clamped.
  mutating func insert(start: UInt64, size: UInt64, row: UInt32, site: UInt32) {
    guard size > 0 else { return }
    let (end, overflow) = start.addingReportingOverflow(size)
    if overflow { beyond[row] = size &- (.max &- start) }
    add(
      MappedPiece(start: start, end: overflow ? .max : end, row: row, site: site, size: size))
  }

  private mutating func add(_ piece: MappedPiece) {
    guard !runs.isEmpty else {
      runs.append(Run(pieces: [piece], greatestEnd: piece.end))
      return
    }
    let index = runIndex(for: piece.start)
    let place = lowerBound(runs[index].pieces, piece.start)
    runs[index].pieces.insert(piece, at: place)
    runs[index].greatestEnd = max(runs[index].greatestEnd, piece.end)
    if runs[index].pieces.count > 2 * Self.runLength { divide(index) }
  }

  /// The last run that begins at or before `start`, else the first.
  private func runIndex(for start: UInt64) -> Int {
    var low = 0
    var high = runs.count
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].pieces[0].start <= start { low = middle + 1 } else { high = middle }
    }
    return max(0, low - 1)
  }

  private func lowerBound(_ pieces: [MappedPiece], _ start: UInt64) -> Int {
    var low = 0
    var high = pieces.count
    while low < high {
      let middle = (low + high) / 2
      if pieces[middle].start <= start { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private mutating func divide(_ index: Int) {
    let tail = Array(runs[index].pieces[Self.runLength...])
    runs[index].pieces.removeLast(tail.count)
    runs[index].greatestEnd = Self.greatestEnd(runs[index].pieces)
    runs.insert(Run(pieces: tail, greatestEnd: Self.greatestEnd(tail)), at: index + 1)
  }

  private static func greatestEnd(_ pieces: [MappedPiece]) -> UInt64 {
    pieces.reduce(0) { max($0, $1.end) }
  }

  /// Unmaps `start..<start + size` and tells of every piece it cuts.
  ///
  /// `report` gets the piece as it was, the bytes it lost, what happened to it, and whether
  /// it was the last piece of its row.
  mutating func remove(
    start: UInt64, size: UInt64,
    report: (MappedPiece, UInt64, PieceChange, Bool) -> Void
  ) {
    let (sum, overflow) = start.addingReportingOverflow(size)
    let end = overflow ? UInt64.max : sum
    guard size > 0 else { return }
    var added: [MappedPiece] = []
    var index = 0
    while index < runs.count, runs[index].pieces[0].start < end {
      if runs[index].greatestEnd > start {
        cut(run: index, start, end, &added, report)
        if runs[index].pieces.isEmpty {
          runs.remove(at: index)
          continue
        }
      }
      index += 1
    }
    for piece in added { add(piece) }
  }

  private mutating func cut(
    run index: Int, _ start: UInt64, _ end: UInt64, _ added: inout [MappedPiece],
    _ report: (MappedPiece, UInt64, PieceChange, Bool) -> Void
  ) {
    var kept: [MappedPiece] = []
    kept.reserveCapacity(runs[index].pieces.count)
    for piece in runs[index].pieces {
      guard piece.start < end, piece.end > start else {
        kept.append(piece)
        continue
      }
      var lost = min(piece.end, end) - max(piece.start, start)
      let before = piece.start < start
      let after = piece.end > end
      if before {
        var head = piece
        head.end = start
        kept.append(head)
      }
      if after {
        // Its start moved, so it may belong elsewhere in the order.
        var tail = piece
        tail.start = end
        added.append(tail)
      }
      let change: PieceChange = before && after ? .split : before || after ? .shrunk : .removed
      let isLast = noteChange(change, row: piece.row)
      if isLast, !beyond.isEmpty { lost &+= beyond.removeValue(forKey: piece.row) ?? 0 }
      report(piece, lost, change, isLast)
    }
    runs[index].pieces = kept
    runs[index].greatestEnd = Self.greatestEnd(kept)
  }

  /// Keeps the number of pieces of a row; whether none is left.
  private mutating func noteChange(_ change: PieceChange, row: UInt32) -> Bool {
    switch change {
    case .shrunk: return false
    case .split:
      pieceCounts[row, default: 1] += 1
      return false
    case .removed:
      let left = (pieceCounts[row] ?? 1) - 1
      pieceCounts[row] = left > 1 ? left : nil
      return left == 0
    }
  }
}
