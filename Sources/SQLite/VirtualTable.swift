/// A value as SQL knows it.
package enum SQLValue: Sendable, Hashable {
  /// NULL.
  case null
  /// A whole number.
  case integer(Int64)
  /// A fractional number.
  case real(Double)
  /// Text.
  case text(String)
  /// Bytes.
  case blob([UInt8])
}

/// Which rows of a virtual table are wanted, as far as SQL could tell; more may be given.
package struct VirtualScan: Sendable, Equatable {
  /// The capture, the first column; nil means every one.
  package var capture: Int64?
  /// Least number, the second column.
  package var least = Int64.min
  /// Greatest number, the second column.
  package var greatest = Int64.max
  /// The columns that are read: bit `i` is column `i`.
  package var columns: UInt32 = .max

  /// So many columns can be told apart; all others are read as far as is known.
  static let toldColumns = 26

  /// Every row and column.
  package init() {}

  /// Whether a column is read.
  package func uses(_ column: Int) -> Bool {
    column >= Self.toldColumns || columns >> UInt32(column) & 1 == 1
  }
}

/// A table whose rows a program makes while SQL reads them.
///
/// Its first column is the capture, its second the number of the row within it: conditions on
/// these reach `VirtualScan`.
package protocol VirtualTable: AnyObject {
  /// Name in SQL.
  var name: String { get }
  /// `CREATE TABLE x(…)` with its columns.
  var declaration: String { get }
  /// About how many rows there are.
  var estimatedRows: Int64 { get }
  /// A reader of its rows.
  func cursor() -> any VirtualCursor
}

/// Reads the rows of a virtual table, one after another.
package protocol VirtualCursor: AnyObject {
  /// Goes to the first of the wanted rows.
  func start(_ scan: VirtualScan) throws(VirtualTableError)
  /// Whether there is no row.
  var isAtEnd: Bool { get }
  /// Goes to the next row.
  func advance() throws(VirtualTableError)
  /// A value of the row.
  func value(_ column: Int) throws(VirtualTableError) -> SQLValue
  /// A number no other row of the table has.
  var rowID: Int64 { get }
}

/// Why a virtual table could not be read.
package struct VirtualTableError: Error, Sendable, Equatable {
  /// In words.
  package var message: String

  /// A reason in words.
  package init(_ message: String) { self.message = message }
}
