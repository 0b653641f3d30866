import CaptureFormats
import CaptureModel
import Foundation
import Ingest
import Store
import TestSupport
import Testing

/// A capture of events of another tool than memray, with the answers of a second reader.
struct EventFixture: CustomTestStringConvertible, Sendable {
  let folder: String
  let file: String
  var testDescription: String { file }
  var path: String { Project.fixtures(folder).appending(path: file).path }

  /// The answers beside a file.
  func expected() throws -> [String: Any] {
    let name = "\(file.prefix { $0 != "/" }.dropLast(suffix.count)).expected.json"
    let data = try Data(contentsOf: Project.fixtures(folder).appending(path: name))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private var suffix: String { file.lastIndex(of: ".").map { String(file[$0...]) } ?? "" }

  /// Files of a folder that end in something.
  static func all(_ folder: String, ending: String) -> [EventFixture] {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: Project.fixtures(folder).path)
    return (names ?? []).sorted().filter { $0.hasSuffix(ending) }
      .map { EventFixture(folder: folder, file: $0) }
  }

  /// The reader of the file's own capture.
  func reader() throws -> any EventReader {
    guard case .events(let reader) = try FormatRegistry.open(path: path) else {
      throw AskedStore.Refused(text: "\(file) is no capture of events")
    }
    return reader
  }
}

extension AskedStore {
  /// Imports a capture of events under a name.
  @discardableResult
  func add(events reader: any EventReader, _ name: String) throws -> ImportReport {
    try Importer(store: store).run(
      reader: reader, options: ImportOptions(name: name, hash: name)
    ) { _, _ in }
  }
}
