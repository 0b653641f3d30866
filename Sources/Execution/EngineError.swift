package import Language
package import Store

/// Why a statement was not answered.
package enum EngineError: Error, Sendable {
  /// The question is at fault.
  case query(QueryError)
  /// The store is.
  case store(StoreError)

  /// A question that its captures cannot answer (`QueryError.cannotAnswer`).
  static func cannotAnswer(
    _ reason: String, suggestion: String? = nil, at range: SourceRange? = nil
  ) -> EngineError {
    .query(.cannotAnswer(reason, suggestion: suggestion, at: range))
  }
}

/// Reads from the store; its errors become the engine's.
func reading<Value>(
  _ body: @autoclosure () throws(StoreError) -> Value
) throws(EngineError) -> Value {
  do throws(StoreError) { return try body() } catch { throw .store(error) }
}

/// Works on the question; its errors become the engine's.
func asking<Value>(
  _ body: @autoclosure () throws(QueryError) -> Value
) throws(EngineError) -> Value {
  do throws(QueryError) { return try body() } catch { throw .query(error) }
}
