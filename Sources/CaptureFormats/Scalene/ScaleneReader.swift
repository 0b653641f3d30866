import CaptureModel

/// Reads scalene's JSON: memory allocated per line, the footprint over time, leak candidates.
///
/// Where no memory was measured, the lines' shares of the processor time are read instead.
struct ScaleneReader {
  private let json: JSONReader
  private var content = ProfileContent()
  private var rows: [Row] = []
  private var leaks: [(place: String, likelihood: Double, megabytesPerSecond: Double)] = []
  private var properties: [(name: String, value: String)] = []
  private var allocationSamples: Int64 = 0
  private var wasMemoryMeasured: Bool?
  private var isProfile = false

  /// A line of a source file.
  private struct Row {
    var file: String
    var line: Int32 = 0
    var bytes: Int64 = 0
    var samples: Int64 = 0
    /// Percent of the run's time, scaled.
    var percent: Int64 = 0
    var text = ""
  }

  /// Reads a file whole.
  ///
  /// - Parameter input: the file.
  /// - Returns: a reader of its totals and its series.
  /// - Throws: `CaptureError` when there are no lines in it.
  static func read(_ input: CaptureInput) throws(CaptureError) -> GatheredProfile {
    var reader = ScaleneReader(json: JSONReader(input.stream()))
    let problem = reader.readFile()
    try reader.json.stream.refuseWhenTooLarge()
    guard !reader.rows.isEmpty || !reader.content.points.isEmpty else {
      throw reader.json.refusal(
        problem, ScaleneLayout.formatName,
        reader.isProfile
          ? "no lines in it" : "no profile: scalene writes {} when the program ended too soon")
    }
    reader.describe(problem)
    return GatheredProfile(reader.content, input)
  }

  private init(json: JSONReader) { self.json = json }

  private mutating func readFile() -> JSONProblem? {
    json.readWhole { token throws(JSONProblem) in
      try json.readObject(token) { name throws(JSONProblem) in
        isProfile = true
        try readMember(name)
      }
    }
  }

  private mutating func readMember(_ name: String) throws(JSONProblem) {
    switch name {
    case "files":
      try json.readObject { path throws(JSONProblem) in try readSource(path) }
    case "samples":
      try json.readArray { token throws(JSONProblem) in try readFootprint(token) }
    case "alloc_samples": allocationSamples = try json.readInteger() ?? 0
    case "memory": wasMemoryMeasured = try json.readBool()
    case "program": content.header.commandLine = try json.readText() ?? ""
    case "elapsed_time_sec": try readProperty("elapsed seconds")
    case "max_footprint_mb": try readProperty("greatest footprint in MiB")
    case "growth_rate": try readProperty("growth rate in percent")
    case "start_time_absolute":
      let start = try json.readNumber()?.scaled(by: 1_000)
      content.header.startMilliseconds = start ?? 0
    default: try json.skipValue()
    }
  }

  private mutating func readProperty(_ name: String) throws(JSONProblem) {
    guard let number = try json.readNumber() else { return }
    properties.append((name, "\((number * 1000).rounded() / 1000)"))
  }

  /// A point of the footprint: nanoseconds and MB.
  private mutating func readFootprint(_ token: JSONReader.Token) throws(JSONProblem) {
    var numbers: [Double?] = []
    try json.readArray(token) { token throws(JSONProblem) in
      numbers.append(try json.readNumber(token))
    }
    guard numbers.count == 2, let time = numbers[0], let size = numbers[1] else { return }
    let bytes = size * Double(ScaleneLayout.bytesPerMegabyte)
    content.points.append(SeriesPoint(series: 0, time: time.scaled(), value: bytes))
  }

  private mutating func readSource(_ path: String) throws(JSONProblem) {
    try json.readObject { member throws(JSONProblem) in
      switch member {
      case "lines":
        try json.readArray { token throws(JSONProblem) in
          var row = Row(file: path)
          try readRow(token, &row)
          if row.line > 0 { rows.append(row) }
        }
      case "leaks":
        try json.readObject { line throws(JSONProblem) in try readLeak("\(path):\(line)") }
      default: try json.skipValue()
      }
    }
  }

  private func readRow(
    _ token: JSONReader.Token, _ row: inout Row
  ) throws(JSONProblem) {
    try json.readObject(token) { member throws(JSONProblem) in
      switch member {
      case "lineno": row.line = Int32(clamping: try json.readInteger() ?? 0)
      case "line": row.text = try json.readText() ?? ""
      case "n_malloc_mb":
        row.bytes = try json.readNumber()?.scaled(by: ScaleneLayout.bytesPerMegabyte) ?? 0
      case "n_mallocs": row.samples = try json.readInteger() ?? 0
      case "n_cpu_percent_python", "n_cpu_percent_c", "n_sys_percent":
        let percent = try json.readNumber()?.scaled(by: ScaleneLayout.percentScale) ?? 0
        row.percent += min(max(percent, 0), ScaleneLayout.percentScale * 100_000)
      default: try json.skipValue()
      }
    }
  }

  private mutating func readLeak(_ place: String) throws(JSONProblem) {
    var likelihood = 0.0
    var velocity = 0.0
    try json.readObject { member throws(JSONProblem) in
      switch member {
      case "likelihood": likelihood = try json.readNumber() ?? 0
      case "velocity_mb_s": velocity = try json.readNumber() ?? 0
      default: try json.skipValue()
      }
    }
    leaks.append((place, likelihood, velocity))
  }

  // MARK: what it means

  private mutating func describe(_ problem: JSONProblem?) {
    content.header.format = ScaleneLayout.formatName
    content.description.hasFunctions = false
    content.description.clock = .elapsed
    content.description.isEstimated = true
    content.description.properties = properties
    content.description.advice = "or record with `memray run`, which keeps every allocation"
    let hasMemory =
      rows.contains { $0.bytes != 0 } || content.points.contains { $0.value != 0 }
    if hasMemory {
      content.series = [SeriesDefinition(name: "footprint", unit: "bytes")]
      content.description.values = [ProfileValue(.allocated, .size, unit: "bytes")]
      // Some releases write zeros here.
      if rows.contains(where: { $0.samples != 0 }) {
        content.description.values.append(ProfileValue(.allocated, .count, unit: "samples"))
      }
    } else {
      content.points = []
      content.description.values = [
        ProfileValue(.processor, .samples, unit: "percent", scale: ScaleneLayout.percentScale)
      ]
    }
    addRows(hasMemory: hasMemory)
    addFindings(hasMemory: hasMemory)
    content.ending = json.ending(problem)
  }

  private mutating func addRows(hasMemory: Bool) {
    for row in rows {
      let all = hasMemory ? [row.bytes, row.samples] : [row.percent]
      let numbers = Array(all.prefix(content.description.values.count))
      if numbers.contains(where: { $0 != 0 }) {
        let frame = content.stacks.frame(ProfileFrame(file: row.file, line: row.line))
        content.add(numbers, stack: content.stacks.node(parent: 0, frame: frame))
      }
      guard !row.text.isEmpty else { continue }
      var text = row.text
      while text.last?.isNewline == true { text.removeLast() }
      content.sourceLines.append(SourceLine(file: row.file, line: row.line, text: text))
    }
  }

  private mutating func addFindings(hasMemory: Bool) {
    if !hasMemory, wasMemoryMeasured != false {
      content.findings.append(
        ProfileFinding(
          kind: "no memory data", severity: .warning,
          detail:
            "scalene wrote zeros for all memory, though it took \(allocationSamples) samples; "
            + "the lines' shares of processor time are shown"))
    } else if !hasMemory {
      content.findings.append(
        ProfileFinding(
          kind: "no memory data", severity: .note,
          detail: "recorded without memory; the lines' shares of processor time are shown"))
    }
    for leak in leaks {
      content.findings.append(
        ProfileFinding(
          kind: "leak candidate", severity: .note,
          detail: "\(leak.place): likelihood \(Self.rounded(leak.likelihood)), "
            + "\(Self.rounded(leak.megabytesPerSecond)) MiB/s by scalene's rule"))
    }
  }

  private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
