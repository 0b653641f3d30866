/// Heads of lines that only their neighbours prove: `service-1  | `, `file-123-`, `> `,
/// `pod container `.
///
/// What looks like one may as well be content, so it is taken off only where lines around have
/// it too. Looks at a block of lines at a time and keeps what it learned for the next.
struct SourceColumns {
  /// What stands before a line.
  struct Head: Equatable {
    /// Where the line begins behind it.
    var end = 0
    /// Where the name of its source stands.
    var source = 0..<0
  }

  private enum Kind: UInt8 { case none, compose, grep, quote, job, pod }

  /// What a line might have before it.
  private struct Guess {
    var kind = Kind.none
    var head = Head()
    /// Of the bytes that must be the same in another line.
    var hash: UInt64 = 0
    /// Column or number that neighbours must agree about.
    var column = 0
    /// Separator of grep: `:` or `-`.
    var mark: UInt8 = 0
  }

  /// Prefixes that were proved before.
  private var known: Set<UInt64> = []
  private static let mostKnown = 1 << 12
  private static let levels: [StaticString] = [
    "debug", "info", "warning", "warn", "error", "critical", "success", "trace", "fatal", "notice",
  ]

  /// The heads of the lines of a block; `ends` are their ends in `bytes`.
  mutating func heads(_ bytes: Span<UInt8>, ends: [Int]) -> [Head] {
    var guesses: [Guess] = []
    guesses.reserveCapacity(ends.count)
    var hasAny = false
    var start = 0
    for end in ends {
      let guess = Self.guess(bytes.extracting(start..<end))
      if guess.kind != .none { hasAny = true }
      guesses.append(guess)
      start = end
    }
    guard hasAny else { return [] }
    Self.findPaths(bytes, ends, &guesses)
    return prove(guesses)
  }

  /// A head as the line alone tells it.
  private static func guess(_ line: Span<UInt8>) -> Guess {
    let first = line.byte(0)
    guard first > 0x20 else { return Guess() }
    if first == UInt8(ascii: ">"), line.byte(1) == 0x20 || line.count == 1 {
      return Guess(kind: .quote, head: Head(end: min(2, line.count)), hash: 1)
    }
    if let job = job(line) { return job }
    var place = 0
    while place < min(line.count, 64), isOfName(line[place]) { place += 1 }
    let nameEnd = place
    if nameEnd > 0, line.byte(place) == 0x20,
      line.byte(place + 1) == 0x20 || line.byte(place + 1) == UInt8(ascii: "|")
    {
      while place < min(line.count, 96), line[place] == 0x20 { place += 1 }
      if line.byte(place) == UInt8(ascii: "|"), place >= nameEnd + 2,
        line.byte(place + 1) == 0x20 || place + 1 == line.count,
        !isLevel(line.extracting(..<nameEnd))
      {
        let end = min(place + 2, line.count)
        return Guess(
          kind: .compose, head: Head(end: end, source: 0..<nameEnd),
          hash: hash(line.extracting(..<nameEnd)), column: place)
      }
    }
    if nameEnd > 6, line.byte(nameEnd) == 0x20, line.byte(nameEnd - 6) == UInt8(ascii: "-"),
      Span<UInt8>.isLetter(first), let pod = pod(line, nameEnd)
    {
      return pod
    }
    // A path may follow; which one only the next line tells.
    if Span<UInt8>.isLetter(first) || first == UInt8(ascii: "/") || first == UInt8(ascii: ".") {
      return Guess(kind: .grep, head: Head())
    }
    return Guess()
  }

  /// `job⇥step⇥2024-05-01T12:30:00.1234567Z `, as `gh run view --log` prints.
  private static func job(_ line: Span<UInt8>) -> Guess? {
    guard let first = line.position(of: 0x09), first < 200 else { return nil }
    var place = first + 1
    while place < min(line.count, 200), line[place] != 0x09 { place += 1 }
    place += 1
    guard line.byte(place + 10) == UInt8(ascii: "T"),
      let time = LogTime(line, at: place),
      time.hasZone, time.digits >= 6
    else { return nil }
    return Guess(kind: .job, head: Head(end: place), hash: 2)
  }

  /// `api-7d4b9c6f5-x2x4z app `: a pod of Kubernetes and its container, as stern prints.
  private static func pod(_ line: Span<UInt8>, _ nameEnd: Int) -> Guess? {
    var dashes: [Int] = []
    var hasDigit = false
    for place in 0..<nameEnd {
      let byte = line[place]
      if byte == UInt8(ascii: "-") { dashes.append(place) }
      if Span<UInt8>.isDigit(byte) { hasDigit = true }
      // Names of Kubernetes have no capitals.
      if byte == UInt8(ascii: "_") || byte &- 0x41 < 26 { return nil }
    }
    guard let last = dashes.popLast(), nameEnd - last == 6, hasDigit else { return nil }
    let isOfSet = dashes.last.map { (7...11).contains(last - $0) } ?? false
    guard isOfSet || (last..<nameEnd).contains(where: { Span<UInt8>.isDigit(line[$0]) }) else {
      return nil
    }
    var place = nameEnd + 1
    while place < min(line.count, 160), isOfName(line[place]) { place += 1 }
    guard place > nameEnd + 1, line.byte(place) == 0x20 else { return nil }
    return Guess(
      kind: .pod, head: Head(end: place + 1, source: 0..<place),
      hash: hash(line.extracting(..<place)))
  }

  private static func isLevel(_ word: Span<UInt8>) -> Bool {
    levels.contains { word.count == $0.utf8CodeUnitCount && word.holds($0, at: 0) }
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    Span<UInt8>.isLetter(byte) || Span<UInt8>.isDigit(byte) || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
  }

  private static func hash(_ text: Span<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in text.indices { hash = (hash ^ UInt64(text[index])) &* 0x100_0000_01B3 }
    return hash
  }

  // MARK: paths of grep

  /// Finds the path that neighbouring lines share before `:` or `-`.
  private static func findPaths(_ bytes: Span<UInt8>, _ ends: [Int], _ guesses: inout [Guess]) {
    var start = 0
    for index in ends.indices.dropLast() {
      let line = bytes.extracting(start..<ends[index])
      let next = bytes.extracting(ends[index]..<ends[index + 1])
      start = ends[index]
      guard guesses[index].kind == .grep, guesses[index + 1].kind == .grep,
        let path = sharedPath(line, next)
      else { continue }
      guesses[index] = pathGuess(line, path)
      guesses[index + 1] = pathGuess(next, path)
    }
    for index in guesses.indices where guesses[index].kind == .grep && guesses[index].head.end == 0
    {
      guesses[index].kind = .none
    }
  }

  /// Length of the longest path that both begin with and that `:` or `-` ends in both.
  private static func sharedPath(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Int? {
    var place = 0
    var found: Int?
    var isPath = false
    let most = min(a.count, b.count, 400)
    while place < most {
      let (x, y) = (a[place], b[place])
      if isPath, isMark(x), isMark(y) { found = place }
      guard x == y, x > 0x20 else { break }
      if x == UInt8(ascii: ".") || x == UInt8(ascii: "/") { isPath = true }
      place += 1
    }
    return found
  }

  private static func isMark(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ":") || byte == UInt8(ascii: "-")
  }

  /// `path:` or `path-`, with the number of the line where there is one.
  private static func pathGuess(_ line: Span<UInt8>, _ path: Int) -> Guess {
    var guess = Guess(
      kind: .grep, head: Head(end: path + 1, source: 0..<path), mark: line.byte(path))
    guess.hash = hash(line.extracting(..<path))
    if let (number, end) = line.digits(path + 1), line.byte(end) == guess.mark {
      guess.column = Int(clamping: number)
      guess.head.end = end + 1
    }
    return guess
  }

  // MARK: proof

  private mutating func prove(_ guesses: [Guess]) -> [Head] {
    var heads = [Head](repeating: Head(), count: guesses.count)
    var start = 0
    while start < guesses.count {
      var end = start + 1
      while end < guesses.count, Self.isRun(guesses[end - 1], guesses[end]) { end += 1 }
      if isProved(guesses[start..<end]) {
        for index in start..<end { heads[index] = guesses[index].head }
      }
      start = end
    }
    return heads
  }

  /// Whether lines that follow each other may have the same kind of head.
  private static func isRun(_ a: Guess, _ b: Guess) -> Bool {
    guard a.kind == b.kind else { return false }
    switch a.kind {
    case .none: return true
    case .compose: return a.column == b.column
    case .grep: return a.hash == b.hash && (a.column == 0) == (b.column == 0)
    case .quote, .job, .pod: return true
    }
  }

  private mutating func isProved(_ run: ArraySlice<Guess>) -> Bool {
    guard let first = run.first, first.kind != .none else { return false }
    switch first.kind {
    case .none: return false
    case .job: return true
    case .quote: return run.count >= 3
    case .pod:
      var seen: Set<UInt64> = []
      let isRepeated = run.contains { known.contains($0.hash) || !seen.insert($0.hash).inserted }
      if isRepeated, known.count < Self.mostKnown { known.formUnion(run.map(\.hash)) }
      return isRepeated
    case .compose:
      // Columns of a table are as wide, but its names do not come again.
      var seen: Set<UInt64> = []
      let isRepeated = run.contains { known.contains($0.hash) || !seen.insert($0.hash).inserted }
      if isRepeated, known.count < Self.mostKnown { known.formUnion(run.map(\.hash)) }
      return isRepeated && seen.count * 2 <= run.count + 1
        || run.allSatisfy { known.contains($0.hash) }
    case .grep:
      // Hits are marked by a colon and lines around them by a dash. Colons alone may as well be
      // places in code, unless line follows line.
      if known.contains(first.hash) { return true }
      let isMixed = run.contains { $0.mark != first.mark }
      let isCounting =
        first.column > 0 && run.count >= 4
        && zip(run, run.dropFirst()).allSatisfy { $1.column == $0.column + 1 }
      if isMixed || isCounting, known.count < Self.mostKnown { known.insert(first.hash) }
      return isMixed || isCounting
    }
  }
}
