import Foundation
import FuzzTargets

/// Feeds a target with changed files until its time is up, and prints how far it is.
///
/// `memq-fuzz` lists the targets; `memq-fuzz TARGET SEED SECONDS FILE` runs one, with each input
/// in FILE while it is read. What failed without ending the process lies beside it, and a line
/// `failed FILE REASON` tells of it. The last lines are `inputs N` and `signatures N`.
@main struct Main {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard arguments.count == 4, let first = arguments.first, let target = FuzzTarget.named(first),
      let seed = UInt64(arguments[arguments.startIndex + 1]),
      let seconds = Double(arguments[arguments.startIndex + 2])
    else {
      for target in FuzzTarget.all { print(target.name) }
      return
    }
    let path = arguments[arguments.startIndex + 3]
    var run = try FuzzRun(target, seed: seed, path: path)
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      guard let reason = try run.next() else { continue }
      let kept = "\(path).\(run.count)"
      try FileManager.default.copyItem(atPath: path, toPath: kept)
      print("failed \(kept) \(reason)")
    }
    print("inputs \(run.count)")
    print("signatures \(run.signatures)")
  }
}
