import Language
import Planning

/// The frames that speak for stacks, as tables.
extension FrameSpeaker {
  /// The table of those that speak.
  var table: String {
    switch self {
    case .place: "places"
    case .name: "names"
    case .owner: "owners"
    case .newest: "newest"
    }
  }

  /// Whether a frame has what is asked, as a condition on columns of frames; nil when all have.
  func test(_ frame: String) -> String? {
    switch self {
    case .place: "\(frame).has_place = 1"
    case .name: "\(frame).has_name = 1"
    case .owner: "\(frame).module IS NOT NULL"
    case .newest: nil
    }
  }

  /// The columns that it answers.
  var columns: [String] { Key.allCases.filter { $0.speaker == self }.map(\.name) }

  /// A column of a frame as a key has it.
  func value(_ column: String, of frame: String) -> String {
    self == .owner ? "coalesce(\(frame).\(column), '<unknown>')" : "\(frame).\(column)"
  }
}

/// The named parts of a statement, `WITH` in front.
final class SQLParts {
  private(set) var parts: [(name: String, text: String)] = []

  /// Adds a part unless there is one of the name.
  func add(_ name: String, _ text: () -> String) {
    guard !has(name) else { return }
    // What a text adds itself comes before it.
    let made = text()
    parts.append((name, made))
  }

  func has(_ name: String) -> Bool { parts.contains { $0.name == name } }

  /// The statement that ends in a selection from the parts.
  func statement(_ select: String) -> String {
    guard !parts.isEmpty else { return select }
    let texts = parts.map { part in
      "\(part.name) AS (\n"
        + part.text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }
        .joined(separator: "\n") + "\n)"
    }
    return "WITH\n" + texts.joined(separator: ",\n") + "\n" + select
  }
}

/// Prints what `hide` and `from frame` leave of stacks, and which frame speaks for each.
struct SQLFrames {
  let dialect: SQLDialect
  let parts: SQLParts
  let hides: [Hide]
  let fromFrame: Pattern?
  /// Numbers of all captures.
  let ids: [Int64]

  /// The table of the frames that keys speak of.
  private var table: String { hides.contains(.native) ? "python_frames" : "site_frames" }

  /// Captures of a table.
  func isAsked(_ table: String) -> String {
    ids.count == 1
      ? "\(table).capture = \(ids[0])"
      : "\(table).capture IN (\(ids.map(String.init).joined(separator: ", ")))"
  }

  /// Whether a frame meets a pattern: by function, file, `file:line`, module or a package
  /// above it, or `module.function`.
  private func meets(_ pattern: Pattern, _ frame: String) -> String {
    let module = "\(frame).module"
    return "("
      + [
        dialect.meets("\(frame).function", pattern, isPath: false),
        dialect.meets("\(frame).filename", pattern, isPath: true),
        dialect.meets("\(frame).lineno", pattern, isPath: true),
        dialect.meets(module: module, pattern),
        dialect.meets("\(module) || '.' || \(frame).function", pattern, isPath: false),
      ].joined(separator: " OR ") + ")"
  }

  /// Adds the frames that stay, those of the profiler included.
  func addFrames(named name: String = "frames", of table: String? = nil) {
    parts.add(name) {
      let source = table ?? self.table
      var dropped: [String] = []
      for hide in hides {
        switch hide {
        case .internals: dropped.append("f.is_internal = 0")
        case .libraries: dropped.append("f.is_library = 0")
        case .torch: dropped.append("f.is_torch = 0")
        case .pattern(let pattern): dropped.append("NOT \(meets(pattern, "f"))")
        case .native: dropped.append("f.kind = 'python'")
        case .imports, .runner, .none: break
        }
      }
      let cutsImports = hides.contains(.imports)
      guard cutsImports || fromFrame != nil else {
        return "SELECT f.* FROM \(source) AS f\nWHERE "
          + ([isAsked("f")] + dropped).joined(separator: "\n  AND ")
      }
      var columns = ["f.*"]
      if cutsImports { columns.append("max(f.is_import) OVER older AS in_import") }
      if let fromFrame {
        let met = "CASE WHEN \(meets(fromFrame, "f")) THEN 1 ELSE 0 END"
        columns.append("max(\(met)) OVER older AS is_from")
        columns.append("max(\(met)) OVER whole AS has_from")
        dropped.append("(f.is_from = 1 OR f.has_from = 0)")
      }
      if cutsImports { dropped.append("f.in_import = 0") }
      return "SELECT f.* FROM (\n  SELECT " + columns.joined(separator: ",\n    ")
        + "\n  FROM \(source) AS f\n  WHERE \(isAsked("f"))\n"
        + "  WINDOW older AS (PARTITION BY f.capture, f.site ORDER BY f.depth),\n"
        + "    whole AS (PARTITION BY f.capture, f.site)\n) AS f\nWHERE "
        + dropped.joined(separator: "\n  AND ")
    }
  }

  /// Adds what speaks for each site: of its frames the newest that has what is asked, or the newest.
  func addSpeaker(_ speaker: FrameSpeaker) {
    addFrames()
    parts.add(speaker.table) { newest(speaker, of: "frames") }
  }

  private func newest(_ speaker: FrameSpeaker, of frames: String) -> String {
    let has = speaker.test("f").map { "CASE WHEN \($0) THEN 1 ELSE 0 END DESC, " } ?? ""
    let columns = speaker.columns.map { "\(speaker.value($0, of: "f")) AS \(SQLDialect.name($0))" }
    return
      "SELECT f.capture, f.site, \(columns.joined(separator: ", "))\nFROM (\n"
      + "  SELECT f.*, row_number() OVER (\n"
      + "    PARTITION BY f.capture, f.site ORDER BY \(has)f.depth DESC) AS place\n"
      + "  FROM \(frames) AS f\n) AS f\nWHERE f.place = 1"
  }

  /// Adds Python's newest frame of each site, as memray's `stats` counts.
  func addReportFrames() {
    addFrames(named: "reported", of: "python_frames")
    parts.add("report_frames") { newest(.newest, of: "reported") }
  }

  /// Adds the newest package of each site that is no part of the standard library.
  func addReportModules() {
    parts.add("report_modules") {
      "SELECT f.capture, f.site, f.report_module AS module\nFROM (\n"
        + "  SELECT f.*, row_number() OVER (\n"
        + "    PARTITION BY f.capture, f.site ORDER BY f.depth DESC) AS place\n"
        + "  FROM python_frames AS f\n"
        + "  WHERE \(isAsked("f")) AND f.report_module IS NOT NULL\n) AS f\nWHERE f.place = 1"
    }
  }

  /// Adds the sites whose stacks have frames that meet the patterns, outermost first.
  ///
  /// - Returns: the part's name.
  func addStacks(_ patterns: [Pattern]) -> String {
    var before: String?
    for (index, pattern) in patterns.enumerated() {
      let name = SQLDialect.name(
        "stack " + patterns.prefix(index + 1).map(\.canonicalText).joined(separator: " > "))
      parts.add(name) {
        let join = before.map {
          "\nJOIN \($0) AS caller\n  ON caller.capture = f.capture AND caller.site = f.site"
            + " AND caller.depth < f.depth"
        }
        return "SELECT f.capture, f.site, min(f.depth) AS depth\nFROM site_frames AS f"
          + (join ?? "") + "\nWHERE \(isAsked("f"))\n  AND \(meets(pattern, "f"))\n"
          + "GROUP BY f.capture, f.site"
      }
      before = name
    }
    return before ?? ""
  }

  /// Adds the groups that each site is in by some keys of frames, `inclusive`.
  func addMembers(_ keys: [Key], countsRecursion: Bool) {
    addFrames()
    let cutsRunner = !hides.contains(.none)
    parts.add("shown") {
      "SELECT * FROM frames" + (cutsRunner ? "\nWHERE is_runner = 0" : "")
    }
    let speakers = keys.compactMap(\.speaker)
    let tests = speakers.map { $0.test("f") }
    // Where all keys ask the same of a frame, each that has it speaks for itself.
    let isOneKind = Set(speakers).count == 1
    let speaks =
      tests.contains(where: { $0 == nil })
      ? "1"
      : "CASE WHEN " + tests.compactMap(\.self).joined(separator: " OR ") + " THEN 1 ELSE 0 END"
    parts.add("spoken") {
      let values = keys.indices.map { index in
        let own = speakers[index].value(SQLDialect.name(keys[index].name), of: "f")
        guard !isOneKind, let test = tests[index] else { return "\(own) AS member_\(index)" }
        // With the depth in front, the greatest text is that of the nearest frame that has it.
        let nearest = "max(CASE WHEN \(test) THEN CAST(f.depth + 1000000000 AS TEXT) || \(own) END)"
        return "coalesce(substr(\(nearest) OVER older, 11), \(own)) AS member_\(index)"
      }
      return "SELECT f.*,\n  \(speaks) AS speaks,\n"
        + "  max(\(speaks)) OVER whole AS has_speaker,\n  max(f.depth) OVER whole AS newest,\n  "
        + values.joined(separator: ",\n  ")
        + "\nFROM shown AS f\n"
        + "WINDOW older AS (PARTITION BY f.capture, f.site ORDER BY f.depth),\n"
        + "  whole AS (PARTITION BY f.capture, f.site)"
    }
    parts.add("members") {
      let columns = keys.indices.map { "s.member_\($0) AS \(SQLDialect.name(keys[$0].name))" }
      return "SELECT \(countsRecursion ? "" : "DISTINCT ")s.capture, s.site, "
        + columns.joined(separator: ", ") + "\nFROM spoken AS s"
        + "\nWHERE s.speaks = 1 OR (s.has_speaker = 0 AND s.depth = s.newest)"
    }
  }
}
