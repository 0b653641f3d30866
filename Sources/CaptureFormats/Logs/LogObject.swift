/// What the members of a JSON object say that is a line of a log.
struct LogObject {
  /// Nanoseconds since 1970.
  var time: Int64?
  /// Process id.
  var process: Int64?
  /// Where the name of the process stands: a dyno, a service of the journal.
  var name: Range<Int>?
  /// Where that of the pod, container or host stands that it is in.
  private var source: (rank: Int, range: Range<Int>)?
  /// Where its message stands between quotes, and whether that has escapes.
  var message: (range: Range<Int>, hasEscapes: Bool)?
  /// What its members say of memory.
  var sizes: [QuantityScan.Finding] = []
  /// Words that the line may hold.
  private(set) var traits: LineTraits

  private static let longestName = 200

  /// The number of the process that it names; nil when it names none.
  ///
  /// - Parameters:
  ///   - line: the line.
  ///   - outer: the source that a collector's head names; empty without one.
  ///   - processes: the processes of the text.
  /// - Returns: what stands for it.
  func number(_ line: Span<UInt8>, in outer: String, _ processes: inout ProcessTable) -> Int64? {
    guard process != nil || name != nil || source != nil else { return nil }
    // A dyno or a service of the journal is one, whatever the host's name.
    let own = name == nil ? source.map { line.text($0.range) } ?? "" : ""
    return processes.number(
      source: [outer, own].filter { !$0.isEmpty }.joined(separator: " "),
      name: name.map { line.text($0) } ?? "", id: process)
  }

  /// A time of a text: a date, or a number of seconds or parts of them since 1970.
  private static func time(_ line: Span<UInt8>, _ range: Range<Int>) -> Int64? {
    if let time = LogTime(line.extracting(range), at: 0) { return time.nanoseconds }
    guard let (number, end) = line.digits(range.lowerBound), end == range.upperBound else {
      return nil
    }
    return LogTime.sinceEpoch(Double(number))
  }

  /// Reads a line; nil when it is not one whole object.
  init?(_ line: Span<UInt8>, _ traits: LineTraits, _ output: TextOutput) {
    guard line.byte(line.skippingSpaces(0)) == UInt8(ascii: "{") else { return nil }
    self.traits = traits
    let scan =
      traits.isDisjoint(with: [.quantity, .extremes])
      ? nil : QuantityScan(thousand: output.thousand, bareUnit: output.unit)
    var object = self
    let isWhole = JSONLine.walk(line) { name, parent, value in
      object.add(line, name, parent, value, scan)
    }
    guard isWhole else { return nil }
    self = object
  }

  private mutating func add(
    _ line: Span<UInt8>, _ name: Range<Int>, _ parent: Range<Int>, _ value: JSONLine.Value,
    _ scan: QuantityScan?
  ) {
    let key = line.extracting(name)
    switch value {
    case .number(let number):
      if key.isTime, time == nil, let found = LogTime.sinceEpoch(number) {
        time = found
      } else if key.isProcess || key.equals("id") && line.extracting(parent).equals("process") {
        process = Int64(exactly: number)
      } else if let finding = scan?.member(line, name, parent, number) {
        sizes.append(finding)
      }
    case .text(let range, let hasEscapes):
      if key.isTime, time == nil {
        time = Self.time(line, range)
      } else if key.isMessage {
        message = message ?? (range, hasEscapes)
      } else if key.isProcess, let (id, end) = line.digits(range.lowerBound),
        end == range.upperBound
      {
        process = id
      } else if let first = range.first, Span<UInt8>.isDigit(line.byte(first)),
        let finding = scan?.member(line, name, parent, of: range)
      {
        sizes.append(finding)
      } else if !range.isEmpty, range.count < Self.longestName, !hasEscapes {
        if key.isName { self.name = self.name ?? range }
        if let rank = key.sourceRank, rank < source?.rank ?? .max { source = (rank, range) }
      }
    }
  }
}

extension Span<UInt8> {
  fileprivate var isTime: Bool {
    switch count {
    case 1: equals("t")
    case 2: equals("ts") || equals("dt")
    case 4: equals("time")
    case 7: equals("asctime") || equals("created")
    case 8: equals("datetime")
    case 9: equals("timestamp")
    case 10: equals("@timestamp")
    case 20: equals("__realtime_timestamp")
    default: false
    }
  }

  fileprivate var isProcess: Bool {
    switch count {
    case 3: equals("pid")
    case 4: equals("_pid")
    case 7: equals("process")
    case 10: equals("process_id")
    default: false
    }
  }

  fileprivate var isMessage: Bool {
    switch count {
    case 3: equals("msg") || equals("log")
    case 5: equals("event")
    case 7: equals("message")
    default: false
    }
  }

  fileprivate var isName: Bool {
    switch count {
    // docker's containers; in small letters it is the name of a logger.
    case 4: equals("dyno") || has("Name")
    case 6: equals("procid")
    case 11: equals("processname")
    case 12: equals("process_name")
    case 17: equals("syslog_identifier")
    default: false
    }
  }

  /// How well a member names where a line comes from, the best first; nil when it does not.
  fileprivate var sourceRank: Int? {
    switch count {
    case 3: equals("pod") ? 0 : nil
    case 7: equals("podname") ? 0 : nil
    case 8: equals("pod_name") ? 0 : equals("hostname") ? 2 : nil
    case 9: equals("container") ? 1 : nil
    case 14: equals("container_name") ? 1 : nil
    default: nil
    }
  }
}
