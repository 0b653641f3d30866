// ⚠ unsafe: libsqlite3's handle is owned by this class alone and closed once, in deinit.
import CSQLite
import Interruption

/// One open database file.
///
/// Used by one thread at a time; handing it to another thread between calls is fine.
@safe package final class Connection {
  /// How a file is opened.
  package enum Mode: Sendable {
    /// Existing file, which no statement changes; the journal beside it is made and cleared away
    /// where that is allowed.
    case read
    /// Existing file that nobody changes: no locks, and nothing is made beside it.
    case immutable
    /// Existing file.
    case write
    /// Existing or new file.
    case create
  }

  var handle: OpaquePointer?
  private let patience: LockPatience

  /// Opens the file at `path`; `busyMilliseconds` is how long to wait for others' locks.
  package init(path: String, mode: Mode, busyMilliseconds: Int) throws(SQLiteError) {
    patience = LockPatience(path: path, limitMilliseconds: busyMilliseconds)
    let flags =
      switch mode {
      case .read, .write: SQLITE_OPEN_READWRITE
      case .immutable: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
      case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      }
    let name = mode == .immutable ? Self.immutableName(path) : path
    let code = unsafe sqlite3_open_v2(name, &handle, flags | SQLITE_OPEN_EXRESCODE, nil)
    guard code == SQLITE_OK else {
      let error = lastError(code: code, sql: nil)
      unsafe sqlite3_close_v2(handle)
      unsafe handle = nil
      throw error
    }
    unsafe sqlite3_busy_handler(
      handle,
      { patience, asked in
        guard let patience = unsafe patience else { return 0 }
        let known = unsafe Unmanaged<LockPatience>.fromOpaque(patience).takeUnretainedValue()
        return known.goesOn(asked: Int(asked)) ? 1 : 0
      }, Unmanaged.passUnretained(patience).toOpaque())
    // Statements of people and of large captures take as long as they like; Ctrl-C ends them.
    unsafe sqlite3_progress_handler(handle, 4096, { _ in Interruption.isRequested ? 1 : 0 }, nil)
    if mode == .read { try execute("PRAGMA query_only = ON") }
  }

  /// The path as a name with a parameter: what is no letter, digit or slash becomes `%` and its
  /// number.
  private static func immutableName(_ path: String) -> String {
    var name = "file:"
    let slashes = path.utf8.prefix { $0 == UInt8(ascii: "/") }.count
    for byte in path.utf8.dropFirst(max(0, slashes - 1)) {
      switch byte {
      case UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"):
        name.unicodeScalars.append(Unicode.Scalar(byte))
      default: name += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    return name + "?immutable=1"
  }

  /// Waits at most so long for others' locks while `body` runs.
  package func waiting<Value, Failure: Error>(
    atMost milliseconds: Int, _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let usual = patience.limitMilliseconds
    patience.limitMilliseconds = milliseconds
    defer { patience.limitMilliseconds = usual }
    return try body()
  }

  /// Whether the file at the path is another one by now, or none.
  package var hasMoved: Bool {
    var answer: Int32 = 0
    let code = unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &answer)
    return code == SQLITE_OK && answer != 0
  }

  deinit { unsafe sqlite3_close_v2(handle) }

  /// Ends the connection now; nothing can be asked of it any more.
  ///
  /// For connections whose tables in Swift know the connection, so that neither would go first.
  package func close() {
    unsafe sqlite3_drop_modules(handle, nil)
    unsafe sqlite3_close_v2(handle)
    unsafe handle = nil
  }

  /// Runs one or more statements that yield no rows of interest.
  package func execute(_ sql: String) throws(SQLiteError) {
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw lastError(code: code, sql: sql) }
  }

  /// Compiles one statement.
  package func prepare(_ sql: String) throws(SQLiteError) -> Statement {
    var statement: OpaquePointer?
    let code = unsafe sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
    guard code == SQLITE_OK, let statement = unsafe statement else {
      throw lastError(code: code, sql: sql)
    }
    return unsafe Statement(handle: statement, connection: self, sql: sql)
  }

  /// The first column of the first row, as an integer; nil when there is no row.
  package func integer(_ sql: String) throws(SQLiteError) -> Int64? {
    let statement = try prepare(sql)
    return try statement.step() ? statement.integer(0) : nil
  }

  /// Runs `body` in one transaction that takes the write lock at once; any error rolls back.
  package func transaction<Value, Failure: Error>(
    wrapping: (SQLiteError) -> Failure, _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    do { try execute("BEGIN IMMEDIATE") } catch { throw wrapping(error) }
    do throws(Failure) {
      let value = try body()
      do { try execute("COMMIT") } catch { throw wrapping(error) }
      return value
    } catch {
      // A full disk may have rolled back already; then this says so and changes nothing.
      _ = unsafe sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
      throw error
    }
  }

  /// Number of rows the last statement changed.
  package var changes: Int { Int(unsafe sqlite3_changes(handle)) }

  func lastError(code: Int32, sql: String?) -> SQLiteError {
    let text = unsafe sqlite3_errmsg(handle).map { unsafe String(cString: $0) }
    let offset = unsafe sqlite3_error_offset(handle)
    return SQLiteError(
      code: code, message: text ?? "out of memory", sql: sql,
      offset: offset < 0 ? nil : Int(offset))
  }
}
