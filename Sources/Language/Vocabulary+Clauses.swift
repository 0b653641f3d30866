/// Clauses, units and times.
extension Vocabulary {
  /// Parts of a question after the verb, in canonical order.
  package static let clauses: [VocabularyWord<String>] = [
    VocabularyWord(
      "in", "in", meaning: "the stretch of time looked at", example: "top 10 allocated in 30s..60s"),
    VocabularyWord(
      "by", "by", ["group by"], meaning: "keys groups are made by",
      example: "top 10 by filename, thread"),
    VocabularyWord(
      "inclusive", "inclusive", ["cumulative"], meaning: "count a group for every stack it is on",
      example: "top 10 by function inclusive"),
    VocabularyWord(
      "inverted", "inverted", meaning: "start stacks at the allocating frame",
      example: "flame inverted"),
    VocabularyWord(
      "every", "every", meaning: "windows of a length", example: "timeline size every 1s"),
    VocabularyWord(
      "over", "over", meaning: "this many equal windows", example: "growth over 50 windows"),
    VocabularyWord(
      "per", "per", meaning: "unit of a rate", example: "growth rate per minute"),
    VocabularyWord(
      "where", "where", meaning: "condition on single records",
      example: "top 10 where size > 1MB and not module = json"),
    VocabularyWord(
      "having", "having", meaning: "condition on groups", example: "top 10 having count > 100"),
    VocabularyWord(
      "hide", "hide", meaning: "edit stacks, totals stay", example: "top 10 hide internals, native"),
    VocabularyWord(
      "from frame", "from frame", meaning: "only what a frame called",
      example: "flame from frame handle_request"),
    VocabularyWord(
      "of", "of", meaning: "captures asked, by default the newest", example: "top 10 of new"),
    VocabularyWord(
      "vs", "vs", meaning: "minus another capture or population",
      example: "top 10 by lineno of new vs old"),
    VocabularyWord(
      "normalized", "normalized", meaning: "scale the right total of `vs` to the left's",
      example: "top 10 by lineno vs old normalized"),
    VocabularyWord(
      "order by", "order by", ["sort by"], meaning: "order of the rows",
      example: "list order by time asc"),
    VocabularyWord(
      "limit", "limit", meaning: "number of rows; rewritten to the number after the verb",
      example: "top by lineno limit 10"),
    VocabularyWord("as", "as", meaning: "format of the answer", example: "top 10 as csv"),
    VocabularyWord("to", "to", meaning: "file to write", example: "flame peak to peak.html"),
  ]

  /// Units of `per`; a mark is one too.
  package static let rateUnits: [VocabularyWord<RateUnit>] = [
    VocabularyWord(.second, "second", meaning: "the default", example: "growth rate per second"),
    VocabularyWord(.minute, "minute", meaning: "60 s", example: "growth rate per minute"),
    VocabularyWord(.hour, "hour", meaning: "3600 s", example: "growth rate per hour"),
  ]

  /// Where times are counted from; durations, percentages, `#n` and quoted times are others.
  package static let times: [VocabularyWord<TimeBase>] = [
    VocabularyWord(.start, "start", meaning: "before all", example: "top 10 live at start + 1s"),
    VocabularyWord(.end, "end", meaning: "after all", example: "top 10 allocated in 10s..end"),
    VocabularyWord(
      .peak, "peak", meaning: "at the greatest total", example: "top 10 allocated in peak-1s..peak"),
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
      SizeUnit(bytes: bytes, family: family), name, meaning: "\(Int(bytes)) bytes",
      example: "top 10 where size > 4\(name)")
  }

  private static func durationUnit(
    _ name: String, _ nanoseconds: Int64, synonyms: [String] = [], _ meaning: String
  ) -> VocabularyWord<Int64> {
    VocabularyWord(
      nanoseconds, name, synonyms, meaning: meaning, example: "top 10 live at 5\(name)")
  }
}
