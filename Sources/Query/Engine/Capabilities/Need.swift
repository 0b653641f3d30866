package import Language

/// What a question may need of a capture.
package enum Need: Sendable, Hashable {
  /// A row for every allocation and free.
  case allocations
  /// The size of every block or object.
  case blockSizes
  /// The greatest size of a group: of every block, or as a report of lines tells it.
  case greatestSizes
  case objectGraph
  /// Python objects that were followed to their ends.
  case survivingObjects
  case stacks, functions, files, lines, modules
  /// That a key stands at what holds memory: type, thread, domain, process or allocator.
  case recorded(Key)
  case label(SampleLabel)
  case sizes, counts, samples
  case sampleType(SampleType)
  case series(Series)
}

extension Key {
  /// What a capture must hold to have groups of it.
  package var needs: [Need] {
    switch self {
    case .capture: []
    case .frame, .traceback, .kind: [.stacks]
    case .function: [.stacks, .functions]
    case .filename: [.stacks, .files]
    case .module, .package: [.stacks, .files, .modules]
    case .lineno: [.stacks, .lines]
    case .type, .domain, .pid, .thread, .allocator: [.recorded(self)]
    case .label(let label): [.label(label)]
    case .sizeclass: [.blockSizes]
    case .lifetime, .window, .mark: [.allocations]
    }
  }
}

extension Measure {
  /// What a capture must hold to have values of it.
  package var needs: [Need] {
    switch self {
    case .size, .sizeDifference: [.sizes]
    case .count, .countDifference: [.counts]
    case .averageSize: [.sizes, .counts]
    case .maximumSize: [.sizes, .greatestSizes]
    case .averageLifetime, .maximumLifetime: [.allocations]
    case .retainedSize, .deepSize: [.objectGraph]
    case .samples: [.samples]
    case .sampleType(let type): [.sampleType(type)]
    case .objects: [.survivingObjects]
    case .series(let series): [.series(series)]
    case .rate: []
    }
  }
}

extension Field {
  /// What a capture must hold to be asked for it.
  package var needs: [Need] {
    switch self {
    case .key(let key): key.needs
    case .size: [.sizes]
    case .time: [.allocations]
    }
  }
}

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
