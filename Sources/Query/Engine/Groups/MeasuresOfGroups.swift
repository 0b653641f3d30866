import Language
import Columns

extension Int64 {
  /// The whole number nearest to another, whatever that is.
  init(nearest number: Double) {
    self = Int64(exactly: number.rounded()) ?? (number > 0 ? .max : number < 0 ? .min : 0)
  }
}

extension Measure {
  /// Unit of its column.
  var unit: Unit {
    switch self {
    case .size, .averageSize, .maximumSize, .retainedSize, .deepSize: .bytes
    case .averageLifetime, .maximumLifetime: .allocations
    case .rate: .bytesPerSecond
    case .sampleType(let type):
      switch type.unit {
      case "bytes": .bytes
      case "seconds": .seconds
      default: type.scale == 1 ? .count : .samples
      }
    default: .count
    }
  }

  /// Whether its values are whole numbers.
  var isWhole: Bool {
    switch self {
    case .size, .count, .objects, .maximumSize, .maximumLifetime, .retainedSize, .deepSize: true
    case .sampleType(let type): type.scale == 1
    default: false
    }
  }

  /// Whether sums need the size of each record.
  var needsRecordSizes: Bool { self == .maximumSize }

  /// Whether it is of the graph of objects, and has no sum over groups.
  var isOfGraph: Bool { self == .retainedSize || self == .deepSize }

  /// Whether sums need lifetimes.
  var needsLifetimes: Bool { self == .averageLifetime || self == .maximumLifetime }
}

extension Key {
  /// Whether it is a stretch of time, which a row's birth decides.
  var isStretch: Bool { self == .window || self == .mark }

  /// Unit of its column.
  var unit: Unit {
    switch self {
    case .sizeclass: .bytes
    case .lifetime: .allocations
    case .label(let label) where label.unit == "bytes": .bytes
    case .label(let label) where label.unit == "nanoseconds": .seconds
    default: .none
    }
  }

  /// A column of its values.
  func values(_ values: [KeyValue?]) -> ResultValues {
    switch self {
    case .traceback:
      .stacks(values.map { if case .stack(let frames) = $0 { frames } else { nil } })
    case .label(let label) where label.unit == "nanoseconds":
      .reals(values.map { if case .integer(let number) = $0 { Double(number) / 1e9 } else { nil } })
    case .label(let label) where label.isNumber:
      .integers(values.map { if case .integer(let number) = $0 { number } else { nil } })
    case .label: .texts(values.map { $0?.text })
    case .pid where values.contains { if case .text = $0 { true } else { false } }:
      // Processes that are known by name.
      .texts(values.map { $0?.text })
    case .sizeclass, .lifetime, .pid, .domain:
      .integers(values.map { if case .integer(let number) = $0 { number } else { nil } })
    default:
      .texts(values.map { if case .text(let text) = $0 { text } else { nil } })
    }
  }
}
