/// What a number is, once its words and unit are known.
extension QuantityScan {
  /// What the number of a member of a JSON object is; nil when it is of no memory.
  ///
  /// - Parameters:
  ///   - text: the line.
  ///   - name: the member's name.
  ///   - parent: the name of the object around it.
  ///   - number: its value.
  ///   - unit: what its text says that it is multiplied by; nil without.
  /// - Returns: what it is.
  func member(
    _ text: Span<UInt8>, _ name: Range<Int>, _ parent: Range<Int>, _ number: Double,
    unit: Double? = nil
  ) -> Finding? {
    let own = QuantityWords(nameOf: text, name)
    var words = own.union(QuantityWords(nameOf: text, parent))
    let isOfMemory =
      words.contains(.memory) && !own.isDisjoint(with: [.memory, .usage, .peak, .swap])
    guard isOfMemory || !own.isDisjoint(with: [.rss, .vms, .uss, .pss, .maxrss]) else { return nil }
    if text.holds("percent", at: name.upperBound - 7) || text.holds("pct", at: name.upperBound - 3)
    {
      return nil
    }
    if own.isDisjoint(with: .peak) { words.remove(.peak) }
    // What a function of AWS Lambda may use.
    let field = text.extracting(name)
    if field.equals("memorysizemb") || field.equals("function_memory_size") { words.insert(.limit) }
    if words.contains(.request) { words.insert(.limit) }
    guard number >= 0 else {
      return words.contains(.change) ? .others(.changes) : .noSize
    }
    return judge(
      number, words, unit ?? Self.unit(in: text, name, thousand),
      isWhole: number == number.rounded())
  }

  /// The same of a member whose text is a number and its unit: `"rss": "120.5 MiB"`.
  func member(
    _ text: Span<UInt8>, _ name: Range<Int>, _ parent: Range<Int>, of value: Range<Int>
  ) -> Finding? {
    guard let (number, end, _) = LogValue.number(text, value.lowerBound),
      let (factor, last) = LogValue.unit(text, text.skippingSpaces(end), thousand)
    else { return nil }
    // `docker stats --format json`: what a container uses of its limit.
    let isOfContainer = text.has("MemUsage", at: name.lowerBound) && text.has(" / ", at: last)
    guard last == value.upperBound || isOfContainer else { return nil }
    return member(text, name, parent, number, unit: factor)
  }

  /// What a number is, by all its words.
  func judge(
    _ number: Double, _ words: QuantityWords, _ unit: Double?, isWhole: Bool
  ) -> Finding {
    if words.contains(.gpu) { return .others(.gpu) }
    if words.contains(.part) { return .others(.parts) }
    if words.contains([.vms, .peak]) { return .others(.spacePeaks) }
    if words.contains(.limit) || words.contains([.vms, .maximum]) {
      return .others(.limits)
    }
    if words.contains(.change) { return .others(.changes) }
    let isMeasured = !words.isDisjoint(with: [.rss, .uss, .pss, .maxrss, .vms])
    if words.contains(.machine), !isMeasured { return .others(.machine) }
    if words.contains(.other), !isMeasured { return .others(.others) }
    let metric = Self.metric(words)
    if let unit { return .size(metric, number * unit) }
    if words.contains(.maxrss) || words.contains(.kernel) || words.contains([.rss, .maximum]) {
      return .size(metric, number * 1024)
    }
    // Nothing is nothing in any unit.
    let isZero = number == 0 && !words.isDisjoint(with: .measures)
    if isZero || words.contains(.bytes) { return .size(metric, number) }
    if let bareUnit { return .size(metric, number * bareUnit) }
    // psutil's fields are bytes.
    if !words.isDisjoint(with: [.rss, .vms, .uss, .pss]), isWhole, number >= Self.leastBareBytes {
      return .size(metric, number)
    }
    return .noUnit
  }

  private static func metric(_ words: QuantityWords) -> SizeSeries {
    if words.contains(.maxrss) { return .peakRSS }
    if words.contains(.uss) { return .uss }
    if words.contains(.pss) { return .pss }
    if words.contains(.swap) { return .swap }
    if words.contains(.rss) { return words.contains(.peak) ? .peakRSS : .rss }
    if words.contains(.vms) { return .vms }
    return words.contains(.peak) ? .peakRSS : .rss
  }
}
