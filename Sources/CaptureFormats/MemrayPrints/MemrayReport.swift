import CaptureModel

/// What `memray stats` or pytest-memray printed of one recording.
struct MemrayReport {
  /// A size as printed; what its K stands for, the rest of the report tells.
  struct Size: Equatable {
    var number: DecimalNumber
    /// Power of the unit: 0 for bytes, 1 for K.
    var power = 0
    /// Whether its unit says 1024, as `MiB` does.
    var isBinary = false

    /// In bytes.
    func bytes(isDecimal: Bool) -> Int64 {
      var factor: Int64 = 1
      for _ in 0..<power { factor *= isDecimal && !isBinary ? 1000 : 1024 }
      return number.scaled(by: factor)
    }
  }

  /// A place of a list.
  struct Place {
    var frame: ProfileFrame
    var size: Size
  }

  /// The test; empty for a recording of its own.
  var test = ""
  var place: LinePlace
  var count: Int64?
  var total: Size?
  var peak: Size?
  /// Bins of the histogram, allocators and places by number, as facts.
  var facts: [(name: String, value: String)] = []
  var places: [Place] = []
  /// Whether K is 1000, as `kB` tells and releases that print the peak.
  var isDecimal = false

  init(_ place: LinePlace) { self.place = place }

  /// Whether anything of it is known.
  var hasContent: Bool { count != nil || total != nil || !places.isEmpty }
}

extension MemrayReport.Size {
  private static let letters = Array("KMGTP".utf8)

  /// Reads all of a word: `257.024MB`, `1.5KiB`, `576.0B`.
  init?(_ line: Span<UInt8>, _ word: Range<Int>, hasSmallK: inout Bool) {
    var end = word.lowerBound
    while end < word.upperBound,
      Span<UInt8>.isDigit(line[end]) || line[end] == UInt8(ascii: ".")
    {
      end += 1
    }
    guard let number = DecimalNumber(line, word.lowerBound..<end) else { return nil }
    self.number = number
    if line.has("kB", at: end) { hasSmallK = true }
    if let letter = Self.letters.firstIndex(of: line.byte(end) & ~0x20) {
      power = letter + 1
      end += 1
      isBinary = line.byte(end) == UInt8(ascii: "i")
      if isBinary { end += 1 }
    }
    guard line.byte(end) == UInt8(ascii: "B"), end + 1 == word.upperBound else { return nil }
  }
}

extension ProfileFrame {
  /// `function:file:line`, as memray prints places.
  init(memray line: Span<UInt8>, _ range: Range<Int>) {
    var colon = range.upperBound - 1
    while colon > range.lowerBound, line[colon] != UInt8(ascii: ":") { colon -= 1 }
    guard colon > range.lowerBound, let (number, end) = line.digits(colon + 1),
      end == range.upperBound, let place = Int32(exactly: number)
    else {
      self.init(function: line.text(range))
      return
    }
    // Names of C++ hold two colons at a time.
    var mark = range.lowerBound
    while mark < colon {
      if line[mark] == UInt8(ascii: ":") {
        guard line.byte(mark + 1) == UInt8(ascii: ":") else { break }
        mark += 1
      }
      mark += 1
    }
    guard mark < colon else {
      self.init(file: line.text(range.lowerBound..<colon), line: place)
      return
    }
    self.init(
      function: line.text(range.lowerBound..<mark), file: line.text(mark + 1..<colon), line: place)
  }
}
