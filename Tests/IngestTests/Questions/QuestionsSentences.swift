import Results
import TestSupport

/// Makes random questions, the same for the same seed.
struct QuestionMaker {
  var numbers: SeededNumbers
  let captures: [Recorded]

  init(seed: UInt64, captures: [Recorded]) {
    numbers = SeededNumbers(seed: seed)
    self.captures = captures
  }

  mutating func question() -> AskedQuestion {
    var question = AskedQuestion()
    question.captures = captures
    question.population = population()
    if question.population.takesRange, numbers.once(in: 2) {
      question.span = .random(&numbers, in: captures)
    }
    let hasLifetimes = !question.population.isNeverFreed
    question.measures = measures(hasLifetimes)
    if numbers.once(in: 4) { question.windows = windows() }
    question.keys = keys(hasLifetimes, hasWindows: question.windows != nil)
    if numbers.once(in: 4), question.keys.contains(where: \.isOfFrame),
      !question.keys.contains(.traceback)
    {
      question.isInclusive = true
    }
    if numbers.once(in: 2) { question.filter = predicate(depth: 2, hasLifetimes) }
    if numbers.once(in: 5) { question.having = limits(depth: 1, hasLifetimes) }
    if numbers.once(in: 3) { question.hides = hides() }
    if numbers.once(in: 6) { question.fromFrame = pattern() }
    if numbers.once(in: 3) { question.order = order(question, hasLifetimes) }
    question.limit = numbers.once(in: 2) ? nil : 1 + numbers.below(5)
    return question
  }

  mutating func population() -> AskedPopulation {
    switch numbers.below(12) {
    case 0, 1: .peak
    case 2: .leaked
    case 3: .live(nil)
    case 4, 5: .live(.random(&numbers, in: captures))
    case 6, 7: .allocated
    case 8: .freed
    case 9: .survived(.random(&numbers, in: captures))
    default: .temporary(numbers.once(in: 3) ? nil : numbers.below(12))
    }
  }

  mutating func measures(_ hasLifetimes: Bool) -> [AskedMeasure] {
    let choices = AskedMeasure.allCases.filter { hasLifetimes || !$0.asksLifetime }
    return Array(choices.shuffled(using: &numbers).prefix(numbers.below(4)))
  }

  private mutating func windows() -> AskedWindows {
    // Windows of whole milliseconds, which can be told from their texts.
    let duration = captures.map(\.duration).max() ?? 0
    let counts = (1...12).filter { count in captures.allSatisfy { $0.duration % count == 0 } }
    return numbers.once(in: 2)
      ? .over(numbers.one(of: counts)) : .every(1 + numbers.below(duration + 10))
  }

  private mutating func keys(_ hasLifetimes: Bool, hasWindows: Bool) -> [AskedKey] {
    let choices = AskedKey.allCases.filter { $0 != .window && (hasLifetimes || $0 != .lifetime) }
    var keys = Array(choices.shuffled(using: &numbers).prefix(1 + numbers.below(3) / 2))
    if hasWindows { keys.insert(.window, at: numbers.below(keys.count + 1)) }
    return keys
  }

  private mutating func hides() -> [AskedHide] {
    switch numbers.below(6) {
    case 0: [.none]
    case 1: [.imports]
    case 2: [.internals, .imports]
    case 3: [.pattern(pattern())]
    case 4: [.pattern(pattern()), .pattern(pattern()), .imports]
    default: [.runner, .internals]
    }
  }

  mutating func pattern() -> AskedPattern {
    let globs = [
      "main", "load", "run", "<lambda>", "main.py", "other/main.py", "*load*", "work.run", "l?ad",
      "load.py:9", "*.py:9", "?r?*", "*importlib*", "_*", "nothing", "work", "*",
      "data.*", "pandas.*", "json", "data.load.load", "importlib", "*.frame",
    ]
    return numbers.once(in: 4)
      ? .plainRegex(numbers.one(of: ["load", "ain", "importlib", "nothing", "py:1"]))
      : .glob(numbers.one(of: globs))
  }

  private mutating func order(
    _ question: AskedQuestion, _ hasLifetimes: Bool
  ) -> [(column: AskedQuestion.Column, isAscending: Bool)] {
    var columns: [AskedQuestion.Column] = []
    if numbers.once(in: 2) { columns.append(.key(numbers.one(of: question.keys))) }
    if columns.isEmpty || numbers.once(in: 2) {
      let choices = AskedMeasure.allCases.filter { hasLifetimes || !$0.asksLifetime }
      columns.insert(.measure(numbers.one(of: choices)), at: 0)
    }
    return columns.map { ($0, numbers.once(in: 2)) }
  }

  mutating func limits(depth: Int, _ hasLifetimes: Bool) -> AskedLimits {
    switch depth > 0 ? numbers.below(6) : 5 {
    case 0: return .not(limits(depth: depth - 1, hasLifetimes))
    case 1:
      return .and(
        limits(depth: depth - 1, hasLifetimes), limits(depth: depth - 1, hasLifetimes))
    case 2:
      return .or(limits(depth: depth - 1, hasLifetimes), limits(depth: depth - 1, hasLifetimes))
    default: break
    }
    let comparison = numbers.one(of: AskedComparison.allCases)
    if numbers.once(in: 3) {
      return .share(numbers.one(of: [.size, .count]), comparison, numbers.below(40))
    }
    let measure = numbers.one(of: AskedMeasure.allCases.filter { hasLifetimes || !$0.asksLifetime })
    let number = numbers.below([.size, .averageSize, .maximumSize].contains(measure) ? 6000 : 12)
    return .compare(measure, comparison, number)
  }
}

extension QuestionMaker {
  mutating func predicate(depth: Int, _ hasLifetimes: Bool = true) -> AskedPredicate {
    guard depth > 0 else { return term(hasLifetimes) }
    switch numbers.below(6) {
    case 0: return .not(predicate(depth: depth - 1, hasLifetimes))
    case 1:
      return .and([
        predicate(depth: depth - 1, hasLifetimes), predicate(depth: depth - 1, hasLifetimes),
      ])
    case 2:
      return .or([
        predicate(depth: depth - 1, hasLifetimes), predicate(depth: depth - 1, hasLifetimes),
        predicate(depth: 0, hasLifetimes),
      ])
    default: return term(hasLifetimes)
    }
  }

  private mutating func term(_ hasLifetimes: Bool) -> AskedPredicate {
    let comparison = numbers.one(of: AskedComparison.allCases)
    switch numbers.below(hasLifetimes ? 14 : 11) {
    case 0: return .size(comparison, size())
    case 1:
      let lower = size()
      return .sizeRange(lower, lower + 1 + numbers.below(3000))
    case 2: return .sizeClass(comparison, numbers.one(of: [0, 1, 16, 64, 1024, 4096]))
    case 3: return .time(comparison, .random(&numbers, in: captures))
    case 4: return .timeRange(.random(&numbers, in: captures))
    case 5: return .stackHas((0...numbers.below(3)).map { _ in pattern() })
    case 6, 7: return .match(key(), isNegated: numbers.once(in: 3), pattern())
    case 8, 9:
      let key = key()
      return .key(key, isNegated: numbers.once(in: 3), name(of: key))
    case 10:
      let key = key()
      return .set(key, isNegated: numbers.once(in: 3), [name(of: key), name(of: key)])
    case 11: return .lifetime(comparison, numbers.below(20))
    case 12:
      let lower = numbers.below(10)
      return .lifetimeRange(lower, lower + 1 + numbers.below(20))
    default: return .duration(comparison, numbers.below(40))
    }
  }

  private mutating func size() -> Int {
    let rows = numbers.one(of: captures).rows
    return numbers.once(in: 3) || rows.isEmpty
      ? numbers.below(5000) : numbers.one(of: rows).size + numbers.below(3) / 2
  }

  private mutating func key() -> AskedKey {
    numbers.one(of: [
      .lineno, .filename, .function, .module, .package, .thread, .allocator, .capture,
    ])
  }

  private mutating func name(of key: AskedKey) -> String {
    let frame = numbers.one(of: RecordedFrames.all)
    switch key {
    case .lineno: return frame.lineno
    case .filename: return frame.file
    case .function: return frame.function
    case .module: return RecordedFrames.module(frame) ?? "<unknown>"
    case .package:
      return numbers.one(of: ["data", "importlib", "json", "main", "pandas", "work", "nothing"])
    case .thread: return numbers.one(of: ["MainThread", "0x64", "0x6b", "worker", "0x72 (worker)"])
    case .capture: return numbers.one(of: captures).name
    default: return numbers.one(of: ["MALLOC", "mmap", "CALLOC", "PYMALLOC_MALLOC", "nothing"])
    }
  }
}
