import Language
import CaptureModel
import Results
import Store

/// What the moments and series of a capture of another tool are counted by.
enum ProfileAxis: Equatable {
  case seconds
  case instructions
  case allocatedBytes
  /// Lines of the file, or numbers of moments: it records no times.
  case lines

  init(_ facts: StoredProfile) {
    self =
      switch facts.clock {
      case .lines: .lines
      case .instructions: .instructions
      case .allocatedBytes: .allocatedBytes
      case .wall, .elapsed: .seconds
      }
  }

  /// What a stored time is divided by to be a coordinate.
  var scale: Double { self == .seconds ? 1e9 : 1 }

  /// Name of the column that holds coordinates.
  var name: String {
    switch self {
    case .seconds: "time"
    case .instructions: "instructions"
    case .allocatedBytes: "allocated"
    case .lines: "line"
    }
  }

  /// Unit of that column.
  var unit: Unit {
    switch self {
    case .seconds: .seconds
    case .instructions: .count
    case .allocatedBytes: .bytes
    case .lines: .none
    }
  }

  /// A coordinate in words, such as `12.3 s`, `171,237 instructions` or `line 7`.
  func text(_ place: Double) -> String {
    let whole = Int64(nearest: place)
    return switch self {
    case .seconds: QueryText.seconds(Int64(nearest: place * 1000))
    case .instructions: "\(Self.grouped(whole)) instructions"
    case .allocatedBytes: "\(Self.grouped(whole)) bytes allocated"
    case .lines: "line \(whole)"
    }
  }

  /// A whole number with thousands separators.
  private static func grouped(_ number: Int64) -> String {
    var text = ""
    let digits = String(number.magnitude)
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.utf8.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return (number < 0 ? "-" : "") + text
  }

  /// One step of it, for rates of growth that are no rates of time.
  var step: String {
    switch self {
    case .seconds: "second"
    case .instructions: "instruction"
    case .allocatedBytes: "byte allocated"
    case .lines: "line of its file"
    }
  }

  /// What it counts, for `show capture`.
  var words: String {
    switch self {
    case .seconds: "since the start"
    case .instructions: "instructions"
    case .allocatedBytes: "bytes allocated and freed"
    case .lines: "lines of the file"
    }
  }

  /// What it counts instead of time, for refusals.
  var counted: String { self == .instructions ? "instructions" : "bytes allocated" }

  /// A column of coordinates.
  func column(_ places: [Double?]) -> ResultColumn {
    .key(
      name,
      self == .seconds
        ? .reals(places) : .integers(places.map { $0.flatMap { Int64(exactly: $0) } }), unit: unit)
  }
}
