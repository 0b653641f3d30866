import CaptureFormats
import CaptureModel
import Foundation
import Ingest
import Store
import Testing

/// Addresses of profiles get the functions that the executables and libraries tell.
@Suite("symbols of profiles")
struct ProfileSymbolTests {
  /// A library of which one address is in an inlined function.
  private struct Library: SymbolSource {
    func frames(image: String, addresses: [UInt64]) -> [[SymbolFrame]]? {
      guard image == "/lib/libstore.so" else { return nil }
      return addresses.map { address in
        guard address == 0x10 else { return [] }
        return [
          SymbolFrame(function: "reserve", file: "store.h", line: 7, isInlined: true),
          SymbolFrame(function: "fill", file: "store.c", line: 20),
        ]
      }
    }
  }

  private func frame(_ name: String, _ image: String, _ address: UInt64) -> ProfileFrame {
    var frame = ProfileFrame(function: name, file: image, kind: .native)
    frame.code = ImageAddress(image: image, address: address)
    return frame
  }

  @Test("an address is all functions at it, one without stays an address")
  func expansion() throws {
    var description = ProfileDescription(kind: .samples)
    description.values = [ProfileValue(.live, .size, unit: "bytes")]
    let profile = ListedProfile(description)
    profile.then { batch in
      batch.newFrames = [
        self.frame("main+0x1", "/bin/main", 0x1),
        self.frame("libstore+0x10", "/lib/libstore.so", 0x10),
        self.frame("libstore+0x20", "/lib/libstore.so", 0x20), ProfileFrame(function: "plain"),
      ]
      batch.newNodes = [
        StackNode(parent: 0, frame: 0), StackNode(parent: 1, frame: 1),
        StackNode(parent: 1, frame: 2), StackNode(parent: 1, frame: 3),
      ]
      for (stack, size) in [(2, 100), (3, 20), (4, 3)] as [(UInt32, Int64)] {
        var record = ProfileRecord()
        record.stack = stack
        batch.records.append(record)
        batch.values.append(size)
      }
    }
    let asked = try AskedStore()
    let report = try Importer(store: asked.store, symbols: Library()).run(
      reader: profile, options: ImportOptions(name: "heap", hash: "heap")
    ) { _, _ in }
    let table = try asked.table("top all live by function inclusive")
    let sizes = Dictionary(uniqueKeysWithValues: zip(table["function"], table["size"]))
    #expect(sizes["reserve"] == "100" && sizes["fill"] == "100" && sizes["plain"] == "3")
    #expect(sizes["libstore+0x20"] == "20")
    let newest = try asked.table("top 1 live by function")
    #expect(newest["function"].first == "reserve")
    #expect(report.quality.first { $0.kind == "no symbols" }?.count == 2)
  }

  @Test("only a file that was mapped is asked, by its number")
  func images() throws {
    let library = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(UUID().uuidString).so")
    try Data("no library".utf8).write(to: library)
    let path = library.deletingPathExtension().appendingPathExtension("heap").path
    defer {
      try? FileManager.default.removeItem(at: library)
      try? FileManager.default.removeItem(atPath: path)
    }
    let attributes = try FileManager.default.attributesOfItem(atPath: library.path)
    let inode = try #require(attributes[.systemFileNumber] as? UInt64)
    for (number, isFound) in [(inode, true), (inode + 1, false)] {
      let text = """
        heap profile: 1: 8 [1: 8] @ heapprofile
        1: 8 [1: 8] @ 0x7f0000001235

        MAPPED_LIBRARIES:
        7f0000000000-7f0000001000 r--p 00000000 fe:00 \(number) \(library.path)
        7f0000001000-7f0000002000 r-xp 00001000 fe:00 \(number) \(library.path)

        """
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      guard case .profile(let reader) = try FormatRegistry.open(path: path) else {
        Issue.record("no profile")
        return
      }
      let batch = ProfileBatch()
      var codes: [ImageAddress] = []
      while reader.next(into: batch) { codes += batch.newFrames.compactMap(\.code) }
      let wanted = [ImageAddress(image: library.path, address: 0x1234)]
      #expect(codes == (isFound ? wanted : []))
    }
  }
}
