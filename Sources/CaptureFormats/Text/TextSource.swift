import CaptureModel

/// What is known of one source of a text: a container, a host, the file itself.
final class TextSource {
  /// Its name; empty for the file itself.
  let name: String
  /// Lines of it so far.
  var lines: UInt64 = 0
  /// Time of its last record.
  var lastTime: Int64?
  /// Process of its last record.
  var lastProcess: Int64?
  /// The section that its next line may be of, by the number of its kind.
  var active: Int?
  /// Readers of sections, one for each kind, made when first needed.
  var readers: [(any SectionReader)?]
  /// Whether its last lines are what a file of settings says of limits or requests.
  var isUnderLimits = false
  /// Whether the line before is the one above a table's size in what pandas prints of it.
  var isUnderTypes = false
  /// objgraph's prints, which have no beginning of their own.
  var prints = TypePrints()

  init(name: String, kinds: Int) {
    self.name = name
    readers = Array(repeating: nil, count: kinds)
  }

  /// The reader of a kind, by its number.
  func reader(of kind: Int, _ kinds: [any SectionKind]) -> any SectionReader {
    if let known = readers[kind] { return known }
    let reader = kinds[kind].makeReader()
    readers[kind] = reader
    return reader
  }
}

/// The sources of a text by their names.
struct TextSources {
  /// Most sources with a state of their own; further ones share one.
  private static let limit = 512

  /// The file itself.
  let ofFile: TextSource
  private var sources: [String: TextSource] = [:]
  private let kinds: Int
  /// Bytes of the name looked for last, which mostly comes again.
  private var lastName: [UInt8] = []
  private var last: TextSource

  init(kinds: Int) {
    self.kinds = kinds
    ofFile = TextSource(name: "", kinds: kinds)
    last = ofFile
    sources[""] = last
  }

  /// All of them.
  var all: some Sequence<TextSource> { sources.values }

  /// The source of a name.
  mutating func source(_ name: Span<UInt8>) -> TextSource {
    if isLast(name) { return last }
    let text = name.text
    lastName = Array(text.utf8)
    if let known = sources[text] {
      last = known
    } else if sources.count < Self.limit {
      last = TextSource(name: text, kinds: kinds)
      sources[text] = last
    } else if let other = sources["…"] {
      last = other
    } else {
      last = TextSource(name: "…", kinds: kinds)
      sources["…"] = last
    }
    return last
  }

  private func isLast(_ name: Span<UInt8>) -> Bool {
    guard name.count == lastName.count else { return false }
    for index in name.indices where name[index] != lastName[index] { return false }
    return true
  }
}
