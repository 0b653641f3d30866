import Language
import Store

/// The names that frames of the capture asked have, for sentences in people's own words.
///
/// Read when first asked for; used by one question at a time.
final class MeantNames {
  private let store: Store
  private lazy var known: Set<String> = (try? read()) ?? []

  init(_ store: Store) { self.store = store }

  /// Whether a function, a module, a package or a file has the name.
  func has(_ name: String) -> Bool { known.contains(name) }

  /// Names that may stand at a place of a question.
  func names(_ values: Completion.Values) throws(EngineError) -> Set<String> {
    let all = try reading(try store.captures())
    if values == .captures { return Set(all.map(\.name)) }
    guard let info = try CaptureFinder(store: store).captures([]).first else { return [] }
    let data = CaptureData(store: store, info: info)
    switch values {
    case .captures, .paths: return []
    case .marks: return Set(try reading(try data.marks()).names)
    case .frames:
      return known.filter { !$0.contains("/") && !$0.isEmpty }
    case .files:
      let files = Set(try reading(try data.locations()).files)
      return Set(files.compactMap { $0.split(separator: "/").last.map(String.init) })
    case .key(let name):
      guard let key = Vocabulary.key(name) else { return [] }
      return try RecordedNames(data).completions(of: key)
    }
  }

  private func read() throws -> Set<String> {
    guard let info = try CaptureFinder(store: store).captures([]).first else { return [] }
    let data = CaptureData(store: store, info: info)
    let locations = try data.locations()
    var names = Set(locations.functions)
    for file in Set(locations.files) {
      names.insert(file)
      if let last = file.split(separator: "/").last { names.insert(String(last)) }
    }
    for module in Set(try data.modules().names.compactMap(\.self)) {
      names.insert(module)
      names.insert(ModuleNames.package(module))
    }
    return names
  }
}
