/// A function of values that statements may call, beside those of libsqlite3.
package struct SQLFunction {
  /// Name in SQL.
  package var name: String
  /// How many arguments it takes.
  package var argumentCount: Int
  /// Its value; the same for the same arguments.
  package var call: ([SQLValue]) throws(SQLFunctionError) -> SQLValue

  /// A function.
  ///
  /// - Parameters:
  ///   - name: its name in SQL.
  ///   - argumentCount: how many arguments it takes.
  ///   - call: its value for some arguments, the same for the same ones.
  package init(
    _ name: String, argumentCount: Int,
    _ call: @escaping ([SQLValue]) throws(SQLFunctionError) -> SQLValue
  ) {
    self.name = name
    self.argumentCount = argumentCount
    self.call = call
  }
}

/// Why a function has no value.
package struct SQLFunctionError: Error, Sendable, Equatable {
  /// In words.
  package var message: String

  /// A reason in words.
  package init(_ message: String) { self.message = message }
}

/// An order of texts, as `COLLATE` names it.
package struct SQLCollation {
  /// Name in SQL.
  package var name: String
  /// Negative, zero or positive.
  package var compare: (String, String) -> Int

  /// An order.
  ///
  /// - Parameters:
  ///   - name: its name in SQL.
  ///   - compare: negative when the first text comes before the second, zero when they are one.
  package init(_ name: String, _ compare: @escaping (String, String) -> Int) {
    self.name = name
    self.compare = compare
  }
}
