import CaptureModel

/// The frames of a capture and the distinct places they stand for.
struct FrameTable {
  private struct Location: Hashable {
    var function: String
    var file: String
    var line: Int32
  }

  private var numbers: [Location: UInt32] = [:]
  private(set) var functions: [String] = []
  private(set) var files: [String] = []
  private(set) var lines: [Int32] = []
  /// Location of each frame.
  private(set) var locations: [UInt32] = []
  /// 1 for entry frames.
  private(set) var flags: [UInt8] = []

  mutating func append(_ frame: FrameDefinition) {
    let location = Location(function: frame.function, file: frame.file, line: frame.line)
    flags.append(frame.isEntry ? 1 : 0)
    if let known = numbers[location] {
      locations.append(known)
      return
    }
    let number = UInt32(functions.count)
    numbers[location] = number
    functions.append(frame.function)
    files.append(frame.file)
    lines.append(frame.line)
    locations.append(number)
  }
}
