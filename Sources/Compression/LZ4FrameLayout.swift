/// The LZ4 frame format, version 1 (lz4's `doc/lz4_Frame_format.md`; `memray.md` §1.1).
///
/// | field | bytes | meaning |
/// |---|---|---|
/// | magic | 4 | `magic`, or `skippableMagic` + 0…15 followed by a length and that many bytes |
/// | FLG | 1 | flags, below |
/// | BD | 1 | bits 6–4: maximum block size, 4 = 64 KiB … 7 = 4 MiB |
/// | content size | 8 | only with flag bit 3 |
/// | dictionary id | 4 | only with flag bit 0 |
/// | header check | 1 | not verified |
/// | blocks | – | size word, data, 4 bytes of checksum with flag bit 4 |
/// | end mark | 4 | zero |
/// | content checksum | 4 | only with flag bit 2; not verified |
enum LZ4FrameLayout {
  static let magic: UInt32 = 0x184D_2204
  static let skippableMagic: UInt32 = 0x184D_2A50
  static let skippableMask: UInt32 = 0xFFFF_FFF0
  /// Magic, FLG and BD.
  static let fixedHeaderLength = 6
  static let versionMask: UInt8 = 0b1100_0000
  static let version1: UInt8 = 0b0100_0000
  static let independentBlocks: UInt8 = 0b0010_0000
  static let blockChecksum: UInt8 = 0b0001_0000
  static let contentSize: UInt8 = 0b0000_1000
  static let contentChecksum: UInt8 = 0b0000_0100
  static let reservedFlag: UInt8 = 0b0000_0010
  static let dictionaryID: UInt8 = 0b0000_0001
  static let storedBlock: UInt32 = 0x8000_0000
  /// A match reaches at most this far back.
  static let windowLength = 65536

  /// Maximum block length for the BD byte; nil for reserved values.
  static func blockLength(descriptor: UInt8) -> Int? {
    let code = Int(descriptor >> 4) & 7
    return code >= 4 && descriptor & 0b1000_1111 == 0 ? 1 << (8 + 2 * code) : nil
  }
}
