import CaptureModel
import Store

/// Oddities met while events were replayed, counted for `show quality`.
struct Anomalies: Sendable {
  var unknownFrees: Int64 = 0
  var doubleFrees: Int64 = 0
  var reusedAddresses: Int64 = 0
  var zeroSizes: Int64 = 0
  var deepPops: Int64 = 0
  var clampedTicks: Int64 = 0
  var cuts: Int64 = 0
  var stacklessAllocations: Int64 = 0
  var unknownRanges: Int64 = 0
  var impossibleTotals: Int64 = 0
  var survivingObjects: Int64 = 0

  /// One record for each kind that was met.
  func records(ending: CaptureEnding) -> [QualityRecord] {
    var records: [QualityRecord] = []
    func add(_ kind: String, _ severity: Severity, _ count: Int64, _ detail: String) {
      guard count > 0 else { return }
      records.append(
        QualityRecord(kind: kind, severity: severity, count: count, detail: detail))
    }
    switch ending {
    case .complete: break
    case .incomplete(let offset, let reason):
      add("cut end", .error, 1, "the data ends at byte \(offset): \(reason)")
    case .damaged(let offset, let reason):
      add("damage", .error, 1, "reading stopped at byte \(offset): \(reason)")
    }
    add(
      "unknown free", .note, unknownFrees,
      "frees of addresses whose allocation is not in the file; ignored")
    add("double free", .note, doubleFrees, "frees of blocks that were freed before; ignored")
    add(
      "reused address", .warning, reusedAddresses,
      "allocated again without a free; the heap keeps the first block's bytes, as memray does")
    add("zero size", .note, zeroSizes, "allocations of 0 bytes; they count, and weigh nothing")
    add("deep pop", .warning, deepPops, "frames left that were never entered; stack clamped")
    add("clamped clock", .warning, clampedTicks, "memory records whose time ran backwards")
    add("cut mapping", .note, cuts, "munmaps that left a part of a mapping")
    add(
      "unknown munmap", .note, unknownRanges,
      "munmaps that met no recorded mapping; ignored")
    add("no stack", .note, stacklessAllocations, "allocations without a Python stack")
    add(
      "impossible total", .error, impossibleTotals,
      "totals of a stack that are larger than any memory; cut down to what can be counted")
    add(
      "surviving object", .note, survivingObjects,
      "Python objects that the profiler followed and that were never destroyed")
    return records
  }
}
