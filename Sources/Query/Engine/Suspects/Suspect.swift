import Columns
import Store

/// A place whose memory grows for good, and what speaks against it.
struct Suspect {
  /// `file:line` of the nearest frame outside of libraries, else of the newest frame.
  var lineno: String?
  /// The stack that grew most, newest frame first.
  var stack: [FrameText]
  var group: GrowthGroup
  /// Sentences, each with the numbers of `query`.
  var evidence: [String]
  /// What answers with these numbers.
  var query: String
  /// Bytes per unit of place.
  var rate: Double
  /// Bounds of the rate with 95 % confidence.
  var low: Double
  var high: Double
  /// Bytes alive at the last point.
  var bytes: Int64
  /// Whether it is a list, a dict or a buffer that grows, rather than what it holds.
  var isTable: Bool
  /// The sites that it stands for.
  var sites: [Int]

  /// A finding about a group that grows.
  init(
    lineno: String?, stack: [FrameText], group: GrowthGroup, evidence: [String], query: String,
    isTable: Bool, sites: [Int]
  ) {
    self.lineno = lineno
    self.stack = stack
    self.group = group
    self.evidence = evidence
    self.query = query
    self.isTable = isTable
    self.sites = sites
    rate = group.rate
    low = group.trend.fit.low
    high = group.trend.fit.high
    bytes = group.bytes.last ?? 0
  }

  /// Adds what else the line lost, in the words of `sentence` and as `query` shows.
  mutating func add(rate added: Double, bytes more: Int64, _ sentence: String, _ query: String) {
    rate += added
    low += added
    high += added
    bytes += more
    evidence.append(sentence)
    self.query += "; " + query
    isTable = false
  }
}
