import CaptureModel

/// The frames of native nodes, resolved once for each distinct address of each image.
struct NativeSymbols {
  /// A node as a generation of maps understands it.
  private struct Key: Hashable {
    var node: UInt32
    var generation: UInt32
  }

  /// An address of an image as it was linked, or of the process where no image lay.
  private struct Place: Hashable {
    var image: UInt32?
    /// Of the call: a return address points behind it.
    var address: UInt64
  }

  private let tables: NativeTables
  private let loaded: LoadedImages
  private var places: [Place: Int] = [:]
  private var placeOfNode: [Key: Int] = [:]
  /// Frames of each place, innermost first.
  private var frames: [[UInt32]] = []
  /// Addresses of files that are here but do not know them.
  private(set) var unknownAddresses: Int64 = 0
  /// Addresses where no image lay; left out of stacks, as in memray.
  private(set) var addressesWithoutImage: Int64 = 0
  /// Images that are not on this machine.
  private(set) var missingImages: [String] = []

  init(_ tables: NativeTables) {
    self.tables = tables
    loaded = LoadedImages(tables.segments)
  }

  /// Resolves the stacks of some contexts, adding frames to `table`.
  mutating func resolve(
    _ contexts: [NativeContext], _ symbols: any SymbolSource, into table: inout FrameTable
  ) {
    for context in contexts { notePlaces(context) }
    frames = Array(repeating: [], count: places.count)
    var byImage: [UInt32: [(place: Int, address: UInt64)]] = [:]
    for (place, number) in places {
      guard let image = place.image else {
        addressesWithoutImage += 1
        continue
      }
      byImage[image, default: []].append((number, place.address))
    }
    for image in tables.images.indices {
      guard let entries = byImage[UInt32(image)] else { continue }
      resolve(image, entries.sorted { $0.place < $1.place }, symbols, into: &table)
    }
  }

  /// Finds the places of a context's nodes, from the innermost outwards.
  private mutating func notePlaces(_ context: NativeContext) {
    var node = context.native
    while node != 0 {
      let key = Key(node: node, generation: context.generation)
      if placeOfNode[key] != nil { return }
      let call = tables.addresses[Int(node)] &- 1
      let segment = loaded.segment(at: call, generation: context.generation)
      let place = Place(image: segment?.image, address: call &- (segment?.base ?? 0))
      let number = places[place] ?? places.count
      places[place] = number
      placeOfNode[key] = number
      node = tables.parents[Int(node)]
    }
  }

  private mutating func resolve(
    _ image: Int, _ entries: [(place: Int, address: UInt64)], _ symbols: any SymbolSource,
    into table: inout FrameTable
  ) {
    let path = tables.images[image]
    let found = symbols.frames(image: path, addresses: entries.map(\.address))
    if found == nil { missingImages.append(path) }
    for (index, entry) in entries.enumerated() {
      if let functions = found?[index], !functions.isEmpty {
        frames[entry.place] = functions.map { table.nativeFrame($0) }
      } else {
        if found != nil { unknownAddresses += 1 }
        frames[entry.place] = [table.nativeFrame(unresolved(path, entry.address), path)]
      }
    }
  }

  /// `image+0xoffset` of the return address.
  private func unresolved(_ path: String, _ address: UInt64) -> String {
    let image = path.split(separator: "/").last.map(String.init) ?? path
    return "\(image)+0x\(String(address &+ 1, radix: 16))"
  }

  /// Frames of a context's native stack, innermost first.
  func frames(of context: NativeContext) -> [UInt32] {
    var result: [UInt32] = []
    var node = context.native
    while node != 0 {
      if let place = placeOfNode[Key(node: node, generation: context.generation)] {
        result += frames[place]
      }
      node = tables.parents[Int(node)]
    }
    return result
  }
}
