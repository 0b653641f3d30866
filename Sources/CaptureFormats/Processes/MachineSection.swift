import CaptureModel

/// Memory of a machine, and limits: no values of a process, so counted and left out.
final class MachineKind: SectionKind {
  let format = ProcessTables.formatName
  let openings = ByteSet("kmgtpsrlh-[0123456789")
  let needs = LineTraits.machine

  func makeReader() -> any SectionReader { MachineSection() }
}

/// Lines that tell of the memory of the machine.
enum MachineLine {
  private static let units: [StaticString] = ["KiB ", "MiB ", "GiB ", "TiB ", "PiB "]

  /// `MiB Mem :  63258.0 total, …`, `Mem: 16265500k total, …`, `KiB Swap: …` of top.
  static func isOfTop(_ line: Span<UInt8>) -> Bool {
    var start = line.skippingSpaces(0)
    // macOS.
    if line.has("PhysMem: ", at: start) { return true }
    if units.contains(where: { line.has($0, at: start) }) { start += 4 }
    guard line.has("Mem", at: start) || line.has("Swap", at: start) else { return false }
    let end = line.has("Mem", at: start) ? start + 3 : start + 4
    let colon = line.skippingSpaces(end)
    guard line.byte(colon) == UInt8(ascii: ":") else { return false }
    // busybox names no total.
    return line.find(" total", from: colon) != nil
      || line.find(" used, ", from: colon) != nil && line.find(" free", from: colon) != nil
  }

  /// The head of `free`.
  static func isHeadOfFree(_ line: Span<UInt8>) -> Bool {
    guard line.has("total", at: line.skippingSpaces(0)) else { return false }
    let words = line.words(0..<line.count, most: 3)
    return words.count == 3 && line.has("total", at: words[0].lowerBound)
      && line.has("used", at: words[1].lowerBound) && line.has("free", at: words[2].lowerBound)
  }

  /// A row of `free`: a name and at least three numbers.
  static func isRowOfFree(_ line: Span<UInt8>) -> Bool {
    let start = line.skippingSpaces(0)
    let names: [StaticString] = ["Mem:", "Swap:", "Total:", "Low:", "High:", "-/+ buffers/cache:"]
    guard let name = names.first(where: { line.has($0, at: start) }) else { return false }
    let words = line.words(min(start + name.utf8CodeUnitCount, line.count)..<line.count, most: 3)
    let least = line.has("-/+", at: start) ? 2 : 3
    return words.count >= least
      && words.allSatisfy { Span<UInt8>.isDigit(line[$0.lowerBound]) }
  }

  /// `procs ---memory--- …` of vmstat, `12:00:01 kbmemfree …` of sar, and heads below them.
  static func isHeadOfStatistics(_ line: Span<UInt8>) -> Bool {
    let start = line.skippingSpaces(0)
    if line.has("procs --", at: start) { return line.locate("--memory--") != nil }
    guard Span<UInt8>.isDigit(line.byte(start)) else { return false }
    return line.locate(" kbmemfree") != nil
  }

  /// A row of numbers below such a head, or a head of its columns.
  static func isRowOfStatistics(_ line: Span<UInt8>) -> Bool {
    let words = line.words(0..<line.count, most: 8)
    guard words.count >= 8 else { return false }
    if line.extracting(words[0]).equals("r"), line.extracting(words[1]).equals("b") { return true }
    if line.has("Average:", at: words[0].lowerBound) || isHeadOfStatistics(line) { return true }
    // A time of day, AM or PM.
    return words.dropFirst(2).allSatisfy { Span<UInt8>.isDigit(line[$0.lowerBound]) }
  }

  /// `SwapUse  0 CachUse  6907477  MemUse  8123456 MemFree  1234567` of `free -L`.
  static func isLineOfFree(_ line: Span<UInt8>) -> Bool {
    line.has("SwapUse ", at: line.skippingSpaces(0)) && line.locate(" MemUse ") != nil
  }

  /// `memory: usage 1048576kB, limit 1048576kB, failcnt 100`: of a control group, as the kernel
  /// says it when it kills for want of memory.
  static func isOfGroup(_ line: Span<UInt8>) -> Bool {
    guard let usage = line.position(of: UInt8(ascii: ":")), usage <= 12,
      line.has(": usage ", at: usage)
    else { return false }
    return line.locate("kB, limit ") != nil
  }

  /// `[  pid  ]   uid  tgid total_vm      rss …`: the head of the kernel's list of tasks.
  static func isHeadOfTasks(_ line: Span<UInt8>) -> Bool {
    line.byte(line.skippingSpaces(0)) == UInt8(ascii: "[") && line.locate("tgid total_vm") != nil
  }

  /// Counts a line that is left out.
  static func count(_ place: LinePlace, _ output: TextOutput) {
    output.tally(
      "memory of the machine", .note, place.number,
      "lines about the memory of the whole machine say nothing of a process and are left out")
  }
}

/// Takes lines of top's head and of `free`, and `limits:` and `requests:` of containers.
final class MachineSection: SectionReader {
  private enum State { case none, machine, statistics, limits, group, tasks }
  private var state = State.none

  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    // Asked of every line that begins with one of these letters, so the letter decides first.
    let found: State
    switch line.byte(line.skippingSpaces(0)) {
    case UInt8(ascii: "l"), UInt8(ascii: "r"), UInt8(ascii: "R"):
      found = Self.isLimits(line) ? .limits : .none
    case UInt8(ascii: "t"): found = MachineLine.isHeadOfFree(line) ? .machine : .none
    case UInt8(ascii: "m"), UInt8(ascii: "k"), UInt8(ascii: "s"):
      found = MachineLine.isOfGroup(line) ? .group : .none
    case UInt8(ascii: "["): found = MachineLine.isHeadOfTasks(line) ? .tasks : .none
    case UInt8(ascii: "p"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      found = MachineLine.isHeadOfStatistics(line) ? .statistics : .none
    case UInt8(ascii: "L"): found = Self.isLimits(line) ? .limits : Self.isOfMachine(line)
    default: found = Self.isOfMachine(line)
    }
    guard found != .none else { return false }
    state = found
    if found == .group { Self.countGroup(place, output) }
    if found == .machine, !MachineLine.isHeadOfFree(line) { MachineLine.count(place, output) }
    return true
  }

  private static func isOfMachine(_ line: Span<UInt8>) -> State {
    MachineLine.isOfTop(line) || MachineLine.isRowOfFree(line) || MachineLine.isLineOfFree(line)
      ? .machine : .none
  }

  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer {
    switch state {
    case .none: return .over
    case .machine:
      guard
        MachineLine.isOfTop(line) || MachineLine.isRowOfFree(line)
          || MachineLine.isLineOfFree(line)
      else { return .over }
      MachineLine.count(place, output)
      return .taken
    case .statistics:
      guard MachineLine.isRowOfStatistics(line) else { return .over }
      MachineLine.count(place, output)
      return .taken
    case .group:
      guard MachineLine.isOfGroup(line) else { return .over }
      Self.countGroup(place, output)
      return .taken
    case .tasks:
      let start = line.skippingSpaces(0)
      guard line.byte(start) == UInt8(ascii: "["),
        Span<UInt8>.isDigit(line.byte(line.skippingSpaces(start + 1)))
      else { return .over }
      output.tally(
        "pages of tasks", .note, place.number,
        "the kernel's list of tasks counts pages, whose size it does not say; it is left out")
      return .taken
    case .limits:
      if Self.isLimits(line) { return .taken }
      guard Self.isAmount(line) else { return .over }
      let start = line.skippingSpaces(0)
      guard line.has("memory", at: start) else { return .taken }
      output.tally(
        "limits", .note, place.number,
        "limits and requests of memory are no values of a process and are left out")
      return .taken
    }
  }

  private static func countGroup(_ place: LinePlace, _ output: TextOutput) {
    output.tally(
      "memory of a control group", .note, place.number,
      "lines about the memory of a control group say nothing of a process and are left out")
  }

  /// `limits:`, `Requests:`: what a container may have.
  private static func isLimits(_ line: Span<UInt8>) -> Bool {
    let range = line.trimmed(0..<line.count)
    guard range.count == 7 || range.count == 9 else { return false }
    return line.holds("limits:", at: range.lowerBound)
      || line.holds("requests:", at: range.lowerBound)
  }

  /// `cpu: '4'`, `memory:  512Mi`, `nvidia.com/gpu: 1`.
  private static func isAmount(_ line: Span<UInt8>) -> Bool {
    let words = line.words(0..<line.count, most: 3)
    guard words.count == 2, words[0].lowerBound > 0,
      line.byte(words[0].upperBound - 1) == UInt8(ascii: ":")
    else { return false }
    let first = line.byte(words[1].lowerBound)
    let isQuoted = first == UInt8(ascii: "'") || first == UInt8(ascii: "\"")
    return Span<UInt8>.isDigit(isQuoted ? line.byte(words[1].lowerBound + 1) : first)
  }

  func end(isCut: Bool, _ output: TextOutput) { state = .none }
}
