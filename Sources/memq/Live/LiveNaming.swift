import CaptureModel
import Store

/// Names of captures that are recorded from a stream, which has no file to be named after.
enum LiveNaming {
  /// The name of a capture after its file, or where that is thrown away after its program.
  static func name(of header: CaptureHeader, kept file: LiveFile, unlike taken: Set<String>)
    -> String
  {
    file.isKept ? CaptureNaming.name(ofFile: file.path) : name(of: header, unlike: taken)
  }

  /// The program's name: of its script or module, else `live`; with a number where it is taken.
  static func name(of header: CaptureHeader, unlike taken: Set<String>) -> String {
    let base = CaptureName.askable(program(header.commandLine) ?? "live")
    guard taken.contains(base) else { return base }
    var number = 2
    while taken.contains("\(base)-\(number)") { number += 1 }
    return "\(base)-\(number)"
  }

  /// Such as `app` of `/usr/bin/memray run --live-remote app.py --fast`, or of `-m app`.
  static func program(_ commandLine: String) -> String? {
    let words = commandLine.split(separator: " ")
    for (index, word) in words.enumerated() {
      // `python -m memray` is the recorder's own script, not the program's.
      if word.hasSuffix("memray/__main__.py") { continue }
      if word.hasSuffix(".py"), let file = word.split(separator: "/").last, file.count > 3 {
        return String(file.dropLast(3))
      }
      if word == "-m", index + 1 < words.count, words[index + 1] != "memray" {
        return words[index + 1].split(separator: ".").last.map(String.init)
      }
    }
    return nil
  }
}
