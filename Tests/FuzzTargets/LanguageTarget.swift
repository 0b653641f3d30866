import Foundation
import Language
import TestSupport

extension FuzzTarget {
  /// Questions: parsed, checked, said in canonical form, and parsed again.
  static let language = FuzzTarget(
    name: "language",
    seeds: {
      let folder = Project.root.appending(path: "Grammar/corpus")
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      return try names.sorted().filter { $0.hasSuffix(".case") }.flatMap { name in
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
          .split(separator: "\n").filter { $0.hasPrefix("> ") }.map { Array($0.dropFirst(2).utf8) }
      }
    },
    read: { bytes, _ in readQuestion(String(decoding: bytes, as: UTF8.self)) })

  private static func readQuestion(_ text: String) -> Result {
    let (statements, error) = Parser.parseStatements(text)
    var signature: UInt64 = UInt64(statements.count)
    if let error {
      guard error.render(source: text).hasPrefix("error"), !error.message.isEmpty else {
        return .broken("an error without words")
      }
      signature = Signature.joined(signature, Signature.of("\(error.reason)".prefix { $0 != "\"" }))
    }
    var session = Session()
    for parsed in statements {
      let canonical = parsed.statement.canonicalText
      do throws(QueryError) {
        let statement = try session.prepare(parsed.statement)
        _ = session.canonicalText(of: statement)
      } catch {
        _ = error.render(source: text)
      }
      do throws(QueryError) {
        guard try Parser.parse(canonical).map(\.canonicalText) == [canonical] else {
          return .broken("`\(canonical)` is said in another way when it is read again")
        }
      } catch {
        return .broken("`\(canonical)` cannot be read again: \(error.message)")
      }
      signature = Signature.joined(
        signature, Signature.of(canonical.split(separator: " ").prefix(2).joined()))
    }
    return .done(signature: signature)
  }
}
