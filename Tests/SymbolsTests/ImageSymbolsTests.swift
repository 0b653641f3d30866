import CaptureModel
import Foundation
import Symbols
import TestSupport
import Testing

@Suite(.enabled(if: CompiledProgram.isPossible)) struct ImageSymbolsTests {
  static let c = """
    #include <stdlib.h>
    static inline __attribute__((always_inline)) void *innermost(size_t size) {
      void *block = malloc(size * 3);
      if (!block) abort();
      return block;
    }
    static inline __attribute__((always_inline)) void *middle(size_t size) {
      if (size > 10) return innermost(size + 1);
      return innermost(size);
    }
    __attribute__((noinline)) void *outer(size_t size) {
      char *block = middle(size);
      block[0] = 1;
      return block;
    }
    int main(int count, char **words) {
      free(outer((size_t)count));
      return 0;
    }
    """

  static let cxx = """
    #include <vector>
    namespace shapes {
      template <typename T> struct Box {
        std::vector<T> items;
        __attribute__((noinline)) T grow(T more) { items.push_back(more); return items.back(); }
      };
    }
    int main(int count, char **) {
      shapes::Box<double> box;
      return box.grow(count) > 3.0;
    }
    """

  private func texts(_ frames: [SymbolFrame]) -> [String] {
    frames.map { "\($0.function) \($0.file):\($0.line)" }
  }

  /// Every address of a function has the frames that addr2line finds.
  private func compare(_ program: CompiledProgram, _ function: Range<UInt64>) throws {
    let addresses = Array(function)
    let found = try #require(
      ImageSymbols().frames(image: program.path, addresses: addresses))
    let judged = try program.judged(addresses)
    #expect(found.count == addresses.count && judged.count == addresses.count)
    for (index, frames) in found.enumerated() where texts(frames) != judged[index] {
      Issue.record("\(texts(frames)) is \(judged[index])")
    }
    for frames in found {
      #expect(frames.map(\.isInlined) == frames.indices.map { $0 < frames.count - 1 })
    }
  }

  @Test(arguments: [["-g", "-O1"], ["-g", "-O2", "-gdwarf-4"], ["-g", "-O0", "-no-pie"]])
  func functionsFilesLinesAndInlinedCalls(options: [String]) throws {
    let program = try CompiledProgram(Self.c, suffix: "c", options: options)
    let outer = try #require(try program.function("outer"))
    try compare(program, outer)
    try compare(program, try #require(try program.function("main")))
    let deepest = try #require(
      ImageSymbols().frames(image: program.path, addresses: Array(outer)))
    #expect(deepest.contains { $0.map(\.function) == ["innermost", "middle", "outer"] })
  }

  @Test func namesOfCxxArePlain() throws {
    let program = try CompiledProgram(Self.cxx, suffix: "cc", options: ["-g", "-O1"])
    let grow = try #require(try program.function("_ZN6shapes3BoxIdE4growEd"))
    let frames = try #require(
      ImageSymbols().frames(image: program.path, addresses: [grow.lowerBound]))[0]
    #expect(frames.last?.function == "shapes::Box<double>::grow(double)")
    #expect(frames.last?.isInlined == false)
    #expect(frames.last?.file.hasSuffix("shapes.cc") == true && frames.last?.line == 5)
  }

  @Test func withoutDebugInformationOnlyNamesAreKnown() throws {
    let program = try CompiledProgram(Self.c, suffix: "c", options: ["-O1"])
    let outer = try #require(try program.function("outer"))
    let beyond = try #require(try program.function("_start")).lowerBound - 1
    let frames = try #require(
      ImageSymbols().frames(
        image: program.path, addresses: [outer.lowerBound, outer.upperBound - 1, beyond, 0]))
    let name = SymbolFrame(function: "outer", file: "<unknown>", line: 0)
    #expect(frames[0] == [name] && frames[1] == [name])
    #expect(frames[3].isEmpty)
  }

  @Test func separateDebugInformationIsFound() throws {
    let program = try CompiledProgram(
      Self.c, suffix: "c", options: ["-g", "-O1", "-Wl,--build-id"])
    let outer = try #require(try program.function("outer"))
    let before = ImageSymbols().frames(image: program.path, addresses: Array(outer))
    let debug = program.path + ".debug"
    try CompiledProgram.run("objcopy", ["--only-keep-debug", program.path, debug])
    try CompiledProgram.run("strip", [program.path])
    #expect(
      ImageSymbols().frames(image: program.path, addresses: [outer.lowerBound]) == [[]])
    try CompiledProgram.run("objcopy", ["--add-gnu-debuglink=\(debug)", program.path])
    #expect(ImageSymbols().frames(image: program.path, addresses: Array(outer)) == before)
    // Of another build: of no use.
    let other = try CompiledProgram(
      Self.c, suffix: "c", options: ["-g", "-O2", "-Wl,--build-id"])
    try FileManager.default.removeItem(atPath: debug)
    try CompiledProgram.run("objcopy", ["--only-keep-debug", other.path, debug])
    #expect(
      ImageSymbols().frames(image: program.path, addresses: [outer.lowerBound]) == [[]])
  }

  @Test func filesThatAreNoImages() throws {
    let folder = try TemporaryFolder()
    let text = folder.path("text")
    try "no image".write(toFile: text, atomically: true, encoding: .utf8)
    for path in [text, "/dev/zero", "/", "/nowhere/at/all", "relative", "", "linux-vdso.so.1"] {
      #expect(ImageSymbols().frames(image: path, addresses: [1, 2]) == nil)
    }
  }

  @Test func damagedImagesDoNotTrap() throws {
    let program = try CompiledProgram(Self.c, suffix: "c", options: ["-g", "-O1"])
    let outer = Array(try #require(try program.function("outer")))
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: program.path)))
    let damaged = program.path + ".damaged"
    var state: UInt64 = 7
    for _ in 0..<200 {
      var changed = bytes
      for _ in 0..<20 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        changed[Int(state >> 33) % changed.count] = UInt8(truncatingIfNeeded: state >> 20)
      }
      if state >> 63 == 1 { changed.removeLast(changed.count / 3) }
      try Data(changed).write(to: URL(fileURLWithPath: damaged))
      let frames = ImageSymbols().frames(image: damaged, addresses: outer)
      #expect(frames == nil || frames?.count == outer.count)
    }
  }
}
