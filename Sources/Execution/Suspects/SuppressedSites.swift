import Language
import Store

/// The sites of what a session knows to be harmless.
struct SuppressedSites {
  let context: QueryContext
  let data: CaptureData

  /// Each condition and whether a site matches it.
  ///
  /// - Throws: for conditions that sites do not decide, such as sizes and times.
  func found() throws(EngineError) -> [(suppression: Suppression, matches: [Bool])] {
    let count = Int(data.info.sites)
    var found: [(suppression: Suppression, matches: [Bool])] = []
    for suppression in context.query.suppressions {
      var query = context.query
      query.filter = suppression.predicate
      query.fromFrame = nil
      let condition = try CaptureView(data: data, query: query).condition
      guard !condition.needsRows, !condition.needsClasses else {
        throw .cannotAnswer(
          "`let \(suppression.name)` looks at sizes or times; what is harmless is told by place",
          suggestion: "`stack has`, `lineno`, `filename`, `function`, `module` or `thread`",
          at: query.verb.range)
      }
      found.append((suppression, (0..<count).map { condition.answer(site: $0, size: 0) == true }))
    }
    return found
  }
}

/// What sites are called: by the nearest frame outside of libraries, and by the newest frame.
struct LineNames {
  /// Sites by the line that people own.
  private(set) var own: [String: [Int]] = [:]
  /// Sites without such a line, by their newest frame; nil where there is no stack.
  private(set) var strangers: [String?: [Int]] = [:]
  private var ownNames: [Int: String] = [:]
  private var newestNames: [Int: String] = [:]
  private var byOwn: [String: [Int]] = [:]
  private var byNewest: [String: [Int]] = [:]

  /// Names of `sites`, of which the first `chosen` are asked for.
  init(own names: [String?], newest: [String?], sites: [Int], chosen: Int) {
    for (index, site) in sites.enumerated() {
      if let name = names[index] {
        ownNames[site] = name
        byOwn[name, default: []].append(site)
      }
      if let name = newest[index] {
        newestNames[site] = name
        byNewest[name, default: []].append(site)
      }
      guard index < chosen else { continue }
      if let name = names[index] {
        own[name, default: []].append(site)
      } else {
        strangers[newest[index], default: []].append(site)
      }
    }
  }

  /// The line of a site that people own.
  func ownName(_ site: Int) -> String? { ownNames[site] }

  /// Whether some block of a line is allocated in a library that the line calls.
  func needsHide(_ line: SuspectScan.Line) -> Bool {
    line.sites.contains { newestNames[$0] != line.lineno }
  }

  /// Sites that a question for the line's name finds besides its own.
  func namesakes(of line: SuspectScan.Line) -> [Int] {
    guard let name = line.lineno else { return [] }
    let found = (line.isOwn && line.needsHide ? byOwn[name] : byNewest[name]) ?? []
    let own = Set(line.sites)
    return found.filter { !own.contains($0) }
  }
}
