import Language
import Results

extension Int64 {
  /// The whole number nearest to another, whatever that is.
  init(nearest number: Double) {
    self = Int64(exactly: number.rounded()) ?? (number > 0 ? .max : number < 0 ? .min : 0)
  }
}

extension Measure {
  /// Unit of its column.
  var unit: Unit {
    switch definition.quantity {
    case .bytes: .bytes
    case .number: .count
    case .lifetime: .allocations
    case .milliseconds: .none
    case .rate: .bytesPerSecond
    case .recorded:
      switch sampleType?.unit {
      case "bytes": .bytes
      case "seconds": .seconds
      default: sampleType.map { $0.scale == 1 } ?? true ? .count : .samples
      }
    }
  }
}

extension Key {
  /// Unit of its column.
  var unit: Unit {
    switch definition.values {
    case .sizeClass: .bytes
    case .lifetimeClass: .allocations
    case .label:
      switch label?.unit {
      case "bytes": .bytes
      case "nanoseconds": .seconds
      default: .none
      }
    case .text, .file, .line, .place, .frames, .kinds, .captures, .number, .numberOrName,
      .nameOrNumber, .windows:
      .none
    }
  }

  /// A column of its values.
  func values(_ values: [KeyValue?]) -> ResultValues {
    func texts() -> ResultValues { .texts(values.map { $0?.text }) }
    func integers() -> ResultValues {
      .integers(values.map { if case .integer(let number) = $0 { number } else { nil } })
    }
    return switch definition.values {
    case .frames: .stacks(values.map { if case .stack(let frames) = $0 { frames } else { nil } })
    case .label where label?.unit == "nanoseconds":
      .reals(values.map { if case .integer(let number) = $0 { Double(number) / 1e9 } else { nil } })
    case .label: label?.isNumber == true ? integers() : texts()
    // Processes may be known by name.
    case .number:
      values.contains { if case .text = $0 { true } else { false } } ? texts() : integers()
    case .sizeClass, .lifetimeClass, .numberOrName: integers()
    case .text, .file, .line, .place, .kinds, .captures, .nameOrNumber, .windows:
      .texts(values.map { if case .text(let text) = $0 { text } else { nil } })
    }
  }
}
