import Interruption
import SQLite

/// Writes the columns of one capture.
///
/// Used by one thread at a time; the importer hands it to its encoding thread and takes it
/// back when that thread has ended, hence unchecked sendability.
package final class CaptureWriter: @unchecked Sendable {
  /// The capture's number.
  package let capture: Int64
  private let store: Store
  private let insert: Statement
  /// Where the columns of a growing capture wait; nil when they go straight into the store.
  private let pending: PendingColumns?

  init(store: Store, capture: Int64, pending: PendingColumns? = nil) throws(StoreError) {
    self.store = store
    self.capture = capture
    self.pending = pending
    do throws(SQLiteError) {
      insert = try store.connection.prepare(
        """
        INSERT OR REPLACE INTO columns(capture, name, segment, rows, checksum, data) \
        VALUES(?, ?, ?, ?, ?, ?)
        """)
    } catch { throw store.wrap(error) }
  }

  /// Writes a column's bytes with their checksum, replacing what stood there.
  package func write(
    _ column: StoredColumn, segment: Int = 0, rows: Int, data: [UInt8]
  ) throws(StoreError) {
    if Interruption.isRequested { throw .interrupted }
    if let pending {
      return try pending.write(
        column, segment: segment,
        PendingColumns.Column(rows: rows, checksum: Checksum.of(data), data: data))
    }
    do throws(SQLiteError) {
      try insert.bind(1, capture)
      try insert.bind(2, column.rawValue)
      try insert.bind(3, Int64(segment))
      try insert.bind(4, Int64(rows))
      try insert.bind(5, Int64(bitPattern: Checksum.of(data)))
      try insert.bind(6, bytes: data)
      try insert.run()
    } catch { throw store.wrap(error) }
  }

  /// Takes away what an earlier publication of a growing capture may have written.
  ///
  /// Of other captures every column is written once, so that there is nothing to take away.
  package func erase(_ column: StoredColumn, segment: Int = 0) throws(StoreError) {
    try pending?.write(column, segment: segment, nil)
  }

  /// Writes a column of integers; nothing when it is empty.
  package func write<Integer: FixedWidthInteger>(
    _ column: StoredColumn, segment: Int = 0, _ values: [Integer]
  ) throws(StoreError) {
    guard !values.isEmpty else { return try erase(column, segment: segment) }
    // The compiler makes one loop for each of these kinds, where a generic one costs ten times
    // as much.
    let isDelta = column.isDelta
    let data =
      switch values {
      case let values as [UInt32]: ColumnCoding.encode(values, delta: isDelta)
      case let values as [Int64]: ColumnCoding.encode(values, delta: isDelta)
      case let values as [UInt64]: ColumnCoding.encode(values, delta: isDelta)
      case let values as [UInt8]: ColumnCoding.encode(values, delta: isDelta)
      default: ColumnCoding.encode(values, delta: isDelta)
      }
    try write(column, segment: segment, rows: values.count, data: data)
  }

  /// Writes a column of texts; nothing when it is empty.
  package func write(
    _ column: StoredColumn, segment: Int = 0, texts: [String]
  ) throws(StoreError) {
    guard !texts.isEmpty else { return try erase(column, segment: segment) }
    let data = ColumnCoding.encode(texts: texts)
    try write(column, segment: segment, rows: texts.count, data: data)
  }

  /// Writes an anomaly.
  package func write(_ record: QualityRecord) throws(StoreError) {
    do throws(SQLiteError) {
      let statement = try store.connection.prepare(
        "INSERT INTO quality(capture, kind, severity, count, detail) VALUES(?, ?, ?, ?, ?)")
      try statement.bind(1, capture)
      try statement.bind(2, record.kind)
      try statement.bind(3, record.severity.rawValue)
      try statement.bind(4, record.count)
      try statement.bind(5, record.detail)
      try statement.run()
    } catch { throw store.wrap(error) }
  }

  /// Reads back what this import has written so far.
  package func columns(of info: CaptureInfo) -> CaptureColumns {
    CaptureColumns(store: store, info: info, pending: pending)
  }

  // MARK: Deaths that came after their segment was sealed

  private var lateInsert: Statement?

  /// Keeps a block of late deaths of one segment on disk until the import ends.
  func keepLate(segment: Int, data: [UInt8]) throws(StoreError) {
    do throws(SQLiteError) {
      if lateInsert == nil {
        try store.connection.execute(
          "CREATE TEMP TABLE IF NOT EXISTS late(segment INTEGER, data BLOB)")
        try store.connection.execute("DELETE FROM temp.late")
        lateInsert = try store.connection.prepare("INSERT INTO temp.late VALUES(?, ?)")
      }
      try lateInsert?.bind(1, Int64(segment))
      try lateInsert?.bind(2, bytes: data)
      try lateInsert?.run()
    } catch { throw store.wrap(error) }
  }

  /// Segments with late deaths, rising.
  func lateSegments() throws(StoreError) -> [Int] {
    guard lateInsert != nil else { return [] }
    do throws(SQLiteError) {
      try store.connection.execute(
        "CREATE INDEX IF NOT EXISTS temp.late_by_segment ON late(segment)")
      let statement = try store.connection.prepare(
        "SELECT DISTINCT segment FROM temp.late ORDER BY segment")
      var segments: [Int] = []
      while try statement.step() { segments.append(Int(statement.integer(0))) }
      return segments
    } catch { throw store.wrap(error) }
  }

  /// The blocks of late deaths of one segment, in the order they were kept.
  func late(segment: Int) throws(StoreError) -> [[UInt8]] {
    do throws(SQLiteError) {
      let statement = try store.connection.prepare(
        "SELECT data FROM temp.late WHERE segment = \(segment) ORDER BY rowid")
      var blocks: [[UInt8]] = []
      while try statement.step() { blocks.append(statement.bytes(0)) }
      return blocks
    } catch { throw store.wrap(error) }
  }

  /// Forgets the late deaths, which have been merged.
  func forgetLate() throws(StoreError) {
    guard lateInsert != nil else { return }
    do throws(SQLiteError) {
      try store.connection.execute("DELETE FROM temp.late")
    } catch { throw store.wrap(error) }
  }

  func dropLate() throws(StoreError) {
    guard lateInsert != nil else { return }
    lateInsert = nil
    do throws(SQLiteError) {
      try store.connection.execute("DROP TABLE temp.late")
    } catch { throw store.wrap(error) }
  }
}
