import SQLite

/// The tables of a store and how older ones become newer ones.
enum Schema {
  /// `memq` in ASCII: what `PRAGMA application_id` says of our files.
  static let applicationID: Int64 = 0x6d65_6d71
  /// Newest `PRAGMA user_version` this program writes and reads.
  static var version: Int64 { Int64(migrations.count) }
  /// 16 KiB: larger pages waste space on blobs of 30 to 70 kB.
  static let pageBytes = 16384

  /// Statement lists; number `i` takes a store from version `i` to `i + 1`.
  static let migrations: [[String]] = [
    [
      "CREATE TABLE captures(id INTEGER PRIMARY KEY AUTOINCREMENT, "
        + CaptureField.all.map(declaration).joined(separator: ", ") + ")",
      """
      CREATE TABLE columns(capture INTEGER NOT NULL, name TEXT NOT NULL, \
      segment INTEGER NOT NULL, rows INTEGER NOT NULL, checksum INTEGER NOT NULL, \
      data BLOB NOT NULL)
      """,
      "CREATE UNIQUE INDEX columns_by_place ON columns(capture, name, segment)",
      """
      CREATE TABLE quality(capture INTEGER NOT NULL, kind TEXT NOT NULL, \
      severity TEXT NOT NULL, count INTEGER NOT NULL, detail TEXT NOT NULL)
      """,
    ],
    // Captures of other tools are columns like any other; older programs must not read them.
    [],
    // Rows of `captures` are sealed (`Store+Catalog`). A later field of `CaptureField` needs a
    // migration of its own, and may not change what stands above: older stores have it.
    [
      "ALTER TABLE captures ADD COLUMN manifest INTEGER NOT NULL DEFAULT 0",
      "ALTER TABLE captures ADD COLUMN seal INTEGER NOT NULL DEFAULT 0",
      """
      CREATE TABLE catalog(id INTEGER PRIMARY KEY CHECK(id = 1), captures INTEGER NOT NULL, \
      digest INTEGER NOT NULL)
      """,
    ],
  ]

  private static func declaration(of field: CaptureField) -> String {
    let unique = field.name == "name" || field.name == "hash" ? " UNIQUE" : ""
    return switch field.place {
    case .integer: "\(field.name) INTEGER NOT NULL"
    case .text, .word: "\(field.name) TEXT NOT NULL\(unique)"
    }
  }
}
