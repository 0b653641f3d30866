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

  /// Runs one statement.
  ///
  /// - Parameter sql: a `SELECT`, `WITH`, `VALUES` or `EXPLAIN`.
  /// - Returns: all of its rows.
  /// - Throws: libsqlite3's error, also for what would change anything.
  package func run(_ sql: String) throws(SQLiteError) -> Result {
    guard let statement = try store.connection.prepareOnly(sql) else { return Result() }
    var result = Result()
    result.names = statement.columnNames
    result.columns = Array(repeating: [], count: result.names.count)
    while try statement.step() {
      for column in result.names.indices {
        result.columns[column].append(statement.value(Int32(column)))
      }
    }
    return result
  }
}
