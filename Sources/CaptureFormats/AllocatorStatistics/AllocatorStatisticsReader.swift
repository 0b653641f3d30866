import CaptureModel

/// Reads statistics of jemalloc (`malloc_stats_print` as JSON) and of mimalloc (`MIMALLOC_SHOW_STATS`):
/// what an allocator holds at one instant, beyond what the program has of it.
///
/// jemalloc: `{"jemalloc": {"stats": {"allocated", "active", "metadata", "resident", "mapped",
/// "retained"}}}`, bytes. mimalloc: a table `heap stats: peak total freed current …` with rows
/// `reserved` and `committed`, and a line `process: … rss: …, commit: …`.
struct AllocatorStatistics {
  static let formatName = "allocator-statistics"
  private static let keys = ["allocated", "active", "metadata", "resident", "mapped", "retained"]

  static let descriptor = FormatDescriptor(
    name: formatName,
    summary: "statistics of jemalloc (JSON) and mimalloc: allocated, active, resident, retained",
    extensions: ["json", "txt"],
    recognizes: { input in isJSON(input) || isTable(input) },
    open: { input throws(CaptureError) in .profile(try read(input)) })

  private static func isJSON(_ input: CaptureInput) -> Bool {
    let bytes = input.beginning.span
    return bytes.beginsJSON(with: "{") && input.contains("\"jemalloc\"", within: 64)
  }

  private static func isTable(_ input: CaptureInput) -> Bool {
    let lines = input.firstLines(24)
    return lines.contains { $0.contains("heap stats:") && $0.contains("freed") }
      && lines.contains { $0.contains("reserved:") }
  }

  private var content = ProfileContent()

  private static func read(_ input: CaptureInput) throws(CaptureError) -> GatheredProfile {
    var statistics = AllocatorStatistics()
    statistics.content.header.format = formatName
    statistics.content.description.kind = .series
    statistics.content.description.advice =
      "a heap profile of the same process says which code holds what is allocated"
    if isJSON(input) {
      try statistics.readJSON(input)
    } else {
      statistics.readTable(input)
    }
    guard !statistics.content.points.isEmpty else {
      throw input.file.malformed(formatName, .byte(0), "no statistics in bytes")
    }
    return GatheredProfile(statistics.content, input)
  }

  private mutating func add(_ name: String, _ bytes: Int64) {
    guard bytes >= 0, !content.series.contains(where: { $0.name == name }) else { return }
    content.series.append(SeriesDefinition(name: name, unit: "bytes"))
    content.points.append(
      SeriesPoint(
        series: UInt32(content.series.count - 1), time: nil, value: Double(bytes)))
  }

  private mutating func readJSON(_ input: CaptureInput) throws(CaptureError) {
    let json = JSONReader(input.stream())
    content.header.version = "jemalloc"
    var found: [(String, Int64)] = []
    let problem = json.readWhole { token throws(JSONProblem) in
      try json.readObject(token) { name throws(JSONProblem) in
        guard name == "jemalloc" else { return try json.skipValue() }
        try json.readObject { section throws(JSONProblem) in
          guard section == "stats" else { return try json.skipValue() }
          try json.readObject { key throws(JSONProblem) in
            guard Self.keys.contains(key) else { return try json.skipValue() }
            if let value = try json.readInteger() { found.append((key, value)) }
          }
        }
      }
    }
    for (key, value) in found { add("heap_\(key)", value) }
    content.ending = json.ending(problem)
    if content.points.isEmpty {
      throw json.refusal(
        problem, Self.formatName, "no `stats` of jemalloc: print them without the option `g`")
    }
  }

  private mutating func readTable(_ input: CaptureInput) {
    content.header.version = "mimalloc"
    let names = ["reserved": "heap_mapped", "committed": "heap_committed"]
    for line in input.firstLines(200) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let key = String(line[..<colon].drop { $0 == " " })
      let rest = line[line.index(after: colon)...]
      if let name = names[key] {
        // Peak, total, freed, current.
        let sizes = Self.sizes(rest)
        if sizes.count >= 4 { add(name, sizes[3]) }
      } else if key == "process", let place = Self.place(of: "rss: ", in: rest) {
        if let bytes = Self.sizes(rest[place...]).first { add("rss", bytes) }
      }
    }
  }

  /// The byte counts of a row, such as `32.0 MiB` and `0`.
  private static func sizes(_ text: Substring) -> [Int64] {
    let units: [String: Double] = [
      "B": 1, "KiB": 1024, "MiB": 1_048_576, "GiB": 1_073_741_824, "TiB": 1_099_511_627_776,
      "K": 1024, "M": 1_048_576, "G": 1_073_741_824,
    ]
    let words = text.split { $0 == " " || $0 == "," || $0 == "\t" }
    var sizes: [Int64] = []
    for (index, word) in words.enumerated() {
      guard let number = Double(word), number.isFinite else { continue }
      let unit = index + 1 < words.count ? units[String(words[index + 1])] : nil
      guard unit != nil || number == 0 else { continue }
      sizes.append(Int64(exactly: (number * (unit ?? 1)).rounded()) ?? .max)
    }
    return sizes
  }

  private static func place(of part: String, in text: Substring) -> Substring.Index? {
    text.indices.first { text[$0...].hasPrefix(part) }.map { text.index($0, offsetBy: part.count) }
  }
}
