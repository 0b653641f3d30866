// ⚠ unsafe: the glue between libsqlite3's callbacks and Swift closures. Each box is retained when it
// is registered and released by the destructor that libsqlite3 calls.
import CSQLite

extension Connection {
  /// Makes a function known under its name.
  ///
  /// - Parameter function: the function; it lives as long as the connection.
  /// - Throws: libsqlite3's error.
  package func add(_ function: SQLFunction) throws(SQLiteError) {
    let box = unsafe Unmanaged.passRetained(FunctionBox(function))
    let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS
    let code = unsafe sqlite3_create_function_v2(
      handle, function.name, Int32(clamping: function.argumentCount), flags, box.toOpaque(),
      { context, count, values in unsafe FunctionBox.call(context, count, values) }, nil, nil,
      { box in
        if let box = unsafe box { unsafe Unmanaged<FunctionBox>.fromOpaque(box).release() }
      })
    guard code == SQLITE_OK else { throw lastError(code: code, sql: nil) }
  }

  /// Makes an order of texts known under its name.
  ///
  /// - Parameter collation: the order; it lives as long as the connection.
  /// - Throws: libsqlite3's error.
  package func add(_ collation: SQLCollation) throws(SQLiteError) {
    let box = unsafe Unmanaged.passRetained(CollationBox(collation))
    let code = unsafe sqlite3_create_collation_v2(
      handle, collation.name, SQLITE_UTF8, box.toOpaque(),
      { box, leftCount, left, rightCount, right in
        unsafe CollationBox.compare(box, leftCount, left, rightCount, right)
      },
      { box in
        if let box = unsafe box { unsafe Unmanaged<CollationBox>.fromOpaque(box).release() }
      })
    guard code == SQLITE_OK else {
      // Of a collation that is refused nothing is destroyed.
      unsafe box.release()
      throw lastError(code: code, sql: nil)
    }
  }
}

private final class FunctionBox {
  private let function: SQLFunction

  init(_ function: SQLFunction) { self.function = function }

  static func call(
    _ context: OpaquePointer?, _ count: Int32,
    _ values: UnsafeMutablePointer<OpaquePointer?>?
  ) {
    guard let data = unsafe sqlite3_user_data(context) else { return }
    let function = unsafe Unmanaged<FunctionBox>.fromOpaque(data).takeUnretainedValue().function
    var arguments: [SQLValue] = []
    if let values = unsafe values {
      for index in 0..<Int(count) { arguments.append(unsafe value(values[index])) }
    }
    do throws(SQLFunctionError) {
      let value = try function.call(arguments)
      unsafe VirtualModule.give(value, to: context)
    } catch { unsafe sqlite3_result_error(context, error.message, -1) }
  }

  private static func value(_ value: OpaquePointer?) -> SQLValue {
    switch unsafe sqlite3_value_type(value) {
    case SQLITE_INTEGER: return .integer(unsafe sqlite3_value_int64(value))
    case SQLITE_FLOAT: return .real(unsafe sqlite3_value_double(value))
    case SQLITE_TEXT:
      guard let start = unsafe sqlite3_value_text(value) else { return .null }
      let bytes = unsafe UnsafeBufferPointer(
        start: start, count: Int(sqlite3_value_bytes(value)))
      return .text(unsafe String(decoding: bytes, as: UTF8.self))
    case SQLITE_BLOB:
      guard let start = unsafe sqlite3_value_blob(value) else { return .blob([]) }
      let count = Int(unsafe sqlite3_value_bytes(value))
      return .blob(unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count)))
    default: return .null
    }
  }
}

private final class CollationBox {
  private let collation: SQLCollation

  init(_ collation: SQLCollation) { self.collation = collation }

  static func compare(
    _ box: UnsafeMutableRawPointer?, _ leftCount: Int32, _ left: UnsafeRawPointer?,
    _ rightCount: Int32, _ right: UnsafeRawPointer?
  ) -> Int32 {
    guard let box = unsafe box else { return 0 }
    let collation = unsafe Unmanaged<CollationBox>.fromOpaque(box).takeUnretainedValue().collation
    let order = unsafe collation.compare(text(left, leftCount), text(right, rightCount))
    return order < 0 ? -1 : order > 0 ? 1 : 0
  }

  private static func text(_ start: UnsafeRawPointer?, _ count: Int32) -> String {
    unsafe String(
      decoding: UnsafeRawBufferPointer(start: start, count: Int(count)), as: UTF8.self)
  }
}
