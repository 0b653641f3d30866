// ⚠ unsafe: the glue between libsqlite3's table callbacks and Swift objects. Each handle is made
// in one callback and freed in its counterpart; objects behind handles are retained for as long.
import CSQLite

/// Makes a virtual table known to a connection.
package enum VirtualModule {
  /// Conditions that reach the table, as bits of the plan's number.
  private enum Pushed {
    static let capture: Int32 = 1
    static let number: Int32 = 2
    static let least: Int32 = 4
    static let greatest: Int32 = 8
    static let all = [capture, number, least, greatest]
    static let count: Int32 = 4

    static func bit(column: Int32, operation: Int32) -> Int32 {
      switch (column, operation) {
      case (0, SQLITE_INDEX_CONSTRAINT_EQ): capture
      case (1, SQLITE_INDEX_CONSTRAINT_EQ): number
      case (1, SQLITE_INDEX_CONSTRAINT_GE), (1, SQLITE_INDEX_CONSTRAINT_GT): least
      case (1, SQLITE_INDEX_CONSTRAINT_LE), (1, SQLITE_INDEX_CONSTRAINT_LT): greatest
      default: 0
      }
    }

    /// About how many rows a plan finds.
    static func estimate(_ rows: Double, _ pushed: Int32) -> Double {
      if pushed & number != 0 { return pushed & capture != 0 ? 1 : 4 }
      var found = rows
      if pushed & capture != 0 { found /= 4 }
      if pushed & least != 0 { found /= 3 }
      if pushed & greatest != 0 { found /= 3 }
      return max(1, found)
    }
  }

  /// Registers a table that exists without `CREATE`.
  static func register(
    _ table: any VirtualTable, on database: OpaquePointer?
  ) -> Int32 {
    let box = unsafe Unmanaged.passRetained(TableBox(table))
    return unsafe sqlite3_create_module_v2(
      database, table.name, module, box.toOpaque(),
      { context in
        if let context = unsafe context { unsafe Unmanaged<TableBox>.fromOpaque(context).release() }
      })
  }

  /// Lives as long as the process: connections point to it.
  private nonisolated(unsafe) static let module: UnsafeMutablePointer<sqlite3_module> = {
    let module = UnsafeMutablePointer<sqlite3_module>.allocate(capacity: 1)
    unsafe module.initialize(to: calls())
    return unsafe module
  }()

  private static func calls() -> sqlite3_module {
    var calls = sqlite3_module()
    calls.iVersion = 0
    unsafe calls.xConnect = { database, context, _, _, result, _ in
      unsafe VirtualModule.connect(database, context, result)
    }
    unsafe calls.xBestIndex = { table, info in unsafe VirtualModule.plan(table, info) }
    unsafe calls.xDisconnect = { table in unsafe VirtualModule.disconnect(table) }
    unsafe calls.xOpen = { table, result in unsafe VirtualModule.open(table, result) }
    unsafe calls.xClose = { cursor in unsafe VirtualModule.close(cursor) }
    unsafe calls.xFilter = { cursor, plan, _, count, values in
      unsafe VirtualModule.filter(cursor, plan, count, values)
    }
    unsafe calls.xNext = { cursor in unsafe VirtualModule.next(cursor) }
    unsafe calls.xEof = { cursor in unsafe VirtualModule.isAtEnd(cursor) }
    unsafe calls.xColumn = { cursor, context, column in
      unsafe VirtualModule.column(cursor, context, column)
    }
    unsafe calls.xRowid = { cursor, result in unsafe VirtualModule.rowID(cursor, result) }
    return calls
  }

  // MARK: Tables

  private static func connect(
    _ database: OpaquePointer?, _ context: UnsafeMutableRawPointer?,
    _ result: UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab>?>?
  ) -> Int32 {
    guard let context = unsafe context else { return SQLITE_INTERNAL }
    let box = unsafe Unmanaged<TableBox>.fromOpaque(context)
    let declaration = unsafe box.takeUnretainedValue().table.declaration
    let code = unsafe sqlite3_declare_vtab(database, declaration)
    guard code == SQLITE_OK else { return code }
    let handle = UnsafeMutablePointer<TableHandle>.allocate(capacity: 1)
    unsafe handle.initialize(to: TableHandle(base: sqlite3_vtab(), box: box.retain()))
    unsafe result?.pointee = UnsafeMutableRawPointer(handle)
      .assumingMemoryBound(to: sqlite3_vtab.self)
    return SQLITE_OK
  }

  private static func disconnect(_ table: UnsafeMutablePointer<sqlite3_vtab>?) -> Int32 {
    guard let handle = unsafe handle(of: table) else { return SQLITE_OK }
    unsafe handle.pointee.box.release()
    unsafe handle.deinitialize(count: 1).deallocate()
    return SQLITE_OK
  }

  private static func handle(
    of table: UnsafeMutablePointer<sqlite3_vtab>?
  ) -> UnsafeMutablePointer<TableHandle>? {
    unsafe UnsafeMutableRawPointer(table)?.assumingMemoryBound(to: TableHandle.self)
  }

  /// Takes the conditions on the first two columns; libsqlite3 checks them again itself.
  private static func plan(
    _ table: UnsafeMutablePointer<sqlite3_vtab>?,
    _ info: UnsafeMutablePointer<sqlite3_index_info>?
  ) -> Int32 {
    guard let handle = unsafe handle(of: table), let info = unsafe info else {
      return SQLITE_INTERNAL
    }
    var pushed: Int32 = 0
    var arguments: Int32 = 0
    // In the order of the bits, so that `filter` knows which value is which.
    for bit in Pushed.all {
      for index in 0..<Int(unsafe info.pointee.nConstraint) {
        let constraint = unsafe info.pointee.aConstraint[index]
        guard constraint.usable != 0, pushed & bit == 0,
          Pushed.bit(column: constraint.iColumn, operation: Int32(constraint.op)) == bit
        else { continue }
        pushed |= bit
        arguments += 1
        unsafe info.pointee.aConstraintUsage[index].argvIndex = arguments
      }
    }
    let told = (UInt64(1) << VirtualScan.toldColumns) - 1
    let used = unsafe Int32(truncatingIfNeeded: info.pointee.colUsed & told)
    unsafe info.pointee.idxNum = pushed | used << Pushed.count
    let rows = unsafe Double(handle.pointee.box.takeUnretainedValue().table.estimatedRows)
    let found = Pushed.estimate(rows, pushed)
    unsafe info.pointee.estimatedRows = Int64(found)
    unsafe info.pointee.estimatedCost = found + 10
    return SQLITE_OK
  }

  // MARK: Cursors

  private static func open(
    _ table: UnsafeMutablePointer<sqlite3_vtab>?,
    _ result: UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab_cursor>?>?
  ) -> Int32 {
    guard let owner = unsafe handle(of: table) else { return SQLITE_INTERNAL }
    let cursor = unsafe owner.pointee.box.takeUnretainedValue().table.cursor()
    let handle = UnsafeMutablePointer<CursorHandle>.allocate(capacity: 1)
    unsafe handle.initialize(
      to: CursorHandle(
        base: sqlite3_vtab_cursor(), box: Unmanaged.passRetained(CursorBox(cursor))))
    unsafe result?.pointee = UnsafeMutableRawPointer(handle)
      .assumingMemoryBound(to: sqlite3_vtab_cursor.self)
    return SQLITE_OK
  }

  private static func handle(
    of cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?
  ) -> UnsafeMutablePointer<CursorHandle>? {
    unsafe UnsafeMutableRawPointer(cursor)?.assumingMemoryBound(to: CursorHandle.self)
  }

  private static func close(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> Int32 {
    guard let handle = unsafe handle(of: cursor) else { return SQLITE_OK }
    unsafe handle.pointee.box.release()
    unsafe handle.deinitialize(count: 1).deallocate()
    return SQLITE_OK
  }

  private static func next(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> Int32 {
    unsafe withCursor(cursor) { (reader) throws(VirtualTableError) in try reader.advance() }
  }

  private static func isAtEnd(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> Int32 {
    guard let handle = unsafe handle(of: cursor) else { return 1 }
    return unsafe handle.pointee.box.takeUnretainedValue().cursor.isAtEnd ? 1 : 0
  }

  private static func column(
    _ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?, _ context: OpaquePointer?,
    _ column: Int32
  ) -> Int32 {
    unsafe withCursor(cursor) { (reader) throws(VirtualTableError) in
      let value = try reader.value(Int(column))
      unsafe give(value, to: context)
    }
  }

  private static func rowID(
    _ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?, _ result: UnsafeMutablePointer<Int64>?
  ) -> Int32 {
    unsafe withCursor(cursor) { (reader) throws(VirtualTableError) in
      unsafe result?.pointee = reader.rowID
    }
  }

  private static func filter(
    _ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?, _ plan: Int32, _ count: Int32,
    _ values: UnsafeMutablePointer<OpaquePointer?>?
  ) -> Int32 {
    var scan = VirtualScan()
    scan.columns = UInt32(bitPattern: plan) >> UInt32(Pushed.count)
    var next = 0
    for bit in Pushed.all where plan & bit != 0 && next < Int(count) {
      let bounds = unsafe integers(around: values?[next])
      next += 1
      guard let bounds else { continue }
      switch bit {
      case Pushed.capture where bounds.lowerBound == bounds.upperBound:
        scan.capture = bounds.lowerBound
      case Pushed.number:
        scan.least = max(scan.least, bounds.lowerBound)
        scan.greatest = min(scan.greatest, bounds.upperBound)
      case Pushed.least: scan.least = max(scan.least, bounds.lowerBound)
      case Pushed.greatest: scan.greatest = min(scan.greatest, bounds.upperBound)
      default: break
      }
    }
    return unsafe withCursor(cursor) { (reader) throws(VirtualTableError) in
      try reader.start(scan)
    }
  }

  /// The whole numbers next to a value; nil when it is none.
  private static func integers(around value: OpaquePointer?) -> ClosedRange<Int64>? {
    switch unsafe sqlite3_value_type(value) {
    case SQLITE_INTEGER:
      let number = unsafe sqlite3_value_int64(value)
      return number...number
    case SQLITE_FLOAT:
      let number = unsafe sqlite3_value_double(value)
      guard let lower = Int64(exactly: number.rounded(.down)),
        let upper = Int64(exactly: number.rounded(.up))
      else { return nil }
      return lower...upper
    default: return nil
    }
  }

  /// Calls a cursor; what it throws becomes the statement's error.
  private static func withCursor(
    _ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?,
    _ body: (any VirtualCursor) throws(VirtualTableError) -> Void
  ) -> Int32 {
    guard let handle = unsafe handle(of: cursor) else { return SQLITE_INTERNAL }
    do throws(VirtualTableError) {
      try body(unsafe handle.pointee.box.takeUnretainedValue().cursor)
      return SQLITE_OK
    } catch {
      if let table = unsafe handle.pointee.base.pVtab { unsafe say(error.message, of: table) }
      return SQLITE_ERROR
    }
  }

  /// libsqlite3 frees the message.
  private static func say(_ message: String, of table: UnsafeMutablePointer<sqlite3_vtab>) {
    unsafe sqlite3_free(table.pointee.zErrMsg)
    let bytes = message.utf8CString
    guard let copy = unsafe sqlite3_malloc64(UInt64(bytes.count)) else {
      unsafe table.pointee.zErrMsg = nil
      return
    }
    unsafe bytes.withUnsafeBytes {
      unsafe UnsafeMutableRawBufferPointer(start: copy, count: bytes.count).copyMemory(from: $0)
    }
    unsafe table.pointee.zErrMsg = copy.assumingMemoryBound(to: CChar.self)
  }

  /// Hands a value to libsqlite3 as the result of a callback.
  static func give(_ value: SQLValue, to context: OpaquePointer?) {
    switch value {
    case .null: unsafe sqlite3_result_null(context)
    case .integer(let number): unsafe sqlite3_result_int64(context, number)
    case .real(let number): unsafe sqlite3_result_double(context, number)
    case .text(var text):
      let count = UInt64(text.utf8.count)
      text.withUTF8 { bytes in
        // Of an empty text there may be no address, which would be NULL.
        let start = unsafe UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(
          to: CChar.self)
        if let start = unsafe start {
          unsafe sqlite3_result_text64(
            context, start, count, Statement.transient, UInt8(SQLITE_UTF8))
        } else {
          unsafe sqlite3_result_text(context, "", 0, Statement.transient)
        }
      }
    case .blob(let bytes):
      unsafe bytes.withUnsafeBytes {
        unsafe sqlite3_result_blob64(
          context, $0.baseAddress, UInt64(bytes.count), Statement.transient)
      }
    }
  }
}

/// `sqlite3_vtab` with the table behind it; libsqlite3 sees the first field only.
@unsafe private struct TableHandle {
  var base: sqlite3_vtab
  var box: Unmanaged<TableBox>
}

/// `sqlite3_vtab_cursor` with the cursor behind it; libsqlite3 sees the first field only.
@unsafe private struct CursorHandle {
  var base: sqlite3_vtab_cursor
  var box: Unmanaged<CursorBox>
}

private final class TableBox {
  let table: any VirtualTable
  init(_ table: any VirtualTable) { self.table = table }
}

private final class CursorBox {
  let cursor: any VirtualCursor
  init(_ cursor: any VirtualCursor) { self.cursor = cursor }
}
