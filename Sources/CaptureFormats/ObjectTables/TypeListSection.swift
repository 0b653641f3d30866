import CaptureModel

/// Lists of types and counts as Python shows them in a line: `[('dict', 70900, 46), …]` of
/// `objgraph.growth()`, `[('dict', 70900), …]` of `most_common()`, `Counter({'dict': 70900, …})`.
final class TypeListKind: SectionKind {
  let format = LogLines.printsName
  let openings = ByteSet("abcdefghijklmnopqrstuvwxyz0123456789[(_-*#'\"<>$.:=").withNonASCII()
  let needs = LineTraits.typeList

  func makeReader() -> any SectionReader { TypeListSection() }
}

/// Each such line is a moment, whose list names only some types.
final class TypeListSection: SectionReader {
  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    guard let list = TypeList(line) else { return false }
    let head = LogHead(line)
    // The message of a record comes by itself, with the record's time.
    guard !head.beginsRecord || head.contentStart == 0 || head.contentStart >= line.count else {
      return false
    }
    let count = ProfileValue(.live, .count, unit: "objects")
    let moment = output.moment(
      list.hasChanges ? [count, ProfileValue(.live, .delta, unit: "objects")] : [count], place,
      isPartial: true)
    for row in list.rows {
      output.add(
        list.hasChanges ? [row.count, row.change] : [row.count], to: moment, type: row.name,
        process: place.process)
    }
    return true
  }

  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer { .over }

  func end(isCut: Bool, _ output: TextOutput) {}
}

/// A list of types in a line.
struct TypeList: Equatable {
  struct Row: Equatable {
    var name: String
    var count: Int64
    var change: Int64 = 0
  }

  private(set) var rows: [Row] = []
  private(set) var hasChanges = false

  private static let limit = 1 << 14
  /// Types of which every program has many: any other list of pairs may be about anything.
  private static let common: Set<String> = [
    "dict", "list", "tuple", "function", "str", "set", "frozenset", "cell", "type", "bytes", "int",
    "weakref", "ReferenceType", "method", "module", "float", "builtin_function_or_method",
    "wrapper_descriptor", "method_descriptor", "getset_descriptor", "property", "code",
  ]

  /// Finds a list in a line; nil when there is none that is sure to be of types.
  init?(_ line: Span<UInt8>) {
    if let open = line.locate("[('") ?? line.locate("[(\"") ?? line.locate("[(<") {
      guard takeTuples(line, open + 1) else { return nil }
    } else if let open = line.locate("Counter({") {
      guard takeMembers(line, open + 9) else { return nil }
    } else {
      return nil
    }
    guard !rows.isEmpty, isSure else { return nil }
  }

  private var isSure: Bool {
    if hasChanges {
      // objgraph puts what grew most first.
      return rows.allSatisfy { $0.change > 0 && $0.change <= $0.count }
        && zip(rows, rows.dropFirst()).allSatisfy { $0.change >= $1.change }
    }
    return rows.count >= 2 && rows.contains { Self.common.contains($0.name) }
      && zip(rows, rows.dropFirst()).allSatisfy { $0.count >= $1.count }
  }

  /// `('dict', 70900, 46), ('tuple', 104661, 25)]`.
  private mutating func takeTuples(_ line: Span<UInt8>, _ start: Int) -> Bool {
    var place = start
    while rows.count < Self.limit, line.byte(place) == UInt8(ascii: "(") {
      guard let (name, nameEnd) = Self.name(line, place + 1), line.has(", ", at: nameEnd),
        let (count, countEnd) = line.digits(nameEnd + 2)
      else { return false }
      var row = Row(name: name, count: count)
      place = countEnd
      let isTriple = line.has(", ", at: place)
      if isTriple {
        let sign = line.byte(place + 2) == UInt8(ascii: "+") ? 1 : 0
        guard let (change, end) = line.digits(place + 2 + sign) else { return false }
        row.change = change
        place = end
      }
      guard rows.isEmpty || hasChanges == isTriple, line.byte(place) == UInt8(ascii: ")") else {
        return false
      }
      hasChanges = isTriple
      rows.append(row)
      place += 1
      if line.has(", ", at: place) { place += 2 }
    }
    // A list that is cut holds what it holds.
    return line.byte(place) == UInt8(ascii: "]") || place >= line.count
  }

  /// `'dict': 70900, 'tuple': 104661})`.
  private mutating func takeMembers(_ line: Span<UInt8>, _ start: Int) -> Bool {
    var place = start
    while rows.count < Self.limit, let (name, nameEnd) = Self.name(line, place) {
      guard line.has(": ", at: nameEnd), let (count, end) = line.digits(nameEnd + 2) else {
        return false
      }
      rows.append(Row(name: name, count: count))
      place = end
      if line.has(", ", at: place) { place += 2 }
    }
    return line.byte(place) == UInt8(ascii: "}") || place >= line.count
  }

  /// A type's name: `'dict'`, `<class 'dict'>`.
  private static func name(_ line: Span<UInt8>, _ start: Int) -> (String, Int)? {
    var place = start
    let isClass = line.has("<class ", at: place)
    if isClass { place += 7 }
    let quote = line.byte(place)
    guard quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
    place += 1
    let first = place
    while place < line.count, line[place] != quote {
      // Names hold letters, digits and what joins them.
      let byte = line[place]
      guard
        Span<UInt8>.isLetter(byte) || Span<UInt8>.isDigit(byte) || byte == 0x5F || byte == 0x2E
          || byte == 0x3C || byte == 0x3E || byte >= 0x80
      else { return nil }
      place += 1
    }
    guard place > first, place - first <= 200, line.byte(place) == quote else { return nil }
    let end = place + 1
    guard isClass else { return (line.text(first..<place), end) }
    return line.byte(end) == UInt8(ascii: ">") ? (line.text(first..<place), end + 1) : nil
  }
}
