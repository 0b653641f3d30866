import CaptureModel

/// Symbols that are looked for once, for a capture that is published again and again.
final class RememberedSymbols: SymbolSource {
  private let source: any SymbolSource
  private var known: [String: [UInt64: [SymbolFrame]]] = [:]
  /// Files that could not be read.
  private var missing: Set<String> = []

  init(_ source: any SymbolSource) { self.source = source }

  func frames(image: String, addresses: [UInt64]) -> [[SymbolFrame]]? {
    guard !missing.contains(image) else { return nil }
    var frames = known.removeValue(forKey: image) ?? [:]
    let wanted = addresses.filter { frames[$0] == nil }
    if !wanted.isEmpty {
      guard let found = source.frames(image: image, addresses: wanted) else {
        missing.insert(image)
        return nil
      }
      for (address, functions) in zip(wanted, found) { frames[address] = functions }
    }
    known[image] = frames
    return addresses.map { frames[$0] ?? [] }
  }
}
