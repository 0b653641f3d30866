/// Which kinds of sections may begin with a line: by its traits and its first byte, a bit each.
struct SectionChoice {
  private let ofByte: [UInt32]
  private let sure: [UInt32]
  private let ofTrait: [UInt32]
  /// Kinds that may begin with a line that ends with a digit.
  private let ofDigit: UInt32

  init(_ kinds: [any SectionKind]) {
    func mask(_ isWanted: (any SectionKind) -> Bool) -> UInt32 {
      kinds.indices.reduce(0) { isWanted(kinds[$1]) ? $0 | 1 &<< UInt32($1) : $0 }
    }
    ofByte = (0...255).map { byte in mask { $0.openings.contains(UInt8(byte)) } }
    sure = (0...255).map { byte in mask { $0.sureOpenings.contains(UInt8(byte)) } }
    ofDigit = mask { $0.mayEndWithDigit }
    ofTrait = (0..<32).map { bit in
      mask { !$0.needs.isDisjoint(with: LineTraits(rawValue: 1 &<< UInt32(bit))) }
    }
  }

  /// The kinds that may begin with a line.
  ///
  /// - Parameters:
  ///   - first: its first byte, spaces and tabs aside.
  ///   - last: its last byte.
  ///   - kinds: those that its traits allow.
  /// - Returns: a bit for each.
  @inline(__always)
  func kinds(beginningWith first: UInt8, endingWith last: UInt8, among kinds: UInt32) -> UInt32 {
    let mask = ofByte[Int(first)] & (kinds | sure[Int(first)])
    return Span<UInt8>.isDigit(last) ? mask & ofDigit : mask
  }

  /// The kinds that need one of these traits.
  @inline(__always)
  func kinds(of traits: LineTraits) -> UInt32 {
    var rest = traits.rawValue
    var kinds: UInt32 = 0
    while rest != 0 {
      kinds |= ofTrait[rest.trailingZeroBitCount]
      rest &= rest &- 1
    }
    return kinds
  }
}
