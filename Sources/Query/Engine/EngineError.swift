package import Store

/// Why a statement was not answered.
package enum EngineError: Error, Sendable {
  /// The question is at fault.
  case query(QueryError)
  /// The store is.
  case store(StoreError)
}
