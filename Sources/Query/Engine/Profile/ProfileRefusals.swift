import CaptureModel
import Store

/// Says why a capture of another tool cannot answer a question, and what it can.
///
/// What populations hold is `ProfilePopulations`' matter.
struct ProfileRefusals {
  let data: CaptureData
  let facts: StoredProfile
  /// Whether no other capture takes part.
  let isAlone: Bool

  private var name: String { data.info.name }

  private func refusal(_ reason: String, _ wayOut: String, at range: SourceRange) -> EngineError {
    let record = facts.advice.isEmpty ? "" : "; \(facts.advice)"
    return .query(.cannotAnswer(reason, wayOut: wayOut + record, at: range))
  }

  /// Lets a question pass that the capture can answer.
  func check(_ query: Query) throws(EngineError) {
    // Over each other, captures show what each has.
    if query.verb.value == .timeline, !isAlone { return }
    try checkVerb(query)
    try checkPopulation(query)
    if facts.mainPopulation == .processor, let population = query.population,
      !isOfMoment(population.value), !facts.holds(.size)
    {
      throw refusal(
        "\(name) is a processor profile: it knows no memory", "leave out the population",
        at: population.range)
    }
    if isOfLines, let population = query.population {
      throw refusal(
        "\(name) tells what the process held while its lines ran, not what was "
          + "\(population.value.canonicalText)",
        "leave out the population", at: population.range)
    }
    if let windows = query.windows, query.verb.value != .timeline, query.verb.value != .growth {
      throw refusal(
        "windows need every allocation; \(name) holds totals", "`timeline`", at: windows.range)
    }
    let isOfProcess = query.measures.contains { $0.value.isSeries }
    for key in query.keys where !isOfProcess { try check(key.value, at: key.range) }
    for measure in query.measures { try check(measure.value, at: measure.range) }
    for column in query.order {
      switch column.column.value {
      case .measure(let measure): try check(measure, at: column.column.range)
      case .key(let key): try check(key, at: column.column.range)
      case .time:
        throw refusal(
          "\(name) holds totals, which have no time", "`order by size`", at: column.column.range)
      }
    }
    if let filter = query.filter { try check(filter) }
    if let having = query.having { try check(having) }
    if let frame = query.fromFrame, !data.hasStacks { throw noStacks(at: frame.range) }
    if let inclusive = query.inclusive, !data.hasStacks { throw noStacks(at: inclusive) }
  }

  /// `live at start` of what holds several moments.
  private func isOfMoment(_ population: Population) -> Bool {
    if case .live = population { facts.moments > 1 } else { false }
  }

  /// Refuses keys that the capture does not record.
  func check(keys: [Located<Key>]) throws(EngineError) {
    for key in keys where key.value != .pid && key.value != .capture {
      try check(key.value, at: key.range)
    }
  }

  private func checkVerb(_ query: Query) throws(EngineError) {
    let verb = query.verb.value
    let range = query.verb.range
    let isOfProcess = query.measures.contains { $0.value.isSeries }
    switch verb {
    case .growth:
      guard facts.values.isEmpty,
        let key = query.keys.first(where: { ![.pid, .capture].contains($0.value) })
      else { return }
      throw refusal("\(name) holds values over time, of processes", "`growth rss`", at: key.range)
    case .timeline, .suspects, .paths, .source, .stats: return
    case .list, .hist:
      guard facts.objects == 0 else { return }
      throw refusal(
        "`\(verb.rawValue)` shows single records; \(name) holds totals",
        data.hasStacks
          ? "`top by traceback`" : "`top by \(data.standardKey(facts).name)`",
        at: range)
    case .flame, .tree:
      if isOfLines {
        throw refusal(
          "\(name) records lines, no stacks", "`top by lineno`, `source FILE`", at: range)
      }
      if !data.hasStacks { throw noStacks(at: range) }
    case .top: break
    }
    if facts.values.isEmpty, !isOfProcess {
      let series = try reading(try data.seriesNames())
      throw refusal(
        "\(name) holds values over time, no totals",
        series.isEmpty ? "`show capture`" : "`timeline \(series.joined(separator: ", "))`",
        at: range)
    }
  }

  /// Refuses the populations that a verb would not look at.
  private func checkPopulation(_ query: Query) throws(EngineError) {
    let populations = try reading(try ProfilePopulations(data: data, facts: facts))
    switch query.verb.value {
    case .list, .hist, .stats:
      guard let first = query.population?.range ?? query.range?.range else { return }
      let population = query.population ?? Located(.live(at: nil), first)
      if population.value == .live(at: nil), query.range == nil { return }
      _ = try populations.selection(population, range: query.range)
    case .timeline, .growth:
      guard let population = query.population, population.value != .live(at: nil) else { return }
      _ = try populations.selection(population, range: nil)
    default: return
    }
  }

  private func noStacks(at range: SourceRange) -> EngineError {
    refusal(
      "\(name) records no stacks", "`top by \(data.standardKey(facts).name)`", at: range)
  }

  private func check(_ key: Key, at range: SourceRange) throws(EngineError) {
    let other = "`by \(data.standardKey(facts).name)`"
    switch key {
    case .lineno, .filename, .function, .frame, .traceback, .module, .package, .kind:
      guard data.hasStacks else { throw noStacks(at: range) }
      if key == .function, !facts.hasFunctions {
        throw refusal("\(data.info.format) records no function names", other, at: range)
      }
      if [.filename, .module, .package].contains(key), !facts.hasFiles {
        throw refusal("\(name) records no files", other, at: range)
      }
      if key == .module || key == .package {
        let modules = try reading(try data.modules())
        if modules.names.allSatisfy({ $0 == nil }) {
          throw refusal("\(name) holds no modules of Python", "`by filename`", at: range)
        }
      }
      if key == .lineno, !facts.hasLines || !facts.hasFiles {
        throw refusal("\(name) records no lines", other, at: range)
      }
    case .type, .domain, .pid, .thread:
      guard try reading(try data.records(key)) else {
        throw refusal("\(name) records no \(key.plural)", other, at: range)
      }
    case .allocator: throw refusal("\(name) records no allocators", other, at: range)
    case .sizeclass:
      guard facts.objects == 0 else { return }
      throw refusal(
        "`sizeclass` needs the size of every block; \(name) holds totals", other, at: range)
    case .lifetime, .window, .mark:
      throw refusal(
        "`\(key.name)` needs every allocation; \(name) holds totals", other, at: range)
    case .label(let label):
      let known = try reading(try data.labels()).map(\.name)
      guard !known.contains(label.name) else { return }
      let near = NearestWord.matches(for: label.name, in: known)
      let list = (near.isEmpty ? known : near).map {
        "`\(Key.label(SampleLabel($0)).canonicalText)`"
      }.joined(separator: ", ")
      throw refusal(
        known.isEmpty
          ? "\(name) records no labels" : "\(name) records no label `\(label.name)`",
        known.isEmpty ? other : near.isEmpty ? "it has \(list)" : "did you mean \(list)?", at: range
      )
    case .capture: return
    }
  }

  private func check(_ measure: Measure, at range: SourceRange) throws(EngineError) {
    switch measure {
    case .size, .sizeDifference, .averageSize, .maximumSize: try checkSizes(measure, at: range)
    case .count, .countDifference:
      guard hasCounts else {
        throw refusal("\(name) records no counts", "`\(firstMeasure)`", at: range)
      }
    case .samples:
      guard facts.holds(.samples) else {
        throw refusal("\(name) holds no samples of a processor", "`\(firstMeasure)`", at: range)
      }
    case .retainedSize, .deepSize:
      guard facts.objects == 0 else { return }
      throw refusal(
        "`\(measure.name)` needs a graph of objects; \(name) holds totals", "`\(firstMeasure)`",
        at: range)
    case .averageLifetime, .maximumLifetime, .objects:
      throw refusal(
        "`\(measure.name)` needs every allocation; \(name) holds totals", "`\(firstMeasure)`",
        at: range)
    case .rate, .series, .sampleType: return
    }
  }

  private func checkSizes(_ measure: Measure, at range: SourceRange) throws(EngineError) {
    guard hasSizes else {
      throw refusal("\(name) records no sizes", "`\(firstMeasure)`", at: range)
    }
    if measure == .averageSize, !hasCounts {
      throw refusal("\(name) records no counts to divide by", "`size`", at: range)
    }
    if measure == .maximumSize, facts.objects == 0, !isOfLines {
      throw refusal(
        "`max size` needs the size of every block; \(name) holds totals", "`size`", at: range)
    }
  }

  /// Whether totals are reports of lines, with the memory of the process.
  private var isOfLines: Bool { (try? data.tellsLines(facts)) ?? false }

  private var hasSizes: Bool { facts.holds(.size) }
  private var hasCounts: Bool { facts.holds(.count) }

  private var firstMeasure: String {
    guard let first = facts.values.first(where: { $0.measure != .delta }) else { return "rss" }
    return first.measure != .samples || first.name.isEmpty
      ? first.measure.rawValue : Measure.sampleType(SampleType(first)).canonicalText
  }

  private func check(_ field: Located<Field>) throws(EngineError) {
    switch field.value {
    case .key(let key): try check(key, at: field.range)
    case .time:
      throw refusal("\(name) holds totals, which have no time", "`live at TIME`", at: field.range)
    case .size:
      guard !hasSizes else { return }
      throw refusal("\(name) records no sizes", "`having count > 10`", at: field.range)
    }
  }

  private func check(_ predicate: Predicate) throws(EngineError) {
    switch predicate {
    case .and(let parts), .or(let parts): for part in parts { try check(part) }
    case .not(let part): try check(part)
    case .compare(let field, _, _), .inRange(let field, _, _, _), .inSet(let field, _, _):
      try check(field)
    case .stackHas(let patterns):
      if !data.hasStacks, let first = patterns.first { throw noStacks(at: first.range) }
    case .name: break
    }
  }

  private func check(_ limits: Limits) throws(EngineError) {
    switch limits {
    case .and(let parts), .or(let parts): for part in parts { try check(part) }
    case .not(let part): try check(part)
    case .compare(let measure, _, _): try check(measure.value, at: measure.range)
    }
  }
}

extension CaptureData {
  /// Whether totals are of stacks, even when there are none of any.
  var hasStacks: Bool { info.stacks > 0 || info.kind == .samples }

  /// The key that groups are made by when none is named.
  func standardKey(_ facts: StoredProfile) -> Key {
    guard hasStacks else { return .type }
    if facts.hasLines, facts.hasFiles { return .lineno }
    return facts.hasFunctions ? .function : .filename
  }

  /// Whether sites carry a key of their own.
  func records(_ key: Key) throws(StoreError) -> Bool {
    let sites = try sites()
    // Of nothing, everything can be asked.
    if sites.count == 0 { return true }
    switch key {
    case .type: return !sites.types.isEmpty
    case .label: return true
    case .domain: return !sites.domains.isEmpty
    case .pid: return !sites.processes.isEmpty
    case .thread: return sites.threads.contains { $0 != .max }
    default: return false
    }
  }

  /// Names of the series over time, each once.
  func seriesNames() throws(StoreError) -> [String] {
    var names: [String] = []
    for name in try columns.texts(.seriesName) where !names.contains(name) { names.append(name) }
    return names
  }
}

extension Key {
  fileprivate var plural: String {
    switch self {
    case .pid: "process ids"
    default: name + "s"
    }
  }
}

extension Key {
  /// Whether it is a part of a stack.
  var isOfStacks: Bool {
    switch self {
    case .lineno, .filename, .function, .frame, .traceback, .module, .package: true
    default: false
    }
  }
}
