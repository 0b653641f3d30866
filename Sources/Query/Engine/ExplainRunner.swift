import Columns
import Store

/// Answers `explain`: the canonical query and the plan, with `analyze` what it read.
struct ExplainRunner {
  let store: Store
  let session: Session

  /// The answer: one text column, a line a step.
  func answer(_ statement: Statement, analyze: Bool) throws(EngineError) -> Answer {
    var lines = [session.canonicalText(of: statement)]
    var query: Query?
    switch statement {
    case .query(let inner): query = inner
    case .assert(let assertion): query = assertion.query
    default: break
    }
    var output = Output()
    if let query {
      output = query.output
      lines += try plan(query, analyze: analyze)
    }
    var table = ResultTable(query: session.canonicalText(of: statement))
    table.columns = [
      ResultColumn(name: "plan", role: .key, unit: .none, values: .texts(lines))
    ]
    return Answer(content: .table(table), verb: nil, output: output, limit: nil)
  }

  private func plan(_ query: Query, analyze: Bool) throws(EngineError) -> [String] {
    let context = try QueryContext(store: store, query: query)
    var lines = ["population \(context.population.value.canonicalText)"]
    let measures = query.measures.map(\.value)
    let keys = try context.keys()
    for data in context.captures {
      let resolver = try reading(try PopulationResolver(data: data))
      let selection = try resolver.selection(
        try context.population(of: data), range: query.range)
      let view = try context.view(of: data)
      var needs = ScanNeeds()
      needs.recordSizes = keys.contains(.sizeclass) || measures.contains { $0.needsRecordSizes }
      needs.lifetimes = measures.contains { $0.needsLifetimes } || query.verb.value == .list
      if keys.contains(.lifetime) { needs.rowKey = RowKey(byLifetime: true) }
      do throws(StoreError) {
        let scan = try PopulationScan(
          data: data, selection: selection, condition: view.condition, needs: needs)
        lines.append("capture \(data.info.name): \(selection.title)")
        lines.append("  read \(scan.path.rawValue), \(data.info.segments) segments")
        guard analyze else { continue }
        let clock = ContinuousClock()
        let start = clock.now
        let statistics = try scan.run { _ in }
        let elapsed = clock.now - start
        lines.append(
          "  segments read \(statistics.segmentsRead), rows read \(statistics.rowsRead), "
            + "\(elapsed.components.attoseconds / 1_000_000_000_000) µs")
      } catch { throw .store(error) }
    }
    lines.append("group by " + keys.map(\.rawValue).joined(separator: ", "))
    return lines
  }
}
