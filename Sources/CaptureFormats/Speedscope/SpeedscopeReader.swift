import CaptureModel

/// Reads speedscope files: totals per stack and profile, each in its own unit (`speedscope.md`).
///
/// Frames may stand before or after the profiles, so totals wait until the end of the file. A
/// profile with damage is left out with everything behind it; whole ones before it are kept.
struct SpeedscopeReader {
  static let formatName = "speedscope"

  private let json: JSONReader
  private var content = ProfileContent()
  private var frames: [ProfileFrame]?
  /// Totals by unit, until all units are known.
  private var totals: [(unit: SpeedscopeUnit, thread: UInt32, node: UInt32, weight: Int64)] = []
  private var units: [SpeedscopeUnit] = []
  private var profiles = 0
  private var greatestFrame: (index: UInt32, offset: UInt64)?
  private var exporter = ""
  /// The first problem in a profile.
  private var problem: JSONProblem?

  /// Reads a file whole.
  ///
  /// - Parameter input: the file.
  /// - Returns: a reader of its totals.
  /// - Throws: `CaptureError` when no profile is whole.
  static func read(_ input: CaptureInput) throws(CaptureError) -> GatheredProfile {
    var reader = SpeedscopeReader(json: JSONReader(input.stream()))
    let end = reader.readFile()
    try reader.json.stream.refuseWhenTooLarge()
    // What is wrong with a profile comes before what is wrong with the file.
    reader.problem = reader.problem ?? end
    guard reader.profiles > 0, let frames = reader.frames else {
      throw reader.json.refusal(reader.problem, formatName, "no profile in it")
    }
    if let place = reader.greatestFrame, Int(place.index) >= frames.count {
      throw input.file.malformed(
        formatName, .byte(place.offset), Self.missing(place.index, frames.count))
    }
    reader.describe()
    return GatheredProfile(reader.content, input)
  }

  private init(json: JSONReader) { self.json = json }

  private mutating func readFile() -> JSONProblem? {
    json.readWhole { token throws(JSONProblem) in
      try json.readObject(token) { name throws(JSONProblem) in
        switch name {
        case "shared": try readShared()
        case "profiles":
          try json.readArray { token throws(JSONProblem) in try readProfile(token) }
        case "exporter": exporter = try json.readText() ?? ""
        default: try json.skipValue()
        }
      }
    }
  }

  private mutating func readShared() throws(JSONProblem) {
    try json.readObject { name throws(JSONProblem) in
      guard name == "frames" else { return try json.skipValue() }
      frames = []
      try json.readArray { token throws(JSONProblem) in
        var frame = ProfileFrame()
        try json.readObject(token) { member throws(JSONProblem) in
          switch member {
          case "name": frame.function = try json.readText() ?? ""
          case "file": frame.file = try json.readText() ?? ""
          case "line": frame.line = Int32(clamping: try json.readInteger() ?? 0)
          default: try json.skipValue()
          }
        }
        frame.line = max(0, frame.line)
        frames?.append(frame)
      }
    }
  }

  private mutating func readProfile(_ token: JSONReader.Token) throws(JSONProblem) {
    var profile = SpeedscopeProfile()
    try json.readObject(token) { member throws(JSONProblem) in
      switch member {
      case "name": profile.name = try json.readText() ?? ""
      case "unit": profile.unit = try json.readText() ?? "none"
      case "type": profile.type = try json.readText() ?? ""
      case "samples": try profile.readSamples(json, &content.stacks)
      case "weights":
        try profile.readWeights(json)
      case "events":
        try json.readArray { token throws(JSONProblem) in try readEvent(token, &profile) }
      default: try json.skipValue()
      }
    }
    // A profile that is wrong in itself does not keep others from being read.
    do throws(JSONProblem) {
      try add(profile)
    } catch {
      problem = problem ?? error
    }
  }

  private func readEvent(
    _ token: JSONReader.Token, _ profile: inout SpeedscopeProfile
  ) throws(JSONProblem) {
    var type = ""
    var frame: UInt32?
    var at: Double?
    let offset = json.offset - 1
    try json.readObject(token) { member throws(JSONProblem) in
      switch member {
      case "type": type = try json.readText() ?? ""
      case "frame": frame = try SpeedscopeProfile.frame(json, try json.required())
      case "at": at = try json.readNumber()
      default: try json.skipValue()
      }
    }
    guard let frame, let at, type == "O" || type == "C" else {
      throw .malformed(offset: offset, reason: "an event without type, frame or time")
    }
    profile.use(frame: frame, offset: offset)
    profile.events.append(
      SpeedscopeProfile.Event(isOpening: type == "O", frame: frame, at: at, offset: offset))
  }

  private mutating func add(_ profile: SpeedscopeProfile) throws(JSONProblem) {
    guard let unit = SpeedscopeUnit(rawValue: profile.unit) else {
      throw json.problem("unit \(profile.unit.prefix(40)), which speedscope does not know")
    }
    if let frames, let place = profile.greatestFrame, Int(place.index) >= frames.count {
      throw .malformed(
        offset: place.offset, reason: Self.missing(place.index, frames.count))
    }
    let weights = try profile.totals(
      scale: unit.scale, offset: json.offset, stacks: &content.stacks)
    profiles += 1
    if let place = profile.greatestFrame, place.index >= greatestFrame?.index ?? 0 {
      greatestFrame = place
    }
    if !units.contains(unit) { units.append(unit) }
    let thread = content.number(of: profile.name)
    // Added up per stack: samples of one stack follow each other mostly.
    var sums: [UInt32: Int64] = [:]
    for (node, weight) in weights {
      let sum = sums[node, default: 0].addingReportingOverflow(weight)
      sums[node] = sum.overflow ? .max : sum.partialValue
    }
    for (node, weight) in sums.sorted(by: { $0.key < $1.key }) {
      totals.append((unit, thread, node, weight))
    }
  }

  private static func missing(_ index: UInt32, _ count: Int) -> String {
    "frame \(index), but there are \(count)"
  }

  private mutating func describe() {
    let frames = frames ?? []
    for frame in frames { _ = content.stacks.add(frame) }
    content.stacks.replaceMissingFrames()
    for total in totals {
      let numbers = units.map { $0 == total.unit ? total.weight : 0 }
      content.add(numbers, stack: total.node, thread: total.thread)
    }
    content.header.format = Self.formatName
    content.header.version = exporter
    content.description.values = units.map(\.value)
    content.description.hasFiles = frames.contains { !$0.file.isEmpty }
    content.description.hasLines = frames.contains { $0.line > 0 }
    content.description.properties = [("profiles", "\(profiles)")]
    content.ending = json.ending(problem)
  }
}
