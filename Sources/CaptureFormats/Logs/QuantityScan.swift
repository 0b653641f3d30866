/// Finds the numbers in a line that measure memory, and says what each is.
///
/// A number becomes a value only where its words say that it is a process's and which unit it
/// has; all others are told with the reason, so that they can be counted.
struct QuantityScan {
  /// What a number that follows a word of memory is.
  enum Finding: Equatable {
    /// Bytes of a series of the process.
    case value(metric: SizeSeries, bytes: Double)
    /// Memory of the process in an unknown unit.
    case noUnit
    /// Memory, but not a process's own.
    case others(OtherMemory)
    /// No size: negative, or more than there is anywhere.
    case noSize

    /// A size, where it is one.
    static func size(_ metric: SizeSeries, _ bytes: Double) -> Finding {
      bytes >= 0 && bytes < mostBytes ? .value(metric: metric, bytes: bytes) : .noSize
    }

    /// What whole numbers of a store are exact up to.
    private static let mostBytes = 0x1p53
  }

  /// Numbers without a unit are bytes from here on, where bytes are usual: no process is smaller.
  static let leastBareBytes = 1_048_576.0
  /// Bytes between a word and its number.
  private static let reach = 64

  /// What K is taken for in kB, MB and GB.
  let thousand: Double
  /// What a bare number is multiplied by, when the user says so.
  let bareUnit: Double?

  /// Calls `found` with every number of memory from `start` on.
  ///
  /// - Parameters:
  ///   - text: a line or message.
  ///   - start: where to begin.
  ///   - traits: words that the text may hold.
  ///   - isOfLimits: whether the lines above say that these are limits or requests.
  ///   - found: is given each finding.
  func scan(
    _ text: Span<UInt8>, from start: Int, _ traits: LineTraits = .any, isOfLimits: Bool = false,
    _ found: (Finding) -> Void
  ) {
    var place = start
    var hasUsage = false
    if let end = leadingUse(text, start, found) {
      place = end
      hasUsage = true
    }
    // What the whole line says. `pmem(rss=…)` of psutil: all of its fields are bytes, however few.
    let isOfBytes = traits.contains(.fields) && text.locate("mem(rss=") != nil
    let isOfResources =
      isOfLimits || traits.contains(.resources) && text.locate("resources:") != nil
    while place < text.count {
      guard Self.mayBegin(text, place) else {
        // Small letters of a word begin none.
        let isInWord = Span<UInt8>.isLetter(text[place])
        place += 1
        while isInWord, place < text.count, text[place] &- 0x61 < 26 { place += 1 }
        continue
      }
      let name = Self.name(text, around: place)
      var words = QuantityWords(nameOf: text, name)
      // `max` alone may be a limit; a peak or swap is the process's where its use is told.
      let isLoose = words == .peak || words == .swap
      if isLoose && !hasUsage || words == [.peak, .maximum] {
        place = name.upperBound
        continue
      }
      if words == .peak { words.insert(.memory) }
      guard !words.isDisjoint(with: [.memory, .rss, .vms, .uss, .pss, .swap, .maxrss]),
        words != .vms || !text.holds("virtual", at: name.lowerBound)
      else {
        place = name.upperBound
        continue
      }
      if isOfBytes { words.insert(.bytes) }
      if let kind = Self.kindOfOthers(text, name) {
        found(.others(kind))
        place = name.upperBound
        continue
      }
      // `Memory Size: 512 MB  Max Memory Used: 123 MB`: what a function of AWS Lambda may use.
      if text[name.lowerBound] == UInt8(ascii: "M"), text.has("Memory Size: ", at: name.lowerBound),
        text.find("max memory used: ", from: place, before: place + 100) != nil
      {
        words.insert(.limit)
      }
      // A parameter of an address that was asked for: `GET /?rss=5MB`.
      let before = text.byte(name.lowerBound - 1)
      if before == UInt8(ascii: "?") || before == UInt8(ascii: "&") {
        place = name.upperBound
        continue
      }
      // Of the words around a name, a request is a visit of a page.
      if words.contains(.request) || isOfResources
        || before == UInt8(ascii: "-") && text.has("--", at: name.lowerBound - 2)
      {
        words.insert(.limit)
      }
      place = read(text, name, words) { finding in
        if case .value = finding { hasUsage = true }
        found(finding)
      }
    }
  }

  /// What a number that no process is told by is, where its name says so.
  private static func kindOfOthers(_ text: Span<UInt8>, _ name: Range<Int>) -> OtherMemory? {
    // The kernel's parts of what is resident: `anon-rss:`, `file-rss:`, `shmem-rss:`.
    if text.byte(name.lowerBound - 1) == UInt8(ascii: "-"), isPart(text, name.lowerBound) {
      return .parts
    }
    // `Allocated: 80896, …, resident: 3043328, mapped: …`, as jemalloc prints it.
    if text.holds("resident", at: name.lowerBound), isOfAllocator(text, name.lowerBound) {
      return .allocator
    }
    return nil
  }

  /// `532.1 MB used`: a message that begins with what is used.
  private func leadingUse(
    _ text: Span<UInt8>, _ start: Int, _ found: (Finding) -> Void
  ) -> Int? {
    guard Span<UInt8>.isDigit(text.byte(start)),
      let (number, end, _) = LogValue.number(text, start),
      let (factor, unitEnd) = LogValue.unit(text, text.skippingSpaces(end), thousand)
    else { return nil }
    let word = text.skippingSpaces(unitEnd)
    guard text.holds("used", at: word) || text.holds("in use", at: word),
      text.locate("disk") == nil, text.locate("/dev/") == nil
    else { return nil }
    found(.size(.rss, number * factor))
    return word + 4
  }

  /// Whether a word that is looked for may begin here; asked of every byte.
  @inline(__always)
  private static func mayBegin(_ text: Span<UInt8>, _ place: Int) -> Bool {
    // Most bytes are told by a look at their bit: m, p, r, s, u and v in both cases.
    let byte = text[place]
    guard byte &- 0x40 < 0x40, initials &>> UInt64(byte & 0x1F) & 1 == 1 else { return false }
    return isInitial(text, place)
  }

  /// A bit for each of the letters, by the five lower bits that both cases share.
  private static let initials: UInt64 =
    1 << 0x0D | 1 << 0x10 | 1 << 0x12 | 1 << 0x13 | 1 << 0x15 | 1 << 0x16

  private static func isInitial(_ text: Span<UInt8>, _ place: Int) -> Bool {
    let second: UInt8
    switch text[place] | 0x20 {
    case UInt8(ascii: "m"):
      second = text.byte(place + 1) | 0x20
      guard second == UInt8(ascii: "e") || second == UInt8(ascii: "a"),
        text.byte(place + 2) | 0x20 == (second == UInt8(ascii: "e") ? 0x6D : 0x78)
      else { return false }
    case UInt8(ascii: "r"):
      second = text.byte(place + 1) | 0x20
      guard
        second == UInt8(ascii: "s") && text.byte(place + 2) | 0x20 == UInt8(ascii: "s")
          || second == UInt8(ascii: "a") && text.byte(place + 2) | 0x20 == UInt8(ascii: "m")
          || text.holds("resident", at: place)
      else { return false }
    case UInt8(ascii: "v"):
      second = text.byte(place + 1) | 0x20
      guard second == UInt8(ascii: "m") || second == UInt8(ascii: "s") else { return false }
    case UInt8(ascii: "u"), UInt8(ascii: "p"):
      guard
        text.byte(place + 1) | 0x20 == UInt8(ascii: "s")
          && text.byte(place + 2) | 0x20 == UInt8(ascii: "s")
          || text.holds("peak", at: place)
      else { return false }
    case UInt8(ascii: "s"):
      guard text.byte(place + 1) | 0x20 == UInt8(ascii: "w"),
        text.byte(place + 2) | 0x20 == UInt8(ascii: "a")
      else { return false }
    default: return false
    }
    let before = text.byte(place - 1)
    guard Span<UInt8>.isLetter(before) || Span<UInt8>.isDigit(before) else { return true }
    // A part of a name in humps, such as `processRss`.
    return QuantityWords.isUpper(text[place]) && !QuantityWords.isUpper(before)
      && Span<UInt8>.isLetter(before)
  }

  /// The whole name that a place is in: letters, digits and what joins them.
  static func name(_ text: Span<UInt8>, around place: Int) -> Range<Int> {
    var start = place
    while start > 0, isOfName(text.byte(start - 1)) { start -= 1 }
    var end = place
    while end < text.count, isOfName(text.byte(end)) { end += 1 }
    // A full stop ends a sentence.
    while end > place, text.byte(end - 1) == UInt8(ascii: ".") { end -= 1 }
    return start..<max(end, place + 1)
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    Span<UInt8>.isLetter(byte) || Span<UInt8>.isDigit(byte) || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "#")
  }

  // MARK: from the name to the number

  /// Reads on behind a name; where to go on.
  private func read(
    _ text: Span<UInt8>, _ name: Range<Int>, _ known: QuantityWords, _ found: (Finding) -> Void
  ) -> Int {
    var words = known
    var unit = Self.unit(in: text, name, thousand)
    var place = name.upperBound
    let next = text.byte(place)
    let isField =
      next == UInt8(ascii: "=") || next == UInt8(ascii: "'") || next == UInt8(ascii: "\"")
    if !isField { words.formUnion(Self.wordsBefore(text, name.lowerBound)) }
    let end = min(text.count, place + Self.reach)
    var hasSeparator = false
    var isDirect = true
    while place < end {
      let byte = text[place]
      if byte == UInt8(ascii: ":") || byte == UInt8(ascii: "=") {
        hasSeparator = true
      } else if byte == UInt8(ascii: "(") || byte == UInt8(ascii: "[") {
        guard let bracket = bracket(text, place) else {
          return list(text, place, words, unit, hasSeparator: hasSeparator, found)
            ?? name.upperBound
        }
        words.formUnion(bracket.words)
        unit = bracket.unit ?? unit
        hasSeparator = hasSeparator || bracket.isBeforeNumber
        place = bracket.end
        continue
      } else if byte == UInt8(ascii: "]"), place == name.upperBound,
        text.byte(name.lowerBound - 1) == UInt8(ascii: "[")
      {
        // `[MEM] 12 MB`.
        hasSeparator = true
      } else if Span<UInt8>.isLetter(byte) {
        let next = word(text, place, hasSeparator, &isDirect, &unit, &words)
        guard let next else { return name.upperBound }
        guard next > place else { return place }
        place = next
        continue
      } else if Span<UInt8>.isDigit(byte) {
        // `memory after epoch 3/10: 512 MB`.
        if !hasSeparator, let last = Self.countEnd(text, place) {
          place = last
          continue
        }
        return number(text, place, words, unit, hasSeparator: hasSeparator, name, found)
      } else if byte == UInt8(ascii: "-"), Span<UInt8>.isDigit(text.byte(place + 1)) {
        if hasSeparator, !words.contains(.change) { found(.noSize) }
        return place + 1
      } else if byte == UInt8(ascii: "+"), Span<UInt8>.isDigit(text.byte(place + 1)) {
        words.insert(.change)
      } else if byte == UInt8(ascii: "."), place == name.lowerBound + 3,
        text.holds("mem. ", at: name.lowerBound)
      {
        // `Mem. usage`.
      } else if byte != 0x20, byte != 0x09, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "'"),
        byte != UInt8(ascii: "~"), byte != UInt8(ascii: ">")
      {
        return place
      }
      place += 1
    }
    return name.upperBound
  }

  /// A unit that ends a name: `memory_mb`, `rssMiB`, `mem_bytes`.
  static func unit(in text: Span<UInt8>, _ name: Range<Int>, _ thousand: Double) -> Double? {
    var start = name.upperBound
    while start > name.lowerBound, Span<UInt8>.isLetter(text.byte(start - 1)),
      text.byte(start) != UInt8(ascii: "_")
    {
      start -= 1
      let isHump =
        QuantityWords.isUpper(text.byte(start)) && start > name.lowerBound
        && !QuantityWords.isUpper(text.byte(start - 1))
        && Span<UInt8>.isLetter(text.byte(start - 1))
      // `rssMiB`: the small letter is of the unit.
      let isOfUnit =
        text.byte(start) == UInt8(ascii: "B") && text.byte(start - 1) == UInt8(ascii: "i")
      if isHump, !isOfUnit { break }
    }
    guard start > name.lowerBound else { return nil }
    let part = text.extracting(..<name.upperBound)
    guard let (factor, end) = LogValue.unit(part, start, thousand), end == name.upperBound else {
      return nil
    }
    return factor
  }

  /// Words that stand right before a name and say more of it.
  private static func wordsBefore(_ text: Span<UInt8>, _ start: Int) -> QuantityWords {
    var words: QuantityWords = []
    var place = start
    for _ in 0..<4 {
      guard text.byte(place - 1) == 0x20, place >= 2 else { break }
      let end = place - 1
      var begin = end
      while begin > 0, isOfName(text.byte(begin - 1)) { begin -= 1 }
      guard begin < end, text.byte(end - 1) != UInt8(ascii: ".") else { break }
      let found = QuantityWords(nameOf: text, begin..<end).subtracting([.request])
      guard !found.isEmpty else { break }
      words.formUnion(found)
      place = begin
    }
    return words
  }

  // MARK: the number

  private func number(
    _ text: Span<UInt8>, _ start: Int, _ known: QuantityWords, _ named: Double?,
    hasSeparator: Bool, _ name: Range<Int>, _ found: (Finding) -> Void
  ) -> Int {
    guard let first = LogValue.number(text, start) else { return start + 1 }
    var (number, end, isWhole) = first
    var next = text.skippingSpaces(end)
    var printed = LogValue.unit(text, next, thousand)
    if printed != nil {
      (number, end, isWhole) = Self.last(text, start, first, thousand)
      if end != first.end {
        next = text.skippingSpaces(end)
        printed = LogValue.unit(text, next, thousand)
      }
    }
    if text.byte(next) == UInt8(ascii: "%") { return end }
    // `0pages`, `5x`.
    if Span<UInt8>.isLetter(text.byte(end)), printed == nil { return end }
    // `Mem:  16265500  8123456  1234567`: a row of a table of the machine.
    if hasSeparator, next > end, let (_, second, _) = LogValue.number(text, next),
      Self.isRowOfNumbers(text, second)
    {
      found(.others(.machine))
      return text.count
    }
    var words = known
    guard
      hasSeparator || printed != nil && !words.isDisjoint(with: [.usage, .filler, .measures])
        || (printed != nil || named != nil) && start <= name.upperBound + 1
    else { return start }
    // `memory usage: 7.6+ MB` is of a table of pandas, a `memory: 5 GB` beside a loss of a GPU.
    if text.byte(end) == UInt8(ascii: "+") { words.insert(.other) }
    if printed != nil, words.isDisjoint(with: .measures), text.locate("loss") != nil {
      words.insert(.gpu)
    }
    let after = text.skippingSpaces(printed?.end ?? end)
    if let word = Self.word(text, after), let meaning = QuantityWords(text, word) {
      words.formUnion(meaning.intersection([.machine, .limit]))
    }
    // `RAM 5.5G of 16G`, `memory 1.2GB/16GB`: of all there is, so whose it is nothing tells.
    if let printed, words.isDisjoint(with: .measures),
      Self.isOfTotal(text, text.skippingSpaces(printed.end))
    {
      words.insert(.machine)
    }
    if printed != nil, words.contains(.usage), words.isDisjoint(with: .measures),
      Self.tellsOfFree(text, around: start)
    {
      words.insert(.machine)
    }
    if let printed, Self.isKubernetes(text, next, printed.end),
      words.isDisjoint(with: [.usage, .rss])
    {
      words.insert(.limit)
    }
    found(judge(number, words, printed?.factor ?? named, isWhole: isWhole))
    return printed?.end ?? end
  }

  /// `/ 16GB`, `of 16G`.
  private static func isOfTotal(_ text: Span<UInt8>, _ place: Int) -> Bool {
    var place = place
    if text.holds("used of ", at: place) { place += 5 }
    if text.byte(place) == UInt8(ascii: "/") {
      place += 1
    } else if text.holds("of ", at: place) {
      place += 3
    } else {
      return false
    }
    guard let (_, end, _) = LogValue.number(text, text.skippingSpaces(place)) else { return false }
    return LogValue.unit(text, text.skippingSpaces(end), 1024) != nil
  }

  private static func word(_ text: Span<UInt8>, _ start: Int) -> Range<Int>? {
    var end = start
    while end < text.count, Span<UInt8>.isLetter(text[end]) { end += 1 }
    return end > start ? start..<end : nil
  }
}
