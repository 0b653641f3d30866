import CaptureModel
import Testing

@testable import CaptureFormats

@Suite struct DecimalNumberTests {
  static func number(_ text: String) -> DecimalNumber? {
    let bytes = Array(text.utf8)
    return DecimalNumber(bytes.span, 0..<bytes.count)
  }

  @Test(arguments: [
    ("0", 1, 0), ("12", 1, 12), ("-3", 1, -3), ("+7", 1, 7), ("2.5", 10, 25), ("0.01", 100, 1),
    ("1e3", 1, 1000), ("1E-3", 1000, 1),
    ("1795355671.9401", 1_000_000_000, 1_795_355_671_940_100_000),
    ("29.7734", 1 << 20, 31_219_673), ("0.5", 1, 1), ("-0.5", 1, -1), ("0.49", 1, 0),
    ("4.546875", 1 << 20, 4_767_744), ("1.", 1, 1), (".5", 10, 5), ("0e99", 1, 0),
  ])
  func scaled(text: String, scale: Int64, expected: Int64) {
    #expect(Self.number(text)?.scaled(by: scale) == expected)
  }

  @Test(arguments: ["", "-", ".", "x", "1x", "1.2.3", "1e", "1e1.5", "0x10", "1 2", "nan", "e5"])
  func noNumbers(text: String) { #expect(Self.number(text) == nil) }

  @Test(arguments: [
    "0.1", "3.141592653589793", "1e22", "123456789.123", "63.98304557800293", "1e-7", "5e300",
  ])
  func doubles(text: String) throws {
    let value = try #require(Double(text))
    let read = try #require(Self.number(text)).double
    #expect(abs(read - value) <= abs(value) * 1e-15)
  }

  @Test func hugeNumbersStayInBounds() {
    #expect(Self.number("1e300")?.scaled() == .max)
    #expect(Self.number("-1e300")?.scaled() == .min)
    #expect(Self.number(String(repeating: "9", count: 400))?.scaled(by: 1 << 40) == .max)
    #expect(Self.number("0." + String(repeating: "1", count: 400))?.scaled(by: 1000) == 111)
    #expect(Self.number("1e-390")?.scaled(by: 1 << 40) == 0)
  }
}

@Suite struct LineReaderTests {
  static func lines(_ text: String) throws -> [String] {
    let scratch = try ScratchFile(Array(text.utf8))
    var reader = LineReader(try CaptureInput(file: CaptureFile(path: scratch.path)).stream())
    var lines: [String] = []
    while let line = reader.nextLine({ $0.text }) { lines.append(line) }
    #expect(reader.number == UInt64(lines.count))
    return lines
  }

  @Test func linesEndAtNewlines() throws {
    #expect(try Self.lines("a\nb\r\n\nc") == ["a", "b", "", "c"])
    #expect(try Self.lines("a\n") == ["a"])
    #expect(try Self.lines("\n\n") == ["", ""])
    #expect(try Self.lines("\r\n") == [""])
  }

  @Test func longFilesAndLongLines() throws {
    let short = (0..<200_000).map { "line \($0)" }
    #expect(try Self.lines(short.joined(separator: "\n")) == short)
    // A line longer than any is cut, and the next is whole again.
    let long = String(repeating: "x", count: 3 * LineReader.limit)
    let lines = try Self.lines("first\n\(long)\nlast\n")
    #expect(lines.count == 3 && lines[2] == "last")
    #expect(lines[1].utf8.count == LineReader.limit)
  }

  @Test func textIsRepaired() throws {
    let scratch = try ScratchFile([0x61, 0xFF, 0x62, 0x0A])
    var reader = LineReader(try CaptureInput(file: CaptureFile(path: scratch.path)).stream())
    let line = reader.nextLine { $0.text }
    #expect(line == "a\u{FFFD}b")
  }
}

@Suite struct FrameTextTests {
  @Test(
    arguments: [
      ("f (a.py:3)", "f", "a.py", 3), ("<module> (busy.py:28)", "<module>", "busy.py", 28),
      ("ABCMeta.__new__ (<frozen abc>:106)", "ABCMeta.__new__", "<frozen abc>", 106),
      ("f (<frozen importlib._bootstrap>:1)", "f", "<frozen importlib._bootstrap>", 1),
      ("0x7f58304d024a (libc.so.6)", "0x7f58304d024a", "libc.so.6", 0),
      ("f (busy.py)", "f", "busy.py", 0), ("handle request (a b)", "handle request (a b)", "", 0),
      ("operator()(int)", "operator()(int)", "", 0), ("f(int) (x.cpp:9)", "f(int)", "x.cpp", 9),
      ("f ()", "f ()", "", 0), ("(a.py:3)", "(a.py:3)", "", 0),
      ("f (C:/x y.py:7)", "f", "C:/x y.py", 7),
      ("f (:7)", "f (:7)", "", 0), ("", "", "", 0), (")", ")", "", 0),
    ] as [(String, String, String, Int32)])
  func parts(text: String, function: String, file: String, line: Int32) {
    let frame = ProfileFrame(text: text)
    #expect(frame.function == function && frame.file == file && frame.line == line)
  }

  @Test func kinds() {
    #expect(ProfileFrame(text: "f (libc.so.6)").kind == .native)
    #expect(ProfileFrame(text: "f (m.cpython-311-x86_64-linux-gnu.so)").kind == .native)
    #expect(ProfileFrame(text: "f (a.py:1)").kind == .python)
    #expect(ProfileFrame(text: "vfs_read_[k]").kind == .native)
    #expect(ProfileFrame(text: "b_[i]").kind == .inlined)
  }

  @Test func owners() {
    func owner(_ frames: String...) -> (taken: Int, thread: String?, process: Int64?) {
      var owner = StackOwner()
      var taken = 0
      for frame in frames where owner.take(frame) { taken += 1 }
      return (taken, owner.thread, owner.process)
    }
    let both = owner("process 12:\"python x.py\"", "thread (22891): parser", "f (a.py:3)")
    #expect(both == (2, "parser", 12))
    #expect(owner("thread (22905)") == (1, "22905", nil))
    #expect(owner("thread (x)", "thread_main (a.py:3)") == (0, nil, nil))
  }
}
