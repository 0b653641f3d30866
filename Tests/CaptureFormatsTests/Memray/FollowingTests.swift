import CaptureModel
import Foundation
import TestSupport
import Testing

@testable import CaptureFormats

/// Captures that are read while they are written.
@Suite struct FollowingTests {
  /// Everything that a reader gives.
  private struct Content: Equatable {
    var records: [EventRecord] = []
    var frames: [FrameDefinition] = []
    var nodes = 0
    var threads: [UInt64] = []
    var names: [String] = []

    mutating func add(_ batch: EventBatch) {
      records += batch.records.prefix(batch.count)
      frames += batch.newFrames
      nodes += batch.newNodes.count
      threads += batch.newThreads
      names += batch.threadNames.map(\.name)
    }
  }

  private func path(_ fixture: String) -> String {
    Project.fixtures("memray").appending(path: fixture).path
  }

  private func whole(_ path: String) throws -> (Content, CaptureEnding) {
    guard case .events(let reader) = try FormatRegistry.open(path: path) else {
      throw CaptureError.unrecognized(path: path)
    }
    var content = Content()
    let batch = EventBatch(capacity: 512)
    while reader.next(into: batch) { content.add(batch) }
    return (content, reader.ending)
  }

  @Test(arguments: [("socket_stream.bin", 1), ("socket_stream.bin", 4099), ("killed_h13.bin", 61)])
  func piecesGiveWhatTheWholeGives(_ fixture: String, _ step: Int) throws {
    let (expected, ending) = try whole(path(fixture))
    let length = try CaptureFile(path: path(fixture)).lengthWithoutTrailingZeros()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path(fixture)))
    let folder = try TemporaryFolder()
    let growing = folder.path("growing.bin")
    try Data().write(to: URL(fileURLWithPath: growing))
    let output = try FileHandle(forWritingTo: URL(fileURLWithPath: growing))
    let growth = CaptureGrowth()
    var reader: (any FollowingReader)?
    var content = Content()
    let batch = EventBatch(capacity: 512)
    // In large steps after the first bytes: one at a time through a whole capture takes long.
    while growth.length < length {
      let added = growth.length < 6000 ? step : max(step, 701)
      let end = min(Int(length), Int(growth.length) + added)
      try output.write(contentsOf: bytes[Int(growth.length)..<end])
      growth.grow(to: UInt64(end))
      if reader == nil { reader = try FormatRegistry.follow(path: growing, growth: growth) }
      guard let reader else { continue }
      while reader.next(into: batch) { content.add(batch) }
      #expect(reader.isWaiting || reader.ending == .complete)
      #expect(reader.offset <= growth.length)
    }
    growth.end()
    let last = try #require(reader)
    while last.next(into: batch) { content.add(batch) }
    #expect(!last.isWaiting)
    #expect(content == expected)
    #expect(last.ending == ending)
  }

  @Test func whatIsNoStreamIsKnownByItsFirstBytes() throws {
    for text in ["HTTP/1.1", "GET /", "m3mray"] {
      #expect(throws: CaptureError.unrecognized(path: "it")) {
        try FormatRegistry.header(ofStream: Array(text.utf8), named: "it")
      }
    }
    #expect(try FormatRegistry.header(ofStream: Array("memr".utf8), named: "it") == nil)
    #expect(try FormatRegistry.header(ofStream: [], named: "it") == nil)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path("socket_stream.bin"))))
    let header = try #require(try FormatRegistry.header(ofStream: bytes, named: "it"))
    #expect(header.versionNumber == 13)
    for length in 0..<100 {
      #expect(try FormatRegistry.header(ofStream: Array(bytes[..<length]), named: "it") == nil)
    }
  }
}
