import Columns

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
        ]),
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
        name: "traceback", role: .key, unit: .none, values: .stacks([stack, nil])),
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
      key("lineno", ["/srv/app/cache.py:40", nil]),
      ResultColumn(name: "traceback", role: .key, unit: .none, values: .stacks([stack, nil])),
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
        name: "query", role: .prose, unit: .none,
        values: .texts(["growth where lineno = \"/srv/app/cache.py:40\"", "growth"])),
    ]
    table.notes = ["a line that leaks 1.18 kB/s or more would show here"]
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
        name: "avg_size", role: .measure, unit: .bytes, values: .reals([nil, 512.25, .nan])),
    ]
    return table
  }

  static func differences() -> ResultTable {
    var table = ResultTable(
      query: "top 3 peak size by function of new vs old", captures: ["new", "old"],
      population: "peak")
    table.columns = [
      key("function", ["grow", "same", "shrink"]),
      ResultColumn(
        name: "size_diff", role: .measure, unit: .bytes,
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
      key("function", hostileNames),
      ResultColumn(
        name: "size", role: .measure, unit: .bytes,
        values: .integers(hostileNames.indices.map { Int64(hostileNames.count - $0) })),
      ResultColumn(
        name: "traceback", role: .key, unit: .none,
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
      key("lineno", []),
      ResultColumn(name: "size", role: .measure, unit: .bytes, values: .integers([])),
    ]
    table.total = [MeasureValue(column: "size", value: 0)]
    table.notes = ["nothing was leaked"]
    return table
  }

  private static func key(_ name: String, _ values: [String?]) -> ResultColumn {
    ResultColumn(name: name, role: .key, unit: .none, values: .texts(values))
  }
}
