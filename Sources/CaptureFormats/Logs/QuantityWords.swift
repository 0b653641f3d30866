// ⚠ unsafe: a slot is masked to lie within the table, which is never freed.

/// What the words around a number say of it: what is measured, whose it is, in which unit.
struct QuantityWords: OptionSet {
  let rawValue: UInt32

  static let memory = QuantityWords(rawValue: 1 << 0)
  static let rss = QuantityWords(rawValue: 1 << 1)
  static let vms = QuantityWords(rawValue: 1 << 2)
  static let uss = QuantityWords(rawValue: 1 << 3)
  static let pss = QuantityWords(rawValue: 1 << 4)
  static let swap = QuantityWords(rawValue: 1 << 5)
  /// `ru_maxrss` and its like, which Linux counts in KiB.
  static let maxrss = QuantityWords(rawValue: 1 << 6)
  /// `VmRSS` and its like, which the kernel prints in kB of 1024 bytes.
  static let kernel = QuantityWords(rawValue: 1 << 7)
  static let peak = QuantityWords(rawValue: 1 << 8)
  /// Words of use: used, usage, consumption, process, resident.
  static let usage = QuantityWords(rawValue: 1 << 9)
  static let machine = QuantityWords(rawValue: 1 << 10)
  static let gpu = QuantityWords(rawValue: 1 << 11)
  static let limit = QuantityWords(rawValue: 1 << 12)
  /// Parts and other kinds of memory: cache, heap, traced, unmanaged.
  static let other = QuantityWords(rawValue: 1 << 13)
  /// Changes and averages: increase, diff, freed, mean.
  static let change = QuantityWords(rawValue: 1 << 14)
  /// Only of a name, where `request` is what was asked for and no visit of a page.
  static let request = QuantityWords(rawValue: 1 << 15)
  /// A word without meaning here that may stand between others: is, in, at.
  static let filler = QuantityWords(rawValue: 1 << 16)

  /// `max` beside `rss`, which prints of `ru_maxrss` say.
  static let maximum = QuantityWords(rawValue: 1 << 18)
  /// A part of what is resident: `RssAnon`, `anon_rss`.
  static let part = QuantityWords(rawValue: 1 << 19)
  /// The line says that its numbers are bytes.
  static let bytes = QuantityWords(rawValue: 1 << 17)

  /// Words that say which memory of a process.
  static let measures: QuantityWords = [.rss, .vms, .uss, .pss, .swap, .maxrss]

  /// Meanings of words in lower case, by their first letters.
  private static let words: [(word: StaticString, meaning: QuantityWords)] = [
    ("memory", .memory), ("mem", .memory), ("ram", .memory), ("memusage", [.memory, .usage]),
    ("memused", [.memory, .usage]), ("memoryusage", [.memory, .usage]),
    ("rssanon", [.rss, .part]), ("rssfile", [.rss, .part]), ("rssshmem", [.rss, .part]),
    ("anon", .part), ("rss", .rss), ("resident", [.rss]), ("vmrss", [.rss, .kernel]),
    ("vmhwm", [.rss, .peak, .kernel]),
    ("vmsize", [.vms, .kernel]), ("vmpeak", [.vms, .peak, .kernel]), ("vmswap", [.swap, .kernel]),
    ("vms", .vms), ("virtual", .vms), ("vsz", .vms), ("uss", .uss), ("pss", .pss),
    ("swap", .swap), ("maxrss", .maxrss), ("peak", .peak), ("max", [.peak, .maximum]),
    ("maximum", [.peak, .maximum]),
    ("highest", .peak), ("hwm", .peak), ("highwater", .peak), ("watermark", .peak),
    ("used", .usage), ("usage", .usage), ("use", .usage), ("using", .usage), ("uses", .usage),
    ("consumption", .usage), ("consumed", .usage), ("process", .usage), ("proc", .usage),
    ("current", .filler), ("is", .filler), ("was", .filler), ("at", .filler), ("now", .filler),
    ("in", .filler), ("size", .filler), ("set", .filler), ("after", .filler), ("before", .filler),
    ("of", .filler), ("worker", .filler), ("the", .filler), ("this", .filler), ("my", .filler),
    ("total", .machine), ("available", .machine), ("avail", .machine), ("free", .machine),
    ("system", .machine), ("sys", .machine), ("machine", .machine), ("host", .machine),
    ("node", .machine), ("physical", .machine), ("installed", .machine), ("server", .machine),
    ("cluster", .machine), ("global", .machine),
    ("gpu", .gpu), ("cuda", .gpu), ("vram", .gpu), ("device", .gpu), ("nvidia", .gpu),
    ("limit", .limit), ("limits", .limit), ("quota", .limit), ("cap", .limit),
    ("threshold", .limit), ("budget", .limit), ("allowed", .limit), ("requested", .limit),
    ("requests", .request), ("request", .request), ("req", .request), ("reserved", .limit),
    ("reservation", .limit),
    ("required", .limit), ("requirement", .limit), ("need", .limit), ("needs", .limit),
    ("minimum", .limit), ("min", .limit),
    ("unmanaged", .other), ("managed", .other), ("spilled", .other), ("cache", .other),
    ("cached", .other), ("heap", .other), ("traced", .other), ("tracemalloc", .other),
    ("shared", .other), ("shmem", .other), ("buffer", .other), ("buffers", .other),
    ("disk", .other), ("jvm", .other), ("java", .other), ("redis", .other), ("shm", .other),
    ("allocated", .other), ("allocate", .other), ("allocation", .other), ("error", .other),
    ("exception", .other), ("dataframe", .other), ("pinned", .other), ("slab", .other),
    ("stack", .other), ("human", .other), ("optimization", .other), ("optimisation", .other),
    ("pool", .other), ("pagefile", .other), ("per", .other), ("average", .change), ("avg", .change),
    ("ave", .change), ("mean", .change),
    ("increase", .change), ("increased", .change), ("increment", .change), ("diff", .change),
    ("difference", .change), ("delta", .change), ("change", .change), ("changed", .change),
    ("growth", .change), ("decreased", .change), ("decrease", .change), ("reduced", .change),
    ("reduction", .change), ("grew", .change), ("grown", .change), ("freed", .change),
    ("saved", .change), ("leaked", .change), ("leak", .change), ("released", .change),
    ("reclaimed", .change), ("added", .change), ("gained", .change),
  ]

  /// The words by a hash of their first eight letters; as many slots, so that hardly two share one.
  private struct Entry {
    var key: UInt64
    var word: StaticString
    var meaning: QuantityWords
  }

  private static let table = unsafe Table(start: makeTable())

  /// The table, where it stands: an array would be counted at each look.
  @safe
  private struct Table: @unchecked Sendable {
    let start: UnsafePointer<Entry>
  }

  private static func makeTable() -> UnsafePointer<Entry> {
    let table = UnsafeMutablePointer<Entry>.allocate(capacity: slots)
    unsafe table.initialize(repeating: Entry(key: 0, word: "", meaning: memory), count: slots)
    for (word, meaning) in words {
      let bytes = Array("\(word)".utf8)
      let key = key(bytes.span, 0..<bytes.count)
      var slot = slot(key)
      while unsafe table[slot].key != 0 { slot = (slot + 1) & (slots - 1) }
      unsafe table[slot] = Entry(key: key, word: word, meaning: meaning)
    }
    return unsafe UnsafePointer(table)
  }
  private static let slots = 1 << 10
  private static let longest = 16

  /// Length and the first letters in lower case.
  @inline(__always)
  private static func key(_ text: Span<UInt8>, _ word: Range<Int>) -> UInt64 {
    var key = UInt64(truncatingIfNeeded: word.count)
    for place in word.lowerBound..<min(word.upperBound, word.lowerBound + 8) {
      key = key &<< 7 ^ UInt64(text[place] | 0x20)
    }
    return key
  }

  @inline(__always)
  private static func slot(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) &>> 54)
  }

  /// What a word of letters means; nil when it means nothing here.
  init?(_ text: Span<UInt8>, _ word: Range<Int>) {
    guard word.count >= 2, word.count <= Self.longest, word.lowerBound >= 0,
      word.upperBound <= text.count
    else { return nil }
    let key = Self.key(text, word)
    let table = unsafe Self.table.start
    var slot = Self.slot(key)
    while true {
      let entry = unsafe table[slot]
      guard entry.key != 0 else { return nil }
      if entry.key == key, entry.word.utf8CodeUnitCount == word.count,
        text.holds(entry.word, at: word.lowerBound)
      {
        self = entry.meaning
        return
      }
      slot = (slot + 1) & (Self.slots - 1)
    }
  }

  init(rawValue: UInt32) { self.rawValue = rawValue }

  /// What the parts of a name mean together: `memory_usage_mb`, `processRss`, `sample#memory_rss`.
  init(nameOf text: Span<UInt8>, _ name: Range<Int>) {
    self = []
    var place = name.lowerBound
    while place < name.upperBound {
      guard Span<UInt8>.isLetter(text.byte(place)) else {
        place += 1
        continue
      }
      var whole = place + 1
      while whole < name.upperBound, Span<UInt8>.isLetter(text.byte(whole)) { whole += 1 }
      if let meaning = QuantityWords(text, place..<whole) {
        formUnion(meaning)
        place = whole
        continue
      }
      var end = place + 1
      while end < name.upperBound, Span<UInt8>.isLetter(text.byte(end)),
        !(Self.isUpper(text.byte(end)) && !Self.isUpper(text.byte(end - 1)))
      { end += 1 }
      if let meaning = QuantityWords(text, place..<end) { formUnion(meaning) }
      place = end
    }
  }

  static func isUpper(_ byte: UInt8) -> Bool { byte &- 0x41 < 26 }
}
