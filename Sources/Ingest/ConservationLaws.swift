import Store

/// The laws of the design that every import is checked against, from what was written.
///
/// A broken one is a defect of memq; the import is undone.
struct ConservationLaws {
  let reader: SegmentReader
  let clock: Clock
  let cuts: [Cut]
  let reused: [(instant: UInt32, bytes: UInt64)]
  let siteCount: Int

  /// Σ classes = Σ sites, in bytes and rows.
  func checkAllocated(sites: [(bytes: UInt64, count: UInt64)]) throws(StoreError) {
    var bytes: UInt64 = 0
    var count: UInt64 = 0
    for segment in reader.zones.indices {
      let dictionary = try reader.dictionary(segment: segment)
      for index in 0..<dictionary.count {
        bytes &+= dictionary.sizes[index] &* UInt64(dictionary.counts[index])
        count &+= UInt64(dictionary.counts[index])
      }
    }
    try compare(bytes, count, with: sites)
  }

  /// Σ zones = Σ sites, in bytes and rows: the same without reading every segment.
  func checkAllocatedOfZones(sites: [(bytes: UInt64, count: UInt64)]) throws(StoreError) {
    let bytes = reader.zones.reduce(UInt64(0)) { $0 &+ $1.bytes }
    let count = reader.zones.reduce(UInt64(0)) { $0 &+ UInt64($1.rowCount) }
    try compare(bytes, count, with: sites)
  }

  private func compare(
    _ bytes: UInt64, _ count: UInt64, with sites: [(bytes: UInt64, count: UInt64)]
  ) throws(StoreError) {
    let expected = sites.reduce(into: (bytes: UInt64(0), count: UInt64(0))) {
      $0.bytes &+= $1.bytes
      $0.count &+= $1.count
    }
    guard bytes == expected.bytes, count == expected.count, count == UInt64(clock.rowCount) else {
      throw .inconsistent(law: "allocated by class = allocated by site")
    }
  }

  /// Heap = live + kept in `state`; returns what lives there by site.
  ///
  /// By site and size, cuts not taken off, it is added to `classes`.
  func check(
    state: UInt32, heap: UInt64, at place: String, classes: inout LiveClasses
  ) throws(StoreError) -> SiteTotals {
    let live = try reader.liveTotals(
      state: state, clock: clock, cuts: cuts, siteCount: siteCount, classes: &classes)
    try check(live, state: state, heap: heap, at: place)
    return live
  }

  /// Heap = live + kept in `state`, of sums made before.
  func check(
    _ live: SiteTotals, state: UInt32, heap: UInt64, at place: String
  ) throws(StoreError) {
    let kept = reused.reduce(into: UInt64(0)) { $0 &+= $1.instant < state ? $1.bytes : 0 }
    guard live.totalBytes &+ kept == heap else {
      throw .inconsistent(
        law: "heap = live + kept at \(place): \(heap) = \(live.totalBytes) + \(kept)")
    }
  }
}
