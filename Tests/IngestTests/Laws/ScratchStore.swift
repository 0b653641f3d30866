import Foundation

/// A path for a store that a test removes when it ends.
struct ScratchStore {
  let path = FileManager.default.temporaryDirectory
    .appendingPathComponent("\(UUID().uuidString).db").path

  func remove() {
    for suffix in ["", "-journal"] { try? FileManager.default.removeItem(atPath: path + suffix) }
  }
}
