import CaptureModel

/// Reads the records of `mprof run`: memory over time, and calls as spans.
final class MprofReader: ProfileReader {
  private static let batchLines = 1 << 14
  private static let commandWord = "CMDLINE "

  private(set) var header = CaptureHeader()
  private(set) var description = ProfileDescription(kind: .series)
  private(set) var ending = CaptureEnding.complete
  private var oddities = FindingCounter()
  private var lines: LineReader
  private var isReading = true
  private var seriesOfProcess: [Int64: UInt32] = [:]
  private var wholeSeries: UInt32?
  private var seriesCount: UInt32 = 0
  private var commands = 0

  var fileSize: UInt64 { lines.stream.file.size }
  var findings: [ProfileFinding] { oddities.all }

  init(_ input: CaptureInput) {
    lines = LineReader(input.stream())
    header.format = MemoryProfilerLayout.formatName
    header.framing = input.framing.rawValue
    description.clock = .wall
    description.advice = "or record with `memray run`, which says what holds the memory"
    // The header comes before the data, so the command is looked for in the first lines.
    let command = input.firstLines(MemoryProfilerLayout.sniffedLines).first {
      $0.hasPrefix(Self.commandWord)
    }
    header.commandLine = String(command?.dropFirst(Self.commandWord.count) ?? "")
  }

  func next(into batch: ProfileBatch) -> Bool {
    batch.removeAll()
    guard isReading else { return false }
    for _ in 0..<Self.batchLines {
      // The exclusive access to `lines` ends before the record is looked at.
      guard let record = lines.nextLine({ MprofRecord($0) }) else {
        finish()
        break
      }
      add(record, batch)
    }
    batch.fileOffset = lines.stream.fileOffset
    return true
  }

  private func finish() {
    isReading = false
    ending = lines.stream.endingOfFailure ?? ending
    if commands > 1 {
      description.properties.append(("runs in the file", "\(commands)"))
    }
  }

  private func add(_ record: MprofRecord, _ batch: ProfileBatch) {
    let line = lines.number
    switch record {
    case .command: commands += 1
    case .memory(let process, let bytes, let time):
      let series = series(process, batch)
      batch.points.append(SeriesPoint(series: series, time: time, value: bytes, line: line))
    case .call(var mark):
      mark.line = line
      batch.marks.append(mark)
    case .blank:
      oddities.count("blank line", line: line, "mprof itself stops at a blank line; read on")
    case .unknown:
      oddities.count("unknown record", .note, line: line, "lines that mprof skips too")
    case .unreadable where lines.isUnfinished:
      ending = .incomplete(
        offset: lines.offset, reason: "line \(line) is cut; what came before is whole")
    case .unreadable:
      oddities.count("record without its numbers", line: line, "lines left out")
    }
  }

  private func series(_ process: Int64?, _ batch: ProfileBatch) -> UInt32 {
    if let known = process.map({ seriesOfProcess[$0] }) ?? wholeSeries { return known }
    let index = seriesCount
    seriesCount += 1
    if let process { seriesOfProcess[process] = index } else { wholeSeries = index }
    batch.newSeries.append(SeriesDefinition(name: "rss", process: process, unit: "bytes"))
    return index
  }
}

/// A line of a .dat file.
enum MprofRecord {
  case command
  /// Bytes at a time; a child has a process id.
  case memory(process: Int64?, bytes: Double, time: Int64)
  case call(ProfileMark)
  case blank
  /// Another first word.
  case unknown
  /// A known first word without what belongs to it.
  case unreadable

  init(_ line: Span<UInt8>) {
    if line.has("MEM ") {
      self = Self.memory(line, from: 4)
    } else if line.has("CHLD ") {
      self = Self.childMemory(line, from: 5)
    } else if line.has("FUNC ") {
      self = Self.call(line).map { .call($0) } ?? .unreadable
    } else if line.has("CMDLINE") {
      self = .command
    } else {
      self = line.isBlank ? .blank : Self.isCutWord(line) ? .unreadable : .unknown
    }
  }

  /// Whether the line is the beginning of a known word and nothing more.
  private static func isCutWord(_ line: Span<UInt8>) -> Bool {
    let text = line.text
    return ["MEM ", "CHLD ", "FUNC ", "CMDLINE "].contains { $0.hasPrefix(text) }
  }

  private static func memory(_ line: Span<UInt8>, from start: Int) -> MprofRecord {
    let amount = line.word(from: start)
    let instant = line.word(from: amount.upperBound)
    guard let bytes = bytes(line, amount), let time = time(line, instant),
      line.word(from: instant.upperBound).isEmpty
    else { return .unreadable }
    return .memory(process: nil, bytes: bytes, time: time)
  }

  private static func childMemory(_ line: Span<UInt8>, from start: Int) -> MprofRecord {
    let number = line.word(from: start)
    guard let process = Int64(line.text(number)),
      case .memory(_, let bytes, let time) = memory(line, from: number.upperBound)
    else { return .unreadable }
    return .memory(process: process, bytes: bytes, time: time)
  }

  /// A call; the name may hold spaces, so the numbers are taken from the right.
  private static func call(_ line: Span<UInt8>) -> ProfileMark? {
    let words = line.words(5..<line.count)
    // Six numbers with a level, five words before 0.56: the last is then a time.
    for (hasLevel, count) in [(true, 5), (false, 4)] where words.count > count {
      let numbers = words.suffix(count)
      guard let first = numbers.first, let startBytes = bytes(line, first),
        let start = time(line, numbers[numbers.startIndex + 1]),
        let endBytes = bytes(line, numbers[numbers.startIndex + 2]),
        let end = time(line, numbers[numbers.startIndex + 3])
      else { continue }
      var mark = ProfileMark(
        name: line.text(line.trimmed(5..<first.lowerBound)), start: start, end: end)
      if hasLevel {
        guard let level = Int32(line.text(words[words.count - 1])) else { continue }
        mark.level = level
      }
      mark.startBytes = Int64(exactly: startBytes) ?? .max
      mark.endBytes = Int64(exactly: endBytes) ?? .max
      return mark
    }
    return nil
  }

  private static func bytes(_ line: Span<UInt8>, _ range: Range<Int>) -> Double? {
    guard let number = DecimalNumber(line, range), !number.isNegative else { return nil }
    return Double(number.scaled(by: MemoryProfilerLayout.bytesPerMebibyte))
  }

  private static func time(_ line: Span<UInt8>, _ range: Range<Int>) -> Int64? {
    DecimalNumber(line, range)?.scaled(by: MemoryProfilerLayout.nanosecondsPerSecond)
  }
}
