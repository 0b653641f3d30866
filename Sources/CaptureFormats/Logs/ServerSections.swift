import CaptureModel

/// Requests as uwsgi logs them, with what its worker uses where that is switched on.
///
/// `{address space usage: N bytes/M} {rss usage: N bytes/M} [pid: P|app: 0|req: 1/1] ADDRESS ()
/// {36 vars in 414 bytes} [Thu Apr 19 08:11:44 2018] GET / => generated 6743 bytes in 4 msecs …`
final class RequestKind: SectionKind {
  let format = LogLines.formatName
  let openings = ByteSet("{[")
  let needs = LineTraits.request

  func makeReader() -> any SectionReader { RequestSection() }
}

/// Reads such a line: values and a mark.
final class RequestSection: SectionReader {
  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    let start = line.skippingSpaces(0)
    guard
      line.has("{address space usage: ", at: start) || line.has("{rss usage: ", at: start)
        || line.has("[pid: ", at: start),
      let mark = line.find("[pid: ", from: start, before: start + 200),
      let (id, end) = line.digits(mark + 6), line.byte(end) == UInt8(ascii: "|")
    else { return false }
    var place = place
    place.process = output.processes.number(source: "", name: "", id: id)
    var message = line.find("} [", from: end).map { $0 + 3 } ?? line.count
    if let time = LogTime(ctime: line, at: message) {
      place.time = output.place(time.nanoseconds)
      message = line.skippingSpaces(time.range.upperBound + 1)
    }
    for (word, metric) in [("{rss usage: ", "rss"), ("address space usage: ", "vms")]
      as [(StaticString, String)]
    {
      guard let found = line.find(word, from: start, before: mark),
        let (bytes, end) = line.digits(found + word.utf8CodeUnitCount),
        line.has(" bytes", at: end)
      else { continue }
      output.point(metric, Double(bytes), place)
    }
    message = min(message, line.count)
    let stop = line.find(" => ", from: message) ?? line.count
    output.mark(line.text(message..<min(stop, message + 120)), place)
    return true
  }

  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer { .over }

  func end(isCut: Bool, _ output: TextOutput) {}
}

/// What the kernel says when it kills a process for want of memory.
///
/// `Out of memory: Killed process P (NAME) total-vm:NkB, anon-rss:NkB, file-rss:NkB,
/// shmem-rss:NkB`: the resident bytes are the sum of the last three. What the reaper finds later is
/// behind the process's end, and is no value.
final class KillKind: SectionKind {
  let format = LogLines.formatName
  // Kubernetes lists the kernel's line behind the age and type of an event.
  let openings = ByteSet("abcdefghijklmnopqrstuvwxyz0123456789[<")
  let needs = LineTraits.kill

  func makeReader() -> any SectionReader { KillSection() }
}

/// Reads such a line.
final class KillSection: SectionReader {
  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    guard let anonymous = line.locate("anon-rss:") else { return false }
    if line.locate("oom_reaper: ") != nil {
      output.mark(line.text(0..<min(line.count, 120)), place)
      return true
    }
    guard let word = line.locate("Killed process ") ?? line.locate("Kill process "),
      let open = line.find(" (", from: word),
      let (id, end) = line.digits(Self.id(line, word)), end <= open, anonymous > open + 2
    else { return false }
    // The name may hold parentheses; the last one before the numbers ends it.
    var close = min(line.find("total-vm:", from: open) ?? anonymous, anonymous)
    while close > open + 2, line.byte(close) != UInt8(ascii: ")") { close -= 1 }
    var place = place
    place.process = output.processes.number(
      source: "", name: line.text(open + 2..<close), id: id)
    var resident: Int64 = 0
    for word in ["anon-rss:", "file-rss:", "shmem-rss:"] as [StaticString] {
      resident =
        resident.addingReportingOverflow(Self.kilobytes(line, word, open) ?? 0).partialValue
    }
    output.point("rss", Double(resident) * 1024, place)
    if let size = Self.kilobytes(line, "total-vm:", open) {
      output.point("vms", Double(size) * 1024, place)
    }
    output.mark("killed, out of memory: \(line.text(open + 2..<close))", place)
    return true
  }

  private static func id(_ line: Span<UInt8>, _ word: Int) -> Int {
    var place = word
    while place < line.count, !Span<UInt8>.isDigit(line[place]) { place += 1 }
    return place
  }

  private static func kilobytes(
    _ line: Span<UInt8>, _ word: StaticString, _ start: Int
  ) -> Int64? {
    guard let found = line.find(word, from: start),
      let (value, end) = line.digits(found + word.utf8CodeUnitCount), line.holds("kb", at: end)
    else { return nil }
    return value
  }

  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer { .over }

  func end(isCut: Bool, _ output: TextOutput) {}
}
