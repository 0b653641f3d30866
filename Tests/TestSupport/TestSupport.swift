package import Foundation

/// Where things lie in a checkout; found from this file, so that tests run from any folder.
package enum Project {
  /// The folder with Package.swift.
  package static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The fixtures of one format, such as `memray`.
  package static func fixtures(_ format: String) -> URL {
    root.appending(path: "Tests/Fixtures/\(format)", directoryHint: .isDirectory)
  }
}

/// A folder that is removed when its last owner forgets it.
package final class TemporaryFolder {
  /// The folder.
  package let url: URL

  /// Creates an empty folder.
  package init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "memq-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The path of a file in the folder.
  package func path(_ name: String) -> String { url.appending(path: name).path }
}
