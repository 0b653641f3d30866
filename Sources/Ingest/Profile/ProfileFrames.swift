import CaptureModel
import Store

/// The frames of a profile by the numbers that its file gives them.
///
/// Most are one frame of the capture; an address whose functions are found is one for each of them,
/// inlined ones included.
struct ProfileFrames {
  private(set) var table = FrameTable()
  /// The capture's frame of each of the file's, the outermost of several.
  private var numbers: [UInt32] = []
  /// Frames of those that are several, the outermost first.
  private var inlined: [UInt32: [UInt32]] = [:]
  /// Addresses of which no function was found.
  private(set) var unresolved: Int64 = 0

  /// Number of frames of the file.
  var count: Int { numbers.count }

  /// Adds the next frames of the file.
  mutating func append(_ frames: [ProfileFrame], _ symbols: any SymbolSource) {
    let found = frames.contains { $0.code != nil } ? Self.functions(of: frames, symbols) : [:]
    for (index, frame) in frames.enumerated() {
      numbers.append(UInt32(table.locations.count))
      guard let functions = found[index], !functions.isEmpty else {
        if frame.code != nil { unresolved += 1 }
        table.append(frame)
        continue
      }
      if functions.count > 1 {
        let first = UInt32(table.locations.count)
        inlined[UInt32(numbers.count - 1)] = Array(first..<first + UInt32(functions.count))
      }
      for function in functions.reversed() {
        table.append(
          ProfileFrame(
            function: function.function, file: function.file, line: function.line,
            kind: function.isInlined ? .inlined : .native))
      }
    }
  }

  /// Functions at the addresses of frames, by the places of these.
  private static func functions(
    of frames: [ProfileFrame], _ symbols: any SymbolSource
  ) -> [Int: [SymbolFrame]] {
    var images: [String: [(place: Int, address: UInt64)]] = [:]
    for (index, frame) in frames.enumerated() {
      if let code = frame.code { images[code.image, default: []].append((index, code.address)) }
    }
    var found: [Int: [SymbolFrame]] = [:]
    for (image, asked) in images {
      guard let functions = symbols.frames(image: image, addresses: asked.map(\.address)),
        functions.count == asked.count
      else { continue }
      for (index, place) in asked.map(\.place).enumerated() { found[place] = functions[index] }
    }
    return found
  }

  /// The capture's frame of one of the file's, which must be there.
  @inline(__always)
  func number(of frame: UInt32) -> UInt32 { numbers[Int(frame)] }

  /// The capture's frames of one of the file's that is several, the outermost first; else nil.
  @inline(__always)
  func several(of frame: UInt32) -> [UInt32]? { inlined.isEmpty ? nil : inlined[frame] }
}
