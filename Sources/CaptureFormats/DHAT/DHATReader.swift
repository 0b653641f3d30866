import CaptureModel

/// Reads valgrind's DHAT files, version 2 (`dhat.md`): totals per stack, at the peak and at the end.
///
/// | key | meaning |
/// |---|---|
/// | `mode`, `verb` | `heap`, `copy` or `ad-hoc`; what happened to the units |
/// | `pps[]` | program points: `tb`, `tbk` total bytes and blocks; `gb`, `gbk` at the global maximum; `eb`, `ebk` at the end; `fs` frames, innermost first |
/// | `ftbl[]` | frames: `0xADDR: function (file:line)` or `(in image)` |
///
/// Source: dh_main.c of valgrind 3.19; Rust's dhat crate writes the same.
struct DHATReader {
  static let formatName = "dhat"
  private static let version: Int64 = 2
  /// Part of the name of the library that valgrind puts in front of the allocator.
  private static let ownImage = "vgpreload_"

  private let json: JSONReader
  private var content = ProfileContent()
  private var foundVersion: Int64?
  private var mode = ""
  private var unit = "bytes"
  private var hasLifetimes = false
  private var points: [Point] = []
  private var frames: [ProfileFrame]?
  private var greatestFrame: (index: Int64, offset: UInt64) = (-1, 0)
  private var properties: [(name: String, value: String)] = []

  /// A program point: frames, innermost first, and numbers.
  private struct Point {
    var frames: [Int32] = []
    /// Allocated, at the peak, at the end: bytes and blocks each.
    var numbers = [Int64](repeating: 0, count: 6)
  }

  /// Reads a file whole.
  ///
  /// - Parameter input: the file.
  /// - Returns: a reader of its totals.
  /// - Throws: `CaptureError` when the program points or their frames are not whole.
  static func read(_ input: CaptureInput) throws(CaptureError) -> GatheredProfile {
    var reader = DHATReader(json: JSONReader(input.stream()))
    let problem = reader.readFile()
    try reader.json.stream.refuseWhenTooLarge()
    if let version = reader.foundVersion, version != Self.version {
      throw .unsupportedVersion(
        path: input.file.path, format: formatName, version: version, supported: "\(Self.version)")
    }
    guard reader.foundVersion != nil, let frames = reader.frames else {
      throw reader.json.refusal(problem, formatName, "no program points with frames in it")
    }
    guard reader.greatestFrame.index < Int64(frames.count) else {
      throw input.file.malformed(
        formatName, .byte(reader.greatestFrame.offset),
        "frame \(reader.greatestFrame.index), but there are \(frames.count)")
    }
    reader.describe(problem)
    return GatheredProfile(reader.content, input)
  }

  private init(json: JSONReader) { self.json = json }

  private mutating func readFile() -> JSONProblem? {
    json.readWhole { token throws(JSONProblem) in
      try json.readObject(token) { name throws(JSONProblem) in try readMember(name) }
    }
  }

  private mutating func readMember(_ name: String) throws(JSONProblem) {
    switch name {
    case "dhatFileVersion": foundVersion = try json.readInteger()
    case "mode": mode = try json.readText() ?? ""
    case "bsu": unit = try json.readText() ?? unit
    case "bklt": hasLifetimes = try json.readBool() ?? false
    case "cmd": content.header.commandLine = try json.readText() ?? ""
    case "pid": content.header.processID = try json.readInteger() ?? 0
    case "te": try readProperty("end time")
    case "tg": try readProperty("time of the peak")
    case "tu": properties.append(("unit of time", try json.readText() ?? ""))
    case "pps": try json.readArray { token throws(JSONProblem) in try readPoint(token) }
    case "ftbl":
      var found: [ProfileFrame] = []
      try json.readArray { token throws(JSONProblem) in
        let text = token == .string ? json.text : ""
        try json.skip(token)
        found.append(ProfileFrame(valgrind: text))
      }
      frames = found
    default: try json.skipValue()
    }
  }

  private mutating func readProperty(_ name: String) throws(JSONProblem) {
    if let value = try json.readInteger() { properties.append((name, "\(value)")) }
  }

  private mutating func readPoint(_ token: JSONReader.Token) throws(JSONProblem) {
    var point = Point()
    try json.readObject(token) { name throws(JSONProblem) in
      switch name {
      case "tb": point.numbers[0] = try json.readInteger() ?? 0
      case "tbk": point.numbers[1] = try json.readInteger() ?? 0
      case "gb": point.numbers[2] = try json.readInteger() ?? 0
      case "gbk": point.numbers[3] = try json.readInteger() ?? 0
      case "eb": point.numbers[4] = try json.readInteger() ?? 0
      case "ebk": point.numbers[5] = try json.readInteger() ?? 0
      case "fs":
        try json.readArray { token throws(JSONProblem) in
          guard let number = try json.readInteger(token), let index = Int32(exactly: number),
            index >= 0
          else { throw json.problem("a frame that is no index") }
          if number > greatestFrame.index { greatestFrame = (number, json.offset) }
          point.frames.append(index)
        }
      default: try json.skipValue()
      }
    }
    points.append(point)
  }

  private mutating func describe(_ problem: JSONProblem?) {
    content.header.format = Self.formatName
    content.header.version = "version \(Self.version)"
    content.header.versionNumber = Int(Self.version)
    let isHeap = mode.hasSuffix("heap")
    if isHeap {
      content.description.values = [
        ProfileValue(.allocated, .size, unit: "bytes"),
        ProfileValue(.allocated, .count, unit: "count"),
      ]
      if hasLifetimes {
        content.description.values += [
          ProfileValue(.peak, .size, unit: "bytes"), ProfileValue(.peak, .count, unit: "count"),
          ProfileValue(.leaked, .size, unit: "bytes"), ProfileValue(.leaked, .count, unit: "count"),
        ]
      }
    } else {
      content.description.values = [
        ProfileValue(.processor, .samples, unit: mode == "copy" ? "bytes copied" : unit)
      ]
    }
    let width = content.description.values.count
    let frames = frames ?? []
    let indices = frames.map { content.stacks.frame($0) }
    for point in points {
      // The innermost frames are valgrind's own allocator, which every viewer hides.
      var stack = point.frames[...]
      while stack.count > 1, let first = stack.first,
        frames[Int(first)].file.contains(Self.ownImage)
      {
        stack.removeFirst()
      }
      var node: UInt32 = 0
      for frame in stack.reversed() {
        node = content.stacks.node(parent: node, frame: indices[Int(frame)])
      }
      content.add(Array(point.numbers.prefix(width)), stack: node)
    }
    content.description.properties = [("mode", mode)] + properties
    content.ending = json.ending(problem)
  }
}
