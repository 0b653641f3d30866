import Columns
import Language
import Store

extension ShowRunner {
  /// A word that groups, measures or chooses, as `show keys` lists it.
  private struct Word {
    var kind: String
    var name: String
    var meaning: String
    var example: String
    /// What its values are.
    var values: String
    /// The question that shows whether a capture has it.
    var probe: Query
  }

  /// `show keys`: every key, measure and field, what its values are, and which of them a capture
  /// has.
  func addKeys(to table: inout ResultTable) throws(EngineError) {
    let words = self.words
    func text(_ name: String, _ values: [String?]) -> ResultColumn {
      ResultColumn(name: name, role: .key, unit: .none, values: .texts(values))
    }
    table.columns = [
      text("kind", words.map(\.kind)), text("name", words.map(\.name)),
      text("values", words.map(\.values)), text("meaning", words.map(\.meaning)),
      text("example", words.map(\.example)),
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

  private var words: [Word] {
    var words: [Word] = []
    for word in Vocabulary.keys {
      var probe = Query(verb: located(.top))
      probe.keys = [located(word.value)]
      if word.value == .window { probe.windows = located(.over(1)) }
      if word.value == .lifetime { probe.population = located(.freed) }
      words.append(
        Word(
          kind: "key", name: word.name, meaning: word.meaning, example: word.example,
          values: word.value.definition.values.inWords, probe: probe))
    }
    for word in Vocabulary.measures {
      var probe = Query(verb: located(word.value == .rate ? .growth : .top))
      probe.measures = [located(word.value)]
      if word.value.needsLifetimes { probe.population = located(.freed) }
      words.append(
        Word(
          kind: "measure", name: word.name, meaning: word.meaning, example: word.example,
          values: word.value.valuesInWords, probe: probe))
    }
    for word in Vocabulary.sampleTypes {
      var probe = Query(verb: located(.top))
      probe.measures = [located(.sampleType(word.value))]
      words.append(
        Word(
          kind: "sample type", name: word.name, meaning: word.meaning, example: word.example,
          values: Measure.sampleType(word.value).valuesInWords, probe: probe))
    }
    for word in Vocabulary.series {
      var probe = Query(verb: located(.timeline))
      probe.measures = [located(.series(word.value))]
      words.append(
        Word(
          kind: "series", name: word.name, meaning: word.meaning, example: word.example,
          values: Measure.series(word.value).valuesInWords, probe: probe))
    }
    for word in Vocabulary.fields where word.value != .size {
      if case .key = word.value { continue }
      var probe = Query(verb: located(.list))
      probe.filter = .compare(
        located(word.value), located(.greaterOrEqual), located(.time(TimePoint(base: .start))))
      words.append(
        Word(
          kind: "field", name: word.name, meaning: word.meaning, example: word.example,
          values: "time", probe: probe))
    }
    return words
  }
}
