import Interruption
import SQLite

/// Reads the columns of one capture.
///
/// Used by one thread at a time.
package final class CaptureColumns {
  private let store: Store
  /// The capture's description.
  package let info: CaptureInfo
  private var select: Statement?
  private var selectRows: Statement?
  /// What the capture must have, once it was needed; nil inside in older stores.
  private var readManifest: ColumnManifest??

  /// Path of the file that holds them.
  var storePath: String { store.path }
  /// Counts what is read.
  var reads: ReadCounter { store.reads }
  /// How many threads read segments at once.
  var workers: Int { store.workers }
  /// Records of a list that are in memory at once.
  package var rowsAtOnce: Int { store.rowsAtOnce }
  /// Told of every scan while `explain` runs.
  package var scanLog: ScanLog? { store.scanLog }

  /// What of a growing capture is not in the store yet.
  private let pending: PendingColumns?

  /// The columns of a capture of `store`.
  package convenience init(store: Store, info: CaptureInfo) {
    self.init(store: store, info: info, pending: nil)
  }

  /// The columns of a capture with those that are not in the store yet.
  init(store: Store, info: CaptureInfo, pending: PendingColumns?) {
    self.store = store
    self.info = info
    self.pending = pending
  }

  /// The stored bytes of a column, checked against their checksum; nil when there are none.
  package func bytes(
    _ column: StoredColumn, segment: Int = 0
  ) throws(StoreError) -> (data: [UInt8], rows: Int)? {
    // Every scan comes by here at each segment.
    if Interruption.isRequested { throw .interrupted }
    if let written = try pending?.column(column, segment: segment) {
      return written.map { ($0.data, $0.rows) }
    }
    let row: (data: [UInt8], rows: Int, checksum: UInt64)?
    do throws(SQLiteError) {
      row = try stored(column, segment)
    } catch {
      throw store.wrap(error)
    }
    if let manifest = try manifest() {
      let entry = manifest.entry(column.rawValue, segment: segment)
      let found = row.map {
        ColumnManifest.Entry(segment: segment, rows: $0.rows, checksum: $0.checksum)
      }
      guard entry == found else { throw damaged(column, segment) }
    }
    guard let row else { return nil }
    reads.note(column, capture: info.id, segment: segment, bytes: row.data.count)
    guard Checksum.of(row.data) == row.checksum else { throw damaged(column, segment) }
    return (row.data, row.rows)
  }

  private func manifest() throws(StoreError) -> ColumnManifest? {
    if let readManifest { return readManifest }
    let manifest = try store.manifest(of: info)
    readManifest = .some(manifest)
    return manifest
  }

  /// What tells whether another connection sees the same capture: its row as it stands, whose
  /// manifest knows every column.
  func identity() throws(StoreError) -> Store.CatalogRow? {
    try store.catalogRows(
      suffix: "WHERE id = \(info.id)", hash: nil, try store.schemaVersion()
    ).first
  }

  /// Number of values of a column by the store, without reading it; nil when there is none.
  func rowCount(_ column: StoredColumn, segment: Int = 0) throws(StoreError) -> Int? {
    if let written = try pending?.column(column, segment: segment) { return written?.rows }
    if let manifest = try manifest() {
      return manifest.entry(column.rawValue, segment: segment)?.rows
    }
    do throws(SQLiteError) {
      let statement = try preparedForRows()
      defer { statement.reset() }
      try statement.bind(1, info.id)
      try statement.bind(2, column.rawValue)
      try statement.bind(3, Int64(segment))
      return try statement.step() ? Int(statement.integer(0)) : nil
    } catch { throw store.wrap(error) }
  }

  private func stored(
    _ column: StoredColumn, _ segment: Int
  ) throws(SQLiteError) -> (data: [UInt8], rows: Int, checksum: UInt64)? {
    let statement = try prepared()
    defer { statement.reset() }
    try statement.bind(1, info.id)
    try statement.bind(2, column.rawValue)
    try statement.bind(3, Int64(segment))
    guard try statement.step() else { return nil }
    return (
      statement.bytes(1), Int(statement.integer(0)), UInt64(bitPattern: statement.integer(2))
    )
  }

  private func prepared() throws(SQLiteError) -> Statement {
    if let select { return select }
    let statement = try store.connection.prepare(
      "SELECT rows, data, checksum FROM columns WHERE capture = ? AND name = ? AND segment = ?")
    select = statement
    return statement
  }

  private func preparedForRows() throws(SQLiteError) -> Statement {
    if let selectRows { return selectRows }
    let statement = try store.connection.prepare(
      "SELECT rows FROM columns WHERE capture = ? AND name = ? AND segment = ?")
    selectRows = statement
    return statement
  }

  /// The error of a column that does not decode.
  package func damaged(_ column: StoredColumn, _ segment: Int = 0) -> StoreError {
    store.damage("\(info.name) \(column.rawValue) segment \(segment)")
  }

  /// A column of integers, with all of its parts; empty when it was not written.
  package func integers(
    _ column: StoredColumn, segment: Int = 0
  ) throws(StoreError) -> [Int64] {
    guard let (data, rows) = try bytes(column, segment: segment) else { return [] }
    guard var values = ColumnCoding.decode(data, count: rows, delta: column.isDelta) else {
      throw damaged(column, segment)
    }
    for part in try laterParts(of: column) {
      guard let (data, rows) = try bytes(column, segment: part),
        let more = ColumnCoding.decode(data, count: rows, delta: column.isDelta)
      else { throw damaged(column, part) }
      values += more
    }
    return values
  }

  /// Segments of what comes after the first part of a column.
  private func laterParts(of column: StoredColumn) throws(StoreError) -> Range<Int> {
    guard column.isParted else { return 1..<1 }
    var end = 1
    while try rowCount(column, segment: end) != nil { end += 1 }
    return 1..<end
  }

  /// A column of non-negative integers below 2^32, with all of its parts; empty when it was not written.
  package func words(
    _ column: StoredColumn, segment: Int = 0
  ) throws(StoreError) -> [UInt32] {
    guard let (data, rows) = try bytes(column, segment: segment) else { return [] }
    guard var values = ColumnCoding.decodeWords(data, count: rows, delta: column.isDelta) else {
      throw damaged(column, segment)
    }
    for part in try laterParts(of: column) {
      guard let (data, rows) = try bytes(column, segment: part),
        let more = ColumnCoding.decodeWords(data, count: rows, delta: column.isDelta)
      else { throw damaged(column, part) }
      values += more
    }
    return values
  }

  /// A column of texts; empty when it was not written.
  package func texts(
    _ column: StoredColumn, segment: Int = 0
  ) throws(StoreError) -> [String] {
    guard let (data, rows) = try bytes(column, segment: segment) else { return [] }
    guard let values = ColumnCoding.decodeTexts(data, count: rows) else {
      throw damaged(column, segment)
    }
    return values
  }

  /// The capture's allocation clock.
  package func clock() throws(StoreError) -> Clock {
    Clock(steps: try words(.stepRow), rowCount: UInt32(truncatingIfNeeded: info.rows))
  }
}
