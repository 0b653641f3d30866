import CaptureModel
import Testing

@testable import CaptureFormats

@Suite struct ContentHashTests {
  @Test func equalContentInAnotherPlace() throws {
    let bytes = try MemrayFixture(name: "threads").bytes()
    let copy = try ScratchFile(bytes)
    let first = try FormatRegistry.contentHash(path: MemrayFixture(name: "threads").path)
    #expect(try FormatRegistry.contentHash(path: copy.path) == first)
    #expect(first.text.count == 32)
  }

  @Test func lengthsAndZerosAreTold() throws {
    var seen: Set<ContentHash> = []
    let scratch = try ScratchFile()
    let lengths = Array(0...100) + [1 << 19, (1 << 19) + 1, (1 << 19) + 32, 1 << 20]
    for length in lengths {
      try scratch.write([UInt8](repeating: 0, count: length))
      seen.insert(try FormatRegistry.contentHash(path: scratch.path))
    }
    #expect(seen.count == lengths.count)
  }

  @Test func everyBitCounts() throws {
    let bytes = (0..<96).map { UInt8($0) }
    let scratch = try ScratchFile(bytes)
    var seen: Set<ContentHash> = [try FormatRegistry.contentHash(path: scratch.path)]
    for bit in 0..<(96 * 8) {
      var changed = bytes
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      try scratch.write(changed)
      seen.insert(try FormatRegistry.contentHash(path: scratch.path))
    }
    #expect(seen.count == 96 * 8 + 1)
    // Either half alone would do.
    #expect(Set(seen.map(\.low)).count == seen.count)
    #expect(Set(seen.map(\.high)).count == seen.count)
  }

  @Test func missingFile() {
    #expect(throws: CaptureError.unreadable(path: "/missing/file", code: 2)) {
      try FormatRegistry.contentHash(path: "/missing/file")
    }
  }
}
