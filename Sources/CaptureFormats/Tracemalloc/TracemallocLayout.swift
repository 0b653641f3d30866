/// What a dumped `tracemalloc.Snapshot` consists of.
///
/// | part | pickled as | source |
/// |---|---|---|
/// | snapshot | object of `tracemalloc.Snapshot`, state `{"traces": T, "traceback_limit": int}` | Lib/tracemalloc.py |
/// | T | object of `tracemalloc._Traces`, state `{"_traces": [trace, …]}`, list or tuple | Lib/tracemalloc.py |
/// | trace | `(domain, size, frames, total_nframe)`; to 3.8 `(domain, size, frames)`; to 3.5 `(size, frames)` | Modules/_tracemalloc.c |
/// | frames | `((filename, lineno), …)`, most recent call first | Modules/_tracemalloc.c |
///
/// Sizes are bytes as asked for. `total_nframe` is the depth before the traceback limit cut it.
enum TracemallocLayout {
  static let formatName = "tracemalloc"
  /// Where both names stand in every snapshot, in bytes from the start.
  static let sniffedBytes = 64
  static let moduleName = "tracemalloc"
  static let tracesKey = "traces"
  static let limitKey = "traceback_limit"
  static let listKey = "_traces"

  /// Greatest length of a text, bytes.
  static let textLimit = 1 << 20
  /// Greatest number of values on the stack: the traces of a tuple lie there at once.
  static let stackLimit = 1 << 25
  /// Greatest number of groups one within the other; a snapshot has four.
  static let groupLimit = 64
  /// Greatest number of tuples that are no frame, traceback or trace; a snapshot has three.
  static let looseTupleLimit = 1000
  /// Greatest number of dictionaries and of objects; a snapshot has two of each.
  static let containerLimit = 16
  /// How far an entry may leave the end of the memo.
  static let memoGap = 16
}

/// Pickle's instructions that occur in snapshots (Lib/pickletools.py); all others are refused.
enum PickleOpcode: UInt8 {
  // The letters of protocols 0 and 1.
  case mark = 0x28  // (
  case emptyTuple = 0x29  // )
  case stop = 0x2E  // .
  case int = 0x49  // I
  case binInt = 0x4A  // J
  case binInt1 = 0x4B  // K
  case long = 0x4C  // L
  case binInt2 = 0x4D  // M
  case none = 0x4E  // N
  case reduce = 0x52  // R
  case unicode = 0x56  // V
  case binUnicode = 0x58  // X
  case emptyList = 0x5D  // ]
  case append = 0x61  // a
  case build = 0x62  // b
  case global = 0x63  // c
  case dictionary = 0x64  // d
  case appends = 0x65  // e
  case get = 0x67  // g
  case binGet = 0x68  // h
  case longBinGet = 0x6A  // j
  case list = 0x6C  // l
  case put = 0x70  // p
  case binPut = 0x71  // q
  case longBinPut = 0x72  // r
  case setItem = 0x73  // s
  case tuple = 0x74  // t
  case setItems = 0x75  // u
  case emptyDictionary = 0x7D  // }
  // Protocol 2 and later.
  case proto = 0x80
  case newObject = 0x81
  case tuple1 = 0x85
  case tuple2 = 0x86
  case tuple3 = 0x87
  case long1 = 0x8A
  case long4 = 0x8B
  // Protocol 4 and later.
  case shortBinUnicode = 0x8C
  case binUnicode8 = 0x8D
  case stackGlobal = 0x93
  case memoize = 0x94
  case frame = 0x95

  /// Greatest protocol that is read.
  static let lastProtocol: UInt8 = 5
}
