import CaptureModel
import Columns
import Store

/// Answers `suspects` of a capture with two tables, such as two prints of growth: what the later
/// one holds more.
struct TableDifferences {
  /// As it was asked.
  let query: Query

  /// A group that holds more.
  private struct Rise {
    var place: String?
    var before: Double
    var after: Double
    var more: Double { after - before }
  }

  /// The answer; nil unless the capture has two tables.
  func answer(_ context: QueryContext, _ facts: StoredProfile) throws(EngineError) -> Answer? {
    let data = context.captures[0]
    guard facts.moments >= 2, query.per == nil, query.measures.allSatisfy({ !$0.value.isSeries })
    else { return nil }
    let keys = query.keys.isEmpty ? [data.standardKey(facts)] : query.keys.map(\.value)
    guard keys.count == 1 else { return nil }
    let moments = try ProfileMoments(context: context, data: data, facts: facts, keys: keys)
    guard moments.moments.count == 2 else { return nil }
    let measure: Measure =
      facts.index(population: .live, measure: .size) == nil ? .count : .size
    let printed =
      measure == .count && keys == [.type] ? try PrintedGrowth(data, facts) : nil
    var rises: [Rise] = []
    var unknown = 0
    for group in 0..<moments.groupCount {
      guard moments.isKnown(group, moment: 1),
        let after = moments.sums[1][group].value(of: measure)
      else {
        unknown += moments.isKnown(group, moment: 0) ? 1 : 0
        continue
      }
      let key = moments.keys(of: group)[0]
      var before =
        moments.isKnown(group, moment: 0) ? moments.sums[0][group].value(of: measure) : nil
      before = before ?? printed?.before(after, key, moment: 1)
      guard let before else {
        unknown += 1
        continue
      }
      rises.append(Rise(place: key?.text, before: before, after: after))
    }
    return table(rises, unknown, measure, keys[0], context)
  }

  private func table(
    _ rises: [Rise], _ unknown: Int, _ measure: Measure, _ key: Key, _ context: QueryContext
  ) -> Answer {
    let isBytes = measure == .size
    let least = isBytes ? SuspectRules.leastRise : 1
    var found = rises.filter { $0.more >= least }.sorted { $0.more > $1.more }
    if let limit = context.limitOf(query) { found = Array(found.prefix(limit)) }
    var table = context.emptyTable(population: "live, the second table less the first")
    table.query = query.questionText
    if found.isEmpty { table.notes.append("nothing holds more: no leak is suspected") }
    table.notes.append(
      "two moments make a difference, no rate: it may be a warm-up; `growth of` three "
        + "or more tells")
    if unknown > 0 {
      table.notes.append(
        "\(unknown) that only one of the tables lists are left out: what the other held of them "
          + "is unknown")
    }
    func texts(_ name: String, _ values: [String?], _ role: ColumnRole = .key) -> ResultColumn {
      ResultColumn(name: name, role: role, unit: .none, values: .texts(values))
    }
    func text(_ number: Double) -> String {
      isBytes ? RateText.size(number, context.sizes) : "\(Int64(nearest: number))"
    }
    let name = isBytes ? "size_diff" : "count_diff"
    table.columns = [
      ResultColumn(
        name: "rank", role: .key, unit: .none,
        values: .integers(found.indices.map { Int64($0 + 1) })),
      texts(key.name, found.map(\.place)), texts("shape", found.map { _ in "difference" }),
      ResultColumn(
        name: name, role: .measure, unit: isBytes ? .bytes : .count,
        values: .integers(found.map { Int64(nearest: $0.more) })),
      texts(
        "evidence",
        found.map { rise in
          "\(rise.place ?? "It") holds \(text(rise.more)) more than in the first table: "
            + "\(text(rise.before)) there, \(text(rise.after)) in the second."
        }, .prose),
      texts("query", found.map { _ in query.asGrowth.questionText }, .prose),
    ]
    return Answer(content: .table(table), verb: .suspects, output: query.output, limit: nil)
  }
}
