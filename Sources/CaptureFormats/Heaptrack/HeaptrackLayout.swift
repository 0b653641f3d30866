/// What heaptrack's interpreted recordings consist of: one record a line, a letter and numbers.
///
/// All numbers are hexadecimal without a sign, times and sizes too. Strings, addresses and traces are
/// numbered from 1 in the order of the file, 0 is none; allocation infos from 0.
///
/// | line | meaning |
/// |---|---|
/// | `v VERSION [FORMAT]` | heaptrack's version, and the format's; without the latter it is 1 of 10200, else 0 |
/// | `X COMMAND` | the command line |
/// | `I SIZE PAGES` | bytes of a page, pages of the system |
/// | `A` | the recorder was attached to a running process |
/// | `S PATTERN` | a suppression of leaks that the program carries |
/// | `s [LENGTH] TEXT` | a string; since format 3 with the number of its bytes |
/// | `i ADDRESS MODULE [FUNCTION FILE LINE]…` | an address, its functions innermost first: those that the last one has inlined |
/// | `t ADDRESS PARENT` | a trace: an address called from another trace |
/// | `a SIZE TRACE` | an allocation info |
/// | `+ INFO` | an allocation; in format 0 `+ SIZE TRACE POINTER` |
/// | `- INFO` | a free; in format 0 `- POINTER` |
/// | `c TIME` | milliseconds since the start |
/// | `R PAGES` | resident pages at that time |
/// | `# …` | a comment |
///
/// Source: heaptrack's `src/interpret` and `src/analyze/accumulatedtracedata.cpp`.
enum HeaptrackLayout {
  static let formatName = "heaptrack"
  /// The newest format that is read.
  static let lastFormat: UInt64 = 3
  /// heaptrack 1.2, which wrote format 1 without saying so.
  static let unnamedFormat1: UInt64 = 0x10200
  /// Functions that one address may have: inlined ones, and the one that has them.
  static let functionLimit = 1024
  /// Most indices of a kind.
  static let indexLimit = 1 << 28
}
