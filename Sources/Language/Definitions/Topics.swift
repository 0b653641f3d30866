/// What `show` lists.
extension Topic: Defined {
  var word: Word {
    switch self {
    case .captures: word("captures of the store")
    case .capture: word("one capture in detail", "show capture of new")
    case .peak: word("when and how great the peak was")
    case .threads: word("threads: what each allocated, and held at the peak")
    case .marks: word("marks in time")
    case .keys: word("keys, measures, series and fields, and which a capture has")
    case .quality: word("anomalies of a capture")
    case .formats: word("formats that can be read")
    case .lets: word("conditions named in this session")
    }
  }

  private func word(_ meaning: String, _ example: String? = nil) -> Word {
    Word(rawValue, meaning, example ?? "show \(rawValue)")
  }

  /// Whether it speaks of captures, which `of` names.
  var isOfCaptures: Bool {
    switch self {
    case .captures, .capture, .peak, .threads, .marks, .keys, .quality: true
    case .formats, .lets: false
    }
  }
}

/// A population without its time or number.
package enum PopulationWord: String, Sendable, CaseIterable, Hashable {
  case peak, leaked, live, temporary, allocated, freed, survived
}

extension PopulationWord: Defined {
  var word: Word {
    switch self {
    case .peak: Word(rawValue, "alive at the greatest total", "top 10 peak")
    case .leaked: Word(rawValue, also: ["leaks"], "alive at the end", "top 10 leaked by function")
    case .live: Word(rawValue, "alive at a time, by default the end", "top 10 live at 12s")
    case .temporary:
      Word(
        rawValue, "freed within a number of allocations of its thread", "top 10 temporary within 5")
    case .allocated: Word(rawValue, "everything allocated", "top 10 allocated count by function")
    case .freed: Word(rawValue, "everything freed", "top 10 freed in 30s..60s")
    case .survived:
      Word(rawValue, "allocated in a stretch and alive at its end", "top 10 survived 30s..60s")
    }
  }
}

extension Hide {
  /// What a person reads of a named set of frames; nil for a pattern.
  var word: Word? {
    switch self {
    case .native: Word("native", "native frames", "top 10 hide native")
    case .imports: Word("imports", "the import system and what it called", "flame hide imports")
    case .internals:
      Word(
        "internals", "frames of the interpreter and the standard machinery", "top 10 hide internals"
      )
    case .libraries:
      Word(
        "libraries", "frames of the standard library and of installed packages",
        "top 10 hide libraries")
    case .torch:
      Word(
        "torch", "frames of PyTorch, and of the interpreter below them",
        "top 10 peak by lineno hide torch")
    case .runner: Word("runner", "the profiler's own frames, the default", "flame hide runner")
    case .none: Word("none", "nothing", "flame hide none")
    case .pattern: nil
    }
  }

  /// The named sets with their words.
  static let sets: [VocabularyWord<Hide>] = {
    let named: [Hide] = [.native, .imports, .internals, .libraries, .torch, .runner, .none]
    return named.compactMap { set in set.word.map { VocabularyWord(set, $0) } }
  }()
}
