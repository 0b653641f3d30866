import Results

/// A column of a terminal table: what its cells show, and its place on the line.
struct TerminalColumn {
  enum Content: Equatable {
    /// Values of the result column at this index.
    case values(Int)
    /// Share of `base` of the result column at this index.
    case share(Int, base: Double)
    /// A bar as long as the value's share of `greatest`.
    case bar(Int, greatest: Double)
  }

  var title: String
  var content: Content
  var alignsRight: Bool
  var width = 0

  var index: Int {
    switch content {
    case .values(let index), .share(let index, _), .bar(let index, _): index
    }
  }
}

/// Chooses columns and their widths, dropping what does not fit.
struct TerminalLayout {
  /// Columns of numbers, in order, left of the names.
  var numbers: [TerminalColumn] = []
  /// Columns of names: the right end of the line.
  var names: [TerminalColumn] = []
  /// Whether counts are written short.
  var isCompact = false
  /// Whether names stand on a line of their own below the numbers.
  var namesBelow = false

  /// Names narrower than this are not worth reading.
  static let leastNameWidth = 16
  /// Names as long as this take room from curves.
  static let usualNameWidth = 28
  static let gap = 2

  /// Cells left of the names.
  var numbersWidth: Int { numbers.reduce(0) { $0 + $1.width + Self.gap } }
}

/// Measures a table and fits it into a style's width.
struct TerminalFitting {
  let table: ResultTable
  let style: TerminalStyle
  let cells: TerminalCells

  init(_ table: ResultTable, style: TerminalStyle) {
    self.table = table
    self.style = style
    cells = TerminalCells(table: table)
  }

  func layout() -> TerminalLayout {
    var layout = TerminalLayout()
    layout.numbers = numberColumns()
    layout.names = nameColumns()
    measure(&layout)
    let steps: [(inout TerminalLayout) -> Void] = [
      { Self.drop(from: &$0) { if case .bar = $0.content { true } else { false } } },
      { $0.isCompact = true },
      { Self.drop(from: &$0) { $0.title == "%all" } },
      { Self.drop(from: &$0) { ["rate_low", "rate_high"].contains($0.title) } },
      { Self.drop(from: &$0) { if case .share = $0.content { true } else { false } } },
      { $0.namesBelow = true },
    ]
    for step in steps where !fits(layout) {
      step(&layout)
      measure(&layout)
    }
    fitBar(&layout)
    fitNames(&layout)
    return layout
  }

  /// Numeric keys (a time, a range) come first, then measures, the first with its shares.
  private func numberColumns() -> [TerminalColumn] {
    var result: [TerminalColumn] = []
    let columns = table.columns
    for index in columns.indices where columns[index].isNumeric && columns[index].role == .key {
      result.append(.init(title: columns[index].name, content: .values(index), alignsRight: true))
    }
    var isFirst = true
    for index in columns.indices where columns[index].isNumeric && columns[index].role == .measure {
      result.append(.init(title: columns[index].name, content: .values(index), alignsRight: true))
      if isFirst { result += shareColumns(index) }
      isFirst = false
    }
    return result
  }

  private func shareColumns(_ index: Int) -> [TerminalColumn] {
    let column = table.columns[index]
    var result: [TerminalColumn] = []
    let all = ResultTable.value(of: column.name, in: table.all)
    if column.isAdditive {
      if let total = ResultTable.value(of: column.name, in: table.total), total > 0 {
        result.append(
          .init(
            title: all == nil ? "%" : "%shown", content: .share(index, base: total),
            alignsRight: true))
      }
      if let all, all > 0 {
        result.append(
          .init(title: "%all", content: .share(index, base: all), alignsRight: true))
      }
    }
    let greatest = (0..<table.safeRowCount).reduce(0.0) {
      max($0, column.number($1)?.magnitude ?? 0)
    }
    if style.isTerminal && table.safeRowCount > 1 && greatest > 0 {
      result.append(
        .init(title: "", content: .bar(index, greatest: greatest), alignsRight: false))
    }
    return result
  }

  private func nameColumns() -> [TerminalColumn] {
    table.columns.indices.filter { !table.columns[$0].isNumeric }.map {
      TerminalColumn(
        title: table.columns[$0].name, content: .values($0), alignsRight: false)
    }
  }

  private func measure(_ layout: inout TerminalLayout) {
    for index in layout.numbers.indices {
      let column = layout.numbers[index]
      var width = DisplayWidth.of(column.title)
      if case .bar = column.content {
        width = 8
      } else {
        for row in 0..<table.safeRowCount {
          width = max(width, cells.number(column, row, compact: layout.isCompact).utf8.count)
        }
        for sums in [table.other, table.total] {
          width = max(width, cells.sum(column, sums, compact: layout.isCompact).utf8.count)
        }
      }
      layout.numbers[index].width = width
    }
    // Without names the label of the total stands below the first key.
    if layout.names.isEmpty, table.total != nil, let first = layout.numbers.first,
      table.columns[first.index].role == .key
    {
      layout.numbers[0].width = max(first.width, "total".count)
    }
    for index in layout.names.indices {
      layout.names[index].width = 0
      layout.names[index].width = naturalWidth(layout.names[index], isFirst: index == 0)
    }
  }

  private func naturalWidth(_ column: TerminalColumn, isFirst: Bool) -> Int {
    var width = DisplayWidth.of(column.title)
    for row in 0..<table.safeRowCount {
      for line in cells.name(column, row) { width = max(width, DisplayWidth.of(line)) }
    }
    if isFirst {
      if table.total != nil { width = max(width, 5) }
      if table.otherCount > 0 { width = max(width, cells.otherLabel.utf8.count) }
    }
    return width
  }

  private func fits(_ layout: TerminalLayout) -> Bool {
    guard style.width > 0 && !layout.namesBelow else { return true }
    let room = style.width - layout.numbersWidth
    let needed = layout.names.reduce(0) {
      $0 + min($1.width, isSeries($1) ? Sparkline.greatestWidth : TerminalLayout.leastNameWidth)
        + TerminalLayout.gap
    }
    return room >= needed - TerminalLayout.gap
  }

  private func isSeries(_ column: TerminalColumn) -> Bool {
    if case .series = table.columns[column.index].values { true } else { false }
  }

  private func fitBar(_ layout: inout TerminalLayout) {
    let isBar: (TerminalColumn) -> Bool = { if case .bar = $0.content { true } else { false } }
    guard let bar = layout.numbers.firstIndex(where: isBar), style.width > 0 else { return }
    let gaps = max(0, layout.names.count - 1) * TerminalLayout.gap
    let natural = layout.names.reduce(gaps) { $0 + $1.width }
    let spare = style.width - layout.numbersWidth - natural
    if spare < 0 && style.width < 100 { layout.numbers.remove(at: bar) }
    if spare > 0 { layout.numbers[bar].width = min(20, layout.numbers[bar].width + spare) }
  }

  /// Wide columns share what the narrow ones leave.
  private func fitNames(_ layout: inout TerminalLayout) {
    guard style.width > 0, !layout.names.isEmpty else { return }
    let indent = layout.namesBelow ? TerminalLayout.gap : layout.numbersWidth
    let gaps = (layout.names.count - 1) * TerminalLayout.gap
    var room = max(layout.names.count, style.width - indent - gaps)
    // A curve is drawn narrower only when names would have less room than it has.
    if layout.names.count > 1, let curve = layout.names.firstIndex(where: isSeries) {
      let least = layout.names.indices.reduce(0) {
        $0 + ($1 == curve ? 0 : min(layout.names[$1].width, TerminalLayout.usualNameWidth))
      }
      let width = min(layout.names[curve].width, max(Sparkline.leastWidth, room - least))
      layout.names[curve].width = min(width, max(1, room - layout.names.count + 1))
      room -= layout.names[curve].width
    }
    var waiting = layout.names.indices.filter {
      layout.names.count == 1 || !isSeries(layout.names[$0])
    }
    .sorted { layout.names[$0].width < layout.names[$1].width }
    while let index = waiting.first {
      let width = min(layout.names[index].width, max(1, room / waiting.count))
      layout.names[index].width = width
      room -= width
      waiting.removeFirst()
    }
  }

  private static func drop(
    from layout: inout TerminalLayout, where isDropped: (TerminalColumn) -> Bool
  ) {
    layout.numbers.removeAll(where: isDropped)
  }
}
