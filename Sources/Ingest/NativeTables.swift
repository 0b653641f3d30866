import CaptureModel
import Store

/// The native nodes and loaded images of a capture.
struct NativeTables {
  /// Address of node `i`; node 0 is none.
  private(set) var addresses: [UInt64] = [0]
  /// Node of its caller, an earlier one.
  private(set) var parents: [UInt32] = [0]
  /// Paths of executables and libraries.
  private(set) var images: [String] = []
  private(set) var segments: [ImageSegment] = []

  /// Adds what a batch defines.
  mutating func add(_ definitions: NativeDefinitions) {
    for node in definitions.nodes {
      parents.append(Int(node.parent) < addresses.count ? node.parent : 0)
      addresses.append(node.address)
    }
    images += definitions.images
    segments += definitions.segments
  }

  /// Writes everything as columns.
  func write(to writer: CaptureWriter) throws(StoreError) {
    try writer.write(.nativeAddress, addresses.dropFirst().map { Int64(bitPattern: $0) })
    try writer.write(.nativeParent, Array(parents.dropFirst()))
    try writer.write(.imageFile, texts: images)
    try writer.write(.mapGeneration, segments.map(\.generation))
    try writer.write(.mapImage, segments.map(\.image))
    try writer.write(.mapBase, segments.map { Int64(bitPattern: $0.base) })
    try writer.write(.mapStart, segments.map { Int64(bitPattern: $0.start) })
    try writer.write(.mapSize, segments.map { Int64(bitPattern: $0.size) })
  }
}

/// Finds the image that lay at an address during a generation of maps.
struct LoadedImages {
  private var generations: [UInt32: [ImageSegment]]

  init(_ segments: [ImageSegment]) {
    generations = Dictionary(grouping: segments, by: \.generation)
    for generation in generations.keys { generations[generation]?.sort { $0.start < $1.start } }
  }

  /// The segment that holds an address; the one that begins last where they overlap.
  func segment(at address: UInt64, generation: UInt32) -> ImageSegment? {
    guard let segments = generations[generation] else { return nil }
    var low = 0
    var high = segments.count
    while low < high {
      let middle = (low + high) / 2
      if segments[middle].start <= address { low = middle + 1 } else { high = middle }
    }
    // Real maps do not overlap; of odd ones a few neighbours are tried.
    for segment in segments[max(0, low - Self.neighbours)..<low].reversed()
    where address - segment.start < segment.size {
      return segment
    }
    return nil
  }

  private static let neighbours = 4
}
