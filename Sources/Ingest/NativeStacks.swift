import CaptureModel
import Store

/// The merged stacks of a native capture's contexts, made once, at import.
struct NativeStacks: ~Copyable {
  private let tables: NativeTables
  private let contexts: [NativeContext]
  private let merger: StackMerger
  private let merged: [StackMerger.Merged]
  private let resolved: NativeSymbols

  /// Resolves and merges.
  ///
  /// - Parameters:
  ///   - contexts: where allocations come from.
  ///   - tables: native nodes and images.
  ///   - stacks: Python's stacks.
  ///   - skipped: oldest frames of the main thread that reports hide.
  ///   - symbols: knows functions.
  ///   - frames: gains the native frames.
  init(
    _ contexts: [NativeContext], tables: NativeTables, stacks: borrowing StackNodes,
    skipped: UInt64, symbols: any SymbolSource, frames: inout FrameTable
  ) {
    self.tables = tables
    self.contexts = contexts
    var resolved = NativeSymbols(tables)
    resolved.resolve(contexts, symbols, into: &frames)
    var merger = StackMerger(skipped: skipped, frames: frames)
    var merged: [StackMerger.Merged] = []
    merged.reserveCapacity(contexts.count)
    for context in contexts {
      var python: [UInt32] = []
      var node = context.stack
      while node != 0 {
        python.append(stacks[node].frame)
        node = stacks[node].parent
      }
      merged.append(merger.merge(native: resolved.frames(of: context), python: python))
    }
    self.resolved = resolved
    self.merger = merger
    self.merged = merged
  }

  /// Writes the native columns; `sites` are the context and thread of each site.
  func write(
    sites: [(context: UInt32, thread: UInt32)], mainThread: Int?, to writer: CaptureWriter
  ) throws(StoreError) {
    try tables.write(to: writer)
    try writer.write(.mergedParent, merger.tree.nodes.parents)
    try writer.write(.mergedFrame, merger.tree.nodes.frames)
    try writer.write(.siteNative, sites.map { contexts[Int($0.context)].native })
    try writer.write(.siteGeneration, sites.map { contexts[Int($0.context)].generation })
    try writer.write(.siteMerged, sites.map { merged[Int($0.context)].node })
    try writer.write(
      .siteMergedHidden,
      sites.map { mainThread == Int($0.thread) ? merged[Int($0.context)].hidden : 0 })
  }

  /// One record for each kind of thing that could not be resolved.
  var quality: [QualityRecord] {
    var records: [QualityRecord] = []
    let missing = resolved.missingImages
    if !missing.isEmpty {
      let names = missing.prefix(3).joined(separator: ", ") + (missing.count > 3 ? ", …" : "")
      records.append(
        QualityRecord(
          kind: "missing image", severity: .warning, count: Int64(missing.count),
          detail: "executables and libraries that are not on this machine; their frames are "
            + "addresses: \(names)"))
    }
    if resolved.unknownAddresses > 0 {
      records.append(
        QualityRecord(
          kind: "unknown symbol", severity: .note, count: resolved.unknownAddresses,
          detail: "native addresses without a symbol; their frames are `image+0xoffset`"))
    }
    if resolved.addressesWithoutImage > 0 {
      records.append(
        QualityRecord(
          kind: "unknown image", severity: .note, count: resolved.addressesWithoutImage,
          detail: "native addresses where no executable or library lay; left out of stacks"))
    }
    return records
  }
}
