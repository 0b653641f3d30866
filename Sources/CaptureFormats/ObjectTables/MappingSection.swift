import CaptureModel

/// Linux's `/proc/PID/smaps`: the resident bytes of each mapping, and their sum as `rss`.
final class MappingKind: SectionKind {
  let format = ObjectTables.formatName
  // Also prompts of a shell, behind which the command names the process.
  let openings = ByteSet("0123456789abcdefghijklmnopqrstuvwxyz$#%>=/[(")
  let needs = LineTraits.mapping

  func makeReader() -> any SectionReader { MappingSection() }
  func describe(_ description: inout ProfileDescription) { ObjectTables.describe(&description) }
}

/// Reads one list of mappings after the other, each a moment.
final class MappingSection: SectionReader {
  private var moment: TextOutput.Moment?
  private var isOpen = false
  /// File or purpose of the mapping that lines are about.
  private var name = ""
  private var place = LinePlace(number: 0)
  private var resident: Int64 = 0
  /// Sums of the other fields that are series of a process, in kB.
  private var sums: [SizeSeries: Int64] = [:]
  /// Whether it is the kernel's own sum of all mappings, `smaps_rollup`.
  private var isSum = false
  /// What a command line above says whose mappings these are.
  private var process: Int64?

  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    if let path = line.locate("/proc/"), let (id, end) = line.digits(path + 6),
      line.has("/smaps", at: end)
    {
      process = id
    }
    guard let name = MappingLine.name(line) else { return false }
    if !isOpen {
      isSum = name == "[rollup]"
      if !isSum { moment = output.moment(ObjectTables.values, place) }
      isOpen = true
      self.place = place
      self.place.process = place.process ?? process
    }
    self.name = name
    return true
  }

  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer {
    guard isOpen else { return .over }
    if let name = MappingLine.name(line) {
      // The sum of a process stands alone.
      guard !isSum, name != "[rollup]" else { return .over }
      self.name = name
      return .taken
    }
    // `Rss:  124 kB` of 1024 bytes; other lines are parts of it or rounded differently.
    if line.holds("rss:", at: 0), let (value, _) = line.digits(line.skippingSpaces(4)) {
      let bytes = value.multipliedReportingOverflow(by: 1024)
      guard !bytes.overflow else { return .taken }
      resident = resident.addingReportingOverflow(bytes.partialValue).partialValue
      if let moment {
        output.add(
          [bytes.partialValue, 1], to: moment, type: name, process: self.place.process)
      }
      return .taken
    }
    addField(line)
    return isField(line) ? .taken : line.isBlank ? .aside : .over
  }

  private static let fields: [(name: StaticString, series: SizeSeries)] = [
    ("pss:", .pss), ("private_clean:", .uss), ("private_dirty:", .uss),
    ("private_hugetlb:", .uss), ("swap:", .swap),
  ]

  /// Adds what else is known by a name of its own: `Pss:`, `Private_Dirty:`, `Swap:`.
  private func addField(_ line: Span<UInt8>) {
    guard let field = Self.fields.first(where: { line.holds($0.name, at: 0) }),
      let (value, _) = line.digits(line.skippingSpaces(field.name.utf8CodeUnitCount)),
      value < 1 << 43
    else { return }
    sums[field.series] = (sums[field.series] ?? 0).addingReportingOverflow(value).partialValue
  }

  /// `Shared_Clean:   0 kB`, `VmFlags: rd mr`.
  private func isField(_ line: Span<UInt8>) -> Bool {
    let word = line.word(from: 0)
    guard word.lowerBound == 0, word.count > 1, Span<UInt8>.isLetter(line.byte(0)) else {
      return false
    }
    return line.byte(word.upperBound - 1) == UInt8(ascii: ":") && line.byte(word.upperBound) == 0x20
  }

  func end(isCut: Bool, _ output: TextOutput) {
    if isOpen {
      output.add(.size(.rss, Double(resident)), place)
      for series in [SizeSeries.pss, .swap, .uss] {
        guard let kibibytes = sums[series] else { continue }
        output.add(.size(series, Double(kibibytes) * 1024), place)
      }
    }
    moment = nil
    isOpen = false
    isSum = false
    sums = [:]
    resident = 0
    process = nil
  }
}

/// A head line of `/proc/PID/smaps`: `00400000-0041f000 r--p 00000000 fe:00 254587  /usr/bin/x`.
enum MappingLine {
  /// What is mapped; nil when the line is none.
  static func name(_ line: Span<UInt8>) -> String? {
    guard beginsWithRange(line) else { return nil }
    let words = line.words(0..<Swift.min(line.count, 4_096))
    guard words.count >= 5, words[1].count == 4, isRange(line, words[0]),
      line.byte(words[1].upperBound - 1) == UInt8(ascii: "p")
        || line.byte(words[1].upperBound - 1) == UInt8(ascii: "s")
    else { return nil }
    guard words.count > 5 else { return "(anonymous)" }
    return line.text(words[5].lowerBound..<line.count)
  }

  /// Cheap, as it is asked of every line.
  private static func beginsWithRange(_ line: Span<UInt8>) -> Bool {
    var place = 0
    while place < 16, Span<UInt8>.isHexadecimal(line.byte(place)) { place += 1 }
    guard place >= 4, line.byte(place) == UInt8(ascii: "-") else { return false }
    for digit in place + 1...place + 4 where !Span<UInt8>.isHexadecimal(line.byte(digit)) {
      return false
    }
    return true
  }

  private static func isRange(_ line: Span<UInt8>, _ word: Range<Int>) -> Bool {
    var dashes = 0
    for place in word {
      let byte = Span<UInt8>.lowered(line[place])
      if byte == UInt8(ascii: "-") {
        dashes += 1
      } else if !Span<UInt8>.isDigit(byte), byte < UInt8(ascii: "a") || byte > UInt8(ascii: "f") {
        return false
      }
    }
    return dashes == 1 && word.count > 8
  }
}
