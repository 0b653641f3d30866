/// Columns of a growing capture that were written since it was last published.
///
/// Memory grows with what is written between two publications, not with the capture.
final class PendingColumns {
  /// Where a column stands.
  struct Place: Hashable {
    var name: String
    var segment: Int
  }

  /// A column's bytes as they are to be stored.
  struct Column {
    var rows: Int
    var checksum: UInt64
    var data: [UInt8]
  }

  /// What was written at each place; nil inside where something is to go.
  private(set) var all: [Place: Column?] = [:]
  /// Bytes of what was written.
  private(set) var byteCount = 0

  init() {}

  /// What stands at a place: nil when nothing was written or erased there, nil inside when it was
  /// erased.
  func column(_ name: StoredColumn, segment: Int) -> Column?? {
    all[Place(name: name.rawValue, segment: segment)]
  }

  func write(_ name: StoredColumn, segment: Int, _ column: Column?) {
    let place = Place(name: name.rawValue, segment: segment)
    byteCount += (column?.data.count ?? 0) - ((all[place] ?? nil)?.data.count ?? 0)
    all[place] = .some(column)
  }

  func removeAll() {
    all.removeAll(keepingCapacity: true)
    byteCount = 0
  }
}
