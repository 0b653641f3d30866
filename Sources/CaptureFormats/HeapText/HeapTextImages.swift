// ⚠ unsafe: stat() fills a structure of ours; the path crosses as a C string.
import CaptureModel
import Glibc

/// The executables and libraries of a heap profile, as far as they are the files that lie here.
struct HeapTextImages {
  /// Addresses below this are those that a program was linked for: it is no position-independent one.
  private static let leastLoaded: UInt64 = 1 << 28

  /// What is added to a file's own addresses; nil where another file lies at its path now.
  private var biases: [String: UInt64?] = [:]

  /// The images of maps, which are in the order of their starts.
  init(_ maps: [HeapTextMap]) {
    for map in maps where !map.path.isEmpty && biases[map.path] == nil {
      let bias = map.start < Self.leastLoaded ? 0 : map.start &- map.offset
      biases.updateValue(Self.isSame(map) ? bias : nil, forKey: map.path)
    }
  }

  /// The code at an address of a map; nil where the file that was mapped does not lie here.
  func code(at address: UInt64, of map: HeapTextMap) -> ImageAddress? {
    guard let known = biases[map.path], let bias = known, address >= bias else { return nil }
    return ImageAddress(image: map.path, address: address - bias)
  }

  /// Whether the file at the path is the one that was mapped, by its number.
  private static func isSame(_ map: HeapTextMap) -> Bool {
    var status = stat()
    guard map.inode != 0, unsafe stat(map.path, &status) == 0 else { return false }
    return UInt64(status.st_ino) == map.inode
  }
}
