import CaptureModel

/// Tables of containers: `docker stats`, `podman stats`, `kubectl top pod`.
final class ContainerKind: SectionKind {
  let format = ProcessTables.formatName
  let openings = ByteSet("cinp")
  let needs = LineTraits.containers
  fileprivate var isRounded = false

  func makeReader() -> any SectionReader { ContainerSection(self) }

  func describe(_ description: inout ProfileDescription) {
    ProcessTables.describe(&description)
    if isRounded { ProcessTables.describeRounded(&description) }
  }
}

/// Reads one table after the other; each container is a process by its name.
final class ContainerSection: SectionReader {
  /// What a table's rows are like.
  private enum Layout: Equatable {
    /// The word that is the container's name, from 0.
    case docker(name: Int)
    /// The words that make a pod's name, the one of its memory, and how many there are.
    case pods(names: [Int], memory: Int, count: Int)
    /// Nodes are machines.
    case nodes
  }

  private let kind: ContainerKind
  private var layout: Layout?
  private var place = LinePlace(number: 0)

  init(_ kind: ContainerKind) { self.kind = kind }

  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    guard let layout = Self.layout(line) else { return false }
    self.layout = layout
    self.place = place
    return true
  }

  private static func layout(_ line: Span<UInt8>) -> Layout? {
    if let usage = line.locate("MEM USAGE") {
      let words = line.words(0..<usage)
      guard let first = words.first else { return nil }
      let isNameFirst = line.has("NAME", at: first.lowerBound)
      let hasName = words.contains { line.has("NAME", at: $0.lowerBound) && $0.count == 4 }
      return .docker(name: hasName && !isNameFirst ? 1 : 0)
    }
    guard line.locate("MEMORY(bytes)") != nil else { return nil }
    let words = line.words(0..<line.count, most: 16)
    func index(_ name: StaticString) -> Int? {
      words.firstIndex { line.has(name, at: $0.lowerBound) && $0.count == name.utf8CodeUnitCount }
    }
    guard let memory = index("MEMORY(bytes)") else { return nil }
    if index("MEMORY%") != nil || index("CPU%") != nil { return .nodes }
    let names = [index("NAMESPACE"), index("POD"), index("NAME")].compactMap { $0 }
    return names.isEmpty ? nil : .pods(names: names, memory: memory, count: words.count)
  }

  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer {
    guard let layout, !line.isBlank, Self.layout(line) == nil else { return .over }
    let words = line.words(0..<line.count)
    switch layout {
    case .nodes:
      guard words.count >= 5 else { return .over }
      MachineLine.count(place, output)
      return .taken
    case .pods(let names, let memory, let count):
      guard words.count == count else { return .over }
      let name = names.map { line.text(words[$0]) }.joined(separator: "/")
      if let bytes = Self.bytes(line, words[memory].lowerBound)?.bytes {
        write(name, bytes, output)
      }
      return .taken
    case .docker(let name):
      guard words.count > name else { return .over }
      return takeContainer(line, words, name: line.text(words[name]), output) ? .taken : .over
    }
  }

  /// `229MiB / 31.28GiB`, `1.2 GB / 8 GB`: the first two sizes with a stroke between them.
  private func takeContainer(
    _ line: Span<UInt8>, _ words: [Range<Int>], name: String, _ output: TextOutput
  ) -> Bool {
    let stroke = words.firstIndex { $0.count == 1 && line[$0.lowerBound] == UInt8(ascii: "/") }
    guard let stroke, stroke > 0 else { return false }
    for index in [stroke - 1, stroke - 2] where index >= 0 {
      guard let (bytes, end) = Self.bytes(line, words[index].lowerBound),
        end == words[stroke - 1].upperBound
      else { continue }
      write(name, bytes, output)
      return true
    }
    // A container that stands still has dashes.
    return line.has("--", at: words[stroke - 1].lowerBound)
  }

  /// A size and where it ends; `MiB` and `Mi` are powers of 1024, `MB` and `M` of 1000.
  private static func bytes(_ line: Span<UInt8>, _ start: Int) -> (bytes: Int64, end: Int)? {
    guard let (value, end, _) = LogValue.number(line, start) else { return nil }
    if end == line.count || line.byte(end) == 0x20 {
      let unit = line.skippingSpaces(end)
      guard let (factor, unitEnd) = LogValue.unit(line, unit, 1000), unitEnd > unit else {
        return Int64(exactly: value).map { ($0, end) }
      }
      return Int64(exactly: (value * factor).rounded()).map { ($0, unitEnd) }
    }
    guard let (factor, unitEnd) = LogValue.unit(line, end, 1000) else { return nil }
    return Int64(exactly: (value * factor).rounded()).map { ($0, unitEnd) }
  }

  private func write(_ name: String, _ bytes: Int64, _ output: TextOutput) {
    guard bytes >= 0, bytes < 1 << 53 else { return }
    kind.isRounded = true
    var place = place
    place.process = output.processes.number(source: place.source, name: name, id: nil)
    output.point("rss", Double(bytes), place)
  }

  func end(isCut: Bool, _ output: TextOutput) { layout = nil }
}
