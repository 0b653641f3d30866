import Language
import Results

/// Says why nothing was found, by one rule for all verbs.
///
/// It names the part of the question that left nothing, the names that may have been meant, and
/// what would be found without it.
struct EmptyResultAdvice {
  let context: QueryContext
  let keys: [Key]

  /// A part of a question that drops records, and the question without it.
  private struct Part {
    var text: String
    var without: Query
  }

  /// More parts than these are tried together only.
  private static let mostParts = 4

  /// Remarks for an empty result.
  func notes() throws(EngineError) -> [String] {
    // A plan finds nothing whatever there is.
    guard !context.captures.contains(where: \.isDry) else { return [] }
    let query = context.query
    let absent = try AbsentNames(context.captures).absences(of: query).filter(\.isEverywhere)
    if !absent.isEmpty { return absent.map(\.remark) }
    if let note = try noteOnGroups(query) { return [note] }
    let parts = parts(of: query)
    if parts.count <= Self.mostParts {
      for part in parts {
        let found = try count(part.without)
        if !found.isEmpty { return ["nothing meets `\(part.text)`; without it there are \(found)"] }
      }
    }
    var plain = query
    (plain.filter, plain.fromFrame) = (nil, nil)
    if query.filter != nil || query.fromFrame != nil {
      let found = try count(plain)
      if !found.isEmpty {
        return ["nothing meets all of the conditions; without them there are \(found)"]
      }
    }
    let names = context.names.joined(separator: ", ")
    return ["\(names) holds nothing that is `\(context.population.value.canonicalText)`"]
  }

  // MARK: Parts

  private func parts(of query: Query) -> [Part] {
    var parts: [Part] = []
    if let filter = query.filter {
      if case .and(let terms) = filter {
        for (place, term) in terms.enumerated() {
          var without = query
          var rest = terms
          rest.remove(at: place)
          without.filter = rest.count == 1 ? rest[0] : .and(rest)
          parts.append(
            Part(text: "where " + term.canonicalText(sizes: query.typedSizes), without: without))
        }
      } else {
        var without = query
        without.filter = nil
        parts.append(
          Part(text: "where " + filter.canonicalText(sizes: query.typedSizes), without: without))
      }
    }
    if let range = query.range {
      var without = query
      without.range = nil
      parts.append(Part(text: "in " + range.value.canonicalText, without: without))
    }
    if let frame = query.fromFrame {
      var without = query
      without.fromFrame = nil
      parts.append(Part(text: "from frame " + frame.canonicalText, without: without))
    }
    return parts
  }

  /// How many records a question finds, in words; empty for none.
  private func count(_ query: Query) throws(EngineError) -> String {
    let groups = try GroupGatherer(
      context: context.asking(query), keys: keys, measures: [.size, .count]
    ).gather()
    let records = groups.table.sums.reduce(Int64(0)) { $0 &+ $1.count }
    if records > 0 { return records == 1 ? "1 record" : "\(records) records" }
    let found = groups.table.sums.count { !$0.isEmpty }
    return found == 0 ? "" : found == 1 ? "1 group" : "\(found) groups"
  }

  // MARK: Sizes of groups

  /// `where size` is about single records; often groups were meant.
  private func noteOnGroups(_ query: Query) throws(EngineError) -> String? {
    guard query.verb.value == .top, let bound = query.filter.flatMap(Self.sizeBound) else {
      return nil
    }
    var wider = query
    wider.filter = nil
    let groups = try GroupGatherer(
      context: context.asking(wider), keys: keys, measures: [.size]
    ).gather()
    let passing = groups.table.sums.filter {
      NumberTest.comparison(bound.comparison, bound.bytes).passes(Double($0.bytes))
    }
    guard !passing.isEmpty else { return nil }
    wider.having = .compare(
      Located(.size, query.verb.range), Located(bound.comparison, query.verb.range),
      Located(.size(bound.bytes), query.verb.range))
    return
      "`where size` is about single records, and none is that large; "
      + "\(passing.count == 1 ? "1 group is" : "\(passing.count) groups are"): "
      + "`\(wider.canonicalText)`"
  }

  private static func sizeBound(
    _ predicate: Predicate
  ) -> (comparison: Comparison, bytes: Double)? {
    guard case .leaf(.compare(let field, let comparison, let value)) = predicate,
      field.value == .size, case .size(let bytes) = value.value,
      comparison.value == .greater || comparison.value == .greaterOrEqual
    else { return nil }
    return (comparison.value, bytes)
  }
}

extension Executor {
  /// The answer with the reason where nothing was found.
  func explained(_ answer: Answer) throws(EngineError) -> Answer {
    var answer = answer
    switch answer.content {
    case .table(var table):
      guard table.rowCount == 0, table.notes.isEmpty else { return answer }
      table.notes += try EmptyResultAdvice(
        context: question.left, keys: question.left.keys
      ).notes()
      answer.content = .table(table)
    case .tree(var tree):
      guard tree.parents.count <= 1, question.sides.count == 1 else { return answer }
      tree.notes += try EmptyResultAdvice(
        context: question.left, keys: question.left.keys
      ).notes()
      answer.content = .tree(tree)
    }
    return answer
  }
}
