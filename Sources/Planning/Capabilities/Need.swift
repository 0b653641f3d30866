import Language

extension Need {
  /// Why a capture that lacks it cannot answer.
  ///
  /// - Parameters:
  ///   - word: what was asked for, as it is written.
  ///   - capture: lacks this.
  /// - Returns: one line without a full stop.
  func reason(_ word: String, _ capture: Capabilities) -> String {
    let name = capture.name
    let holds = "\(name) holds \(capture.content)"
    return switch self {
    case .allocations: "`\(word)` needs every allocation; \(holds)"
    case .blockSizes, .greatestSizes: "`\(word)` needs the size of every block; \(holds)"
    case .objectGraph: "`\(word)` needs a graph of objects; \(holds)"
    case .survivingObjects: "\(name) follows no Python objects"
    case .stacks: "\(name) records no stacks"
    case .functions: "\(capture.format) records no function names"
    case .files: "\(name) records no files"
    case .lines: "\(name) records no lines"
    case .modules: "\(name) holds no modules of Python"
    case .recorded(let key): "\(name) records no \(key.definition.plural)"
    case .label(let label):
      "\(name) records no label"
        + Self.listed(label.name, among: capture.labels.map { Key.label($0).canonicalText })
    case .sizes: "\(name) records no sizes"
    case .counts: "\(name) records no counts"
    case .samples: "\(holds), no samples of a processor"
    case .sampleType(let type):
      "\(name) has no sample type" + Self.listed(type.name, among: capture.sampleTypeNames)
    case .series(let series):
      capture.series.isEmpty
        ? "\(name) records no `\(series.rawValue)`: it holds no values over time"
        : "\(name) records no series" + Self.listed(series.rawValue, among: capture.series)
    }
  }

  /// A name and those that there are instead; of none, the end of a plural.
  private static func listed(_ wanted: String, among names: [String]) -> String {
    names.isEmpty ? "s" : " `\(wanted)`; it has \(NearestWord.list(names, limit: 6))"
  }
}
