import CaptureModel
import Foundation

/// The 40 largest watermark records of a native capture, and symbols with which memray's own
/// answer comes out.
///
/// memray tells the resolved stack of each record, not which function belongs to which address;
/// the symbols are an assignment that agrees with all its stacks.
struct HybridFixture: Decodable {
  struct Frame: Decodable, Hashable {
    var function: String
    var file: String
    var line: Int32

    init(function: String, file: String, line: Int32) {
      self.function = function
      self.file = file
      self.line = line
    }

    init(from decoder: any Decoder) throws {
      var fields = try decoder.unkeyedContainer()
      function = try fields.decode(String.self)
      file = try fields.decode(String.self)
      line = try fields.decode(Int32.self)
    }
  }

  struct Record: Decodable {
    var size: Int64
    var count: Int64
    var tid: UInt64
    var generation: UInt32
    var nativeId: UInt32
    /// Frames, newest first.
    var python: [Int]
    var hybrid: [Int]
  }

  var frames: [Frame]
  /// By image and offset of the return address: frames, innermost first.
  var symbols: [String: [String: [Int]]]
  var records: [Record]

  static func named(_ name: String) throws -> HybridFixture {
    let url = MemrayFixture.folder.appendingPathComponent("\(name).hybrid.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(HybridFixture.self, from: Data(contentsOf: url))
  }
}

/// A machine where exactly the symbols of a fixture are known.
struct ListedSymbols: SymbolSource {
  private var frames: [String: [UInt64: [SymbolFrame]]] = [:]

  init(_ fixture: HybridFixture) {
    for (image, offsets) in fixture.symbols {
      for (offset, numbers) in offsets {
        // A call lies before its return address.
        guard let address = UInt64(offset.dropFirst(2), radix: 16) else { continue }
        frames[image, default: [:]][address - 1] = numbers.enumerated().map { index, number in
          let frame = fixture.frames[number]
          return SymbolFrame(
            function: frame.function, file: frame.file, line: frame.line,
            isInlined: index < numbers.count - 1)
        }
      }
    }
  }

  func frames(image: String, addresses: [UInt64]) -> [[SymbolFrame]]? {
    addresses.map { frames[image]?[$0] ?? [] }
  }
}
