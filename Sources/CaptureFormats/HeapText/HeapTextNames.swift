import CaptureModel

/// What stands at the addresses of a heap profile.
struct HeapTextNames {
  private let symbols: [UInt64: String]
  /// By their starts.
  private let maps: [HeapTextMap]
  private let images: HeapTextImages

  init(symbols: [UInt64: String], maps: [HeapTextMap]) {
    self.symbols = symbols
    self.maps = maps.filter { !$0.path.isEmpty }.sorted { $0.start < $1.start }
    images = HeapTextImages(symbols.isEmpty ? self.maps : [])
  }

  /// Frames of a stack of return addresses, innermost first, without those of the allocator.
  func stack(_ addresses: ArraySlice<UInt64>) -> [ProfileFrame] {
    var stack: [ProfileFrame] = []
    for address in addresses {
      let frames = frames(at: address)
      // What an allocator calls is its own.
      if frames.contains(where: Self.isOfAllocator) {
        stack.removeAll(keepingCapacity: true)
        continue
      }
      stack += frames
    }
    return stack
  }

  /// How many addresses have no name, and none that can be looked up.
  func unnamed(_ addresses: [UInt64]) -> Int {
    Set(addresses).count { address in
      symbols[address &- 1] == nil && code(at: address &- 1) == nil
    }
  }

  /// How many addresses have a name that can be looked up.
  func known(_ addresses: [UInt64]) -> Int {
    Set(addresses).count { code(at: $0 &- 1) != nil }
  }

  private func code(at address: UInt64) -> ImageAddress? {
    map(at: address).flatMap { images.code(at: address, of: $0) }
  }

  private static func isOfAllocator(_ frame: ProfileFrame) -> Bool {
    if HeapTextLayout.allocators.contains(name(frame.function)) { return true }
    if frame.function.hasPrefix("tcmalloc::") || frame.function.contains("TCMalloc") { return true }
    guard frame.function.contains("+0x") || frame.file.isEmpty else { return false }
    let module = frame.file.split(separator: "/").last ?? ""
    return module.hasPrefix("libjemalloc") || module.hasPrefix("libtcmalloc")
  }

  /// A function's name without its parameters.
  private static func name(_ function: String) -> String {
    guard let open = function.firstIndex(of: "("), open != function.startIndex else {
      return function
    }
    return String(function[..<open])
  }

  /// The functions at a return address, innermost first; never none.
  private func frames(at address: UInt64) -> [ProfileFrame] {
    let call = address &- 1
    let module = map(at: call)
    if let names = symbols[call] ?? symbols[address] {
      let parts = Self.parts(names)
      return parts.enumerated().map { index, name in
        ProfileFrame(
          function: name, file: module?.path ?? "", line: 0,
          kind: index + 1 < parts.count ? .inlined : .native)
      }
    }
    guard let module else {
      return [ProfileFrame(function: "0x" + String(address, radix: 16), kind: .native)]
    }
    let offset = String(address &- module.start &+ module.offset, radix: 16)
    let name = module.path.split(separator: "/").last.map(String.init) ?? module.path
    var frame = ProfileFrame(
      function: "\(name)+0x\(offset)", file: module.path, kind: .native)
    frame.code = images.code(at: call, of: module)
    return [frame]
  }

  /// Names of inlined functions and the one that has them, without what tells namesakes apart.
  private static func parts(_ names: String) -> [String] {
    var parts: [String] = []
    var rest = names[...]
    while let next = rest.indices.first(where: { rest[$0...].hasPrefix("--") }) {
      if next > rest.startIndex { parts.append(plain(rest[..<next])) }
      rest = rest[rest.index(next, offsetBy: 2)...]
    }
    if !rest.isEmpty || parts.isEmpty { parts.append(plain(rest)) }
    return parts
  }

  /// `malloc<0000000000023910>` is malloc at that address.
  private static func plain(_ name: Substring) -> String {
    guard name.last == ">", let open = name.lastIndex(of: "<"), open > name.startIndex else {
      return String(name)
    }
    let inside = name[name.index(after: open)...].dropLast()
    return inside.count == 16 && inside.allSatisfy(\.isHexDigit)
      ? String(name[..<open]) : String(name)
  }

  private func map(at address: UInt64) -> HeapTextMap? {
    var low = 0
    var high = maps.count
    while low < high {
      let middle = (low + high) / 2
      if maps[middle].start <= address { low = middle + 1 } else { high = middle }
    }
    guard low > 0, address < maps[low - 1].end else { return nil }
    return maps[low - 1]
  }
}
