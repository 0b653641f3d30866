import Foundation
import TestSupport
import Testing

@Suite("SQL")
struct SQLTests {
  private func place(_ captures: [String]) throws -> Workplace {
    let place = try Workplace(captures: captures)
    for capture in captures { #expect(try place.memq("import", capture).status == 0) }
    return place
  }

  private func csv(_ place: Workplace, _ sql: String) throws -> [String] {
    let outcome = try place.memq("sql", sql, "--as", "csv")
    #expect(outcome.status == 0, "\(sql): \(outcome.errors)")
    return outcome.output.replacingOccurrences(of: "\r\n", with: "\n").split(separator: "\n")
      .dropFirst().map(String.init)
  }

  /// Two ways to the same numbers: the engine's populations, and sums over rows in SQL.
  @Test(
    "sums of rows are those of the language",
    arguments: ["leak_cache.bin", "threads.bin", "pyalloc.bin", "killed_h06.bin"])
  func sums(capture: String) throws {
    let place = try place([capture])
    let pairs = [
      ("top all allocated by lineno", "TRUE"), ("top all leaked by lineno", "death IS NULL"),
      ("top all freed by lineno", "death IS NOT NULL"),
      (
        "top all live at #50 by lineno", "birth < 51 AND (death IS NULL OR death >= 51)"
      ),
      ("top all allocated by lineno where lifetime < 20", "lifetime < 20"),
      ("top all allocated by lineno where size >= 4096", "size >= 4096"),
    ]
    for (question, condition) in pairs {
      let asked = try place.memq("\(question) as csv").output
        .replacingOccurrences(of: "\r\n", with: "\n").split(separator: "\n").dropFirst()
        .map(String.init)
      let summed = try csv(
        place,
        """
        SELECT filename || ':' || line, sum(size), count(*) FROM allocations
        WHERE \(condition) GROUP BY 1
        """)
      #expect(asked.sorted() == summed.sorted(), "\(question)")
      #expect(!asked.isEmpty, "\(question)")
    }
  }

  @Test("joined tables say the same as columns that were joined before")
  func joins() throws {
    let place = try place(["threads.bin", "native_h13.bin", "synthetic_edges.bin"])
    let joined = try csv(
      place,
      """
      SELECT a.capture, s.thread, t.function, t.line, sum(a.size) FROM allocations a
      JOIN sites s USING (capture, site) LEFT JOIN stacks t USING (capture, stack)
      GROUP BY 1, 2, 3, 4
      """)
    let plain = try csv(
      place,
      "SELECT capture, thread, function, line, sum(size) FROM allocations GROUP BY 1, 2, 3, 4")
    #expect(joined == plain && joined.count > 20)
    let frames = try csv(
      place,
      """
      SELECT count(*) FROM stacks s JOIN frames f USING (capture, frame)
      WHERE s.function IS NOT f.function OR s.line IS NOT f.line
      """)
    #expect(frames == ["0"])
    let sites = try csv(
      place,
      """
      SELECT sum(a) FROM (SELECT sum(allocated_size) AS a FROM sites
      UNION ALL SELECT -sum(size) FROM allocations)
      """)
    #expect(sites == ["0"])
  }

  @Test("conditions on captures and numbers choose what is read")
  func bounds() throws {
    let place = try place(["leak_cache.bin", "timeline.bin"])
    let all = try csv(place, "SELECT capture, row, size FROM allocations")
    #expect(all.count == 5560 + 131)
    for (condition, keeps) in [
      ("capture = 2", { $0 == 2 && $1 >= 0 }), ("capture = '2'", { $0 == 2 && $1 >= 0 }),
      ("row = 7", { $1 == 7 }), ("row > 5500 AND row <= 5510", { $1 > 5500 && $1 <= 5510 }),
      ("row < 3.5", { $1 < 4 }), ("row >= 129.5 AND capture = 2", { $0 == 2 && $1 >= 130 }),
      ("capture IN (1, 2) AND row < 2", { $1 < 2 }), ("row = NULL", { _, _ in false }),
      ("row < 'x' AND row < 1", { $1 < 1 }), ("capture = 3", { _, _ in false }),
      ("row BETWEEN 10 AND 9", { _, _ in false }), ("row > 9e18", { _, _ in false }),
    ] as [(String, (Int, Int) -> Bool)] {
      let found = try csv(place, "SELECT capture, row, size FROM allocations WHERE \(condition)")
      let wanted = all.filter { line in
        let parts = line.split(separator: ",").compactMap { Int($0) }
        return keeps(parts[0], parts[1])
      }
      #expect(found.sorted() == wanted.sorted(), "\(condition)")
    }
  }

  /// Names of the columns, and the rows, of a table as JSON.
  private func table(_ json: String) throws -> (names: [String], rows: NSArray) {
    let found = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let columns = try #require(found["columns"] as? [[String: Any]])
    return (columns.compactMap { $0["name"] as? String }, try #require(found["rows"] as? NSArray))
  }

  @Test("a question printed as SQL has the rows and columns of its answer")
  func questions() throws {
    let place = try place(["threads.bin", "partial_munmap.bin", "native_h13.bin"])
    for question in [
      "top 10 by lineno", "top 5 allocated by function, thread inclusive of threads",
      "top all leaked max size, avg size by module hide native", "list 7 order by time desc",
      "top live at 60% by filename having size > 1% of partial_munmap order by count, filename",
      "top by function where stack has main and lifetime < 100 of threads", "hist lifetime",
      "top allocated by package of threads vs partial_munmap normalized", "stats", "hist vs leaked",
    ] {
      let printed = try place.memq("explain", "--sql", question)
      #expect(printed.status == 0, "\(question): \(printed.errors)")
      let asked = try table(try place.memq("\(question) as json").output)
      let found = try table(try place.memq("sql", printed.output, "--as", "json").output)
      #expect(found.names == asked.names, "\(question)")
      #expect(found.rows == asked.rows && asked.rows.count > 0, "\(question)\n\(printed.output)")
    }
  }

  @Test("what is no selection is refused as SQL, with the reason")
  func refusals() throws {
    let place = try place(["threads.bin"])
    for (question, reason) in [
      ("timeline", "`timeline` is no selection of rows"),
      ("top by traceback", "a traceback is a list of frames"),
      ("assert size < 1GB", "only questions become SQL"), ("top nonsense", "nonsense"),
    ] {
      let outcome = try place.memq("explain", "--sql", question)
      #expect(outcome.status == 3 && outcome.output.isEmpty, "\(question)")
      #expect(outcome.errors.contains(reason), "\(question): \(outcome.errors)")
    }
    let alone = try place.memq("--sql", "top")
    #expect(alone.status == 3 && alone.errors.contains("memq explain --sql \"top\""))
  }

  @Test(
    "nothing can be changed",
    arguments: [
      "DELETE FROM captures", "INSERT INTO quality VALUES(1, 'a', 'b', 1, 'c')",
      "UPDATE captures SET name = 'x'", "DROP TABLE captures", "CREATE TABLE x(a)",
      "CREATE TEMP TABLE x(a)", "ATTACH 'other.db' AS other", "VACUUM", "VACUUM INTO 'copy.db'",
      "PRAGMA user_version = 9", "PRAGMA query_only = OFF", "PRAGMA journal_mode = WAL",
      "REINDEX", "ANALYZE", "BEGIN IMMEDIATE", "DELETE FROM allocations",
      "INSERT INTO ticks(capture) VALUES(1)", "CREATE VIRTUAL TABLE v USING fts5(a)",
      "SELECT load_extension('x')", "DETACH main", "SAVEPOINT a",
      "WITH a AS (SELECT 1) DELETE FROM captures", "EXPLAIN DELETE FROM captures",
    ])
  func nothingChanges(statement: String) throws {
    let place = try place(["timeline.bin"])
    let store = place.url.appending(path: "memq.db")
    let before = try Data(contentsOf: store)
    let outcome = try place.memq("sql", statement)
    #expect(outcome.status == 3, "\(outcome.output)")
    #expect(outcome.errors.hasPrefix("error: "), "\(outcome.errors)")
    #expect(try Data(contentsOf: store) == before)
    let names = try FileManager.default.contentsOfDirectory(atPath: place.url.path).sorted()
    #expect(names == ["memq.db", "timeline.bin"])
  }

  @Test("mistakes are shown where they are, with the nearest name")
  func mistakes() throws {
    let place = try place(["timeline.bin"])
    let column = try place.memq("sql", "SELECT sise FROM allocations")
    #expect(
      column.errors == """
        error: no such column: sise
          SELECT sise FROM allocations
                 ^^^^
          did you mean size?

        """)
    #expect(try place.memq("sql", "SELECT * FROM alocations").errors.contains("allocations?"))
    #expect(try place.memq("sql", "SELECT 1; SELECT 2").errors.contains("one statement"))
    #expect(try place.memq("sql", "SELECT 1", "--as", "xml").status == 2)
    #expect(try place.memq("sql", "SELECT 1 AS a;  -- done").output.hasPrefix("SELECT 1 AS a"))
  }

  @Test("totals per stack are samples, and what they add up to is what `top` says")
  func samples() throws {
    let place = try place(["aggregated_h13.bin"])
    try FileManager.default.copyItem(
      at: Project.fixtures("tracemalloc").appending(path: "py312-nframe5/snap-01.pickle"),
      to: place.url.appending(path: "snap.pickle"))
    #expect(try place.memq("import", "snap.pickle").status == 0)
    for (capture, population) in [("aggregated_h13", "peak"), ("snap", "live")] {
      let asked = try place.memq("top all \(population) by lineno of \(capture) as csv").output
        .replacingOccurrences(of: "\r\n", with: "\n").split(separator: "\n").dropFirst()
        .map(String.init)
      let summed = try csv(
        place,
        """
        SELECT filename || ':' || line, sum(size), sum(count) FROM samples
        JOIN sites USING (capture, site) JOIN captures ON captures.id = capture
        WHERE captures.name = '\(capture)' AND population = '\(population)' GROUP BY 1
        """)
      #expect(asked.sorted() == summed.sorted() && asked.count > 5, "\(capture)")
    }
  }

  @Test("without a statement the tables are listed")
  func tables() throws {
    let outcome = try Workplace().memq("sql", "--as", "csv")
    #expect(outcome.status == 0)
    for table in ["allocations", "stacks", "frames", "sites", "ticks", "cuts", "samples"] {
      #expect(outcome.output.contains("\(table),capture,integer"), "\(table)")
    }
  }
}
