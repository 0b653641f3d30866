import Results
import Language
import Store

/// What a scan finds per site, and per size class, lifetime or stretch of time where these split
/// the root of a tree.
struct StackSiteSums {
  /// What was added up in one place.
  typealias Part = SiteSums.Part

  /// Sums by site, when no size or row splits them: a page needs no more than these.
  private struct Plain {
    var bytes: Int64 = 0
    var count: Int64 = 0
  }

  private var plain: [Plain]
  private var sums: SiteSums
  private let keys: [Key]
  private let windowTexts: [String]

  /// - Parameters:
  ///   - siteCount: number of sites.
  ///   - keys: those that rows decide, in the order asked.
  ///   - windowTexts: the windows or marks in words.
  ///   - rowKeyCount: how many numbers the row key has.
  init(siteCount: Int, keys: [Key], windowTexts: [String], rowKeyCount: Int) {
    plain = Array(repeating: Plain(), count: keys.isEmpty ? siteCount : 0)
    sums = SiteSums(
      siteCount: keys.isEmpty ? 0 : siteCount, keys: keys, rowKeyCount: rowKeyCount)
    self.keys = keys
    self.windowTexts = windowTexts
  }

  @inline(__always) mutating func add(_ partial: PartialAggregate) {
    guard keys.isEmpty else { return sums.add(partial) }
    plain[partial.site].bytes &+= partial.sums.bytes
    plain[partial.site].count &+= partial.sums.count
  }

  /// Calls `body` with everything that is not empty, by site.
  func forEach(_ body: (Part) -> Void) {
    guard keys.isEmpty else { return sums.forEach(body) }
    for site in plain.indices where plain[site].bytes != 0 || plain[site].count != 0 {
      var sums = GroupSums()
      sums.bytes = plain[site].bytes
      sums.count = plain[site].count
      body((site, 0, 0, sums))
    }
  }

  /// The text of the frame under the root; nil when nothing splits it.
  func root(_ part: Part, beside siteText: String?) -> String? {
    guard !keys.isEmpty else { return siteText }
    let texts = keys.map { text(part, $0) }
    return (texts + (siteText.map { [$0] } ?? [])).joined(separator: ", ")
  }

  private func text(_ part: Part, _ key: Key) -> String {
    switch key {
    case .sizeclass:
      let from = SizeClass.lowerBound(index: part.sizeClass)
      return from < 2 ? "\(from) B" : "\(bytes(from))..\(bytes(from &* 2))"
    case .lifetime:
      let number = RowKey.lifetimeClass(number: part.rowKey)
      return number == RowKey.neverFreed ? "never freed" : range(number) + " allocations"
    default:
      let window = RowKey.window(number: part.rowKey)
      return window < windowTexts.count ? windowTexts[window] : "\(window)"
    }
  }

  /// A power of two in the greatest unit that keeps it whole; what wraps around is the end of all.
  private func bytes(_ power: UInt64) -> String {
    guard power > 0 else { return "16 EiB" }
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    let unit = power.trailingZeroBitCount / 10
    return "\(power >> UInt64(unit * 10)) \(units[unit])"
  }

  /// The values of a class: its first, and its last when it has several.
  private func range(_ number: Int) -> String {
    let from = SizeClass.lowerBound(index: number)
    return from < 2 ? "\(from)" : "\(from)..\(from - 1 + from)"
  }
}
