/// The messages of a pprof profile (`profile.proto` of github.com/google/pprof).
///
/// | message | fields |
/// |---|---|
/// | Profile | 1 sample_type[], 2 sample[], 3 mapping[], 4 location[], 5 function[], 6 string_table[], 7 drop_frames, 8 keep_frames, 9 time_nanos, 10 duration_nanos, 11 period_type, 12 period, 14 default_sample_type |
/// | ValueType | 1 type, 2 unit (strings) |
/// | Sample | 1 location_id[], innermost first; 2 value[]; 3 label[] |
/// | Label | 1 key, 2 str, 3 num, 4 num_unit |
/// | Mapping | 1 id, 5 filename |
/// | Location | 1 id, 2 mapping_id, 4 line[], innermost inlined function first |
/// | Line | 1 function_id, 2 line |
/// | Function | 1 id, 2 name, 4 filename |
///
/// Repeated numbers come packed or not, fields in any order, unknown ones are passed over.
enum PProfLayout {
  static let formatName = "pprof"
  /// Longest message, bytes.
  static let messageLimit = 1 << 26
  /// Most types of samples.
  static let mostSampleTypes = 64
  /// Most frames of distinct stacks: what a small file inflates to must not fill memory.
  static let mostNodes = 1 << 25

  enum Field {
    static let sampleType: UInt64 = 1
    static let sample: UInt64 = 2
    static let mapping: UInt64 = 3
    static let location: UInt64 = 4
    static let function: UInt64 = 5
    static let string: UInt64 = 6
    static let dropFrames: UInt64 = 7
    static let keepFrames: UInt64 = 8
    static let time: UInt64 = 9
    static let duration: UInt64 = 10
    static let periodType: UInt64 = 11
    static let period: UInt64 = 12
    static let defaultSampleType: UInt64 = 14
    static let last: UInt64 = 15
    /// Fields of a profile that are messages or texts; the others are numbers.
    static let messages: Set<UInt64> = [1, 2, 3, 4, 5, 6, 11]
  }
}

/// A field of a protobuf message: a number, or a range of bytes.
enum ProtobufField {
  case number(field: UInt64, value: UInt64)
  case bytes(field: UInt64, range: Range<Int>)

  /// Reads a field at a place; 32 and 64 bit ones become numbers.
  static func read(
    _ bytes: Span<UInt8>, _ cursor: inout ByteCursor
  ) throws(FieldError) -> ProtobufField {
    let tag = try cursor.readVarint(from: bytes)
    let field = tag >> 3
    guard field > 0 else { throw .malformed(reason: "a field without a number") }
    switch tag & 7 {
    case 0: return .number(field: field, value: try cursor.readVarint(from: bytes))
    case 1: return .number(field: field, value: try cursor.readUInt64(from: bytes))
    case 5: return .number(field: field, value: UInt64(try cursor.readUInt32(from: bytes)))
    case 2:
      let length = try cursor.readVarint(from: bytes)
      guard length <= UInt64(PProfLayout.messageLimit) else {
        throw .malformed(reason: "a field of \(length) bytes")
      }
      let start = cursor.position
      try cursor.skip(Int(length), from: bytes)
      return .bytes(field: field, range: start..<cursor.position)
    default: throw .malformed(reason: "a field of unknown kind \(tag & 7)")
    }
  }

  /// Calls `body` with each field of a message that is all there.
  static func each(
    _ bytes: Span<UInt8>, _ range: Range<Int>,
    _ body: (ProtobufField) throws(FieldError) -> Void
  ) throws(FieldError) {
    let part = bytes.extracting(range)
    var cursor = ByteCursor()
    while cursor.position < part.count {
      do throws(FieldError) {
        switch try read(part, &cursor) {
        case .number(let field, let value): try body(.number(field: field, value: value))
        case .bytes(let field, let inner):
          let shifted =
            (inner.lowerBound + range.lowerBound)..<(inner.upperBound + range.lowerBound)
          try body(.bytes(field: field, range: shifted))
        }
      } catch {
        // Inside a message that is all there, more bytes cannot come.
        if error == .endOfData { throw .malformed(reason: "a field longer than its message") }
        throw error
      }
    }
  }

  /// Appends the numbers of a repeated field, packed or single.
  func numbers(_ bytes: Span<UInt8>, to list: inout [UInt64]) throws(FieldError) {
    switch self {
    case .number(_, let value): list.append(value)
    case .bytes(_, let range):
      let part = bytes.extracting(range)
      var cursor = ByteCursor()
      while cursor.position < part.count {
        do throws(FieldError) { list.append(try cursor.readVarint(from: part)) } catch {
          throw .malformed(reason: "a list of numbers that is cut")
        }
      }
    }
  }
}
