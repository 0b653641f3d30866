/// Measures, keys and fields.
extension Vocabulary {
  /// What is measured.
  package static let measures: [VocabularyWord<Measure>] = [
    VocabularyWord(.size, "size", ["bytes"], meaning: "bytes", example: "top 10 size by lineno"),
    VocabularyWord(.count, "count", meaning: "number of records", example: "top 10 count"),
    VocabularyWord(
      .averageSize, "avg size", meaning: "bytes of an average record",
      example: "top 10 avg size by function"),
    VocabularyWord(
      .maximumSize, "max size", meaning: "bytes of the largest record",
      example: "top 10 max size by function"),
    VocabularyWord(
      .averageLifetime, "avg lifetime", ["lifetime"],
      meaning: "allocations an average freed record lived for",
      example: "top 10 freed avg lifetime by lineno"),
    VocabularyWord(
      .maximumLifetime, "max lifetime", meaning: "allocations the longest-lived freed record lived",
      example: "top 10 freed max lifetime by lineno"),
    VocabularyWord(
      .retainedSize, "retained size", meaning: "bytes freed with an object (object graphs)",
      example: "top 10 retained size by type"),
    VocabularyWord(
      .deepSize, "deep size", meaning: "bytes reachable from an object (object graphs)",
      example: "top 10 deep size by type"),
    VocabularyWord(
      .sizeDifference, "size_diff", meaning: "bytes on the left minus the right of `vs`",
      example: "top 10 size_diff by lineno vs old"),
    VocabularyWord(
      .countDifference, "count_diff", meaning: "records on the left minus the right of `vs`",
      example: "top 10 count_diff by lineno vs old"),
    VocabularyWord(
      .rate, "rate", ["leak rate"], meaning: "growth per second, minute, hour or mark",
      example: "growth rate by lineno per minute"),
    VocabularyWord(
      .samples, "samples", meaning: "samples of a CPU profile",
      example: "top 10 samples by function"),
    VocabularyWord(
      .objects, "objects", meaning: "Python objects never destroyed (memray's object tracking)",
      example: "top 10 leaked objects by traceback"),
  ]

  /// Recorded series of values over time; measures of the process, not of lines.
  package static let series: [VocabularyWord<Series>] = [
    VocabularyWord(.rss, meaning: "resident set size", example: "timeline rss"),
    VocabularyWord(.gap, meaning: "resident set size minus heap", example: "timeline size, gap"),
    VocabularyWord(.vms, meaning: "virtual memory size", example: "timeline vms"),
    VocabularyWord(.uss, meaning: "unique set size", example: "timeline uss"),
    VocabularyWord(.pss, meaning: "proportional set size", example: "timeline pss"),
    VocabularyWord(
      .peakRSS, meaning: "greatest resident set size so far", example: "timeline peak_rss"),
    VocabularyWord(.footprint, meaning: "physical footprint", example: "timeline footprint"),
    VocabularyWord(.heap, meaning: "the profiler's running heap total", example: "timeline heap"),
    VocabularyWord(
      .heapExtra, meaning: "bytes the allocator adds (massif)", example: "timeline heap_extra"),
    VocabularyWord(.stacks, meaning: "bytes of thread stacks (massif)", example: "timeline stacks"),
    VocabularyWord(.gc0, meaning: "objects in the youngest generation", example: "timeline gc0"),
    VocabularyWord(.gc1, meaning: "objects in the middle generation", example: "timeline gc1"),
    VocabularyWord(.gc2, meaning: "objects in the oldest generation", example: "timeline gc2"),
    VocabularyWord(
      .gcCollected, meaning: "objects the collector freed", example: "timeline gc_collected"),
    VocabularyWord(
      .gcUncollectable, meaning: "objects the collector could not free",
      example: "timeline gc_uncollectable"),
    VocabularyWord(
      .gcMilliseconds, meaning: "time spent collecting, milliseconds", example: "timeline gc_ms"),
    VocabularyWord(
      .gcCollections, meaning: "collections since the last report",
      example: "timeline gc_collections"),
    VocabularyWord(
      .gcObjects, meaning: "objects the collector tracks", example: "timeline gc_objects"),
    VocabularyWord(.swap, meaning: "bytes swapped out", example: "timeline swap"),
  ]

  /// Sample types that need no quotes: those of Go's heap profiles.
  ///
  /// Others stand in quotes, or bare where a capture of the store has them.
  package static let sampleTypes: [VocabularyWord<SampleType>] = [
    VocabularyWord(
      SampleType("inuse_space"), "inuse_space", meaning: "bytes alive",
      example: "top 10 inuse_space by function"),
    VocabularyWord(
      SampleType("inuse_objects"), "inuse_objects", meaning: "blocks alive",
      example: "top 10 inuse_objects by lineno"),
    VocabularyWord(
      SampleType("alloc_space"), "alloc_space", meaning: "bytes ever allocated",
      example: "flame alloc_space"),
    VocabularyWord(
      SampleType("alloc_objects"), "alloc_objects", meaning: "blocks ever allocated",
      example: "top 10 alloc_objects, alloc_space by function"),
  ]

  /// What groups are made by; each is a field of `where` too.
  package static let keys: [VocabularyWord<Key>] = [
    VocabularyWord(
      .lineno, meaning: "`file:line` of the newest frame that has a line",
      example: "top 10 by lineno"),
    VocabularyWord(
      .filename, ["file"], meaning: "file of that frame", example: "top 10 by filename"),
    VocabularyWord(
      .function, ["func"],
      meaning: "function of the newest frame that has a name, namesakes merged",
      example: "top 10 by function"),
    VocabularyWord(
      .frame, meaning: "function and `file:line` of the newest frame", example: "top 10 by frame"),
    VocabularyWord(
      .traceback, ["stack"], meaning: "the whole stack", example: "top 3 by traceback"),
    VocabularyWord(
      .module, meaning: "dotted module of the newest frame that has one",
      example: "top 10 by module"),
    VocabularyWord(
      .package, meaning: "first part of the module", example: "top 10 by package"),
    VocabularyWord(.thread, meaning: "allocating thread", example: "top 10 by thread"),
    VocabularyWord(
      .allocator, meaning: "function that allocated, such as `malloc`",
      example: "top 10 by allocator"),
    VocabularyWord(.domain, meaning: "allocator domain", example: "top 10 by domain"),
    VocabularyWord(
      .kind, meaning: "python, native or inlined", example: "top 10 by kind"),
    VocabularyWord(.pid, meaning: "process", example: "timeline rss by pid"),
    VocabularyWord(.capture, meaning: "capture", example: "top 10 by capture of new, old"),
    VocabularyWord(
      .sizeclass, meaning: "power-of-two class of the size", example: "top 10 by sizeclass"),
    VocabularyWord(
      .window, meaning: "stretch of time, with `every` or `over`",
      example: "top 10 by window, lineno every 10s"),
    VocabularyWord(
      .mark, meaning: "mark before the birth", example: "top 10 allocated by mark"),
    VocabularyWord(.type, meaning: "type of the object", example: "top 10 by type"),
    VocabularyWord(
      .lifetime, meaning: "power-of-two class of the lifetime",
      example: "top 10 freed by "
        + "lifetime"),
  ]

  /// Fields of `where` that are no keys.
  package static let fields: [VocabularyWord<Field>] = [
    VocabularyWord(
      .size, "size", ["bytes"], meaning: "bytes of one record", example: "top 10 where size > 1MB"),
    VocabularyWord(
      .time, "time", meaning: "when the record was allocated",
      example: "list where time in 10s..20s"),
  ]
}
