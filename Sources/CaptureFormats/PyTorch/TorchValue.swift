/// What an instruction of a snapshot's pickle leaves on the stack: 16 bytes.
///
/// Dictionaries and lists become what they mean as soon as they are complete, so nothing nests.
struct TorchValue: BitwiseCopyable {
  enum Kind: UInt8 {
    /// None, fractions and whatever else no question needs.
    case other
    /// The bits of a whole number.
    case number
    /// Number of a text.
    case text
    /// Index of a pair of whole numbers.
    case pair
    /// Serial number of a list of anything but frames; also of an empty one.
    case list
    /// Stack node of a list of frames.
    case frames
    /// A dictionary that has no meaning yet.
    case dictionary
    /// Index of a frame.
    case frame
    case event
    /// Index of a segment.
    case segment
    /// Index of a block.
    case block
    case annotation
    /// Index of a block of a history.
    case history
  }

  var payload: UInt64
  /// Place in the memo plus 1; 0 without one.
  var memo: UInt32 = 0
  var kind: Kind

  init(_ kind: Kind, _ payload: UInt64 = 0) {
    self.kind = kind
    self.payload = payload
  }

  init(_ kind: Kind, _ payload: UInt32) { self.init(kind, UInt64(payload)) }

  /// The number that it is; nil for all others.
  var number: UInt64? { kind == .number ? payload : nil }

  /// The index that it holds.
  var index: UInt32 { UInt32(truncatingIfNeeded: payload) }
}

/// What values a pickle remembers, four bytes each, in pieces that never move.
struct TorchMemo {
  private static let pieceBits = 16
  private static let pieceCount = 1 << pieceBits
  private static let payloadBits: UInt32 = 28

  private var pieces: [[UInt32]] = []
  private(set) var count = 0
  /// Numbers too great for four bytes; they are remembered by no writer that is known.
  private var wide: [UInt64] = []

  /// The value at a place, which must be one.
  @inline(__always)
  func value(at place: Int) -> TorchValue {
    let word = pieces[place &>> Self.pieceBits][place & (Self.pieceCount &- 1)]
    let kind = TorchValue.Kind(rawValue: UInt8(truncatingIfNeeded: word &>> Self.payloadBits))
    let payload = word & (1 &<< Self.payloadBits &- 1)
    // Past the kinds stands a number that is kept apart.
    guard let kind else { return TorchValue(.number, wide[Int(payload)]) }
    var value = TorchValue(kind, payload)
    value.memo = UInt32(truncatingIfNeeded: place &+ 1)
    return value
  }

  private mutating func word(_ value: TorchValue) -> UInt32 {
    guard value.payload >> UInt64(Self.payloadBits) == 0 else {
      wide.append(value.payload)
      return 15 << Self.payloadBits | UInt32(wide.count - 1) & (1 << Self.payloadBits - 1)
    }
    return UInt32(value.kind.rawValue) << Self.payloadBits | value.index
  }

  /// Remembers a value at the end.
  mutating func append(_ value: TorchValue) {
    if count & (Self.pieceCount - 1) == 0 {
      pieces.append([])
      pieces[pieces.count - 1].reserveCapacity(Self.pieceCount)
    }
    let word = word(value)
    pieces[pieces.count - 1].append(word)
    count += 1
  }

  /// Replaces what is remembered at a place, which must be one.
  mutating func set(_ value: TorchValue, at place: Int) {
    let word = word(value)
    pieces[place >> Self.pieceBits][place & (Self.pieceCount - 1)] = word
  }
}
