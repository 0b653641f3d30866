// ⚠ unsafe: the statement's handle is owned by this class alone; blobs are copied before they
// can move; the connection is kept alive so that it outlives its statements.
import CSQLite

/// One compiled statement: bind from 1, step, read from column 0.
@safe package final class Statement {
  let handle: OpaquePointer
  private let connection: Connection
  private let sql: String

  init(handle: OpaquePointer, connection: Connection, sql: String) {
    unsafe self.handle = handle
    self.connection = connection
    self.sql = sql
  }

  deinit { unsafe sqlite3_finalize(handle) }

  /// Binds an integer, or NULL.
  package func bind(_ index: Int32, _ value: Int64?) throws(SQLiteError) {
    guard let value else { return try bindNull(index) }
    try check(unsafe sqlite3_bind_int64(handle, index, value))
  }

  /// Binds text, or NULL.
  package func bind(_ index: Int32, _ value: String?) throws(SQLiteError) {
    guard var value else { return try bindNull(index) }
    let code = value.withUTF8 { bytes in
      unsafe sqlite3_bind_text(
        handle, index, UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self),
        Int32(clamping: bytes.count), Self.transient)
    }
    // An empty string may have no address, which binds NULL: bind its text explicitly.
    if value.isEmpty {
      return try check(unsafe sqlite3_bind_text(handle, index, "", 0, Self.transient))
    }
    try check(code)
  }

  /// Binds bytes; libsqlite3 copies them.
  package func bind(_ index: Int32, bytes: [UInt8]) throws(SQLiteError) {
    if bytes.isEmpty { return try check(unsafe sqlite3_bind_zeroblob(handle, index, 0)) }
    let code = unsafe bytes.withUnsafeBytes { buffer in
      unsafe sqlite3_bind_blob64(
        handle, index, buffer.baseAddress, UInt64(buffer.count), Self.transient)
    }
    try check(code)
  }

  private func bindNull(_ index: Int32) throws(SQLiteError) {
    try check(unsafe sqlite3_bind_null(handle, index))
  }

  /// Advances to the next row; false when there is none.
  package func step() throws(SQLiteError) -> Bool {
    switch unsafe sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code:
      let error = connection.lastError(code: code, sql: sql)
      unsafe sqlite3_reset(handle)
      throw error
    }
  }

  /// Runs a statement that yields no row and makes it ready to run again.
  package func run() throws(SQLiteError) {
    while try step() {}
    unsafe sqlite3_reset(handle)
  }

  /// Makes the statement ready to run again.
  package func reset() { unsafe sqlite3_reset(handle) }

  /// An integer column; 0 for NULL.
  package func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

  /// A text column; nil for NULL.
  ///
  /// Bytes that are no UTF-8 are repaired.
  package func text(_ column: Int32) -> String? {
    guard let start = unsafe sqlite3_column_text(handle, column) else { return nil }
    let count = Int(unsafe sqlite3_column_bytes(handle, column))
    return unsafe String(
      decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  /// A blob column, copied.
  package func bytes(_ column: Int32) -> [UInt8] {
    guard let start = unsafe sqlite3_column_blob(handle, column) else { return [] }
    let count = Int(unsafe sqlite3_column_bytes(handle, column))
    return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  }

  private func check(_ code: Int32) throws(SQLiteError) {
    guard code == SQLITE_OK else { throw connection.lastError(code: code, sql: sql) }
  }

  /// Tells libsqlite3 to copy what is bound.
  static var transient: sqlite3_destructor_type? {
    unsafe unsafeBitCast(OpaquePointer(bitPattern: -1), to: sqlite3_destructor_type?.self)
  }
}
