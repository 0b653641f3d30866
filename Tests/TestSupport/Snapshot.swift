import Foundation
package import Testing

/// Compares text with a file of `Snapshots/` in the folder of the test; `MEMQ_RECORD=1` writes the
/// file instead.
///
/// Recorded files are read by a person before they are committed.
package enum Snapshot {
  /// Holds a text against the snapshot of a name beside the file of the test.
  package static func expect(
    _ text: String, _ name: String, beside test: String = #filePath,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = URL(fileURLWithPath: test).deletingLastPathComponent()
      .appendingPathComponent("Snapshots").appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["MEMQ_RECORD"] == "1" {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
      return
    }
    let expected = try String(decoding: Data(contentsOf: file), as: UTF8.self)
    #expect(text == expected, "\(name) differs", sourceLocation: sourceLocation)
  }
}
