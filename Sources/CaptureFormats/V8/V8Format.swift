import CaptureModel

/// V8's two entries in the registry.
enum V8Format {
  static let snapshot = FormatDescriptor(
    name: HeapSnapshotLayout.formatName,
    summary: "heap snapshots of V8 (Node, Chrome): every object and its references",
    extensions: ["heapsnapshot"],
    recognizes: { input in input.beginsWithMembers("snapshot", "meta") },
    open: { input throws(CaptureError) in .profile(try HeapSnapshotReader(input)) })

  static let profile = FormatDescriptor(
    name: HeapProfileReader.formatName,
    summary: "sampling heap profiles of V8 (Node, Chrome)",
    extensions: ["heapprofile"],
    recognizes: { input in input.beginsWithMembers("head", "callFrame") },
    open: { input throws(CaptureError) in .profile(try HeapProfileReader(input)) })
}

extension CaptureInput {
  /// Whether the content is JSON of the form `{"first": {"second"`, with any white space.
  func beginsWithMembers(_ first: String, _ second: String) -> Bool {
    let wanted = Array("{\"\(first)\":{\"\(second)\"".utf8)
    let found = beginning.prefix(256).lazy.filter { $0 > 0x20 }
    return Array(found.prefix(wanted.count)) == wanted
  }
}
