import Dispatch
import Interruption
import Store

/// A graph whose dominators are found on another thread while it is being written.
///
/// Both threads only read the graph; the dominators are read after the search has ended.
final class DominatorSearch: @unchecked Sendable {
  let graph: ReferenceGraph
  private let roots: Buffer<UInt8>
  private var found = Dominators()
  private let end = DispatchGroup()

  /// Begins the search.
  init(_ graph: consuming ReferenceGraph, roots: consuming Buffer<UInt8>) {
    self.graph = graph
    self.roots = roots
    DispatchQueue.global(qos: .userInitiated).async(group: end) { [self] in
      found = Dominators(self.graph, roots: self.roots)
    }
  }

  /// Waits for the end of the search and hands the dominators to `body`.
  ///
  /// - Throws: what `body` throws; `interrupted` when the search was given up.
  func withDominators(
    _ body: (borrowing Dominators) throws(StoreError) -> Void
  ) throws(StoreError) {
    end.wait()
    if Interruption.isRequested { throw .interrupted }
    try body(found)
  }

  deinit { end.wait() }
}
