import CaptureModel

/// A unit as profiles write it, and what memq keeps values in.
struct PProfUnit: Equatable {
  /// Unit of the values kept: `bytes`, `count`, `seconds`, or the file's own word.
  let name: String
  /// Values of the file are multiplied by this.
  let factor: Int64
  /// Values kept are the unit's times this.
  let scale: Int64

  /// The usual words; of sizes the multiples are powers of two, as pprof has them.
  init(_ text: String) {
    switch text.lowercased() {
    case "bytes", "byte", "b": (name, factor, scale) = ("bytes", 1, 1)
    case "kilobytes", "kilobyte", "kb", "kib": (name, factor, scale) = ("bytes", 1 << 10, 1)
    case "megabytes", "megabyte", "mb", "mib": (name, factor, scale) = ("bytes", 1 << 20, 1)
    case "gigabytes", "gigabyte", "gb", "gib": (name, factor, scale) = ("bytes", 1 << 30, 1)
    case "nanoseconds", "nanosecond", "ns":
      (name, factor, scale) = ("seconds", 1, 1_000_000_000)
    case "microseconds", "microsecond", "us":
      (name, factor, scale) = ("seconds", 1_000, 1_000_000_000)
    case "milliseconds", "millisecond", "ms":
      (name, factor, scale) = ("seconds", 1_000_000, 1_000_000_000)
    case "seconds", "second", "s":
      (name, factor, scale) = ("seconds", 1_000_000_000, 1_000_000_000)
    default:
      // Fractions of a unit, as exports of this program write them: `1/1000 samples`.
      let parts = text.split(separator: " ", maxSplits: 1)
      if text.hasPrefix("1/"), let part = parts.first?.dropFirst(2), let scale = Int64(part),
        [10, 100, 1_000, 10_000, 100_000, 1_000_000].contains(scale)
      {
        (name, factor, self.scale) = (parts.count > 1 ? String(parts[1]) : "", 1, scale)
      } else {
        (name, factor, scale) = (text, 1, 1)
      }
    }
  }

  /// A value as it is kept; sums stay within 64 bits.
  func kept(_ value: Int64) -> Int64 {
    let product = value.multipliedReportingOverflow(by: factor)
    return product.overflow ? (value > 0 ? .max : .min) : product.partialValue
  }

  /// A numeric label's value; times are nanoseconds.
  func label(_ value: Int64) -> ProfileLabel.Value {
    .number(kept(value), unit: name == "seconds" ? "nanoseconds" : name)
  }
}

/// A sample type of a profile, and what it counts.
///
/// Bytes and blocks are told by unit and name. A type of blocks belongs to the type of bytes
/// whose name is the same but for the words for what is counted: `inuse_objects` to
/// `inuse_space`, `objects` to `space`.
struct PProfSampleType {
  let name: String
  let unit: PProfUnit

  private static let kindWords: Set<Substring> = [
    "space", "size", "bytes", "byte", "objects", "object", "count", "counts", "samples", "sample",
    "number", "blocks", "allocations",
  ]
  private static let liveWords: Set<Substring> = [
    "inuse", "live", "unreleased", "retained", "heap", "current", "cur", "resident",
  ]
  private static let allocatedWords: Set<Substring> = [
    "alloc", "allocs", "allocated", "allocation", "malloc", "total", "accum", "accumulated",
    "cumulative",
  ]

  /// The words of its name, in small letters.
  private var words: [Substring] {
    name.lowercased().split { !($0.isLetter || $0.isNumber) }
  }

  /// The words that do not say what is counted.
  private var stem: [Substring] { words.filter { !Self.kindWords.contains($0) } }

  private var isCount: Bool { ["count", "", "objects"].contains(unit.name) }

  /// Which blocks bytes speak of.
  private var population: ProfilePopulation? {
    let words = Set(stem)
    if words.isEmpty || !words.isDisjoint(with: Self.liveWords) { return .live }
    return words.isDisjoint(with: Self.allocatedWords) ? nil : .allocated
  }

  /// What the types count, in their order.
  ///
  /// Only one type is the size or the count of a population; others are asked by their names.
  static func values(_ types: [PProfSampleType]) -> [ProfileValue] {
    var values = types.map { type in
      ProfileValue(
        .processor, .samples, unit: type.isCount ? "count" : type.unit.name, scale: type.unit.scale,
        name: type.name)
    }
    var taken: Set<ProfilePopulation> = []
    for (index, type) in types.enumerated() where type.unit.name == "bytes" {
      // A lone type of bytes speaks of what is alive.
      let isLone = types.filter { $0.unit.name == "bytes" }.count == 1
      guard let population = type.population ?? (isLone ? .live : nil),
        taken.insert(population).inserted
      else { continue }
      values[index].population = population
      values[index].measure = .size
      guard let blocks = types.firstIndex(where: { $0.isCount && $0.stem == type.stem }) else {
        continue
      }
      values[blocks].population = population
      values[blocks].measure = .count
      values[blocks].unit = "count"
    }
    return values
  }
}
