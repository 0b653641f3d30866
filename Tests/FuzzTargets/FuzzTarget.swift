import Foundation
import TestSupport

/// What is fed with changed files: the readers of a format, or the language.
package struct FuzzTarget: Sendable {
  /// What became of an input.
  package enum Result: Sendable, Equatable {
    /// It was read to its end or refused; equal numbers for inputs that met the same code, roughly.
    case done(signature: UInt64)
    /// A reader broke a promise.
    case broken(String)
  }

  /// Its name, by which its dictionary and its corpus are called too.
  package let name: String
  /// Files to begin with; longer ones are cut.
  let seeds: @Sendable () throws -> [[UInt8]]
  /// Reads an input, which stands in a file of this path too.
  let read: @Sendable (_ bytes: [UInt8], _ path: String) -> Result

  /// Longest seed: changes of more take long and meet the same code.
  static let longest = 48_000

  /// All targets, one a format and one for the language.
  package static let all: [FuzzTarget] = formats + [language, marks]

  /// The target of a name.
  package static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }

  /// Inputs that once failed, by their names.
  package var corpus: [(name: String, bytes: [UInt8])] {
    get throws {
      let folder = Project.fixtures("corpus").appending(path: name)
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
      return try names.sorted().map { name in
        (name, [UInt8](try Data(contentsOf: folder.appending(path: name))))
      }
    }
  }

  /// Words of the target's files, from its dictionary.
  package var dictionary: [[UInt8]] {
    get throws {
      let path = Project.root.appending(path: "Tests/FuzzTargets/Dictionaries/\(name).dict")
      guard FileManager.default.fileExists(atPath: path.path) else { return [] }
      return FuzzDictionary.words(try String(contentsOf: path, encoding: .utf8))
    }
  }
}

/// A dictionary in the form of libFuzzer and AFL: `"bytes"` or `name="bytes"` a line, with `\\`,
/// `\"` and `\xNN`; `#` begins a comment.
package enum FuzzDictionary {
  /// The words of a dictionary.
  package static func words(_ text: String) -> [[UInt8]] {
    text.split(whereSeparator: \.isNewline).compactMap { line in
      guard line.first != "#", let first = line.firstIndex(of: "\""),
        let last = line.lastIndex(of: "\""), first < last
      else { return nil }
      return unescaped(Array(line[line.index(after: first)..<last].utf8))
    }
  }

  private static func unescaped(_ text: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    var place = 0
    while place < text.count {
      if text[place] == UInt8(ascii: "\\"), place + 3 < text.count,
        text[place + 1] == UInt8(ascii: "x"),
        let value = UInt8(
          String(decoding: text[(place + 2)...(place + 3)], as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        place += 4
      } else if text[place] == UInt8(ascii: "\\"), place + 1 < text.count {
        bytes.append(text[place + 1])
        place += 2
      } else {
        bytes.append(text[place])
        place += 1
      }
    }
    return bytes
  }
}
