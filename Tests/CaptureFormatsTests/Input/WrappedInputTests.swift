import CaptureModel
import Foundation
import Testing

@testable import CaptureFormats

@Suite struct WrappedInputTests {
  /// `echo hello, world | gzip -n` and the same by `zstd`, made with those tools.
  private static let hello: [(framing: CaptureStream.Framing, bytes: [UInt8])] = [
    (
      .gzip,
      [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9,
        0xd7,
        0x51, 0x28, 0xcf, 0x2f, 0xca, 0x49, 0xe1, 0x02, 0x00, 0x53, 0x74, 0x24, 0xf4, 0x0d, 0x00,
        0x00,
        0x00,
      ]
    ),
    (
      .zstd,
      [
        0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58, 0x69, 0x00, 0x00, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x2c,
        0x20,
        0x77, 0x6f, 0x72, 0x6c, 0x64, 0x0a,
      ]
    ),
  ]

  private func content(_ bytes: [UInt8]) throws -> (text: String, failure: CaptureStream.Failure?) {
    let scratch = try ScratchFile(bytes)
    let input = try CaptureInput(file: CaptureFile(path: scratch.path))
    let stream = input.stream()
    while stream.refill() {}
    return (
      stream.withUnread { bytes in
        String(decoding: (0..<bytes.count).map { bytes[$0] }, as: UTF8.self)
      },
      stream.failure
    )
  }

  @Test(arguments: hello.indices)
  func wrappingsAreTakenOff(index: Int) throws {
    let (framing, bytes) = Self.hello[index]
    let once = try content(bytes)
    #expect(once.text == "hello, world\n")
    #expect(once.failure == nil)
    let twice = try content(bytes + bytes)
    #expect(twice.text == "hello, world\nhello, world\n")
    #expect(CaptureStream.Framing(wrapping: bytes) == framing)
  }

  @Test(arguments: hello.indices)
  func cutAndDamagedWrappingsEndTheData(index: Int) throws {
    let (_, bytes) = Self.hello[index]
    for length in 5..<bytes.count {
      let (text, failure) = try content(Array(bytes[..<length]))
      #expect("hello, world\n".hasPrefix(text) && failure != nil)
    }
    for place in bytes.indices {
      var damaged = bytes
      damaged[place] ^= 0x55
      _ = try content(damaged)
    }
  }

  /// A capture of every byte value, larger than windows and chunks.
  @Test func capturesAreReadThroughGzip() throws {
    let path = MemrayFixture(name: "leak_cache").path
    let scratch = try ScratchFile()
    let gzip = Process()
    gzip.executableURL = URL(filePath: "/bin/sh")
    gzip.arguments = ["-c", "gzip -c \"$0\" > \"$1\"", path, scratch.path]
    try gzip.run()
    gzip.waitUntilExit()
    guard case .events(let reader) = try FormatRegistry.open(path: scratch.path) else {
      Issue.record("no events")
      return
    }
    let batch = EventBatch(capacity: 4096)
    var count = 0
    while reader.next(into: batch) { count += batch.count }
    guard case .events(let plain) = try FormatRegistry.open(path: path) else { return }
    var expected = 0
    while plain.next(into: batch) { expected += batch.count }
    #expect(count == expected && count > 5_000)
    #expect(reader.ending == .complete)
  }

  @Test func linesKeepNumbersAndOffsets() throws {
    let long = String(repeating: "x", count: LineReader.limit + 9)
    let scratch = try ScratchFile(Array("one\r\n\ntwo \(long)\nlast".utf8))
    var lines = LineReader(
      CaptureStream(file: try CaptureFile(path: scratch.path), framing: .raw))
    #expect(lines.nextText() == "one" && lines.number == 1 && lines.offset == 0)
    #expect(lines.nextText() == "" && lines.number == 2 && lines.offset == 5)
    #expect(lines.nextText()?.utf8.count == LineReader.limit)
    #expect(lines.isCut && lines.number == 3 && lines.offset == 6)
    #expect(lines.nextText() == "last" && lines.number == 4 && lines.isUnfinished)
    #expect(lines.nextText() == nil)
  }
}

extension LineReader {
  /// The next line as text, nil when there is none.
  fileprivate mutating func nextText() -> String? {
    var text: String?
    let found = next { bytes in
      text = String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
    return found ? text : nil
  }
}
