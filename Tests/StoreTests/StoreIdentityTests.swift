import Foundation
import SQLite
import Store
import TestSupport
import Testing

@Suite("Store identity")
struct StoreIdentityTests {
  @Test("a missing file is missing for reading, and is not made")
  func missing() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("none.db")
    #expect(throws: StoreError.missing(path: path)) { try Store(path: path, mode: .read) }
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test("text and another program's database are refused, and stay as they are")
  func foreign() throws {
    let folder = try TemporaryFolder()
    let text = folder.path("text.db")
    try Data("dear diary".utf8).write(to: URL(fileURLWithPath: text))
    let database = folder.path("other.db")
    do {
      let connection = try Connection(path: database, mode: .create, busyMilliseconds: 1)
      try connection.execute("CREATE TABLE diary(day)")
    }
    for path in [text, database] {
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(throws: StoreError.foreign(path: path)) { try Store(path: path, mode: .write) }
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }
  }

  @Test("an empty store lists no captures")
  func empty() throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.path("new.db"), mode: .write)
    #expect(try store.captures() == [])
  }
}
