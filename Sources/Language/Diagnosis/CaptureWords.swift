/// Files of captures where a question names them without `of`.
package enum CaptureWords {
  /// The words of a text, as a shell gives them.
  package static func words(of text: String) -> [String] {
    text.split { $0 == " " || $0 == "\t" || $0 == "\n" }.map(String.init)
  }

  /// The name that a capture of a file has; nil for a word that is no file's.
  package static func name(of word: String) -> String? {
    let file = word.split(separator: "/").last.map(String.init) ?? word
    guard let dot = file.lastIndex(of: "."), dot > file.startIndex, !file.hasSuffix(".py") else {
      return nil
    }
    return String(file[..<dot])
  }

  /// The question that was meant: reports of other tools by their names here.
  ///
  /// - Parameters:
  ///   - text: what was typed.
  ///   - place: which of its words is the file.
  ///   - name: the capture's.
  /// - Returns: a question of that capture that can be read; nil where none was meant.
  package static func question(_ text: String, without place: Int, of name: String) -> String? {
    var words = words(of: text)
    guard words.indices.contains(place) else { return nil }
    // A file that is written is no capture.
    if place > 0, ["to", ">", "-o"].contains(words[place - 1]) { return nil }
    words.remove(at: place)
    if place > 0, ["of", "in", "from"].contains(words[place - 1]) { words.remove(at: place - 1) }
    while let first = words.first, words.count > 1, tools.contains(first) { words.removeFirst() }
    if let first = words.first, let report = CommonMistakes.reports[first.asciiLowercased] {
      words[0] = report
    }
    let question = words.joined(separator: " ") + " of " + CaptureReference.text(naming: name)
    return words.isEmpty ? nil : QueryError.settled(question)
  }

  /// Programs whose command lines people remember.
  private static let tools: Set<String> = ["memray", "memq", "pprof", "go", "tool", "python", "-m"]
}
