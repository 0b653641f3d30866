import CaptureModel
import Results
import Language
import Planning
import Store

/// The unit of a processor profile's weights, and what they are divided by to be in it.
struct SampleWeights: Equatable {
  var unit = Unit.count
  var scale = 1.0
  /// The unit as the file calls it.
  var word = "samples"

  /// The unit that all captures of a question share.
  init(_ context: QueryContext) throws(EngineError) {
    var found: ProfileValue?
    for data in context.captures {
      guard let facts = try reading(try data.profile()),
        let value = facts.values.first(where: { $0.measure == .samples && $0.name.isEmpty })
      else { continue }
      if let found, found.unit != value.unit || found.scale != value.scale {
        throw .cannotAnswer(
          "samples of \(data.info.name) are in \(value.unit), others in \(found.unit)",
          suggestion: "ask each capture alone", at: context.query.captures.first?.range)
      }
      found = value
    }
    guard let found else { return }
    word = found.unit
    scale = Double(found.scale)
    unit =
      switch found.unit {
      case "seconds": .seconds
      case "bytes": .bytes
      default: found.scale == 1 ? .count : .samples
      }
  }

  /// Refuses an amount in a unit that samples do not have.
  func check(_ amount: Located<Amount>) throws(EngineError) {
    let fits =
      switch amount.value {
      case .number, .percent: true
      case .duration: unit == .seconds
      case .size: unit == .bytes
      }
    if fits { return }
    let example = unit == .seconds ? "`500ms`" : unit == .bytes ? "`4kB`" : "`100`"
    throw .cannotAnswer(
      "`\(amount.value.canonicalText(sizes: .none))` does not fit samples: these are "
        + (unit == .count ? "counted" : "in \(word)"), suggestion: "an amount such as \(example)",
      at: amount.range)
  }

  /// The unit of a measure's column.
  func unit(of measure: Measure) -> Unit { measure == .samples ? unit : measure.unit }

  /// A measure's value in its unit.
  func scaled(_ value: Double?, _ measure: Measure) -> Double? {
    let scale = scale(of: measure)
    return scale == 1 ? value : value.map { $0 / scale }
  }

  /// What sums of a measure are divided by to be in its unit.
  func scale(of measure: Measure) -> Double {
    switch measure {
    case .samples: scale
    case .sampleType(let type): Double(type.scale)
    default: 1
    }
  }

  /// Whether a measure's values are whole numbers.
  func isInteger(_ measure: Measure) -> Bool {
    measure == .samples ? scale == 1 : measure.isInteger
  }
}

extension QueryContext {
  /// Whether a capture of another tool takes part.
  func includesProfile() throws(EngineError) -> Bool {
    for data in captures where try reading(try data.profile()) != nil { return true }
    return false
  }

  /// Sets what a tree's numbers count, for captures of other tools.
  func finish(_ tree: inout StackTree) throws(EngineError) {
    let measures = measures
    guard let measure = measures.first, let facts = try reading(try captures.first?.profile())
    else { return }
    if measure == .count {
      if query.measures.isEmpty { tree.useCounts() }
      return
    }
    let weights = try SampleWeights(self)
    if measure == .samples {
      tree.unit = weights.unit
      tree.scale = Int64(nearest: weights.scale)
      tree.values = StackValues(name: "samples", unit: weights.word)
    } else if let type = measure.sampleType {
      tree.unit = measure.unit
      tree.scale = type.scale
      tree.values = StackValues(name: type.name, unit: type.unit)
    }
    tree.dropEmptyDigits()
    tree.values?.addRecording(of: facts, measure, measures.dropFirst().first)
    if measure == .size, let column = facts.values.firstIndex(where: { $0.measure == .size }) {
      // Sizes of the population asked, by the name that the profile has for them.
      let population = facts.values.population(for: try population(of: captures[0]).value)
      let named = facts.index(population: population, measure: .size) ?? column
      guard !facts.values[named].name.isEmpty else { return }
      tree.values = StackValues(name: facts.values[named].name, unit: "bytes")
      tree.values?.addRecording(of: facts, .sampleType(SampleType(facts.values[named])), nil)
    }
  }
}

extension StackTree {
  /// Whole numbers need no fraction, though the capture keeps some.
  fileprivate mutating func dropEmptyDigits() {
    guard unit != .seconds else { return }
    func areTens(_ values: [Int64]) -> Bool { values.allSatisfy { $0 % 10 == 0 } }
    while scale % 10 == 0, areTens(sizes), areTens(base?.sizes ?? []) {
      scale /= 10
      sizes = sizes.map { $0 / 10 }
      base = base.map { StackSums(sizes: $0.sizes.map { $0 / 10 }, counts: $0.counts) }
    }
  }
}

extension StackValues {
  /// Takes over what the profile says of its recording.
  fileprivate mutating func addRecording(
    of facts: StoredProfile, _ measure: Measure, _ second: Measure?
  ) {
    if let type = measure.sampleType, let column = facts.column(of: type) {
      if let second = second?.sampleType {
        (countName, countUnit) = (second.name, second.unit)
      } else if let partner = facts.partner(of: column) {
        (countName, countUnit) = (facts.values[partner].name, "count")
      } else {
        hasCounts = false
      }
    } else if measure == .samples {
      hasCounts = false
    }
    func property(_ name: String) -> String? { facts.properties.first { $0.name == name }?.value }
    period = property("period").flatMap { Int64($0) } ?? 0
    if let words = property("period type")?.split(
      separator: "/", maxSplits: 1, omittingEmptySubsequences: false), words.count == 2
    {
      (periodName, periodUnit) = (String(words[0]), String(words[1]))
    }
    timeNanoseconds = property("time_nanos").flatMap { Int64($0) } ?? 0
    durationNanoseconds = property("duration_nanos").flatMap { Int64($0) } ?? 0
  }
}
