// ⚠ unsafe: libsqlite3's handle is only handed to its own functions.
import CSQLite

/// Statements of people, who may ask anything and change nothing.
extension Connection {
  /// Makes a virtual table known under its name.
  package func add(_ table: any VirtualTable) throws(SQLiteError) {
    let code = unsafe VirtualModule.register(table, on: handle)
    guard code == SQLITE_OK else { throw lastError(code: code, sql: nil) }
    // Declares its columns now, which is refused once only reading is allowed.
    _ = try prepare("SELECT 1 FROM \"\(table.name)\"")
  }

  /// From now on every statement but one that reads is refused when it is prepared.
  ///
  /// `ATTACH`, `PRAGMA` but those that describe tables, and functions that load code are too.
  package func allowReadingOnly() throws(SQLiteError) {
    try execute("PRAGMA query_only = ON; PRAGMA trusted_schema = OFF")
    let code = unsafe sqlite3_set_authorizer(
      handle,
      { _, action, first, second, _, _ in
        switch action {
        case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE: return SQLITE_OK
        case SQLITE_FUNCTION:
          let name = unsafe second.map { unsafe String(cString: $0) } ?? ""
          return Connection.refusedFunctions.contains(name.lowercased()) ? SQLITE_DENY : SQLITE_OK
        case SQLITE_PRAGMA:
          let name = unsafe first.map { unsafe String(cString: $0) } ?? ""
          return Connection.describingPragmas.contains(name.lowercased()) ? SQLITE_OK : SQLITE_DENY
        default: return SQLITE_DENY
        }
      }, nil)
    guard code == SQLITE_OK else { throw lastError(code: code, sql: nil) }
  }

  private static let refusedFunctions: Set<String> = ["load_extension", "fts3_tokenizer"]
  private static let describingPragmas: Set<String> = ["table_info", "table_xinfo", "table_list"]

  /// Compiles the only statement of a text; nil when it holds none.
  ///
  /// - Parameter sql: one statement, perhaps with a semicolon at its end.
  /// - Returns: the statement.
  /// - Throws: `SQLiteError`; of a second statement too.
  package func prepareOnly(_ sql: String) throws(SQLiteError) -> Statement? {
    var statement: OpaquePointer?
    var rest = 0
    let text = sql.utf8CString
    let code = unsafe text.withUnsafeBufferPointer { bytes in
      var tail: UnsafePointer<CChar>?
      let code = unsafe sqlite3_prepare_v2(handle, bytes.baseAddress, -1, &statement, &tail)
      if let tail = unsafe tail, let start = bytes.baseAddress {
        rest = unsafe start.distance(to: tail)
      }
      return code
    }
    guard code == SQLITE_OK else { throw lastError(code: code, sql: sql) }
    guard let handle = unsafe statement else { return nil }
    let prepared = unsafe Statement(handle: handle, connection: self, sql: sql)
    if try prepareOnly(String(decoding: sql.utf8.dropFirst(rest), as: UTF8.self)) != nil {
      throw SQLiteError(code: SQLITE_MISUSE, message: "one statement at a time", sql: sql)
    }
    return prepared
  }
}

/// Results whose columns are known only once the statement is.
extension Statement {
  /// Names of the columns.
  package var columnNames: [String] {
    let count = unsafe sqlite3_column_count(handle)
    return (0..<count).map { column in
      unsafe sqlite3_column_name(handle, column).map { unsafe String(cString: $0) } ?? ""
    }
  }

  /// A column of the row, whatever it is.
  package func value(_ column: Int32) -> SQLValue {
    switch unsafe sqlite3_column_type(handle, column) {
    case SQLITE_INTEGER: .integer(integer(column))
    case SQLITE_FLOAT: .real(unsafe sqlite3_column_double(handle, column))
    case SQLITE_TEXT: .text(text(column) ?? "")
    case SQLITE_BLOB: .blob(bytes(column))
    default: .null
    }
  }
}
