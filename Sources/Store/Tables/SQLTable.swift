package import SQLite

/// A column of a table of `memq sql`.
package struct SQLColumn: Sendable, Equatable {
  /// What a column holds.
  package enum Kind: String, Sendable {
    case integer = "INTEGER"
    case real = "REAL"
    case text = "TEXT"
  }

  /// Name in SQL.
  package var name: String
  /// What it holds.
  package var kind: Kind
  /// Meaning and unit, in a few words.
  package var meaning: String

  /// A column.
  ///
  /// - Parameters:
  ///   - name: its name in SQL.
  ///   - kind: what it holds.
  ///   - meaning: meaning and unit, in a few words.
  package init(_ name: String, _ kind: Kind, _ meaning: String) {
    self.name = name
    self.kind = kind
    self.meaning = meaning
  }
}

/// A table of `memq sql`: rows of every capture, made from its columns while SQL reads them.
package struct SQLTable: Sendable {
  /// Name in SQL.
  package var name: String
  /// What a row is.
  package var meaning: String
  /// Its columns; the first is the capture, the second the row's number within it.
  package var columns: [SQLColumn]
  /// About how many rows a capture has.
  var estimate: @Sendable (CaptureInfo) -> Int64
  /// The rows of a capture.
  var rows: @Sendable (CaptureColumns, VirtualScan) throws(StoreError) -> any SQLRows

  /// A table.
  ///
  /// - Parameters:
  ///   - name: its name in SQL.
  ///   - meaning: what a row is.
  ///   - number: the column of the row's number within its capture.
  ///   - columns: all further columns.
  ///   - estimate: about how many rows a capture has.
  ///   - rows: the rows of a capture.
  package init(
    _ name: String, _ meaning: String, number: SQLColumn, _ columns: [SQLColumn],
    estimate: @escaping @Sendable (CaptureInfo) -> Int64,
    rows: @escaping @Sendable (CaptureColumns, VirtualScan) throws(StoreError) -> any SQLRows
  ) {
    self.name = name
    self.meaning = meaning
    self.columns = [SQLColumn("capture", .integer, "number of the capture"), number] + columns
    self.estimate = estimate
    self.rows = rows
  }
}

/// The rows of one capture in one table.
package protocol SQLRows: AnyObject {
  /// Numbers of the first row and of the one after the last.
  var numbers: Range<Int64> { get }
  /// A value; `column` counts from 0 after the capture and the number.
  func value(_ number: Int64, _ column: Int) throws(StoreError) -> SQLValue
}

/// Rows of columns that are whole in memory.
package final class SQLArrays: SQLRows {
  /// Numbers of the first row and of the one after the last.
  package let numbers: Range<Int64>
  private let values: [(Int) -> SQLValue]

  /// Rows of columns.
  ///
  /// - Parameters:
  ///   - count: number of rows.
  ///   - first: number of the first row.
  ///   - values: for each column the value at a place, from 0.
  package init(count: Int, first: Int64 = 0, _ values: [(Int) -> SQLValue]) {
    numbers = first..<first + Int64(count)
    self.values = values
  }

  /// A value; `column` counts from 0 after the capture and the number.
  package func value(_ number: Int64, _ column: Int) -> SQLValue {
    values[column](Int(number - numbers.lowerBound))
  }
}

/// A table over all captures of a store, as libsqlite3 reads it.
final class StoreTable: VirtualTable {
  private let table: SQLTable
  private let captures: [CaptureColumns]
  /// What was read of a capture, for as long as the same columns are asked for.
  private var kept: [Int64: (columns: UInt32, rows: any SQLRows)] = [:]

  init(_ table: SQLTable, captures: [CaptureColumns]) {
    self.table = table
    self.captures = captures
  }

  var name: String { table.name }

  var declaration: String {
    "CREATE TABLE x("
      + table.columns.map { "\"\($0.name)\" \($0.kind.rawValue)" }.joined(separator: ", ") + ")"
  }

  var estimatedRows: Int64 { captures.reduce(0) { $0 + table.estimate($1.info) } }

  func cursor() -> any VirtualCursor { StoreCursor(self) }

  fileprivate func captures(in scan: VirtualScan) -> [CaptureColumns] {
    guard let capture = scan.capture else { return captures }
    return captures.filter { $0.info.id == capture }
  }

  fileprivate func rows(
    of capture: CaptureColumns, _ scan: VirtualScan
  ) throws(VirtualTableError) -> any SQLRows {
    let id = capture.info.id
    if let known = kept[id], known.columns | scan.columns == known.columns { return known.rows }
    do throws(StoreError) {
      let rows = try table.rows(capture, scan)
      kept[id] = (scan.columns, rows)
      return rows
    } catch { throw StoreCursor.words(error) }
  }
}

/// Goes through the rows of one capture after another.
private final class StoreCursor: VirtualCursor {
  private let table: StoreTable
  private var scan = VirtualScan()
  private var waiting: ArraySlice<CaptureColumns> = []
  private var capture: CaptureInfo?
  private var rows: (any SQLRows)?
  private var number: Int64 = 0
  private var end: Int64 = 0

  init(_ table: StoreTable) { self.table = table }

  func start(_ scan: VirtualScan) throws(VirtualTableError) {
    self.scan = scan
    waiting = table.captures(in: scan)[...]
    number = 0
    end = 0
    try settle()
  }

  var isAtEnd: Bool { number >= end }

  func advance() throws(VirtualTableError) {
    number += 1
    if number >= end { try settle() }
  }

  /// Goes to the next capture with rows.
  private func settle() throws(VirtualTableError) {
    while number >= end, let next = waiting.popFirst() {
      let found = try table.rows(of: next, scan)
      rows = found
      capture = next.info
      number = max(found.numbers.lowerBound, scan.least)
      end = min(found.numbers.upperBound, scan.greatest == .max ? .max : scan.greatest + 1)
    }
  }

  func value(_ column: Int) throws(VirtualTableError) -> SQLValue {
    guard let rows, let capture else { return .null }
    switch column {
    case 0: return .integer(capture.id)
    case 1: return .integer(number)
    default:
      do throws(StoreError) { return try rows.value(number, column - 2) } catch {
        throw Self.words(error)
      }
    }
  }

  /// Captures times 2^32 and more: numbers of rows are below it.
  var rowID: Int64 { (capture?.id ?? 0) &* (1 << 33) &+ number }

  static func words(_ error: StoreError) -> VirtualTableError {
    if case .damaged(_, let place) = error {
      return VirtualTableError("the store is damaged at \(place)")
    }
    return VirtualTableError("the store cannot be read")
  }
}
