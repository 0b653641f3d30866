/// Clauses, units and times.
extension Vocabulary {
  /// Parts of a question after the verb, in canonical order.
  package static let clauses: [VocabularyWord<String>] = [
    VocabularyWord("in", "in", "the stretch of time looked at", "top 10 allocated in 30s..60s"),
    VocabularyWord(
      "by", "by", also: ["group by"], "keys groups are made by", "top 10 by filename, thread"),
    VocabularyWord(
      "inclusive", "inclusive", also: ["cumulative"], "count a group for every stack it is on",
      "top 10 by function inclusive"),
    VocabularyWord(
      "inverted", "inverted", "start stacks at the allocating frame", "flame inverted"),
    VocabularyWord("every", "every", "windows of a length", "timeline size every 1s"),
    VocabularyWord("over", "over", "this many equal windows", "growth over 50 windows"),
    VocabularyWord("per", "per", "unit of a rate", "growth rate per minute"),
    VocabularyWord(
      "where", "where", "condition on single records",
      "top 10 where size > 1MB and not module = json"),
    VocabularyWord("having", "having", "condition on groups", "top 10 having count > 100"),
    VocabularyWord("hide", "hide", "edit stacks, totals stay", "top 10 hide internals, native"),
    VocabularyWord(
      "from frame", "from frame", "only what a frame called", "flame from frame handle_request"),
    VocabularyWord("of", "of", "captures asked, by default the newest", "top 10 of new"),
    VocabularyWord(
      "vs", "vs", "minus another capture or population", "top 10 by lineno of new vs old"),
    VocabularyWord(
      "normalized", "normalized", "scale the right total of `vs` to the left's",
      "top 10 by lineno vs old normalized"),
    VocabularyWord(
      "order by", "order by", also: ["sort by"], "order of the rows", "list order by time asc"),
    VocabularyWord(
      "limit", "limit", "number of rows; rewritten to the number after the verb",
      "top by lineno limit 10"),
    VocabularyWord("as", "as", "format of the answer", "top 10 as csv"),
    VocabularyWord("to", "to", "file to write", "flame peak to peak.html"),
  ]

  /// Units of `per`; a mark is one too.
  package static let rateUnits: [VocabularyWord<RateUnit>] = [
    VocabularyWord(.second, "second", "the default", "growth rate per second"),
    VocabularyWord(.minute, "minute", "60 s", "growth rate per minute"),
    VocabularyWord(.hour, "hour", "3600 s", "growth rate per hour"),
  ]

  /// Where times are counted from; durations, percentages, `#n` and quoted times are others.
  package static let times: [VocabularyWord<TimeBase>] = [
    VocabularyWord(.start, "start", "before all", "top 10 live at start + 1s"),
    VocabularyWord(.end, "end", "after all", "top 10 allocated in 10s..end"),
    VocabularyWord(.peak, "peak", "at the greatest total", "top 10 allocated in peak-1s..peak"),
  ]

  /// Units of bytes; they ignore case.
  package static let sizeUnits: [VocabularyWord<SizeUnit>] = [
    sizeUnit("B", 1, .none), sizeUnit("kB", 1e3, .decimal), sizeUnit("MB", 1e6, .decimal),
    sizeUnit("GB", 1e9, .decimal), sizeUnit("TB", 1e12, .decimal),
    sizeUnit("KiB", 0x1p10, .binary), sizeUnit("MiB", 0x1p20, .binary),
    sizeUnit("GiB", 0x1p30, .binary), sizeUnit("TiB", 0x1p40, .binary),
  ]

  /// Units of time, value in nanoseconds; they do not ignore case.
  package static let durationUnits: [VocabularyWord<Int64>] = [
    durationUnit("ns", 1, "a billionth of a second"),
    durationUnit("us", 1_000, "a millionth of a second"),
    durationUnit("ms", 1_000_000, "a thousandth of a second"),
    durationUnit("s", 1_000_000_000, "a second"),
    durationUnit("min", 60_000_000_000, synonyms: ["m"], "60 s"),
    durationUnit("h", 3_600_000_000_000, "60 min"),
  ]

  private static func sizeUnit(
    _ name: String, _ bytes: Double, _ family: TypedSizes
  ) -> VocabularyWord<SizeUnit> {
    VocabularyWord(
      SizeUnit(bytes: bytes, family: family), name, "\(Int(bytes)) bytes",
      "top 10 where size > 4\(name)")
  }

  private static func durationUnit(
    _ name: String, _ nanoseconds: Int64, synonyms: [String] = [], _ meaning: String
  ) -> VocabularyWord<Int64> {
    VocabularyWord(nanoseconds, name, also: synonyms, meaning, "top 10 live at 5\(name)")
  }
}
