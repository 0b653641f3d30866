import Results

/// Tables that the tests render.
enum SampleTables {
  /// What `top 3 peak size, count by lineno where size>1kB` could answer.
  static func topByLineno(filtered: Bool = false, sizes: SizeFamily = .decimal) -> ResultTable {
    var table = ResultTable(
      query: "top 3 peak size, count by lineno", captures: ["out.bin"], population: "peak")
    table.header = ["peak at 4.2 s (#12345): 200 MB"]
    table.columns = [
      key(
        "lineno",
        [
          "/srv/app/load.py:12", "/usr/lib/python3.11/json/decoder.py:353", nil,
        ], .place),
      ResultColumn(
        name: "size", role: .measure, unit: .bytes,
        values: .integers([100_000_000, 49_999_999, 1024])),
      ResultColumn(
        name: "count", role: .measure, unit: .allocations, values: .integers([3, 1_234_567, 1])),
    ]
    table.otherCount = 123
    table.other = [
      MeasureValue(column: "size", value: 49_998_977), MeasureValue(column: "count", value: 777),
    ]
    table.total = [
      MeasureValue(column: "size", value: 200_000_000),
      MeasureValue(column: "count", value: 1_235_348),
    ]
    if filtered {
      table.query += " where size > 1kB"
      table.all = [
        MeasureValue(column: "size", value: 400_000_000),
        MeasureValue(column: "count", value: 2_000_000),
      ]
    }
    table.notes = ["2 frees without an allocation were ignored"]
    table.sizes = sizes
    return table
  }

  static let stack = [
    FrameText(function: "parse", file: "/srv/app/parse.py", line: 7),
    FrameText(function: "<module>", file: "/srv/app/main.py", line: 30),
  ]

  static func tracebacks() -> ResultTable {
    var table = ResultTable(
      query: "top 2 peak size by traceback", captures: ["out.bin"], population: "peak")
    table.columns = [
      ResultColumn(
        name: "traceback", role: .key, unit: .none, meaning: .stack, values: .stacks([stack, nil])),
      ResultColumn(
        name: "size", role: .measure, unit: .bytes, values: .integers([3000, 1000])),
    ]
    table.total = [MeasureValue(column: "size", value: 4000)]
    return table
  }

  /// Two findings, the second without stack and source.
  static func findings() -> ResultTable {
    var table = ResultTable(
      query: "suspects", captures: ["out.bin"], population: "live in 0.000 s .. 4.300 s")
    table.columns = [
      ResultColumn(name: "rank", role: .key, unit: .none, values: .integers([1, 2])),
      key("lineno", ["/srv/app/cache.py:40", nil], .place),
      ResultColumn(
        name: "traceback", role: .key, unit: .none, meaning: .stack, values: .stacks([stack, nil])),
      key("shape", ["steady", "stepwise"]),
      ResultColumn(
        name: "size", role: .measure, unit: .bytes, values: .integers([3_000_000, 1000])),
      ResultColumn(
        name: "evidence", role: .prose, unit: .none,
        values: .texts([
          "It only grows: from 0.000 s to 4.300 s it went from 0 B to 3.00 MB, and none of its "
            + "1,204 blocks was freed before the end.",
          "It grows in steps.",
        ])),
      ResultColumn(
        name: "query", role: .prose, unit: .none, meaning: .question,
        values: .texts(["growth where lineno = \"/srv/app/cache.py:40\"", "growth"])),
    ]
    table.notes = ["a line that leaks 1.18 kB/s or more would show here"]
    return table
  }

  /// `growth`: curves beside the names, intervals, a row whose rate is not known.
  static func growth() -> ResultTable {
    var table = ResultTable(
      query: "growth by lineno", captures: ["out.bin"], population: "live in 0.000 s .. 40.0 s")
    func points(_ values: (Int) -> Double) -> [SeriesPoint] {
      (0...40).map { SeriesPoint(place: Double($0), value: values($0)) }
    }
    table.columns = [
      key(
        "lineno",
        [
          "/srv/app/a_long_folder_name/another_one/cache.py:40", "日本語/ファイル名が長いモジュール.py:3", "b.py:1",
        ], .place),
      ResultColumn(
        name: "size", role: .measure, unit: .bytes, values: .integers([8_000_000, 52_000, 900])),
      ResultColumn(name: "count", role: .measure, unit: .count, values: .integers([40, 12, 1])),
      ResultColumn(
        name: "size_diff", role: .measure, unit: .bytes, isDifference: true,
        values: .integers([8_000_000, -4000, nil])),
      ResultColumn(
        name: "rate", role: .measure, unit: .bytesPerSecond, isDifference: true,
        values: .reals([200_000, -100, nil])),
      ResultColumn(
        name: "rate_low", role: .measure, unit: .bytesPerSecond, isDifference: true,
        values: .reals([190_000, -200, nil])),
      ResultColumn(
        name: "rate_high", role: .measure, unit: .bytesPerSecond, isDifference: true,
        values: .reals([210_000, -50, nil])),
      key("shape", ["steady", "warm-up then flat", "one-off"]),
      ResultColumn(
        name: "points", role: .measure, unit: .none,
        values: .series([
          points { Double($0) * 200_000 }, points { $0 % 8 < 4 ? 56_000 : 52_000 },
          points { _ in 900 },
        ])),
    ]
    table.otherCount = 4
    table.other = [MeasureValue(column: "size", value: 12_000)]
    table.total = [
      MeasureValue(column: "size", value: 8_064_900), MeasureValue(column: "count", value: 57),
    ]
    table.notes = ["RSS grew 205 kB/s"]
    return table
  }

  /// `stats`: parts of different columns.
  static func sections() -> ResultTable {
    var table = ResultTable(query: "stats", captures: ["out.bin"], population: "allocated")
    table.columns = [
      key("section", ["total", "total", "allocator", "allocator", "capture", "capture"], .section),
      key("name", ["allocations", "peak", "MALLOC", "MMAP", "command line", "pid"]),
      ResultColumn(
        name: "size", role: .measure, unit: .bytes,
        values: .integers([9_000_000, 4_000_000, 8_000_000, 1_000_000, nil, nil])),
      ResultColumn(
        name: "count", role: .measure, unit: .count,
        values: .integers([1200, nil, 1190, 10, nil, nil])),
      ResultColumn(
        name: "value", role: .measure, unit: .none,
        values: .texts([nil, nil, nil, nil, "python -m service --port 8000 --workers 4", "4711"])),
    ]
    return table
  }

  static func timeline() -> ResultTable {
    var table = ResultTable(
      query: "timeline live size every 1s", captures: ["out.bin"], population: "live")
    table.columns = [
      ResultColumn(
        name: "time", role: .key, unit: .seconds, values: .reals([0, 1, 2.5])),
      ResultColumn(
        name: "size", role: .measure, unit: .bytes, values: .integers([0, 4_000_000, 1_000_000])),
      ResultColumn(
        name: "avg_size", role: .measure, unit: .bytes, total: .none,
        values: .reals([nil, 512.25, .nan])),
    ]
    return table
  }

  static func differences() -> ResultTable {
    var table = ResultTable(
      query: "top 3 peak size by function of new vs old", captures: ["new", "old"],
      population: "peak")
    table.columns = [
      key("function", ["grow", "same", "shrink"], .stack),
      ResultColumn(
        name: "size_diff", role: .measure, unit: .bytes, isDifference: true,
        values: .integers([5_000_000, 0, -2_000_000])),
      ResultColumn(
        name: "size", role: .measure, unit: .bytes,
        values: .integers([9_000_000, 1_000_000, 10])),
    ]
    table.total = [
      MeasureValue(column: "size_diff", value: 3_000_000),
      MeasureValue(column: "size", value: 10_000_010),
    ]
    return table
  }

  /// Names that attack each form.
  static let hostileNames = [
    "</script><script>alert(1)</script>", "a,b", "quote\"s", "new\nline", "\u{1B}[31mred\u{7}",
    "pipe|back`tick``s", "=1+1", "日本語/ファイル.py:3", "\u{202E}rtl", "nul\u{0}", "back\\slash",
    "  spaces  ", "", "a;b", "\u{2028}sep", "\u{FFFD}", "👩‍👩‍👧",
  ]

  static func hostile() -> ResultTable {
    var table = ResultTable(
      query: "top by function where function = \"</script>\u{1B}[2J\"",
      captures: ["evil\u{1B}]0;x\u{7}.bin"], population: "peak")
    table.header = ["header \u{1B}[5m & <b>"]
    table.columns = [
      key("function", hostileNames, .stack),
      ResultColumn(
        name: "size", role: .measure, unit: .bytes,
        values: .integers(hostileNames.indices.map { Int64(hostileNames.count - $0) })),
      ResultColumn(
        name: "traceback", role: .key, unit: .none, meaning: .stack,
        values: .stacks(
          hostileNames.map { [FrameText(function: $0, file: $0 + ".py", line: 1)] })),
    ]
    table.notes = ["note \u{9B}31m"]
    return table
  }

  static func empty() -> ResultTable {
    var table = ResultTable(
      query: "top 10 leaked size by lineno", captures: ["out.bin"], population: "leaked")
    table.columns = [
      key("lineno", [], .place),
      ResultColumn(name: "size", role: .measure, unit: .bytes, values: .integers([])),
    ]
    table.total = [MeasureValue(column: "size", value: 0)]
    table.notes = ["nothing was leaked"]
    return table
  }

  private static func key(
    _ name: String, _ values: [String?], _ meaning: ColumnMeaning = .other
  ) -> ResultColumn {
    ResultColumn(name: name, role: .key, unit: .none, meaning: meaning, values: .texts(values))
  }
}
