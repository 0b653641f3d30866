import CaptureModel

/// Texts that a reader has met, each once, numbered from 1 as batches want them.
///
/// Memory is what is distinct, up to a limit that keeps a file of nothing but different texts
/// from filling it.
struct TextTable {
  /// Most distinct texts that are kept.
  static let limit = 1 << 21

  private var numbers: [String: UInt32] = [:]
  private var newTexts: [(number: UInt32, text: String)] = []
  /// Texts that found no room.
  private(set) var dropped: Int64 = 0

  /// The number of a name, for which there is more room than for others.
  mutating func essential(_ text: String) -> UInt32 { number(of: text, most: Self.limit * 2) }

  /// The number of a text; 0 for the empty one, and when there is no more room.
  mutating func number(of text: String, most: Int = limit) -> UInt32 {
    if text.isEmpty { return 0 }
    if let known = numbers[text] { return known }
    guard numbers.count < most else {
      dropped += 1
      return 0
    }
    let number = UInt32(numbers.count + 1)
    numbers[text] = number
    newTexts.append((number, text))
    return number
  }

  /// Moves what is new since the last time to a batch.
  mutating func handOut(to batch: ProfileBatch) {
    batch.newTexts.append(contentsOf: newTexts)
    newTexts.removeAll(keepingCapacity: true)
  }

  /// That texts were left out; nil when none was.
  var finding: ProfileFinding? {
    guard dropped > 0 else { return nil }
    return ProfileFinding(
      kind: "too many texts", severity: .note, count: dropped,
      detail: "more than \(Self.limit) different names and values; further ones are left out")
  }
}
