import CaptureModel
import Testing

@testable import CaptureFormats

@Suite struct MemrayCaptureTests {
  static let whole =
    MemrayFixture.codeObjectCaptures + MemrayFixture.frameRecordCaptures
    + MemrayFixture.nativeCaptures
  static let readable = whole + MemrayFixture.brokenCaptures

  @Test(arguments: readable)
  func headerFieldsAreMemraysMetadata(name: String) throws {
    let fixture = MemrayFixture(name: name)
    let expected = try fixture.expected()
    let reader = try FormatRegistry.events(path: fixture.path)
    let header = reader.header
    #expect(header.format == "memray")
    #expect(header.framing == expected.file.framing)
    #expect(reader.fileSize == expected.file.bytes)
    #expect(header.startMilliseconds == expected.metadata.startTimeMs)
    #expect(header.endMilliseconds == expected.metadata.endTimeMs)
    #expect(header.commandLine == expected.metadata.commandLine)
    #expect(header.processID == expected.metadata.pid)
    // Not every release says what is in the file.
    if let main = expected.metadata.mainThreadId { #expect(header.mainThreadID == main) }
    #expect((header.mainThreadID == nil) == (header.versionNumber < 9))
    #expect(header.pythonAllocator == expected.metadata.pythonAllocator)
    #expect(header.hasNativeTraces == expected.metadata.hasNativeTraces)
    #expect(header.tracesPythonAllocators == expected.metadata.tracePythonAllocators)
  }

  @Test(arguments: readable)
  func totalsAreMemrays(name: String) throws {
    let fixture = MemrayFixture(name: name)
    let expected = try fixture.expected()
    let tally = Tally(try FormatRegistry.events(path: fixture.path))
    #expect(tally.unannounced == 0)
    if expected.salvage == nil {
      #expect(tally.events == expected.totals.events)
      #expect(tally.allocations.count == expected.totals.allocations)
      #expect(tally.allocations.bytes == expected.totals.bytesAllocated)
      let byAllocator = tally.byAllocator.mapValues {
        Expected.Sum(count: $0.count, bytes: $0.bytes)
      }
      #expect(byAllocator == expected.totals.byAllocator)
    }
  }

  @Test(arguments: whole)
  func placesAndThreadsOfAllAllocationsAreMemrays(name: String) throws {
    let fixture = MemrayFixture(name: name)
    let expected = try fixture.expected()
    let tally = Tally(try FormatRegistry.events(path: fixture.path))
    let all = try #require(expected.allAllocations)
    var places: [Tally.Place: Tally.Sum] = [:]
    for row in all.byLocation {
      var place = Tally.Place(function: row.function, file: row.file, line: row.line)
      // memray reads this table's steps as signed; its own answer file says so.
      if name == "long_lines_py39", row.function == "long_line", row.line == 13 { place.line = 15 }
      places[place, default: Tally.Sum()] += Tally.Sum(count: row.count, bytes: row.size)
    }
    #expect(tally.byPlace == places)
    let threads = all.byThread.reduce(into: [UInt64: Tally.Sum]()) {
      $0[$1.tid] = Tally.Sum(count: $1.count, bytes: $1.size)
    }
    #expect(tally.byThread == threads)
  }

  @Test(arguments: whole)
  func ticksAndThreadNamesAreMemrays(name: String) throws {
    let fixture = MemrayFixture(name: name)
    let expected = try fixture.expected()
    let tally = Tally(try FormatRegistry.events(path: fixture.path))
    let start = expected.metadata.startTimeMs
    let ticks = tally.ticks.map { [start + $0.milliseconds, Int64($0.resident)] }
    #expect(ticks == expected.memorySnapshots.map { $0.prefix(2).compactMap(\.self) })
    #expect(Set(tally.threadIDs).isSuperset(of: expected.threads.map(\.tid)))
    for thread in expected.threads { #expect(tally.threadNames[thread.tid] == thread.name) }
    #expect(Set(tally.threadIDs).count == tally.threadIDs.count)
  }

  @Test(arguments: readable)
  func batchSizeDoesNotMatter(name: String) throws {
    let path = MemrayFixture(name: name).path
    let large = Tally(
      try FormatRegistry.events(path: path), capacity: 1 << 16, keepingRecords: true)
    for capacity in [1, 7] {
      let small = Tally(
        try FormatRegistry.events(path: path), capacity: capacity, keepingRecords: true)
      #expect(small.records == large.records)
      #expect(small.frames == large.frames)
      #expect(small.ending == large.ending)
    }
  }

  @Test(arguments: MemrayFixture.codeObjectCaptures + MemrayFixture.frameRecordCaptures)
  func wholeCapturesEndComplete(name: String) throws {
    let tally = Tally(try FormatRegistry.events(path: MemrayFixture(name: name).path))
    #expect(tally.ending == .complete)
  }

  @Test func searchPathsOfHeader13() throws {
    let reader = try FormatRegistry.events(path: MemrayFixture(name: "pure_small_h13").path)
    #expect(reader.header.versionNumber == 13)
    #expect(reader.header.version == "header 13")
    #expect(reader.header.pythonVersion == "3.11")
    #expect(reader.header.standardLibrary == "/usr/lib/python3.11")
    #expect(!reader.header.sitePackages.isEmpty)
    #expect(reader.header.searchPath.contains("/usr/lib/python3.11"))
  }

  @Test func skippedFramesOfTheTracker() throws {
    let reader = try FormatRegistry.events(path: MemrayFixture(name: "tracker_api").path)
    #expect(reader.header.skippedFramesOnMainThread == 3)
    #expect(reader.header.mainThreadID == 1)
  }

  @Test(arguments: [
    ("pure_small_h06", false), ("pure_small_h09", false), ("pure_small_h10", true),
    ("pure_small_h13", true),
  ])
  func peakRuleFollowsTheRelease(name: String, moves: Bool) throws {
    let reader = try FormatRegistry.events(path: MemrayFixture(name: name).path)
    #expect(reader.header.zeroSizeFreesMovePeak == moves)
  }
}
