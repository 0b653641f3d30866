package import SQLite

/// Answers SQL about a store; it can read the store and do nothing else.
///
/// The file is opened for reading, the connection refuses everything but `SELECT`, and the
/// tables are made from the stored columns as they are read.
package final class SQLReader {
  /// A result: names of its columns, then its rows by column.
  package struct Result: Sendable, Equatable {
    /// Names of the columns.
    package var names: [String] = []
    /// Values of each column.
    package var columns: [[SQLValue]] = []

    /// No column and no row.
    package init() {}

    /// Number of rows.
    package var rowCount: Int { columns.first?.count ?? 0 }
  }

  /// What statements may use beside the tables of the store.
  package struct Additions {
    /// Further tables.
    package var tables: [SQLTable] = []
    /// Functions of values.
    package var functions: [SQLFunction] = []
    /// Orders of texts.
    package var collations: [SQLCollation] = []

    /// Nothing.
    package init() {}
  }

  private let store: Store

  /// Opens the store at `path` for its own connection.
  ///
  /// - Parameters:
  ///   - path: the store's file.
  ///   - additions: tables, functions and orders beside those of the store.
  /// - Throws: as opening a store does.
  package init(path: String, adding additions: Additions = Additions()) throws(StoreError) {
    store = try Store(path: path, mode: .read)
    // The captures below and what statements read are of one state.
    try store.begin()
    let captures = try store.captures().map { CaptureColumns(store: store, info: $0) }
    do throws(SQLiteError) {
      for function in additions.functions { try store.connection.add(function) }
      for collation in additions.collations { try store.connection.add(collation) }
      for table in SQLTable.all + additions.tables {
        try store.connection.add(StoreTable(table, captures: captures))
      }
      // The columns' own statements are prepared after this, and only read.
      try store.connection.allowReadingOnly()
    } catch { throw store.wrap(error) }
  }

  deinit { store.connection.close() }

  /// Runs one statement.
  ///
  /// - Parameter sql: a `SELECT`, `WITH`, `VALUES` or `EXPLAIN`.
  /// - Returns: all of its rows.
  /// - Throws: libsqlite3's error, also for what would change anything.
  package func run(_ sql: String) throws(SQLiteError) -> Result {
    var result = Result()
    try run(sql, rows: .max) { result = $0 }
    return result
  }

  /// Runs one statement and hands on its rows part by part, so that memory is that of one part.
  ///
  /// - Parameters:
  ///   - sql: a `SELECT`, `WITH`, `VALUES` or `EXPLAIN`.
  ///   - rows: most rows of a part.
  ///   - body: is given each part, at least one; what it throws ends the reading.
  /// - Throws: libsqlite3's error, and what `body` throws.
  package func run(
    _ sql: String, rows: Int, _ body: (Result) throws(SQLiteError) -> Void
  ) throws(SQLiteError) {
    guard let statement = try store.connection.prepareOnly(sql) else { return try body(Result()) }
    var part = Result()
    part.names = statement.columnNames
    let empty: [[SQLValue]] = Array(repeating: [], count: part.names.count)
    part.columns = empty
    var isFirst = true
    while try statement.step() {
      for column in part.names.indices {
        part.columns[column].append(statement.value(Int32(column)))
      }
      guard part.rowCount >= rows else { continue }
      try body(part)
      part.columns = empty
      isFirst = false
    }
    if isFirst || part.rowCount > 0 { try body(part) }
  }
}
