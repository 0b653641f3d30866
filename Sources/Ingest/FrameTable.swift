import CaptureModel
import Store

/// The frames of a capture and the distinct places they stand for.
struct FrameTable {
  private struct Location: Hashable {
    var function: String
    var file: String
    var line: Int32
    var kind: FrameKind
  }

  private var numbers: [Location: UInt32] = [:]
  private(set) var functions: [String] = []
  private(set) var files: [String] = []
  private(set) var lines: [Int32] = []
  /// Kind of each location, as `FrameKind` numbers them.
  private(set) var kinds: [UInt8] = []
  /// Location of each frame.
  private(set) var locations: [UInt32] = []
  /// 1 for entry frames.
  private(set) var flags: [UInt8] = []

  /// The frame that stands for a native location.
  private var nativeFrames: [UInt32: UInt32] = [:]

  mutating func append(_ frame: FrameDefinition) {
    let number = number(
      of: Location(
        function: frame.function, file: frame.file, line: frame.line,
        kind: FrameKind(frame.kind)))
    append(number, isEntry: frame.isEntry)
  }

  /// Appends a frame of another tool's capture.
  mutating func append(_ frame: ProfileFrame) {
    let number = number(
      of: Location(
        function: frame.function, file: frame.file, line: frame.line,
        kind: FrameKind(frame.kind)))
    append(number, isEntry: false)
  }

  private mutating func append(_ location: UInt32, isEntry: Bool) {
    flags.append(isEntry ? 1 : 0)
    locations.append(location)
  }

  private mutating func number(of location: Location) -> UInt32 {
    if let known = numbers[location] { return known }
    let number = UInt32(functions.count)
    numbers[location] = number
    functions.append(location.function)
    files.append(location.file)
    lines.append(location.line)
    kinds.append(location.kind.rawValue)
    return number
  }

  /// The frame of a resolved native function, new or known.
  mutating func nativeFrame(_ symbol: SymbolFrame) -> UInt32 {
    nativeFrame(
      Location(
        function: symbol.function, file: symbol.file, line: symbol.line,
        kind: symbol.isInlined ? .inlined : .native))
  }

  /// The frame of a native address that could not be resolved, new or known.
  mutating func nativeFrame(_ address: String, _ file: String) -> UInt32 {
    nativeFrame(Location(function: address, file: file, line: 0, kind: .native))
  }

  private mutating func nativeFrame(_ location: Location) -> UInt32 {
    let number = number(of: location)
    if let known = nativeFrames[number] { return known }
    let frame = UInt32(locations.count)
    nativeFrames[number] = frame
    append(number, isEntry: false)
    return frame
  }
}

extension FrameKind {
  /// As the store numbers what a reader says.
  fileprivate init(_ kind: ProfileFrame.Kind) {
    self =
      switch kind {
      case .python: .python
      case .native: .native
      case .inlined: .inlined
      }
  }
}
