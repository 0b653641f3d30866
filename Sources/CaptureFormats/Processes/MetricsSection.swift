import CaptureModel

/// Memory in the text that Prometheus collects: `process_resident_memory_bytes 2.3e+07`,
/// `container_memory_rss{pod="api-1",container="app"} 1.2e+08 1714566600000`.
final class MetricsKind: SectionKind {
  let format = ProcessTables.formatName
  let openings = ByteSet("abcdefghijklmnopqrstuvwxyz#_")
  let needs = LineTraits.metrics

  func makeReader() -> any SectionReader { MetricsSection() }
  func describe(_ description: inout ProfileDescription) { ProcessTables.describe(&description) }
}

/// Reads samples one by one.
///
/// Of a container, resident bytes and swap are what its processes use; its usage and working set
/// hold files too, and what has no container is a group of others.
final class MetricsSection: SectionReader {
  /// Labels that name what a sample is of.
  private struct Labels {
    var id: Int64?
    var pod = ""
    var container = ""
    var name = ""
    var other = ""
    /// How well `other` names a process; the least is best.
    var rank = Int.max
    var type = ""
    var hasContainer = false

    /// What stands for the process; empty where no label names one.
    var title: String {
      let own = container.isEmpty ? name : container
      if !own.isEmpty { return pod.isEmpty ? own : "\(pod)/\(own)" }
      return pod.isEmpty ? other : pod
    }
  }

  /// Labels that name a process where none names a container, the best first.
  private static let others: [StaticString] = [
    "groupname", "process", "instance", "job", "service",
  ]
  private static let mostLabels = 64

  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    if line.byte(0) == UInt8(ascii: "#") {
      return line.has("# HELP ") || line.has("# TYPE ") || line.has("# UNIT ")
    }
    return take(line, place, output)
  }

  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer {
    // What the lines of a help say are words, and no sizes.
    if line.has("# HELP ") || line.has("# TYPE ") || line.has("# UNIT ") || line.has("# EOF") {
      return .taken
    }
    return take(line, place, output) ? .taken : .over
  }

  /// Reads a sample; false when the line is none of memory.
  private func take(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    var end = 0
    while end < line.count, Self.isOfName(line[end]) { end += 1 }
    guard end > 3, line.byte(end) == UInt8(ascii: "{") || line.byte(end) == 0x20,
      line[end - 1] != UInt8(ascii: ":"),
      line.extracting(..<end).contains(where: { $0 == UInt8(ascii: "_") })
    else { return false }
    var labels = Labels()
    var place = place
    guard let valueStart = Self.labels(line, end, &labels) else { return false }
    let value = line.word(from: valueStart)
    guard let number = DecimalNumber(line, value)?.double else { return false }
    let stamp = line.word(from: value.upperBound)
    if !stamp.isEmpty, line[stamp.lowerBound] != UInt8(ascii: "#") {
      guard let time = DecimalNumber(line, stamp), line.word(from: stamp.upperBound).isEmpty
      else { return false }
      place.time = LogTime.sinceEpoch(time.double).map { output.place($0) } ?? place.time
    }
    guard let finding = Self.finding(line, 0..<end, labels, number) else {
      // Other metrics are no sizes of memory; a line of a log is not kept from others.
      return line.byte(end) == UInt8(ascii: "{")
    }
    place.process =
      output.processes.number(source: place.source, name: labels.title, id: labels.id)
      ?? place.process
    output.add(finding, place)
    return true
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    Span<UInt8>.isLetter(byte) || Span<UInt8>.isDigit(byte) || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: ":")
  }

  /// What a sample is of; nil when it is of no memory.
  private static func finding(
    _ line: Span<UInt8>, _ name: Range<Int>, _ labels: Labels, _ number: Double
  ) -> QuantityScan.Finding? {
    let metric = line.extracting(name)
    func value(_ series: SizeSeries) -> QuantityScan.Finding {
      .size(series, number)
    }
    if metric.has("container_memory_") {
      guard metric.equals("container_memory_rss") || metric.equals("container_memory_swap"),
        !labels.hasContainer || !labels.container.isEmpty,
        !labels.container.isEmpty || !labels.name.isEmpty
      else { return .others(.group) }
      return value(metric.equals("container_memory_rss") ? .rss : .swap)
    }
    if metric.has("container_spec_memory_") { return .others(.limits) }
    if metric.has("node_memory_") || metric.has("machine_memory_") || metric.has("windows_os_")
      || metric.has("windows_memory_") || metric.has("windows_cs_")
    {
      return .others(.machine)
    }
    if metric.equals("namedprocess_namegroup_memory_bytes") {
      let series: [String: SizeSeries] = [
        "resident": .rss, "virtual": .vms, "swapped": .swap, "proportionalResident": .pss,
      ]
      return series[labels.type].map(value) ?? .others(.others)
    }
    if metric.equals("process_virtual_memory_max_bytes") { return .others(.limits) }
    var words = QuantityWords(nameOf: line, name)
    guard words.contains(.memory) || !words.isDisjoint(with: .measures) else { return nil }
    let isProcess =
      metric.equals("process_resident_memory_bytes")
      || metric.equals("process_virtual_memory_bytes")
    // `go_memstats_…`, `jvm_memory_…`, `python_…`: what a runtime counts.
    if !isProcess, words.isDisjoint(with: .measures) { words.insert(.other) }
    guard let unit = QuantityScan.unit(in: line, name, 1024) else { return .noUnit }
    return QuantityScan(thousand: 1024, bareUnit: nil).judge(number, words, unit, isWhole: true)
  }

  // MARK: labels

  /// Reads `{name="value",…}`; where the value of the sample may begin, nil of a broken one.
  private static func labels(
    _ line: Span<UInt8>, _ start: Int, _ labels: inout Labels
  ) -> Int? {
    guard line.byte(start) == UInt8(ascii: "{") else { return start }
    var place = start + 1
    for _ in 0..<mostLabels {
      place = line.skippingSpaces(place)
      if line.byte(place) == UInt8(ascii: "}") { return place + 1 }
      let nameStart = place
      while isOfName(line.byte(place)) { place += 1 }
      let name = line.extracting(nameStart..<place)
      guard !name.isEmpty, line.byte(place) == UInt8(ascii: "="),
        line.byte(place + 1) == UInt8(ascii: "\"")
      else { return nil }
      place += 2
      let valueStart = place
      while place < line.count, line[place] != UInt8(ascii: "\"") {
        place += line[place] == UInt8(ascii: "\\") ? 2 : 1
      }
      guard place < line.count else { return nil }
      note(name, line, valueStart..<place, &labels)
      place += 1
      if line.byte(place) == UInt8(ascii: ",") { place += 1 }
    }
    return nil
  }

  private static func note(
    _ name: Span<UInt8>, _ line: Span<UInt8>, _ value: Range<Int>, _ labels: inout Labels
  ) {
    let text = ProcessTables.name(line, value)
    if name.equals("pid") {
      labels.id = line.digits(value.lowerBound)?.value
    } else if name.equals("pod") || name.equals("pod_name") {
      labels.pod = text
    } else if name.equals("container") || name.equals("container_name") {
      labels.container = text
      labels.hasContainer = true
    } else if name.equals("name") {
      labels.name = text
    } else if name.equals("memtype") {
      labels.type = text
    } else if let rank = others.firstIndex(where: { name.equals($0) }), rank < labels.rank {
      labels.other = text
      labels.rank = rank
    }
  }

  func end(isCut: Bool, _ output: TextOutput) {}
}
