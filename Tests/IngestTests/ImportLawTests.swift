import CaptureModel
import Store
import TestSupport
import Testing

@testable import Ingest

/// Imports of random recordings against a slow reading of memray's rules.
@Suite struct ImportLawTests {
  /// Runs seeds of a kind of recording through one store.
  private func check(
    _ stream: EventStream, seeds: Range<UInt64>, zeroSizeFreesMovePeak: Bool = true
  ) throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    for seed in seeds {
      let records = stream.records(seed: seed)
      let reader = ListedReader(records, seed: seed, greatestBatch: 1 + Int(seed * 17 % 200))
      reader.header.zeroSizeFreesMovePeak = zeroSizeFreesMovePeak
      let imported = try ImportedEvents(reader, into: store, name: "seed \(seed)")
      var numbers = SeededNumbers(seed: seed)
      let expected = ReferenceReplay(
        records, threadCount: stream.threads, zeroSizeFreesMovePeak: zeroSizeFreesMovePeak,
        wantedStates: Set((0..<15).map { _ in UInt32(numbers.below(200)) }))
      try Comparison(imported: imported, expected: expected, label: "seed \(seed)").run()
    }
  }

  @Test(arguments: AddressStyle.allCases.dropLast())
  func everyAddressStyle(_ addresses: AddressStyle) throws {
    try check(EventStream(addresses: addresses), seeds: 0..<20)
    try check(EventStream(addresses: addresses, threads: 3), seeds: 100..<120)
  }

  @Test(arguments: SizeStyle.allCases.dropLast())
  func everySizeStyle(_ sizes: SizeStyle) throws {
    try check(EventStream(addresses: .few, sizes: sizes, threads: 2), seeds: 0..<15)
    try check(EventStream(addresses: .dense, sizes: sizes), seeds: 30..<45)
  }

  @Test func peaksThatZeroSizeFreesDoNotMove() throws {
    let stream = EventStream(addresses: .few, sizes: .equal, ticks: 8, mappings: 0)
    try check(stream, seeds: 0..<30, zeroSizeFreesMovePeak: false)
    try check(stream, seeds: 0..<30)
  }

  @Test func mappingsAlone() throws {
    try check(EventStream(threads: 1, count: 200, mappings: 1), seeds: 0..<40)
    try check(EventStream(threads: 3, count: 200, mappings: 1), seeds: 0..<40)
  }

  @Test func manyThreadsOnFewAddresses() throws {
    try check(
      EventStream(addresses: .few, threads: 12, mappings: 3, wildFrees: 2), seeds: 0..<30)
  }

  @Test func manyTicks() throws {
    try check(EventStream(addresses: .few, sizes: .equal, threads: 2, ticks: 3), seeds: 0..<20)
  }

  /// Pages that fill up to all 256 slots and stay, and tables that grow.
  @Test func manyBlocks() throws {
    for addresses in [AddressStyle.dense, .sparse, .misaligned] {
      let stream = EventStream(
        addresses: addresses, threads: 2, count: 4000, ticks: 200, mappings: 40, frames: 40,
        immortals: 3)
      try check(stream, seeds: 0..<2)
    }
  }
}
