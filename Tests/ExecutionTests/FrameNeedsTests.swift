import Store
import Testing

@testable import Execution

/// What frames have that keys need: a line, a name.
@Suite struct FrameNeedsTests {
  @Test(arguments: [
    ("main", "app.py", 3, FrameKind.python, true, true),
    // Python's code has a line, though it may not be known which.
    ("<module>", "app.py", 0, .python, true, true), ("main", "", 0, .python, false, true),
    ("list_resize", "Objects/listobject.c", 81, .native, true, true),
    ("_PyObject_Malloc", "Objects/obmalloc.c", 2003, .inlined, true, true),
    ("malloc", "<unknown>", 0, .native, false, true),
    ("malloc", "libc.so.6", 0, .native, false, true),
    ("libc.so.6+0x9f1a", "/usr/lib/libc.so.6", 0, .native, false, false),
    ("0x7f583052ef16", "libc.so.6", 0, .native, false, false),
    ("???", "", 0, .native, false, false),
    ("<unknown>", "<unknown>", 0, .native, false, false), ("", "main.c", 8, .native, true, false),
    ("[unknown]", "", 0, .python, false, false), ("face", "", 0, .native, false, true),
    ("add+0x", "", 0, .native, false, true), ("x0x1", "", 0, .native, false, true),
  ])
  func framesHaveWhatTheyShow(
    _ function: String, _ file: String, _ line: Int32, _ kind: FrameKind, _ hasPlace: Bool,
    _ hasName: Bool
  ) {
    let locations = CaptureData.Locations(
      functions: [function], files: [file], lines: [line], kinds: [UInt32(kind.rawValue)])
    #expect(locations.hasPlace(0) == hasPlace)
    #expect(locations.hasName(0) == hasName)
  }
}
