import CaptureModel

/// Gathers objgraph's prints in a text into moments: one for each print.
///
/// Two prints may touch; the second begins where the order is broken or a name repeats. Memory
/// is one print, and of all prints 24 bytes a row.
struct TypePrints {
  /// Rows that are kept before it is settled whether there are changes.
  private static let rowLimit = 1 << 20
  /// Rows of a print.
  private static let printLimit = 1 << 14

  /// Rows of counts alone that make a print inside a log.
  var leastCommonRows = 3
  private var pending: [TypeRow] = []
  private var names: Set<String> = []
  private var pendingMoment = ProfileMoment()
  private var isNewIDs = false
  private var texts = TextTable()
  private var momentCount: UInt32 = 0
  private var newMoments: [ProfileMoment] = []
  private var rows: [(moment: UInt32, type: UInt32, count: Int64, delta: Int64)] = []
  private(set) var rowCount: Int64 = 0
  private(set) var hasDeltas = false
  /// Whether rows have been handed out, so that the numbers of a row are settled.
  private var isSettled = false

  /// The numbers of a row; empty when there is none.
  var values: [ProfileValue] {
    guard rowCount > 0 else { return [] }
    let count = ProfileValue(.live, .count, unit: "objects")
    return hasDeltas ? [count, ProfileValue(.live, .delta, unit: "objects")] : [count]
  }

  var finding: ProfileFinding? { texts.finding }

  /// Looks at a line that begins no record; false when it is none of a print.
  mutating func take(_ line: Span<UInt8>, number: UInt64, time: Int64?) -> Bool {
    if line.byte(0) == UInt8(ascii: "="), line.words(0..<line.count).count == 1, line.count >= 20 {
      if !isNewIDs { end() }
      return true
    }
    if line.holds("type ", at: 0), line.find("old_ids") != nil, line.find("count_deltas") != nil {
      end()
      isNewIDs = true
      return true
    }
    guard let row = isNewIDs ? TypeRow(newIDs: line) : TypeRow(line) else {
      end()
      return false
    }
    let continues =
      pending.last.map { row.follows($0) && !names.contains(row.name) } ?? true
    if !continues || pending.count == Self.printLimit { end(keepingShape: true) }
    if pending.isEmpty { pendingMoment = ProfileMoment(time: time, line: number) }
    pending.append(row)
    names.insert(row.name)
    return true
  }

  /// Ends the print that is being gathered.
  mutating func end(keepingShape: Bool = false) {
    defer {
      pending.removeAll(keepingCapacity: true)
      names.removeAll(keepingCapacity: true)
      if !keepingShape { isNewIDs = false }
    }
    guard let first = pending.first,
      first.shape != .common || pending.count >= leastCommonRows
    else { return }
    let moment = momentCount
    momentCount += 1
    newMoments.append(pendingMoment)
    for row in pending {
      if row.shape != .common, !isSettled { hasDeltas = true }
      rows.append((moment, texts.essential(row.name), row.count, row.delta))
      rowCount += 1
    }
  }

  /// Moves what is settled to a batch; everything when the text has ended.
  mutating func handOut(to batch: ProfileBatch, isEnd: Bool) {
    if isEnd { end() }
    guard isEnd || rows.count >= Self.rowLimit else { return }
    isSettled = true
    texts.handOut(to: batch)
    batch.newMoments.append(contentsOf: newMoments)
    newMoments.removeAll(keepingCapacity: true)
    for row in rows {
      var record = ProfileRecord()
      record.moment = row.moment
      record.type = row.type
      batch.records.append(record)
      batch.values.append(row.count)
      if hasDeltas { batch.values.append(row.delta) }
    }
    rows.removeAll(keepingCapacity: true)
  }
}
