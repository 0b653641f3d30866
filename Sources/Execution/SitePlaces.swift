import Language
import Store

/// The places of sites in the order of a key's values, over all captures of a question.
struct SitePlaces {
  /// For each key, each capture and each site.
  private var places: [Key: [[Int64]]] = [:]

  /// Places by the keys that a question is ordered by.
  init(_ context: QueryContext) throws(EngineError) {
    for column in context.query.order {
      guard case .key(let key) = column.column.value, key != .lifetime, key != .sizeclass else {
        continue
      }
      if key.isStretch {
        throw .cannotAnswer(
          "a record has a time, which `list` shows", suggestion: "`order by time`",
          at: column.column.range)
      }
      var dictionary = KeyDictionary()
      var numbers: [[Int32]] = []
      for data in context.captures {
        let view = try context.view(of: data)
        numbers.append(try reading(try view.keys.numbers(of: key, into: &dictionary)))
      }
      let rising = (0..<Int32(dictionary.count)).sorted {
        KeyValue.precedes(dictionary.value($0), dictionary.value($1))
      }
      // What has no value comes first.
      var ranks = [Int64](repeating: 0, count: rising.count + 1)
      for (rank, number) in rising.enumerated() { ranks[Int(number) + 1] = Int64(rank + 1) }
      places[key] = numbers.map { $0.map { ranks[Int($0) + 1] } }
    }
  }

  /// The place of a site; 0 for a key that was not asked for.
  func place(of key: Key, capture: Int, site: Int) -> Int64 { places[key]?[capture][site] ?? 0 }
}
