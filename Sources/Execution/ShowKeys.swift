import Results
import Language
import Planning
import Store

extension ShowRunner {
  /// A word that groups, measures or chooses, as `show keys` lists it.
  private struct Listed {
    var kind: String
    var word: Word
    /// What its values are.
    var values: String
    /// The question that shows whether a capture has it.
    var probe: Query

    init<Value>(
      _ kind: String, _ word: VocabularyWord<Value>, _ values: String, _ verb: Located<Verb>,
      _ ask: (inout Query) -> Void
    ) {
      (self.kind, self.word, self.values) = (kind, word.word, values)
      probe = Query(verb: verb)
      ask(&probe)
    }
  }

  /// `show keys`: every key, measure and field, what its values are, and which of them a capture
  /// has.
  func addKeys(to table: inout ResultTable) throws(EngineError) {
    let words = self.words
    func text(_ name: String, _ values: [String?]) -> ResultColumn {
      .key(name, .texts(values))
    }
    table.columns = [
      text("kind", words.map(\.kind)), text("name", words.map(\.word.name)),
      text("values", words.map(\.values)), text("meaning", words.map(\.word.meaning)),
      text("example", words.map(\.word.example)),
    ]
    let isEmpty = try reading(try store.captures()).isEmpty
    guard !isEmpty || !show.captures.isEmpty else { return }
    let needs = words.reduce(into: Set<Need>()) {
      $0.formUnion(CapabilityCheck.needs(of: $1.probe))
    }
    for info in try CaptureFinder(store: store).captures(show.captures) {
      let known = try reading(
        try CaptureData(store: store, info: info).capabilities(for: needs))
      let has = words.map { CapabilityCheck($0.probe, [known]).isAnswered ? "yes" : "no" }
      table.columns.insert(text("in \(info.name)", has), at: 3)
    }
  }

  private func located<Value: Sendable & Hashable>(_ value: Value) -> Located<Value> {
    Located(value, show.topic.range)
  }

  private var words: [Listed] {
    let keys = Vocabulary.keys.map { word in
      Listed("key", word, word.value.definition.values.inWords, located(.top)) {
        $0.keys = [located(word.value)]
        if word.value == .window { $0.windows = located(.over(1)) }
        if word.value == .lifetime { $0.population = located(.freed) }
      }
    }
    let measures = Vocabulary.measures.map { word in
      listed("measure", word, word.value, word.value == .rate ? .growth : .top)
    }
    let types = Vocabulary.sampleTypes.map { word in
      listed("sample type", word, .sampleType(word.value), .top)
    }
    let series = Vocabulary.series.map { word in
      listed("series", word, .series(word.value), .timeline)
    }
    let fields = Vocabulary.fields.filter { $0.value == .time }.map { word in
      Listed("field", word, "time", located(.list)) {
        $0.filter = .compare(
          located(word.value), located(.greaterOrEqual), located(.time(TimePoint(base: .start))))
      }
    }
    return keys + measures + types + series + fields
  }

  private func listed<Value>(
    _ kind: String, _ word: VocabularyWord<Value>, _ measure: Measure, _ verb: Verb
  ) -> Listed {
    Listed(kind, word, measure.valuesInWords, located(verb)) {
      $0.measures = [located(measure)]
      if measure.needsLifetimes { $0.population = located(.freed) }
    }
  }
}
