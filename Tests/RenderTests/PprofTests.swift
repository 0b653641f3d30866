import Results
import Foundation
import Testing

@testable import Render

/// The encoder against a decoder written from profile.proto, and against gzip itself.
@Suite struct PprofTests {
  /// A field of a message: a number, or bytes.
  private enum Content {
    case number(UInt64)
    case bytes([UInt8])
  }

  private func fields(_ bytes: [UInt8]) throws -> [(number: UInt64, content: Content)] {
    var found: [(UInt64, Content)] = []
    var position = 0
    func varint() throws -> UInt64 {
      var value: UInt64 = 0
      var shift: UInt64 = 0
      while true {
        try #require(position < bytes.count)
        value |= UInt64(bytes[position] & 0x7F) << shift
        position += 1
        if bytes[position - 1] < 0x80 { return value }
        shift += 7
      }
    }
    while position < bytes.count {
      let key = try varint()
      if key & 7 == 0 {
        found.append((key >> 3, .number(try varint())))
      } else {
        try #require(key & 7 == 2)
        let count = Int(try varint())
        try #require(position + count <= bytes.count)
        found.append((key >> 3, .bytes(Array(bytes[position..<position + count]))))
        position += count
      }
    }
    return found
  }

  private func messages(_ number: UInt64, _ bytes: [UInt8]) throws -> [[UInt8]] {
    try fields(bytes).compactMap { field in
      guard field.number == number, case .bytes(let content) = field.content else { return nil }
      return content
    }
  }

  private func number(_ number: UInt64, _ bytes: [UInt8]) throws -> UInt64 {
    for field in try fields(bytes) where field.number == number {
      if case .number(let value) = field.content { return value }
    }
    return 0
  }

  private func packed(_ bytes: [UInt8]) -> [Int64] {
    var values: [Int64] = []
    var value: UInt64 = 0
    var shift: UInt64 = 0
    for byte in bytes {
      value |= UInt64(byte & 0x7F) << shift
      shift += 7
      guard byte < 0x80 else { continue }
      values.append(Int64(bitPattern: value))
      (value, shift) = (0, 0)
    }
    return values
  }

  /// Each sample as its frames, newest first, and its values.
  private func samples(_ profile: [UInt8]) throws -> [String] {
    let strings = try messages(6, profile).map { String(decoding: $0, as: UTF8.self) }
    #expect(strings.first == "")
    var functions: [UInt64: String] = [:]
    for message in try messages(5, profile) {
      functions[try number(1, message)] =
        "\(strings[Int(try number(2, message))]) \(strings[Int(try number(4, message))])"
    }
    var locations: [UInt64: String] = [:]
    for message in try messages(4, profile) {
      let line = try #require(try messages(4, message).first)
      let function = try #require(functions[try number(1, line)])
      locations[try number(1, message)] = "\(function):\(try number(2, line))"
    }
    return try messages(2, profile).map { message in
      let stack = packed(try messages(1, message).first ?? []).map {
        locations[UInt64($0)] ?? "?"
      }
      return stack.joined(separator: " < ") + " = \(packed(try messages(2, message).first ?? []))"
    }
  }

  @Test func aTreeComesBack() throws {
    let profile = PprofFile.message(SampleTrees.small())
    #expect(
      try samples(profile).sorted() == [
        " = [5, 1]", "load /srv/app/load.py:12 < main /srv/app/main.py:30 = [600, 6]",
        "node /usr/lib/python3.11/ast.py:50 < parse /srv/app/parse.py:7 "
          + "< main /srv/app/main.py:30 = [300, 30]",
        "skip /usr/lib/python3.11/ast.py:60 < parse /srv/app/parse.py:7 "
          + "< main /srv/app/main.py:30 = [95, 2]",
      ])
    let strings = try messages(6, profile).map { String(decoding: $0, as: UTF8.self) }
    let types = try messages(1, profile).map {
      "\(strings[Int(try number(1, $0))]) \(strings[Int(try number(2, $0))])"
    }
    #expect(types == ["space bytes", "objects count"])
    #expect(strings[Int(try number(14, profile))] == "space")
  }

  @Test func aProcessorProfileKeepsItsUnitPeriodAndTime() throws {
    var tree = SampleTrees.small()
    (tree.unit, tree.scale) = (.seconds, 1_000_000_000)
    var values = StackValues(name: "cpu", unit: "seconds")
    (values.countName, values.period) = ("samples", 10_000_000)
    (values.periodName, values.periodUnit) = ("cpu", "nanoseconds")
    (values.timeNanoseconds, values.durationNanoseconds) = (1_506_718_679_257_235_370, 7)
    tree.values = values
    let profile = PprofFile.message(tree)
    let strings = try messages(6, profile).map { String(decoding: $0, as: UTF8.self) }
    let types = try (messages(1, profile) + messages(11, profile)).map {
      "\(strings[Int(try number(1, $0))]) \(strings[Int(try number(2, $0))])"
    }
    #expect(types == ["cpu nanoseconds", "samples count", "cpu nanoseconds"])
    #expect(try number(9, profile) == 1_506_718_679_257_235_370)
    #expect(try number(10, profile) == 7 && number(12, profile) == 10_000_000)
    #expect(try samples(profile).contains { $0.hasSuffix("= [600, 6]") })
    let speedscope = Renderer.text(tree, as: .speedscope)
    #expect(speedscope.contains("\"name\":\"cpu\",\"unit\":\"nanoseconds\""))
    #expect(speedscope.contains("\"name\":\"samples\",\"unit\":\"none\""))
    #expect(Renderer.text(tree, as: .folded).contains(" 600\n"))
    #expect(Renderer.text(tree, as: .csv).contains("cpu,count,own_cpu,own_count"))
  }

  @Test func fractionsStayExact() throws {
    var tree = SampleTrees.small()
    (tree.unit, tree.scale) = (.samples, 1_000)
    var values = StackValues(name: "samples", unit: "samples")
    values.hasCounts = false
    tree.values = values
    let folded = Renderer.text(tree, as: .folded)
    #expect(folded.hasPrefix("<no stack> 0.005\n"))
    #expect(folded.contains(" 0.6\n") && folded.contains(" 0.095\n"))
    #expect(Renderer.text(tree, as: .speedscope).contains("\"endValue\":1,"))
    let profile = PprofFile.message(tree)
    let strings = try messages(6, profile).map { String(decoding: $0, as: UTF8.self) }
    let types = try messages(1, profile).map { strings[Int(try number(2, $0))] }
    #expect(types == ["1/1000 samples"])
    #expect(Humanize.decimal(334.618) == "334.618" && Humanize.decimal(-1234.5) == "-1,234.5")
  }

  @Test func anInvertedTreeAndNegativeValues() throws {
    var tree = SampleTrees.small()
    tree.isInverted = true
    tree.sizes[2] = -600
    #expect(
      try samples(PprofFile.message(tree)).contains(
        "main /srv/app/main.py:30 < load /srv/app/load.py:12 = [-600, 6]"))
    tree.unit = .count
    #expect(try samples(PprofFile.message(tree)).contains { $0.hasSuffix("= [300]") })
  }

  /// What gzip makes of ours.
  private func inflated(_ bytes: [UInt8]) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/gzip")
    process.arguments = ["-dc"]
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    process.standardInput = try FileHandle(forReadingFrom: file)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return Array(data)
  }

  @Test func gzipReadsWhatWeCompress() throws {
    var noise: UInt64 = 1
    func next() -> UInt8 {
      noise = noise &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: noise >> 56)
    }
    let random = (0..<70_000).map { _ in next() }
    let words = (0..<20_000).flatMap { _ in Array("line \(next() % 7) of file\n".utf8) }
    let contents: [[UInt8]] = [
      [], [0], [1, 2, 3], Array(repeating: 7, count: 100_000), random, words,
      (0..<300).flatMap { length in
        Array(repeating: UInt8(truncatingIfNeeded: length), count: length)
      }, random + words + random,
    ]
    for content in contents {
      let compressed = Gzip.compress(content)
      #expect(try inflated(compressed) == content)
    }
    #expect(Gzip.compress(words).count < words.count / 5)
  }

  @Test func deepAndLargeTrees() throws {
    let deep = try samples(PprofFile.message(SampleTrees.deep(3000)))
    #expect(deep.count == 1 && deep[0].hasSuffix("= [1000000, 10]"))
    let large = PprofFile.bytes(SampleTrees.large(20_000))
    #expect(try inflated(large) == PprofFile.message(SampleTrees.large(20_000)))
  }
}
