import CaptureModel

/// Where a line of a text stands, and what its head says of it.
struct LinePlace {
  /// Number of the line in the file, from 1.
  var number: UInt64
  /// Number of the line among those of its source, from 1: how far lines of one stand apart.
  var numberInSource: UInt64 = 0
  /// Nanoseconds since 1970, or since the text's first time where years are missing; nil when
  /// neither this line nor one before it has a time.
  var time: Int64?
  /// Number of the process that wrote it, as batches give it; nil when nothing tells.
  var process: Int64?
  /// Name of the container or host that it comes from; empty for the file itself.
  var source = ""
}

/// What a section's reader says to a line.
enum SectionAnswer {
  /// The line is of the section.
  case taken
  /// It is not, but the section may go on behind it, as when programs write into each other.
  case aside
  /// It is not, and the section has ended before it.
  case over
}

/// Reads one kind of report, table or print that stands among the lines of a text.
///
/// Lines come without what collectors put before them. Each source of a text (a container, a
/// host) has readers of its own, so that what two of them print at a time never mixes. Whatever
/// is whole goes to the output at once: memory must not grow with the text.
protocol SectionReader: AnyObject {
  /// Looks at a line outside of any section; true when a section begins with it.
  ///
  /// Called only for lines whose first byte but spaces and tabs is one of the kind's `openings`,
  /// and that have one of the traits it `needs` or begin with one of its `sureOpenings`.
  /// Must be cheap and sure: what begins here is kept from all others.
  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool

  /// Looks at a line behind the beginning.
  func continues(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> SectionAnswer

  /// Ends the section, writes what is left and is ready for the next.
  ///
  /// - Parameters:
  ///   - isCut: whether the text ended before the section did.
  ///   - output: takes what is left.
  func end(isCut: Bool, _ output: TextOutput)
}

/// A kind of section: how it may begin, and what all of its kind in a text amount to.
protocol SectionKind: AnyObject {
  /// Name of the format that a text of nothing else is of.
  var format: String { get }
  /// First bytes that a section may begin with, spaces and tabs aside.
  var openings: ByteSet { get }
  /// Traits of which a line that a section begins with has one at least.
  var needs: LineTraits { get }
  /// First bytes, spaces and tabs aside, behind which a section may begin whatever the traits.
  var sureOpenings: ByteSet { get }
  /// Whether a line that a section begins with may end with a digit, as most lines of a log do.
  var mayEndWithDigit: Bool { get }
  /// A reader for the lines of one source.
  func makeReader() -> any SectionReader
  /// Writes what the kind kept until the end of the text.
  func finish(_ output: TextOutput)
  /// Adds what is known of all sections once the text has ended: properties, estimates, advice.
  func describe(_ description: inout ProfileDescription)
  /// What was odd, once the text has ended.
  var findings: [ProfileFinding] { get }
}

extension SectionKind {
  var sureOpenings: ByteSet { ByteSet("") }
  var mayEndWithDigit: Bool { true }
  func finish(_ output: TextOutput) {}
  func describe(_ description: inout ProfileDescription) {}
  var findings: [ProfileFinding] { [] }
}

/// A set of bytes.
struct ByteSet: Equatable {
  private var low: (UInt64, UInt64) = (0, 0)
  private var high: (UInt64, UInt64) = (0, 0)

  /// The ASCII bytes of a text; letters in both cases.
  init(_ text: String) {
    for byte in text.utf8 {
      insert(byte)
      if Span<UInt8>.isLetter(byte) { insert(byte ^ 0x20) }
    }
  }

  /// Bytes that are no ASCII, beside these.
  func withNonASCII() -> ByteSet {
    var set = self
    set.high = (.max, .max)
    return set
  }

  private mutating func insert(_ byte: UInt8) {
    switch byte >> 6 {
    case 0: low.0 |= 1 &<< UInt64(byte & 63)
    case 1: low.1 |= 1 &<< UInt64(byte & 63)
    case 2: high.0 |= 1 &<< UInt64(byte & 63)
    default: high.1 |= 1 &<< UInt64(byte & 63)
    }
  }

  func contains(_ byte: UInt8) -> Bool {
    let word =
      switch byte >> 6 {
      case 0: low.0
      case 1: low.1
      case 2: high.0
      default: high.1
      }
    return word &>> UInt64(byte & 63) & 1 == 1
  }

  static func == (a: ByteSet, b: ByteSet) -> Bool { a.low == b.low && a.high == b.high }
}
