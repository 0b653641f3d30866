import Results

extension ResultTable {
  /// The table in parts, by a column of sections where there is one: each with the columns that
  /// say something there.
  var sections: [(name: String?, table: ResultTable)] {
    guard let place = columns.firstIndex(where: { $0.meaning == .section }),
      case .texts(let names) = columns[place].values
    else { return [(nil, self)] }
    var order: [String] = []
    var rows: [String: [Int]] = [:]
    for row in 0..<safeRowCount {
      let name = names[row] ?? ""
      if rows[name] == nil { order.append(name) }
      rows[name, default: []].append(row)
    }
    return order.map { name in
      var part = self
      part.columns.remove(at: place)
      part.columns = part.columns.compactMap { $0.kept(rows[name] ?? []) }
      part.other = nil
      part.otherCount = 0
      part.total = nil
      return (name, part)
    }
  }
}

extension ResultColumn {
  /// Only these rows; nil when none has a value.
  fileprivate func kept(_ rows: [Int]) -> ResultColumn? {
    var column = self
    let isEmpty: Bool
    switch values {
    case .integers(let all):
      column.values = .integers(rows.map { all[$0] })
      isEmpty = rows.allSatisfy { all[$0] == nil }
    case .reals(let all):
      column.values = .reals(rows.map { all[$0] })
      isEmpty = rows.allSatisfy { all[$0] == nil }
    case .texts(let all):
      column.values = .texts(rows.map { all[$0] })
      isEmpty = rows.allSatisfy { all[$0] == nil }
    case .stacks(let all):
      column.values = .stacks(rows.map { all[$0] })
      isEmpty = rows.allSatisfy { all[$0] == nil }
    case .series(let all):
      column.values = .series(rows.map { all[$0] })
      isEmpty = rows.allSatisfy { all[$0].isEmpty }
    }
    return isEmpty ? nil : column
  }
}
