import Foundation
import TestSupport

/// Changed inputs of a target, one after the other; the same for the same seed.
///
/// An input that met something new is changed further itself. Each stands in a file before it is
/// read, so that it is still there when reading it ends the process.
package struct FuzzRun {
  /// Most inputs that are changed further beside the seeds.
  private static let mostNew = 2_000

  private let target: FuzzTarget
  private let path: String
  private var random: SeededNumbers
  private var mutator: Mutator
  private var pool: [[UInt8]]
  private var seen: Set<UInt64> = []
  private let seedCount: Int

  /// Inputs read so far.
  package private(set) var count = 0
  /// Different signatures met so far.
  package var signatures: Int { seen.count }

  /// A run.
  ///
  /// - Parameters:
  ///   - target: what is fed.
  ///   - seed: what the changes depend on.
  ///   - path: the file that holds each input while it is read.
  ///   - mostSeeds: how many of the seeds are used, chosen by `seed`.
  /// - Throws: when the seeds or the dictionary cannot be read.
  package init(_ target: FuzzTarget, seed: UInt64, path: String, mostSeeds: Int = .max) throws {
    self.target = target
    self.path = path
    random = SeededNumbers(seed: seed)
    let seeds = try target.seeds().shuffled(using: &random)
    pool =
      try Array(seeds.prefix(mostSeeds))
      + target.corpus.map { Array($0.bytes.prefix(FuzzTarget.longest)) }
    seedCount = pool.count
    mutator = Mutator(dictionary: try target.dictionary)
  }

  /// Number of inputs to begin with.
  package var seeds: Int { seedCount }

  /// Reads the next input; why it failed, nil when it did not.
  package mutating func next() throws -> String? {
    guard !pool.isEmpty else { return "no seeds" }
    let bytes =
      count < seedCount
      ? pool[count] : mutator.mutate(pool[random.below(pool.count)], with: pool, &random)
    count += 1
    return try read(bytes)
  }

  /// Reads an input.
  package mutating func read(_ bytes: [UInt8]) throws -> String? {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    switch target.read(bytes, path) {
    case .broken(let reason): return reason
    case .done(let signature):
      if seen.insert(signature).inserted, pool.count < seedCount + Self.mostNew {
        pool.append(bytes)
      }
      return nil
    }
  }
}

/// Ways to change an input.
struct Mutator {
  let dictionary: [[UInt8]]

  /// What breaks readers of any kind.
  private static let pieces: [[UInt8]] =
    [
      "99999999999999999999", "18446744073709551615", "9223372036854775807", "-9223372036854775808",
      "-1", "1e308", "1e-320", "NaN", "inf", "\n", "\r\n", "\t", "[[[[[[[[", "((((((((", "{{{{",
      "]",
      "}", ")", "{", "\"", "'", "\\", "%", ";", ",", "MiB", "kB", " | ", ": ", "0", "\u{FEFF}", "…",
    ].map { Array($0.utf8) } + [
      [0x00], [0xFF], [0xFF, 0xFE], [0xC3], [0x1B, 0x5B], [0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
      [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0xFF, 0xFF, 0xFF, 0x7F],
      [0x00, 0x00, 0x00, 0x80], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
    ]

  /// One to eight changes.
  func mutate(
    _ input: [UInt8], with others: [[UInt8]], _ random: inout SeededNumbers
  ) -> [UInt8] {
    var bytes = input
    for _ in 0...random.below(8) where !bytes.isEmpty { change(&bytes, others, &random) }
    return bytes
  }

  private func change(
    _ bytes: inout [UInt8], _ others: [[UInt8]], _ random: inout SeededNumbers
  ) {
    let place = random.below(bytes.count)
    let length = min(1 + random.below(random.once(in: 6) ? 2_000 : 40), bytes.count - place)
    let part = place..<(place + length)
    switch random.below(11) {
    case 0: bytes[place] ^= 1 << UInt8(random.below(8))
    case 1: bytes[place] = UInt8(random.below(256))
    case 2: bytes.removeSubrange(part)
    case 3: bytes.insert(contentsOf: bytes[part], at: place)
    case 4: bytes.insert(contentsOf: random.one(of: Self.pieces), at: place)
    case 5, 6:
      let word = random.one(of: dictionary.isEmpty ? Self.pieces : dictionary)
      if random.once(in: 2) {
        bytes.replaceSubrange(place..<min(bytes.count, place + word.count), with: word)
      } else {
        bytes.insert(contentsOf: word, at: place)
      }
    case 7:
      let other = random.one(of: others)
      guard !other.isEmpty else { return }
      let start = random.below(other.count)
      bytes.insert(contentsOf: other[start..<min(other.count, start + 400)], at: place)
    case 8: for index in part where (0x30...0x39).contains(bytes[index]) { bytes[index] = 0x39 }
    case 9 where random.once(in: 3): bytes.removeSubrange(place...)
    case 9: for index in part { bytes[index] = 0xFF }
    default: swapLines(&bytes, place, &random)
    }
  }

  /// Takes a line out and puts it elsewhere, or nowhere.
  private func swapLines(
    _ bytes: inout [UInt8], _ place: Int, _ random: inout SeededNumbers
  ) {
    let start = bytes[..<place].lastIndex(of: 0x0A) ?? 0
    let end = bytes[place...].firstIndex(of: 0x0A) ?? bytes.count
    let line = bytes[start..<end]
    bytes.removeSubrange(start..<end)
    if random.once(in: 2), !bytes.isEmpty {
      bytes.insert(contentsOf: line, at: random.below(bytes.count))
    }
  }
}
