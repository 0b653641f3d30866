/// How lines of text of other kinds look.
enum ForeignText {
  /// `main 1234 100.0: cycles:`, `python3 12/34 [001] 1.5: 10 cpu-clock:u:`: a sample of perf
  /// script.
  static func isPerfHead(_ line: String) -> Bool {
    let words = line.split(separator: " ", omittingEmptySubsequences: true)
    guard words.count >= 4,
      let place = words.firstIndex(where: { isPerfTime($0) }), place >= 2
    else { return false }
    let before = words[place - 1]
    let isCPU = before.first == "[" && before.last == "]"
    let process = isCPU ? (place >= 3 ? words[place - 2] : "") : before
    guard isProcess(process) else { return false }
    // An event, its period in front of it perhaps; behind it nothing, or an address.
    var rest = words[(place + 1)...]
    if rest.first?.allSatisfy({ $0.isNumber }) == true { rest.removeFirst() }
    guard let event = rest.popFirst(), event.last == ":", event.count > 1 else { return false }
    return rest.first.map { $0.count >= 4 && UInt64($0, radix: 16) != nil } ?? true
  }

  /// `12345.678901:`.
  private static func isPerfTime(_ word: Substring) -> Bool {
    guard word.last == ":" else { return false }
    let parts = word.dropLast().split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 2
      && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }
  }

  /// `1234` or `1234/1235`.
  private static func isProcess(_ word: Substring) -> Bool {
    let parts = word.split(separator: "/", omittingEmptySubsequences: false)
    return (1...2).contains(parts.count)
      && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }
  }

  /// An object of `ObjectSpace.dump_all`, or one of its roots.
  static func isRubyObject(_ line: String) -> Bool {
    guard line.hasPrefix("{") else { return false }
    let text = line.filter { $0 != " " }
    if text.hasPrefix("{\"type\":\"ROOT\",\"root\":") { return true }
    return text.hasPrefix("{\"address\":\"0x") && text.contains("\"type\":\"")
      && (text.contains("\"class\":\"0x") || text.contains("\"slot_size\":")
        || text.contains("\"shape_id\":") || text.contains("\"memsize\":")
        || text.contains("\"flags\":{"))
  }

  /// A chunk of bytehound's: its kind, a length, and an LZ4 block that begins with a header event.
  static func isBytehound(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 64, bytes[0] == 1 || bytes[0] == 2, bytes[4] == 0, bytes[3] < 0x20 else {
      return false
    }
    var place = 5
    if bytes[0] == 1 {
      // Sixteen random bytes follow the tag, so that all of it is literal.
      guard bytes[place] >= 0xF0 else { return false }
      place += 1
      while place < 32, bytes[place] == 0xFF { place += 1 }
      place += 1
    }
    return bytes[place..<(place + 4)].allSatisfy { $0 == 0 }
      && !bytes[(place + 4)..<(place + 20)].allSatisfy { $0 == 0 }
  }

  /// A line of heaptrack's data: a letter, and hexadecimal numbers.
  static func isHeaptrack(_ line: String) -> Bool {
    guard let first = line.first, "vXIstai+-cRmASNPe#x".contains(first) else { return false }
    return line.count == 1 || line.dropFirst().first == " "
  }
}
