import Analysis
import Language
import Results

extension Groups {
  /// A number of a group that a column shows.
  private enum Number {
    case value(Measure)
    case difference(Measure)
    /// Bytes on both sides, on the left alone, and on the right alone.
    case survived, new, freed
  }

  private var numbers: [(name: String, number: Number)] {
    guard let compared else { return measures.map { ($0.columnName, .value($0)) } }
    let compares = measures.flatMap {
      [($0.columnName, Number.value($0)), ("\($0.columnName)_diff", Number.difference($0))]
    }
    let survivors: [(String, Number)] = [
      ("survived", .survived), ("new", .new), ("freed", .freed),
    ]
    return compares + (compared.hasSurvivors ? survivors : [])
  }

  private func number(_ number: Number, _ sides: Sides) -> Double? {
    switch number {
    case .value(.count) where lacksCounts: nil
    case .value(let measure): value(measure, sides)
    case .difference(let measure): difference(measure, sides)
    case .survived: Double(sides.both.bytes)
    case .new: Double(sides.left.bytes - sides.both.bytes)
    case .freed: Double(sides.right.bytes - sides.both.bytes)
    }
  }

  private func measure(of number: Number) -> Measure {
    switch number {
    case .value(let measure), .difference(let measure): measure
    case .survived, .new, .freed: .size
    }
  }

  /// Columns of the keys for some rows; what differs between the sides of `vs` is none.
  func keyColumns(_ rows: some Collection<Int>) -> [ResultColumn] {
    keys.indices.filter { compared == nil || keys[$0] != .capture }.map { index in
      ResultColumn(keys[index], rows.map { key(at: index, of: $0) })
    }
  }

  /// Columns of the rows shown.
  var columns: [ResultColumn] {
    let shown = rows.prefix(shownCount)
    return keyColumns(shown)
      + numbers.map { name, number in
        let measure = measure(of: number)
        let values = shown.map { row -> Double? in
          if compared == nil, graph[measure] != nil { return value(measure, of: row) }
          return self.number(number, sides(row))
        }
        var column = column(name, measure, values)
        if case .difference = number { column.isDifference = true }
        return column
      }
  }

  private func column(_ name: String, _ measure: Measure, _ values: [Double?]) -> ResultColumn {
    let isDivided = isDivided(measure)
    let isInteger = weights.isInteger(measure) && compared?.isNormalized != true && !isDivided
    return ResultColumn(
      name: name, role: .measure, unit: unit(of: measure), total: measure.columnTotal,
      values: isInteger ? .integers(values.map { $0.map { Int64(nearest: $0) } }) : .reals(values))
  }

  /// Unit of a measure's column.
  func unit(of measure: Measure) -> Unit {
    guard isDivided(measure), let per = compared?.per else { return weights.unit(of: measure) }
    return RateScale(per, of: measure == .size ? .bytes : .count).unit
  }

  private func values(_ sides: Sides) -> [MeasureValue] {
    numbers.map { name, number in
      let hasNoSum = graph[measure(of: number)] != nil
      return MeasureValue(column: name, value: hasNoSum ? nil : self.number(number, sides))
    }
  }

  /// Fills a table with the rows shown, what is left, and totals.
  func fill(_ table: inout ResultTable, isChosen: Bool) {
    table.columns = columns
    table.otherCount = rows.count - shownCount
    if table.otherCount > 0, !isInclusive { table.other = values(rest) }
    table.total = values(isChosen && !isInclusive && compared == nil ? kept : total)
    guard compared == nil else { return }
    if let all { table.all = values(Sides(left: all)) }
    if isChosen, table.all == nil { table.all = values(total) }
  }

  /// The rows as assertions test them.
  var measured: MeasuredGroups {
    var measured = MeasuredGroups(
      title: title,
      groups: rows.map { row in
        MeasuredGroups.Group(
          key: keys.indices.map { key(at: $0, of: row) },
          values: measures.map { value($0, of: row) })
      }, units: measures.map(weights.unit(of:)))
    measured.keyColumns = { places in keyColumns(places.map { rows[$0] }) }
    return measured
  }
}
