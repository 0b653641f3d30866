import CaptureModel

/// Entries of heap profiles in the registry.
enum HeapTextFormat {
  static let jemalloc = FormatDescriptor(
    name: HeapTextLayout.jemallocName,
    summary: "heap profiles of jemalloc (heap_v2), also with names by jeprof --raw",
    extensions: ["heap"],
    recognizes: { input in
      let head = head(of: input)
      return head.hasPrefix("heap_v") || head == "--- heap"
    },
    open: { input throws(CaptureError) in .profile(try HeapTextReader.read(input)) })

  static let gperftools = FormatDescriptor(
    name: HeapTextLayout.gperftoolsName,
    summary: "heap profiles of gperftools and tcmalloc as text, Go's debug=1",
    extensions: ["heap", "growth"],
    recognizes: { input in
      let head = head(of: input)
      return ["heap profile:", "growthz profile:", "--- profile"].contains(where: head.hasPrefix)
    },
    open: { input throws(CaptureError) in .profile(try HeapTextReader.read(input)) })

  /// The first line of the profile itself: names may stand in front.
  private static func head(of input: CaptureInput) -> String {
    let lines = input.firstLines(1)
    guard let first = lines.first, first.hasPrefix("--- symbol") else { return lines.first ?? "" }
    let all = input.firstLines(1 << 16)
    guard let end = all.firstIndex(of: "---") else { return "" }
    let rest = all[(end + 1)...].filter { !$0.isEmpty }
    guard let head = rest.first else { return "" }
    return head == "--- heap" ? rest.dropFirst().first ?? head : head
  }
}
