/// Writes captures byte by byte from the format's description, for cases no recording has.
struct MemrayEncoder {
  var bytes: [UInt8] = []
  private let version: Int32
  private var lastAddress: UInt64 = 0
  private var misses: [UInt64] = []

  /// A file that begins with a header of the version and nothing else.
  init(
    version: Int32 = 13, python: UInt32 = 0x030B_00F0, native: Bool = false,
    events: UInt64 = 0, commandLine: String = "made"
  ) {
    self.version = version
    bytes = Array("memray".utf8) + [0]
    fixed(UInt64(UInt32(bitPattern: version)), 4)
    if version >= 12 { fixed(UInt64(python), 4) }
    bytes.append(native ? 1 : 0)
    if version >= 10 { bytes.append(0) }
    fixed(events, 8)
    fixed(0, 8)
    fixed(1000, 8)
    fixed(2000, 8)
    text(commandLine)
    fixed(42, 4)
    if version >= 9 {
      fixed(1, 8)
      fixed(0, 8)
    }
    fixed(1, version >= 8 ? 1 : 4)
    if version >= 11 { bytes.append(0) }
    if version >= 12 { bytes.append(0) }
    if version >= 13 { bytes += [0, 0, 0] }
  }

  mutating func fixed(_ value: UInt64, _ width: Int) {
    for index in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
  }

  mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func signed(_ value: Int64) {
    varint(UInt64(bitPattern: value << 1 ^ value >> 63))
  }

  mutating func text(_ value: String) { bytes += Array(value.utf8) + [0] }

  // Records of headers 12 and 13.

  mutating func thread(_ id: UInt64) {
    bytes.append(12)
    fixed(id, 8)
  }

  /// An event, its address through the cache when it was among the last 15 misses.
  mutating func event(_ allocator: UInt8, _ address: UInt64, size: UInt64? = nil) {
    let slot = slot(of: address)
    bytes.append(0x80 | UInt8(slot) << 3 | (allocator < 8 ? allocator : 0))
    if slot == 15 { miss(address) }
    if allocator >= 8 { bytes.append(allocator) }
    if let size { varint(size) }
  }

  /// An object's creation or destruction.
  mutating func object(_ address: UInt64, created: Bool) {
    let slot = slot(of: address)
    bytes.append(0x20 | UInt8(slot) << 1 | (created ? 1 : 0))
    if slot == 15 { miss(address) }
  }

  private func slot(of address: UInt64) -> Int { misses.firstIndex(of: address) ?? 15 }

  private mutating func miss(_ address: UInt64) {
    signed(Int64(bitPattern: address / 8 &- lastAddress))
    lastAddress = address / 8
    misses.insert(address, at: 0)
    if misses.count > 15 { misses.removeLast() }
  }

  mutating func code(
    _ id: UInt64, _ function: String, _ file: String, lineChange: Int64, table: [UInt8]
  ) {
    bytes.append(14)
    varint(id)
    text(function)
    text(file)
    signed(lineChange)
    varint(UInt64(table.count))
    bytes += table
  }

  mutating func push(_ code: UInt64, _ offset: Int64, entry: Bool = true) {
    bytes.append(0x40 | (entry ? 1 : 0))
    varint(code)
    signed(offset)
  }

  mutating func pop(_ count: UInt8) { bytes.append(0x10 | (count - 1)) }

  mutating func trailer() { bytes.append(1) }
}
