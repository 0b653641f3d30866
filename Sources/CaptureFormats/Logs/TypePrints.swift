import CaptureModel

/// Gathers objgraph's prints in a text into moments: one for each print.
///
/// Two prints may touch; the second begins where the order is broken or a name repeats. Memory
/// is one print.
struct TypePrints {
  /// Rows of a print.
  private static let printLimit = 1 << 14
  /// Rows of counts alone that make a print inside a log.
  static let commonRows = 3

  private var pending: [TypeRow] = []
  private var names: Set<String> = []
  private var place = LinePlace(number: 0)
  private var isNewIDs = false
  /// Rows of counts alone that make a print here.
  private var leastCommonRows = commonRows

  /// Whether no print is being gathered, which is so for nearly all lines.
  var isIdle: Bool { pending.isEmpty && !isNewIDs }

  /// Looks at a line that begins no record; false when it is none of a print.
  mutating func take(
    _ line: Span<UInt8>, _ place: LinePlace, leastCommonRows: Int, _ output: TextOutput
  ) -> Bool {
    self.leastCommonRows = leastCommonRows
    if line.byte(0) == UInt8(ascii: "="), line.words(0..<line.count).count == 1, line.count >= 20 {
      if !isNewIDs { end(output) }
      return true
    }
    if line.holds("type ", at: 0), line.find("old_ids") != nil, line.find("count_deltas") != nil {
      end(output)
      isNewIDs = true
      return true
    }
    guard let row = isNewIDs ? TypeRow(newIDs: line) : TypeRow(line) else {
      end(output)
      return false
    }
    let continues =
      pending.last.map { row.follows($0) && !names.contains(row.name) } ?? true
    if !continues || pending.count == Self.printLimit { end(output, keepingShape: true) }
    if pending.isEmpty { self.place = place }
    pending.append(row)
    names.insert(row.name)
    return true
  }

  /// Ends the print that is being gathered and writes it.
  mutating func end(_ output: TextOutput, keepingShape: Bool = false) {
    guard !pending.isEmpty || isNewIDs else { return }
    defer {
      pending.removeAll(keepingCapacity: true)
      names.removeAll(keepingCapacity: true)
      if !keepingShape { isNewIDs = false }
    }
    // Of few rows those of words, `After iteration 1`, are a text and no types.
    guard let first = pending.first,
      first.shape != .common || pending.count >= leastCommonRows,
      first.shape != .common || pending.count >= Self.commonRows
        || !pending.contains(where: { $0.name.first != "<" && $0.name.contains(" ") })
    else { return }
    let count = ProfileValue(.live, .count, unit: "objects")
    let hasDeltas = first.shape != .common
    let moment = output.moment(
      hasDeltas ? [count, ProfileValue(.live, .delta, unit: "objects")] : [count], place,
      // Growth lists what grew; the prints of common types end at a limit too.
      isPartial: first.shape != .newIDs)
    for row in pending {
      output.add(
        hasDeltas ? [row.count, row.delta] : [row.count], to: moment, type: row.name,
        process: place.process)
    }
  }
}
