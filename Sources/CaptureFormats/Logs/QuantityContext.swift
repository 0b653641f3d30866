/// What the words of a whole line say of a number in it.
extension QuantityScan {
  /// Bytes around a number that are looked at: lines may be long.
  private static let nearby = 200

  /// Words that name a process, behind `of` and `by`.
  private static let processes: [StaticString] = [
    "process", "processes", "proc", "python", "python3", "program", "script", "app", "application",
    "worker", "workers", "service", "job", "pid", "interpreter", "main", "child", "self",
  ]
  /// Words that may stand between `of` and what is named.
  private static let articles: [StaticString] = [
    "the", "this", "my", "our", "a", "current", "whole", "entire", "main",
  ]

  /// What `of` and `by` say: whose memory it is.
  ///
  /// `memory usage of the list: 3 MB` is of a part; of a process it is its own.
  ///
  /// - Parameters:
  ///   - text: the line.
  ///   - word: where a word stands.
  /// - Returns: what the name behind it means and where that ends; nil for any other word.
  static func owner(
    _ text: Span<UInt8>, _ word: Range<Int>
  ) -> (meaning: QuantityWords, end: Int)? {
    guard word.count == 2,
      text.holds("of", at: word.lowerBound) || text.holds("by", at: word.lowerBound)
    else { return nil }
    var place = word.upperBound
    while text.byte(place) == 0x20 {
      let start = text.skippingSpaces(place)
      var end = start
      while Span<UInt8>.isLetter(text.byte(end)) || Span<UInt8>.isDigit(text.byte(end))
        || text.byte(end) == UInt8(ascii: "_")
      { end += 1 }
      guard end > start, Span<UInt8>.isLetter(text.byte(start)) else { return nil }
      let name = text.extracting(start..<end)
      if processes.contains(where: { name.equals($0) }) { return ([.usage], end) }
      guard articles.contains(where: { name.equals($0) }) else {
        // Words with a meaning of their own say it themselves: `of GPU 0`.
        let meaning = QuantityWords(nameOf: text, start..<end)
        return (meaning.subtracting([.filler, .usage, .memory]).union(.other), end)
      }
      place = end
    }
    return nil
  }

  /// The latest of some numbers: `before 120.3MiB after 150.4MiB`, `100 MB -> 150 MB`.
  ///
  /// - Parameters:
  ///   - text: the line.
  ///   - start: where the first number begins.
  ///   - first: the first number.
  ///   - thousand: what K is taken for.
  /// - Returns: the number that the others came before; the first where it stands alone.
  static func last(
    _ text: Span<UInt8>, _ start: Int, _ first: (value: Double, end: Int, isWhole: Bool),
    _ thousand: Double
  ) -> (value: Double, end: Int, isWhole: Bool) {
    var (start, number) = (start, first)
    while let next = later(text, start, number.end, thousand),
      let value = LogValue.number(text, next)
    { (start, number) = (next, value) }
    return number
  }

  private static func later(
    _ text: Span<UInt8>, _ start: Int, _ end: Int, _ thousand: Double
  ) -> Int? {
    guard let unit = LogValue.unit(text, text.skippingSpaces(end), thousand) else { return nil }
    var place = text.skippingSpaces(unit.end)
    if text.has("->", at: place) || text.has("=>", at: place) {
      place += 2
    } else if text.has("\u{2192}", at: place) {
      place += 3
    } else {
      if text.byte(place) == UInt8(ascii: ",") { place = text.skippingSpaces(place + 1) }
      guard text.holds("after", at: place), isBefore(text, start) else { return nil }
      place += 5
      if text.byte(place) == UInt8(ascii: ":") || text.byte(place) == UInt8(ascii: "=") {
        place += 1
      }
    }
    place = text.skippingSpaces(place)
    guard let (_, next, _) = LogValue.number(text, place),
      LogValue.unit(text, text.skippingSpaces(next), thousand) != nil
    else { return nil }
    return place
  }

  /// Where a number ends that counts something in a name, as `3` and `3/10` do: a separator is
  /// behind it.
  static func countEnd(_ text: Span<UInt8>, _ start: Int) -> Int? {
    guard var (_, end) = text.digits(start) else { return nil }
    if text.byte(end) == UInt8(ascii: "/"), let (_, last) = text.digits(end + 1) { end = last }
    let next = text.skippingSpaces(end)
    let isSeparator = text.byte(next) == UInt8(ascii: ":") || text.byte(next) == UInt8(ascii: "=")
    // A time of day has a digit behind its colon.
    guard isSeparator, !Span<UInt8>.isDigit(text.byte(next + 1)) || next > end else { return nil }
    return end
  }

  /// Takes a word between a name and its number.
  ///
  /// - Returns: where to go on; nil where the name has no number, the place itself where a name of
  ///   its own begins.
  func word(
    _ text: Span<UInt8>, _ place: Int, _ hasSeparator: Bool, _ isDirect: inout Bool,
    _ unit: inout Double?, _ words: inout QuantityWords
  ) -> Int? {
    let word = Self.name(text, around: place)
    // Another number's name begins behind a separator.
    guard !hasSeparator || text.byte(word.upperBound) == 0x20 else { return nil }
    // `memory   rss_mb=12`: a name of its own.
    if Self.isField(text, word) { return place }
    var meaning = QuantityWords(nameOf: text, word)
    if let (factor, close) = LogValue.unit(text, place, thousand), close == word.upperBound {
      unit = factor
    } else if meaning.isEmpty, text.byte(word.upperBound) == UInt8(ascii: "=") {
      // `memory   pid=7`: another field.
      return nil
    }
    var end = word.upperBound
    if isDirect, !hasSeparator, let owner = Self.owner(text, word) {
      meaning = owner.meaning
      end = owner.end
    }
    isDirect = isDirect && meaning.contains(.usage)
    // `MemoryError: Unable to allocate 7 GiB` tells of no use.
    if hasSeparator, meaning.isEmpty, unit == nil { return nil }
    words.formUnion(meaning.subtracting([.request, .memory]))
    return text.byte(word.upperBound) == UInt8(ascii: ".") ? nil : end
  }

  /// What stands in brackets behind a name.
  struct Bracket {
    var words: QuantityWords = []
    var unit: Double?
    /// Whether a number follows at once.
    var isBeforeNumber = false
    var end: Int
  }

  /// `(MB)` and `(RSS)` in `memory (MB): 12`; nil for anything else in brackets.
  func bracket(_ text: Span<UInt8>, _ open: Int) -> Bracket? {
    func isClose(_ place: Int) -> Bool {
      text.byte(place) == UInt8(ascii: ")") || text.byte(place) == UInt8(ascii: "]")
    }
    if let (factor, close) = LogValue.unit(text, open + 1, thousand), isClose(close) {
      let isBeforeNumber = Span<UInt8>.isDigit(text.byte(text.skippingSpaces(close + 1)))
      return Bracket(unit: factor, isBeforeNumber: isBeforeNumber, end: close + 1)
    }
    var end = open + 1
    while Span<UInt8>.isLetter(text.byte(end)) { end += 1 }
    guard isClose(end), let meaning = QuantityWords(text, open + 1..<end),
      !meaning.isDisjoint(with: .measures)
    else { return nil }
    return Bracket(words: meaning, end: end + 1)
  }

  /// `memory usage: [38.5, 38.6, 40.1]`, as a list of `memory_usage()` is printed.
  ///
  /// - Returns: where it ends; nil when it is no list of numbers.
  func list(
    _ text: Span<UInt8>, _ open: Int, _ words: QuantityWords, _ unit: Double?, hasSeparator: Bool,
    _ found: (Finding) -> Void
  ) -> Int? {
    guard hasSeparator, text.byte(open) == UInt8(ascii: "[") else { return nil }
    var place = open + 1
    var isFirst = true
    while let (value, end, isWhole) = Self.item(text, place) {
      let finding = judge(value, words, unit, isWhole: isWhole)
      // Why all of them are left out is told once.
      if case .value = finding { found(finding) } else if isFirst { found(finding) }
      isFirst = false
      let next = text.skippingSpaces(end)
      guard text.byte(next) == UInt8(ascii: ",") else { return end }
      place = text.skippingSpaces(next + 1)
    }
    return isFirst ? nil : place
  }

  /// A number of a list, in which commas are no separators of thousands.
  private static func item(
    _ text: Span<UInt8>, _ start: Int
  ) -> (value: Double, end: Int, isWhole: Bool)? {
    if let (value, end) = LogValue.decimal(text, start) { return (value, end, false) }
    guard let (whole, end) = text.digits(start), text.byte(end) != UInt8(ascii: ".") else {
      return nil
    }
    return (Double(whole), end, true)
  }

  /// Whether a word is the name of a field that says which memory it is: `rss_mb=`.
  static func isField(_ text: Span<UInt8>, _ word: Range<Int>) -> Bool {
    text.byte(word.upperBound) == UInt8(ascii: "=")
      && !QuantityWords(nameOf: text, word).isDisjoint(with: .measures)
  }

  /// Whether `before` stands in front of a number.
  private static func isBefore(_ text: Span<UInt8>, _ start: Int) -> Bool {
    var place = start
    while place > max(0, start - 8),
      text.byte(place - 1) == 0x20 || text.byte(place - 1) == UInt8(ascii: ":")
        || text.byte(place - 1) == UInt8(ascii: "=")
    {
      place -= 1
    }
    return text.holds("before", at: place - 6)
  }

  /// Whether the line is one of jemalloc's own numbers.
  static func isOfAllocator(_ line: Span<UInt8>, _ place: Int) -> Bool {
    line.extracting(max(0, place - nearby)..<place).locate("metadata: ") != nil
  }

  /// Whether a line tells what is free or available too, as that of a machine does: then what is
  /// used is no process's, unless the line names one.
  static func tellsOfFree(_ line: Span<UInt8>, around place: Int) -> Bool {
    let text = line.extracting(max(0, place - nearby)..<min(line.count, place + nearby))
    guard isOfMemory(text, text.find("free")) || isOfMemory(text, text.find("avail")) else {
      return false
    }
    return text.find("process") == nil
  }

  /// Whether a word is beside one of memory: `free memory`, `Memory available:`.
  private static func isOfMemory(_ text: Span<UInt8>, _ place: Int?) -> Bool {
    guard let place, !Span<UInt8>.isLetter(text.byte(place - 1)) else { return false }
    var end = place
    while Span<UInt8>.isLetter(text.byte(end)) { end += 1 }
    let length = text.holds("free", at: place) ? 4 : text.holds("available", at: place) ? 9 : 5
    guard end == place + length else { return false }
    let next = text.skippingSpaces(end)
    let names: [StaticString] = ["memory", "mem", "ram"]
    if names.contains(where: { text.holds($0, at: next) }) { return true }
    // A number with a unit right behind it.
    var number = next
    while text.byte(number) == UInt8(ascii: ":") || text.byte(number) == UInt8(ascii: "=")
      || text.byte(number) == 0x20
    { number += 1 }
    guard let (_, last, _) = LogValue.number(text, number) else { return false }
    return LogValue.unit(text, text.skippingSpaces(last), 1024) != nil
  }

  /// Whether `anon-`, `file-` or `shmem-` stands before a place.
  static func isPart(_ text: Span<UInt8>, _ place: Int) -> Bool {
    text.holds("anon-", at: place - 5) || text.holds("file-", at: place - 5)
      || text.holds("shmem-", at: place - 6)
  }

  /// Whether more numbers follow one that has no unit, as in a row of a table.
  static func isRowOfNumbers(_ text: Span<UInt8>, _ start: Int) -> Bool {
    let next = text.skippingSpaces(start)
    return next > start && Span<UInt8>.isDigit(text.byte(next))
      && LogValue.unit(text, start, 1024) == nil
  }

  /// `5Gi`, without the B: a quantity of Kubernetes, which limits and requests are written in.
  static func isKubernetes(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    end == start + 2 && text.byte(start + 1) == UInt8(ascii: "i")
  }
}
