import CaptureModel
import Results
import Language
import Planning
import Store

/// Finds the sample types and labels that a question names in what its captures hold.
///
/// Sample types take the places of a group's sums: bytes, blocks, objects and lifetimes, none of
/// which a profile has besides.
struct SampleTypes {
  let captures: [CaptureData]
  private static let greatestCount = 4

  private var types: [String: SampleType] = [:]
  private var labels: [String: SampleLabel] = [:]
  private var facts: [StoredProfile] = []

  init(_ captures: [CaptureData]) throws(EngineError) {
    self.captures = captures
    for data in captures {
      if let known = try reading(try data.profile()) { facts.append(known) }
    }
  }

  /// The question with what is known of its sample types and labels.
  mutating func resolve(_ query: Query) throws(EngineError) -> Query {
    var query = query
    for index in query.measures.indices {
      query.measures[index].value = try resolve(query.measures[index])
    }
    if let having = query.having { query.having = try resolve(having) }
    for index in query.order.indices {
      let column = query.order[index].column
      switch column.value {
      case .measure(let measure):
        let known = try resolve(Located(measure, column.range))
        query.order[index].column.value = .measure(known)
      case .key(.label(let label)):
        query.order[index].column.value = .key(.label(try resolve(label)))
      case .key, .time: break
      }
    }
    for index in query.keys.indices {
      guard case .label(let label) = query.keys[index].value else { continue }
      query.keys[index].value = .label(try resolve(label))
    }
    return query
  }

  private mutating func resolve(_ limits: Limits) throws(EngineError) -> Limits {
    try limits.map { (limit) throws(EngineError) in
      var known = limit
      known.measure.value = try resolve(limit.measure)
      return known
    }
  }

  // MARK: Sample types

  private mutating func resolve(_ measure: Located<Measure>) throws(EngineError) -> Measure {
    switch measure.value {
    case .sampleType(let type): return .sampleType(try resolve(type.name, at: measure.range))
    case .samples, .objects:
      // Words of the language that profiles use too.
      let name = measure.value.name
      guard !facts.isEmpty, facts.allSatisfy({ $0.value(named: name) != nil }) else {
        guard measure.value == .samples, let first = facts.first?.values.mainSamples,
          !first.name.isEmpty
        else { return measure.value }
        return .sampleType(try resolve(first.name, at: measure.range))
      }
      return .sampleType(try resolve(name, at: measure.range))
    default: return measure.value
    }
  }

  private mutating func resolve(
    _ name: String, at range: SourceRange
  ) throws(EngineError) -> SampleType {
    if let known = types[name] { return known }
    var found: ProfileValue?
    for data in captures {
      let facts = try reading(try data.profile())
      guard let value = facts?.value(named: name) else {
        throw missing(name, data, facts, at: range)
      }
      if let found, found.unit != value.unit || found.scale != value.scale {
        throw .cannotAnswer(
          "`\(name)` of \(data.info.name) is in \(value.unit), of others in \(found.unit)",
          suggestion: "ask each capture alone", at: range)
      }
      found = value
    }
    guard types.count < Self.greatestCount else {
      throw .cannotAnswer(
        "at most \(Self.greatestCount) sample types are shown at once",
        suggestion: "ask for the others by themselves", at: range)
    }
    var type = SampleType(found?.name ?? name)
    type.slot = types.count
    type.unit = found?.unit ?? ""
    type.scale = max(1, found?.scale ?? 1)
    types[name] = type
    return type
  }

  private func missing(
    _ name: String, _ data: CaptureData, _ facts: StoredProfile?, at range: SourceRange
  ) -> EngineError {
    let names = facts?.values.map(\.name).filter { !$0.isEmpty } ?? []
    let near = NearestWord.matches(for: name, in: names)
    let known = (near.isEmpty ? names : near).map {
      Measure.sampleType(SampleType($0)).canonicalText
    }
    let list = known.map { "`\($0)`" }.joined(separator: ", ")
    if facts == nil {
      return .cannotAnswer(
        "\(data.info.name) holds allocations, no sample type `\(name)`",
        suggestion: "`size` or `count`; captures are named with `of`", at: range)
    }
    return .cannotAnswer(
      "\(data.info.name) has no sample type `\(name)`",
      suggestion: names.isEmpty
        ? "it has none; captures are named with `of`"
        : near.isEmpty ? "it has \(list)" : "did you mean \(list)?", at: range)
  }

  // MARK: Labels

  private mutating func resolve(_ label: SampleLabel) throws(EngineError) -> SampleLabel {
    if let known = labels[label.name] { return known }
    var known = label
    for (index, data) in captures.enumerated() {
      let found = try reading(try data.labels())
      guard let match = found.first(where: { $0.name == label.name }) else { continue }
      if index > 0, labels[label.name] == nil, known.isNumber != match.isNumber { continue }
      known = match
    }
    labels[label.name] = known
    return known
  }
}

extension StoredProfile {
  /// The number of a name, in small letters or as written.
  func value(named name: String) -> ProfileValue? {
    values.first { $0.name == name }
      ?? values.first { !$0.name.isEmpty && $0.name.lowercased() == name.lowercased() }
  }

  /// Where the numbers of a sample type stand; nil when it is not recorded.
  func column(of type: SampleType) -> Int? { values.firstIndex { $0.name == type.name } }

  /// The blocks that belong to bytes, or the samples that belong to times; nil without such.
  func partner(of column: Int) -> Int? {
    let value = values[column]
    guard value.unit != "count" else { return nil }
    if value.measure == .size { return index(population: value.population, measure: .count) }
    let counts = values.indices.filter {
      values[$0].unit == "count" && values[$0].measure == .samples
    }
    return counts.count == 1 ? counts[0] : nil
  }
}

extension QueryContext {
  /// Lets a selection hold the sample types that are measured, and names what they are of.
  func choose(
    _ measures: [Measure], of data: CaptureData, in selection: inout Selection,
    withPartner: Bool = false
  ) throws(EngineError) {
    let types = Set(measures.compactMap(\.sampleType)).sorted { $0.slot < $1.slot }
    guard !types.isEmpty, let facts = try reading(try data.profile()),
      case .recorded(let recorded)? = selection.moment
    else { return }
    var columns = [Int?](repeating: nil, count: 4)
    for type in types { columns[type.slot] = facts.column(of: type) }
    if withPartner, types.count == 1, let column = columns[0] {
      columns[1] = facts.partner(of: column)
    }
    let populations = Set(
      types.compactMap { facts.column(of: $0) }.map { facts.values[$0].population })
    let totals = try reading(try ProfileTotalsData(facts, columns: data.columns))
    var chosen = RecordedTotals(totals, population: .processor, moment: recorded.moment)
    chosen.choose(
      columns,
      recordSize: populations.first.flatMap { facts.index(population: $0, measure: .size) })
    selection.moment = .recorded(chosen)
    let place = try reading(try ProfileTotalsData(facts, columns: data.columns)).place(
      recorded.moment)
    let title =
      populations.count == 1 && populations.first != .processor
      ? populations.first?.rawValue ?? "" : types.map(\.name).joined(separator: ", ")
    selection.title = title + place
  }
}
