import Foundation
import TestSupport
import Testing

/// A disk of a few megabytes; only root may make one.
final class SmallDisk {
  let path: String

  /// Whether one can be made here.
  static let isPossible: Bool = {
    guard geteuid() == 0, let folder = try? TemporaryFolder() else { return false }
    return SmallDisk(folder.url, megabytes: 1) != nil
  }()

  /// Mounts a disk at a folder; nil when that is not allowed.
  init?(_ folder: URL, megabytes: Int) {
    path = folder.path
    guard Self.run("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "none", path) else {
      return nil
    }
  }

  /// Takes all that is free but for so many bytes.
  func fill(leaving bytes: Int = 0) throws {
    let file = path + "/filler"
    _ = FileManager.default.createFile(atPath: file, contents: Data(count: bytes))
    let rest = path + "/rest"
    _ = FileManager.default.createFile(atPath: rest, contents: nil)
    let filler = try #require(FileHandle(forWritingAtPath: rest))
    let block = Data(count: 4096)
    while (try? filler.write(contentsOf: block)) != nil {}
    try filler.close()
    try FileManager.default.removeItem(atPath: file)
  }

  /// Bytes that are free.
  var free: Int {
    let values = try? FileManager.default.attributesOfFileSystem(forPath: path)
    return (values?[.systemFreeSize] as? NSNumber)?.intValue ?? 0
  }

  private static func run(_ words: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  deinit { _ = Self.run("umount", "-l", path) }
}

/// What a full disk does to a store.
@Suite("Full disks")
struct DiskTests {
  private static let question = "top 3 leaked size, count by function of leak_cache as csv"

  /// Stacks whose import takes about a megabyte.
  private static func folded(_ seed: Int) -> Data {
    var text = ""
    for stack in 0..<20_000 {
      text += "main;a\(stack % 700);b\(stack % 9001);c\(stack * seed) \(stack % 1000 + seed)\n"
    }
    return Data(text.utf8)
  }

  private func workplace(_ names: Int) throws -> (Workplace, SmallDisk) {
    let place = try Workplace(captures: ["leak_cache.bin"])
    let folder = place.url.appending(path: "disk")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let disk = try #require(SmallDisk(folder, megabytes: 10))
    place.variables["MEMQ_DB"] = "disk/memq.db"
    #expect(try place.memq("import", "leak_cache.bin").status == 0)
    for seed in 0..<names {
      let name = "large-\(seed + 1).folded"
      try Self.folded(seed + 1).write(to: place.url.appending(path: name))
      #expect(try place.memq("import", name).status == 0)
    }
    return (place, disk)
  }

  @Test(
    "an import on a full disk leaves the store as it was and says so",
    .enabled(if: SmallDisk.isPossible), arguments: [0, 64 << 10, 400 << 10])
  func imports(free: Int) throws {
    let (place, disk) = try workplace(1)
    let before = try place.memq("captures").output
    let answer = try place.memq(Self.question).output
    try disk.fill(leaving: free)
    try Self.folded(9).write(to: place.url.appending(path: "more.folded"))
    let more = try place.memq("import", "more.folded")
    #expect(more.status == 2)
    #expect(more.errors.contains("the disk is full"), "\(more.errors)")
    #expect(more.errors.contains("disk/memq.db is as it was before"), "\(more.errors)")
    #expect(try place.memq("captures").output == before)
    #expect(try place.memq(Self.question).output == answer)
    #expect(try place.memq("check").status == 0)
    // Without a free byte the log's files cannot be cleared away; they hold nothing then.
    if free > 0 {
      let left = try FileManager.default.contentsOfDirectory(atPath: disk.path).sorted()
      #expect(left == ["memq.db", "rest"])
    }
    try FileManager.default.removeItem(atPath: disk.path + "/rest")
    #expect(try place.memq("import", "more.folded").status == 0)
    #expect(try place.memq("check").status == 0)
  }

  @Test(
    "rm gives space back on a disk without a free byte, all that it is told at once",
    .enabled(if: SmallDisk.isPossible))
  func removals() throws {
    let (place, disk) = try workplace(3)
    let answer = try place.memq(Self.question).output
    try disk.fill()
    #expect(disk.free == 0)
    let wrong = try place.memq("rm", "large-1", "large-2", "no such name")
    #expect(wrong.status == 2)
    #expect(try place.memq("captures").output.contains("large-1"))
    let removed = try place.memq("rm", "large-1", "large-2")
    #expect(removed.status == 0, "\(removed.errors)")
    #expect(disk.free > 400_000, "\(disk.free)")
    let captures = try place.memq("captures").output
    #expect(!captures.contains("large-1") && !captures.contains("large-2"))
    #expect(captures.contains("large-3"))
    #expect(try place.memq(Self.question).output == answer)
    let check = try place.memq("check")
    #expect(check.status == 0, "\(check.output)")
  }

  @Test("a file that may grow no further is an error, and the store stays", arguments: [64, 300])
  func limits(kilobytes: Int) throws {
    let place = try Workplace(captures: ["leak_cache.bin"])
    #expect(try place.memq("import", "leak_cache.bin").status == 0)
    let answer = try place.memq(Self.question).output
    try Self.folded(1).write(to: place.url.appending(path: "more.folded"))
    let more = try place.shell(
      "ulimit -f \(kilobytes); trap '' XFSZ; memq import more.folded; echo status $?")
    #expect(more.output.contains("status 2"), "\(more.output)")
    #expect(more.output.contains("memq.db"), "\(more.output)")
    #expect(try place.memq(Self.question).output == answer)
    #expect(try place.memq("check").status == 0)
    #expect(try place.memq("import", "more.folded").status == 0)
  }

  @Test("a killed rm of several captures leaves all of them or none")
  func kills() throws {
    let place = try Workplace(captures: ["leak_cache.bin"])
    #expect(try place.memq("import", "leak_cache.bin").status == 0)
    for seed in 1...2 {
      try Self.folded(seed).write(to: place.url.appending(path: "large-\(seed).folded"))
    }
    var random = SeededNumbers(seed: 11)
    for _ in 0..<6 {
      for seed in 1...2 {
        let added = try place.memq("import", "large-\(seed).folded")
        #expect(added.status == 0, "\(added.errors)")
      }
      let memq = try RunningMemq(place, ["rm", "large-1", "large-2"])
      usleep(UInt32(random.below(150_000)))
      memq.kill()
      let check = try place.memq("check")
      #expect(check.status == 0, "\(check.output)\(check.errors)")
      let captures = try place.memq("captures").output
      #expect(captures.contains("large-1") == captures.contains("large-2"), "\(captures)")
      #expect(captures.contains("leak_cache"))
    }
  }

  @Test(
    "without /proc the program works as with it", .enabled(if: SmallDisk.isPossible),
    arguments: ["--version", "import leak_cache.bin", "'top 3 by lineno as csv'", "nonsense"])
  func processes(words: String) throws {
    let place = try Workplace(captures: ["leak_cache.bin"])
    if !words.hasPrefix("import") { _ = try place.memq("import", "leak_cache.bin") }
    let without = try place.shell(
      "unshare --mount sh -c \"mount -t tmpfs none /proc && memq \(words)\"; echo $?")
    if words.hasPrefix("import") { _ = try place.memq("rm", "leak_cache") }
    let usual = try place.shell("memq \(words); echo $?")
    #expect(without.output == usual.output)
  }
}
