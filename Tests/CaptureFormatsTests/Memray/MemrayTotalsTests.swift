import CaptureModel
import Compression
import Foundation
import Testing

@testable import CaptureFormats

@Suite struct MemrayTotalsTests {
  static let captures = [
    "aggregated_h10", "aggregated_h11", "aggregated_h12", "aggregated_h13",
    "aggregated_native_h13", "synthetic_aggregated",
  ]

  static func open(_ path: String) throws -> any SampleReader {
    guard case .samples(let reader) = try FormatRegistry.open(path: path) else {
      throw NoTotals()
    }
    return reader
  }

  struct NoTotals: Error {}

  /// The content of a capture without its framing.
  static func decompressed(_ bytes: [UInt8]) throws -> [UInt8] {
    guard bytes.starts(with: MemrayLayout.lz4Magic) else { return bytes }
    let scratch = try ScratchFile(bytes)
    let stream = CaptureStream(file: try CaptureFile(path: scratch.path), framing: .lz4)
    while stream.refill() {}
    return stream.withUnread { span in span.indices.map { span[$0] } }
  }

  struct Answers: Decodable {
    struct Population: Decodable {
      var totalSize: UInt64
      var totalCount: UInt64
    }
    struct Parse: Decodable {
      var byRecord: [String: Int]
    }
    struct Truth: Decodable {
      var highWatermark: Population
      var leaks: Population
    }
    struct Thread: Decodable {
      var tid: UInt64
      var name: String?
    }
    var aggregatedTrue: Truth
    var parse: Parse?
    var memorySnapshots: [[Int64]]
    var threads: [Thread]
  }

  static func answers(_ name: String) throws -> Answers {
    let url = MemrayFixture.folder.appending(component: "\(name).expected.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Answers.self, from: Data(contentsOf: url))
  }

  @Test(arguments: captures)
  func everyRecordIsRead(name: String) throws {
    let answers = try Self.answers(name)
    let reader = try Self.open(MemrayFixture(name: name).path)
    let tally = TotalsTally(reader)
    #expect(tally.ending == .complete)
    #expect(tally.unannounced == 0)
    #expect(
      tally.records.reduce(0) { $0 + $1.peakBytes }
        == answers.aggregatedTrue.highWatermark.totalSize)
    #expect(
      tally.records.reduce(0) { $0 + $1.peakCount }
        == answers.aggregatedTrue.highWatermark.totalCount)
    #expect(
      tally.records.reduce(0) { $0 + $1.leakedBytes } == answers.aggregatedTrue.leaks.totalSize)
    #expect(
      tally.records.reduce(0) { $0 + $1.leakedCount } == answers.aggregatedTrue.leaks.totalCount)
    let start = reader.header.startMilliseconds
    #expect(
      tally.ticks.map { [$0.milliseconds + start, Int64($0.resident), Int64($0.heap)] }
        == answers.memorySnapshots)
    for thread in answers.threads where thread.name != nil {
      #expect(tally.threadNames[thread.tid] == thread.name)
    }
    guard let records = answers.parse?.byRecord else { return }
    #expect(tally.records.count == records["AGGREGATED_ALLOCATION"])
    #expect(tally.nodes.count == records["PYTHON_TRACE_INDEX"])
    #expect(tally.native.nodes.count == records["NATIVE_TRACE_INDEX"] ?? 0)
    #expect(tally.native.segments.count == records["SEGMENT"] ?? 0)
    #expect(tally.survivingObjects == records["SURVIVING_OBJECT"] ?? 0)
  }

  @Test(arguments: ["synthetic_aggregated", "aggregated_h11"])
  func everyPrefixYieldsAPrefix(name: String) throws {
    let bytes = try Self.decompressed(try MemrayFixture(name: name).bytes())
    let scratch = try ScratchFile(bytes)
    let whole = TotalsTally(try Self.open(scratch.path))
    #expect(whole.ending == .complete)
    for length in stride(from: 0, to: bytes.count, by: bytes.count > 1000 ? 23 : 1) {
      try scratch.write(Array(bytes[..<length]))
      guard let reader = try? Self.open(scratch.path) else { continue }
      let tally = TotalsTally(reader)
      let isPrefix =
        whole.records.starts(with: tally.records) && whole.nodes.starts(with: tally.nodes)
        && whole.ticks.starts(with: tally.ticks)
      let isWhole = tally.records.count == whole.records.count
      if !isPrefix || tally.ending == .complete && !isWhole {
        Issue.record("cut to \(length) bytes: \(tally.ending)")
      }
    }
  }

  @Test func aFlippedByteHarmsNothingBeforeIt() throws {
    let bytes = try MemrayFixture(name: "synthetic_aggregated").bytes()
    let scratch = try ScratchFile()
    for place in bytes.indices {
      try scratch.write(Array(bytes[..<place]))
      let cut = (try? Self.open(scratch.path)).map { TotalsTally($0).records } ?? []
      for mask: UInt8 in [0xFF, 1 << UInt8(place & 7)] {
        var changed = bytes
        changed[place] ^= mask
        try scratch.write(changed)
        guard let reader = try? Self.open(scratch.path) else { continue }
        let tally = TotalsTally(reader)
        if tally.unannounced != 0 || !tally.records.starts(with: cut) {
          Issue.record("byte \(place) changed by \(mask): \(tally.ending)")
        }
      }
    }
  }

  @Test func damageIsNamedWithItsPlace() throws {
    var bytes = try MemrayFixture(name: "synthetic_aggregated").bytes()
    // The last record is the trailer; a tag of no record takes its place.
    let trailer = try #require(bytes.lastIndex { $0 != 0 })
    bytes[trailer] = 9
    let scratch = try ScratchFile(bytes)
    let tally = TotalsTally(try Self.open(scratch.path))
    #expect(tally.ending == .damaged(offset: UInt64(trailer), reason: "unknown record tag 9"))
    try scratch.write(Array(bytes[..<trailer]))
    guard case .incomplete = TotalsTally(try Self.open(scratch.path)).ending else {
      Issue.record("a file without end mark is whole")
      return
    }
  }
}
