import CaptureModel
import Foundation
import Testing

@testable import CaptureFormats

@Suite struct FormatRegistryTests {
  static func error(_ name: String, format: String? = nil) -> CaptureError? {
    do throws(CaptureError) {
      _ = try FormatRegistry.open(path: MemrayFixture(name: name).path, format: format)
      return nil
    } catch {
      return error
    }
  }

  @Test func filesThatAreNoCaptures() {
    let path = { MemrayFixture(name: $0).path }
    #expect(Self.error("empty") == .empty(path: path("empty")))
    #expect(Self.error("killed_aggregated") == .empty(path: path("killed_aggregated")))
    #expect(Self.error("not_a_capture") == .unrecognized(path: path("not_a_capture")))
    #expect(
      Self.error("not_a_capture", format: "memray")
        == .malformedHeader(
          path: path("not_a_capture"), offset: 0,
          reason: "magic: no memray capture: wrong magic"))
    #expect(Self.error("missing") == .unreadable(path: path("missing"), code: 2))
    #expect(
      Self.error("threads", format: "notepad") == .unrecognized(path: path("threads")))
  }

  @Test func headerCutShort() throws {
    // 40 bytes end inside the 8 bytes of start_time, which begin at 33 from header 12 on.
    let path = MemrayFixture(name: "header_cut").path
    let version = try MemrayFixture(name: "header_cut").bytes()[7]
    #expect(version >= 12)
    #expect(
      Self.error("header_cut")
        == .malformedHeader(
          path: path, offset: 33, reason: "start_time: the data end inside the header"))
  }

  @Test func versionOfTheFuture() {
    #expect(
      Self.error("future_version")
        == .unsupportedVersion(
          path: MemrayFixture(name: "future_version").path, format: "memray", version: 99,
          supported: "6–13"))
  }

  @Test func foldersAreNotRead() {
    let folder = MemrayFixture.folder.path
    #expect(throws: CaptureError.notAFile(path: folder, kind: .directory)) {
      try FormatRegistry.open(path: folder)
    }
  }

  @Test(arguments: MemrayCaptureTests.readable)
  func memrayIsRecognised(name: String) throws {
    let input = try CaptureInput(file: CaptureFile(path: MemrayFixture(name: name).path))
    let names = FormatRegistry.formats.filter { $0.recognizes(input) }.map(\.name)
    #expect(names == ["memray"])
  }

  @Test func otherLZ4FilesAreNotTakenForMemray() throws {
    // A frame with one stored block that holds text.
    let bytes: [UInt8] =
      [0x04, 0x22, 0x4D, 0x18, 0x60, 0x40, 0, 4, 0, 0, 0x80] + Array("text".utf8)
    let scratch = try ScratchFile(bytes + [0, 0, 0, 0])
    #expect(throws: CaptureError.unrecognized(path: scratch.path)) {
      try FormatRegistry.open(path: scratch.path)
    }
  }

  @Test func formatsAreDescribed() {
    for format in FormatRegistry.formats {
      #expect(!format.name.isEmpty && !format.summary.isEmpty)
      #expect(!format.summary.contains("\n"))
    }
    #expect(Set(FormatRegistry.formats.map(\.name)).count == FormatRegistry.formats.count)
  }
}
