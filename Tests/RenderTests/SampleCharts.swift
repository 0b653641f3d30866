import Results

extension SampleTables {
  /// A unit by its name, where another `Unit` stands in the way.
  static func unit(_ name: String?) -> Unit? { name.flatMap { Unit(rawValue: $0) } }

  /// `timeline size, rss, count` of a program that warms up, works in waves and leaks a little.
  static func waves(_ count: Int = 200) -> ResultTable {
    var table = ResultTable(
      query: "timeline live size, rss, count every 250ms", captures: ["service.bin"],
      population: "live")
    table.header = ["0 s to 49.8 s, 200 points"]
    let heap = (0..<count).map { step -> Int64 in
      let warm = min(step, 30) * 1_500_000
      let wave = [0, 4, 9, 14, 18, 14, 9, 4][step % 8] * 1_000_000
      return Int64(warm + wave + step * 90_000)
    }
    var highest: Int64 = 0
    let rss = heap.indices.map { step -> Int64? in
      highest = max(highest, heap[step])
      return step % 50 == 49 ? nil : highest + 24_000_000
    }
    table.columns = [
      ResultColumn(
        name: "time", role: .key, unit: .seconds,
        values: .reals((0..<count).map { Double($0) * 0.25 })),
      ResultColumn(
        name: "size", role: .measure, unit: .bytes, values: .integers(heap.map(Optional.some))),
      ResultColumn(name: "rss", role: .measure, unit: .bytes, values: .integers(rss)),
      ResultColumn(
        name: "count", role: .measure, unit: .allocations,
        values: .integers(heap.map { $0 / 900 })),
    ]
    return table
  }

  /// `timeline size by function`, in rows of time and function.
  static func areas() -> ResultTable {
    var table = ResultTable(
      query: "timeline live size by function every 1s", captures: ["service.bin"],
      population: "live")
    let names = ["load", "parse", "render", "</script>", "other"]
    var times: [Double?] = []
    var functions: [String?] = []
    var sizes: [Int64?] = []
    for step in 0..<60 {
      for (place, name) in names.enumerated() {
        times.append(Double(step))
        functions.append(name)
        sizes.append(Int64((5 - place) * 1_000_000 + (step * (place + 3) * 7919) % 3_000_000))
      }
    }
    table.columns = [
      ResultColumn(name: "time", role: .key, unit: .seconds, values: .reals(times)),
      ResultColumn(
        name: "function", role: .key, unit: .none, meaning: .stack, values: .texts(functions)),
      ResultColumn(name: "size", role: .measure, unit: .bytes, values: .integers(sizes)),
    ]
    return table
  }

  /// `hist size`: powers of two, their counts and bytes.
  static func histogram() -> ResultTable {
    var table = ResultTable(
      query: "hist allocated size", captures: ["service.bin"], population: "allocated")
    let counts: [Int64] = [0, 12, 340, 9_000, 120_000, 480_000, 220_000, 41_000, 8_000, 900, 35, 2]
    let starts = counts.indices.map { Int64(1) << Int64($0) }
    table.columns = [
      ResultColumn(
        name: "from", role: .key, unit: .bytes, meaning: .lowerBound,
        values: .integers(starts.map(Optional.some))),
      ResultColumn(
        name: "to", role: .key, unit: .bytes, meaning: .upperBound,
        values: .integers(starts.map { $0 * 2 })),
      ResultColumn(
        name: "count", role: .measure, unit: .allocations,
        values: .integers(counts.map(Optional.some))),
      ResultColumn(
        name: "size", role: .measure, unit: .bytes,
        values: .integers(zip(counts, starts).map { $0 * $1 * 3 / 2 })),
    ]
    table.sizes = .binary
    table.total = [
      MeasureValue(column: "count", value: Double(counts.reduce(0, +))),
      MeasureValue(
        column: "size", value: Double(zip(counts, starts).reduce(0) { $0 + $1.0 * $1.1 * 3 / 2 })),
    ]
    return table
  }
}

extension SampleTables {
  /// `timeline size by function` of functions whose names attack, one a megabyte long.
  static func hostileSeries() -> ResultTable {
    var table = areas()
    let long = String(repeating: "long_name_", count: 100_000)
    let names = hostileNames + [long, "\u{5E9}\u{5DC}\u{5D5}\u{5DD} (/srv/\u{202E}x.py:1)"]
    table.query = "timeline size by function where function = \"</text><script>alert(1)\""
    table.captures = [long + "</svg>"]
    table.columns = [
      ResultColumn(
        name: "time", role: .key, unit: .seconds,
        values: .reals((0..<20).flatMap { step in names.map { _ in Double(step) } })),
      ResultColumn(
        name: "function", role: .key, unit: .none, meaning: .stack,
        values: .texts((0..<20).flatMap { _ in names.map { $0 } })),
      ResultColumn(
        name: "size", role: .measure, unit: .bytes,
        values: .integers((0..<20).flatMap { step in names.indices.map { Int64($0 + step) } })),
    ]
    table.marks = [TimeMark(seconds: 3, name: "</path>\u{1B}[31m" + long)]
    return table
  }
}
