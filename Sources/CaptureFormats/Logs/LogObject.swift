/// What the members of a JSON object say that is a line of a log.
struct LogObject {
  /// Nanoseconds since 1970.
  var time: Int64?
  /// Process id.
  var process: Int64?
  /// Where its message stands between quotes, and whether that has escapes.
  var message: (range: Range<Int>, hasEscapes: Bool)?
  /// What its members say of memory.
  var sizes: [QuantityScan.Finding] = []
  /// Words that the line may hold.
  private(set) var traits: LineTraits

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
        time = LogTime(line.extracting(range), at: 0)?.nanoseconds
      } else if key.isMessage {
        message = message ?? (range, hasEscapes)
      }
    }
  }
}

extension Span<UInt8> {
  fileprivate var isTime: Bool {
    switch count {
    case 1: equals("t")
    case 2: equals("ts")
    case 4: equals("time")
    case 7: equals("asctime") || equals("created")
    case 9: equals("timestamp")
    case 10: equals("@timestamp")
    default: false
    }
  }

  fileprivate var isProcess: Bool {
    switch count {
    case 3: equals("pid")
    case 7: equals("process")
    case 10: equals("process_id")
    default: false
    }
  }

  fileprivate var isMessage: Bool {
    switch count {
    case 3: equals("msg")
    case 5: equals("event")
    case 7: equals("message")
    default: false
    }
  }
}
