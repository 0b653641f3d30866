import Language
import Results
import Planning
import Store

/// `stats`: totals, sizes, the greatest groups, series and facts, one below the other.
extension Executor {
  /// One line of the answer.
  struct StatLine {
    var section: String
    var name: String?
    var value: String?
    var size: Int64?
    var count: Int64?
  }

  /// The answer: rows of `section`, `name`, `value`, `size`, `count`.
  func stats(
    _ sections: [PlanSection], _ inputs: [RowPlan], _ number: Int
  ) throws(EngineError) -> Answer {
    var found: [Groups] = []
    var place = number + 1
    for input in inputs {
      if let groups = try rows(input, place) as? Groups { found.append(groups) }
      place += input.nodeCount
    }
    enter(place)
    var lines: [StatLine] = []
    for section in sections {
      lines += try self.lines(section.topic, section.input.map { found[$0] })
    }
    var table = question.emptyTable(population: found.first?.title ?? "recorded")
    func text(
      _ name: String, _ meaning: ColumnMeaning = .other, _ value: (StatLine) -> String?
    ) -> ResultColumn {
      .key(name, .texts(lines.map(value)), meaning: meaning)
    }
    func whole(_ measure: Measure, _ value: (StatLine) -> Int64?) -> ResultColumn {
      ResultColumn(
        name: measure.columnName, role: .measure, unit: measure.unit,
        values: .integers(lines.map(value)))
    }
    table.columns = [
      text("section", .section) { $0.section }, text("name") { $0.name },
      text("value") { $0.value },
      whole(.size) { $0.size }, whole(.count) { $0.count },
    ]
    return Answer(content: .table(table), verb: .stats, output: query.output, limit: nil)
  }

  private func lines(
    _ topic: PlanSection.Topic, _ groups: Groups?
  ) throws(EngineError) -> [StatLine] {
    let context = question.left
    switch topic {
    case .totals: return try groups.map { (groups) throws(EngineError) in try totals(groups) } ?? []
    case .sizes: return try sizes(context)
    case .largest(let measure, let title, let limit):
      guard var groups else { return [] }
      if try isWithoutModules(groups.keys) { return [] }
      return largest(&groups, measure, title: title, limit: limit)
    case .series:
      var lines: [StatLine] = []
      for data in context.captures { lines += try series(of: data) }
      return lines
    case .facts:
      var lines: [StatLine] = []
      for data in context.captures { lines += try facts(of: data) }
      return lines
    }
  }

  // MARK: Groups

  private func totals(_ groups: Groups) throws(EngineError) -> [StatLine] {
    var total = line("total", "this population", groups.total.left, groups)
    let context = question.left
    for data in context.captures where try reading(try data.profile()) != nil {
      return [
        total,
        StatLine(
          section: "total", name: "groups by \(groups.keys[0].name)",
          count: Int64(groups.sums.count { !$0.isEmpty })),
      ]
    }
    (total.size, total.count) = (groups.total.left.bytes, groups.total.left.count)
    return [total]
      + context.captures.flatMap { data in
        let prefix = context.captures.count > 1 ? "\(data.info.name): " : ""
        let info = data.info
        let rows: [(String, Int64?, Int64?)] = [
          ("allocations", info.bytesAllocated, info.rows), ("frees", nil, info.deallocations),
          ("peak", info.peakBytes, nil), ("heap at the end", info.endBytes, nil),
        ]
        return rows.map { name, size, count in
          StatLine(section: "total", name: prefix + name, size: size, count: count)
        }
      }
  }

  private func line(
    _ section: String, _ name: String?, _ sums: GroupSums, _ groups: Groups
  ) -> StatLine {
    var line = StatLine(section: section, name: name)
    let sides = Groups.Sides(left: sums)
    for measure in groups.measures {
      guard let value = groups.value(measure, sides) else { continue }
      let words = Int64(exactly: value).map(String.init) ?? "\(value)"
      switch measure {
      case .samples: line.value = "\(words) \(groups.weights.word)"
      case .sampleType(let type): line.value = "\(words) \(type.unit)"
      // Of reports of lines the memory of the process is told, not its increments.
      case .size where groups.measures.contains(.maximumSize): continue
      case .size, .maximumSize: line.size = Int64(nearest: value)
      case .count: line.count = Int64(nearest: value)
      default: break
      }
    }
    return line
  }

  private func largest(
    _ groups: inout Groups, _ measure: Measure?, title: String, limit: Int?
  ) -> [StatLine] {
    if measure != nil { groups.rows.removeAll { [sums = groups.sums] in sums[$0].count == 0 } }
    groups.first = measure
    groups.sort(by: Ordering(limit: limit))
    return groups.rows.prefix(groups.shownCount).map { row in
      line(title, groups.key(at: 0, of: row)?.text, groups.sums[row], groups)
    }
  }

  /// Whether modules are asked of captures of other tools that have none.
  private func isWithoutModules(_ keys: [Key]) throws(EngineError) -> Bool {
    guard keys == [.module] || keys == [.package] else { return false }
    for data in question.left.captures where try reading(try data.profile()) != nil {
      return try !reading(try data.modules()).names.contains { $0 != nil }
    }
    return false
  }

  /// memray's ten bins over the logarithm of the size (`memray.md` §12.1).
  private func sizes(_ context: QueryContext) throws(EngineError) -> [StatLine] {
    var counts: [UInt64: Int64] = [:]
    for data in context.captures {
      let view = try context.view(of: data)
      try view.scan(try context.selection(of: data), ScanNeeds(recordSizes: true)) {
        counts[$0.recordSize, default: 0] += $0.sums.count
      }
    }
    return LogarithmicBins(counts: counts).bins.map { bin in
      StatLine(
        section: "size", name: "\(bin.smallest)..\(bin.greatest) B", size: bin.bytes,
        count: bin.count)
    }
  }

  // MARK: Series and facts

  private func series(of data: CaptureData) throws(EngineError) -> [StatLine] {
    guard let facts = try reading(try data.profile()), facts.points > 0 else { return [] }
    let series = try reading(try ProfileSeries(data: data, facts: facts))
    let names = try reading(try ProcessNames(data.columns))
    return series.lines.flatMap { line in
      let name = line.process.map { "\(line.name) of \(names.title($0))" } ?? line.name
      let values: [(String, Double?)] = [
        ("least", line.values.min()), ("greatest", line.values.max()), ("last", line.values.last),
      ]
      return values.map { word, value in
        var row = StatLine(section: name, name: word)
        if line.unit == .bytes {
          row.size = value.map { Int64(nearest: $0) }
        } else {
          row.value = value.map { Int64(exactly: $0).map(String.init) ?? "\($0)" }
        }
        return row
      } + [StatLine(section: name, name: "values", count: Int64(line.values.count))]
    }
  }

  private func facts(of data: CaptureData) throws(EngineError) -> [StatLine] {
    let info = data.info
    if let facts = try reading(try data.profile()) {
      return facts.lines.filter { !$0.1.isEmpty }.map {
        StatLine(section: info.name, name: $0.0, value: $0.1)
      }
    }
    // Beside memray's own captures nothing of these is known.
    for data in question.left.captures where try reading(try data.profile()) != nil { return [] }
    return info.statsFacts.map { StatLine(section: "capture", name: $0.0, value: $0.1) }
  }
}

extension CaptureInfo {
  /// What `stats` says that memray recorded of a capture.
  var statsFacts: [(String, String)] { facts.filter { !$0.1.isEmpty } }

  private var facts: [(String, String)] {
    [
      ("name", name), ("command line", commandLine), ("pid", "\(processID)"),
      ("format", "\(format) \(version)"), ("python", pythonVersion),
      ("python allocator", pythonAllocator), ("start", UTC.text(startMilliseconds)),
      ("duration", QueryText.seconds(durationMilliseconds)), ("events", "\(events)"),
      ("frames", "\(frames)"),
      ("main thread", mainThreadID < 0 ? "" : "0x" + String(mainThreadID, radix: 16)),
      ("native traces", hasNativeTraces == 1 ? "yes" : "no"),
      (
        "python allocators traced",
        tracesPythonAllocators < 0 ? "" : tracesPythonAllocators == 1 ? "yes" : "no"
      ),
    ]
  }
}
