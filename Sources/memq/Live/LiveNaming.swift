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
    guard let place = place(ofProgram: words) else { return nil }
    if words[place] == "-m" { return words[place + 1].split(separator: ".").last.map(String.init) }
    return words[place].split(separator: "/").last.map { String($0.dropLast(3)) }
  }

  /// A command line without the recorder that runs the program, such as `app.py --fast` of the one above.
  static func withoutRecorder(_ commandLine: String) -> String {
    let words = commandLine.split(separator: " ")
    guard let place = place(ofProgram: words), words[..<place].contains(where: isRecorder) else {
      return commandLine
    }
    return words[place...].joined(separator: " ")
  }

  /// Where the script stands, or the `-m` of a module.
  private static func place(ofProgram words: [Substring]) -> Int? {
    words.indices.first { index in
      let word = words[index]
      if isRecorder(word) { return false }
      if word == "-m" { return index + 1 < words.count && words[index + 1] != "memray" }
      return word.hasSuffix(".py") && (word.split(separator: "/").last?.count ?? 0) > 3
    }
  }

  /// `python -m memray` names the recorder's own script.
  private static func isRecorder(_ word: Substring) -> Bool {
    word.hasSuffix("memray/__main__.py") || word.split(separator: "/").last == "memray"
  }
}
