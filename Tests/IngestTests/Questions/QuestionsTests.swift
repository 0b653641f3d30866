import Foundation
import Store
import TestSupport
import Testing

/// Random questions of random recordings, against answers made one row at a time.
@Suite struct QuestionsTests {
  /// Recordings of one kind, their questions asked of each alone.
  private func ask(
    _ stream: EventStream, seeds: Range<UInt64>, questions: Int, skippedFrames: Int = 0
  ) throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    let questioner = Questioner(store: store)
    for seed in seeds {
      let capture = try Recorded(
        seed: seed, stream: stream, into: store, name: "seed \(seed)",
        skippedFrames: skippedFrames)
      var maker = QuestionMaker(seed: seed, captures: [capture])
      for _ in 0..<questions {
        var question = maker.question()
        // `order by lifetime` is the measure, also beside the key of that name.
        if question.keys.contains(.lifetime) { question.order = [] }
        if capture.duration == 0 { question.leaveOutWindows() }
        questioner.check(question)
      }
    }
  }

  @Test func blocksAndMappings() throws {
    try ask(EventStream(threads: 3), seeds: 0..<6, questions: 150, skippedFrames: 1)
  }

  @Test func fewAddresses() throws {
    try ask(
      EventStream(addresses: .few, sizes: .equal, threads: 2, ticks: 4), seeds: 10..<16,
      questions: 100)
  }

  @Test func mappingsCutToPieces() throws {
    try ask(EventStream(threads: 2, count: 400, mappings: 1), seeds: 20..<24, questions: 150)
  }

  @Test func withoutTicks() throws {
    try ask(EventStream(count: 150, ticks: 10_000), seeds: 30..<32, questions: 50)
  }

  /// `MEMQ_FUZZ=1000,200 swift test --filter QuestionsTests`: other seeds, as many as wanted.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["MEMQ_FUZZ"] != nil))
  func longSession() throws {
    let text = ProcessInfo.processInfo.environment["MEMQ_FUZZ"] ?? ""
    let numbers = text.split(separator: ",").compactMap { UInt64($0) }
    let first = numbers.first ?? 1000
    for seed in first..<first + (numbers.dropFirst().first ?? 10) {
      var choices = SeededNumbers(seed: seed)
      let addresses = choices.one(of: [AddressStyle.dense, .medium, .few, .misaligned])
      let sizes = choices.one(of: [SizeStyle.equal, .mixed, .distinct])
      let stream = EventStream(
        addresses: addresses, sizes: sizes, threads: 1 + choices.below(4),
        count: 50 + choices.below(600), ticks: 2 + choices.below(60),
        mappings: choices.one(of: [0, 1, 3, 6]))
      try ask(stream, seeds: seed..<seed + 1, questions: 60, skippedFrames: choices.below(3))
    }
  }

  /// Captures are added up, times meant in each.
  @Test func severalCaptures() throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    let captures = try (0..<3 as Range<UInt64>).map { seed in
      try Recorded(
        seed: 40 + seed, stream: EventStream(threads: 2, count: 200), into: store,
        name: "run-\(seed)", skippedFrames: Int(seed))
    }
    let questioner = Questioner(store: store)
    for (index, chosen) in [[0, 1], [1, 2], [0, 1, 2]].enumerated() {
      var maker = QuestionMaker(seed: UInt64(index), captures: chosen.map { captures[$0] })
      for _ in 0..<80 {
        var question = maker.question()
        // Windows of several captures are told apart by their times, not their numbers.
        question.leaveOutWindows()
        question.order = []
        questioner.check(question)
      }
    }
  }
}
