import CaptureFormats
import CaptureModel
import Results
import Foundation
import Ingest
import Language
import Execution
import Store
import TestSupport
import Testing

/// A capture of another tool from memory: one batch for each that is given.
///
/// Used by one thread at a time, as the protocol asks.
final class ListedProfile: ProfileReader {
  var header = CaptureHeader()
  var description: ProfileDescription
  var ending = CaptureEnding.complete
  var findings: [ProfileFinding] = []
  private var batches: [(ProfileBatch) -> Void]
  private var numbers: [String: UInt32] = [:]
  private var waitingTexts: [(number: UInt32, text: String)] = []

  var fileSize: UInt64 { 100 }

  init(_ description: ProfileDescription) {
    self.description = description
    batches = []
    header.format = "listed"
  }

  /// Adds a batch.
  func then(_ fill: @escaping (ProfileBatch) -> Void) { batches.append(fill) }

  /// The number of a text; it is defined in the next batch.
  func text(_ text: String) -> UInt32 {
    if let known = numbers[text] { return known }
    let number = UInt32(numbers.count) + 1
    numbers[text] = number
    waitingTexts.append((number, text))
    return number
  }

  func next(into batch: ProfileBatch) -> Bool {
    batch.removeAll()
    guard !batches.isEmpty else { return false }
    batches.removeFirst()(batch)
    batch.newTexts += waitingTexts
    waitingTexts = []
    return true
  }
}

/// A store in a scratch file, asked by sentences.
final class AskedStore {
  private let scratch = ScratchStore()
  let store: Store

  init() throws { store = try Store(path: scratch.path, mode: .write) }

  deinit { scratch.remove() }

  /// Imports a capture under a name.
  @discardableResult
  func add(_ reader: any ProfileReader, _ name: String) throws -> ImportReport {
    try Importer(store: store).run(
      reader: reader, options: ImportOptions(name: name, hash: name)
    ) { _, _ in }
  }

  /// Imports a fixture of another tool under a name.
  func add(fixture file: String, in folder: String, _ name: String) throws {
    let path = Project.fixtures(folder).appending(path: file).path
    guard case .profile(let reader) = try FormatRegistry.open(path: path) else {
      throw Refused(text: "\(file) is no profile")
    }
    try add(reader, name)
  }

  /// The table of a question's answer.
  func table(_ question: String) throws -> ResultTable {
    var found: ResultTable?
    do {
      try Engine(store: store, formats: []).run(question) { answer in
        if case .table(let table) = answer.content { found = table }
      }
    } catch EngineError.query(let error) {
      throw Refused(text: error.render(source: question))
    }
    return try #require(found)
  }

  /// The tree of a question's answer.
  func tree(_ question: String) throws -> StackTree {
    var found: StackTree?
    try Engine(store: store, formats: []).run(question) { answer in
      if case .tree(let tree) = answer.content { found = tree }
    }
    return try #require(found)
  }

  /// The words with which a question is refused.
  func refusal(_ question: String) throws -> String {
    do {
      _ = try table(question)
      return ""
    } catch let refused as Refused { return refused.text }
  }

  /// What a question was refused with.
  struct Refused: Error { var text: String }
}

extension ResultTable {
  /// A column's values as text, empty where there is none.
  subscript(name: String) -> [String] {
    guard let column = columns.first(where: { $0.name == name }) else { return [] }
    switch column.values {
    case .integers(let values): return values.map { $0.map(String.init) ?? "" }
    case .reals(let values): return values.map { $0.map { String($0) } ?? "" }
    case .texts(let values): return values.map { $0 ?? "" }
    case .stacks(let values):
      return values.map { $0?.map(\.lineno).joined(separator: " ") ?? "" }
    case .series(let values):
      return values.map { $0.map { "\($0.place):\($0.value)" }.joined(separator: " ") }
    }
  }

  /// Whole numbers of a column.
  func integers(_ name: String) -> [Int64?] {
    guard case .integers(let values)? = columns.first(where: { $0.name == name })?.values else {
      return []
    }
    return values
  }

  /// The total of a column.
  func sum(of name: String) -> Double? { total?.first { $0.column == name }?.value ?? nil }
}
