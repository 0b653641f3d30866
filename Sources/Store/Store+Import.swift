import SQLite

/// Imports: the columns are made in a file aside and copied at the end, so that several imports go
/// on beside each other and wait for no more than each other's copy.
extension Store {
  /// Imports one capture; an error leaves the store as it was.
  ///
  /// - Parameters:
  ///   - name: the wanted name; a number is added when it is taken, unless `isNameGiven`.
  ///   - isNameGiven: whether a taken name is an error.
  ///   - hash: hash of the content; when it is there already, `body` is not called.
  ///   - body: writes the columns and returns the description to list the capture under.
  /// - Returns: the description as listed, and whether the content was there already.
  /// - Throws: what `body` throws, wrapped by nothing, and the store's own errors.
  package func importCapture(
    name: String, isNameGiven: Bool, hash: String,
    _ body: (CaptureWriter) throws(StoreError) -> CaptureInfo
  ) throws(StoreError) -> (info: CaptureInfo, wasKnown: Bool) {
    if let known = try capture(hash: hash) { return (known, true) }
    // What cannot be kept is refused before hours of reading.
    if isNameGiven { _ = try freeName(name, isGiven: true) }
    let (aside, written) = try writingAside(body)
    var info = written
    try prepareLog()
    return try changing { () throws(StoreError) -> (info: CaptureInfo, wasKnown: Bool) in
      try migrate()
      // Another process may have imported it meanwhile.
      if let known = try capture(hash: hash) { return (known, true) }
      info.name = try freeName(name, isGiven: isNameGiven)
      info.id = try nextCaptureNumber()
      info.hash = hash
      try take(columnsOf: aside, capture: Self.numberAside, as: &info)
      try writeRow(info, isNew: true)
      return (info, false)
    }
  }

  /// Number of the only capture of a store aside.
  private static let numberAside: Int64 = 0

  /// Writes a capture's columns into a store aside.
  private func writingAside(
    _ body: (CaptureWriter) throws(StoreError) -> CaptureInfo
  ) throws(StoreError) -> (Store, CaptureInfo) {
    let aside = try Store(asideOf: self)
    let writer = try CaptureWriter(store: aside, capture: Self.numberAside)
    let info = try body(writer)
    try writer.dropLate()
    return (aside, info)
  }

  /// Copies the columns and anomalies of a capture of another store; inside a transaction.
  func take(
    columnsOf other: Store, capture: Int64, as info: inout CaptureInfo
  ) throws(StoreError) {
    var manifest = ColumnManifest()
    do throws(SQLiteError) {
      let source = try other.connection.prepare(
        """
        SELECT name, segment, rows, checksum, data FROM columns \
        WHERE capture = \(capture) AND name <> '\(ColumnManifest.columnName)'
        """)
      let insert = try connection.prepare(
        """
        INSERT INTO columns(capture, name, segment, rows, checksum, data) \
        VALUES(?, ?, ?, ?, ?, ?)
        """)
      try insert.bind(1, info.id)
      while try source.step() {
        let name = source.text(0) ?? ""
        try insert.bind(2, name)
        for column in 1...3 as ClosedRange<Int32> {
          try insert.bind(column + 2, source.integer(column))
        }
        try insert.bind(6, bytes: source.bytes(4))
        try insert.run()
        manifest.note(
          name,
          ColumnManifest.Entry(
            segment: Int(source.integer(1)), rows: Int(source.integer(2)),
            checksum: UInt64(bitPattern: source.integer(3))))
      }
    } catch { throw wrap(error) }
    let quality = try other.listedQuality(of: capture)
    let writer = try CaptureWriter(store: self, capture: info.id)
    for record in quality { try writer.write(record) }
    manifest.quality = QualityRecord.digest(of: quality)
    try writeManifest(manifest, of: &info)
  }

  /// Replaces the marks of a capture, in order of time.
  ///
  /// - Parameters:
  ///   - info: the capture.
  ///   - states: state of the clock at each mark.
  ///   - milliseconds: time of each mark after the start.
  ///   - names: name of each mark.
  /// - Throws: the store's errors.
  package func replaceMarks(
    of info: CaptureInfo, states: [UInt32], milliseconds: [Int64], names: [String]
  ) throws(StoreError) {
    try replaceColumns([.markState, .markMilliseconds, .markName, .markDetail], of: info) {
      (writer) throws(StoreError) in
      try writer.write(.markState, states)
      try writer.write(.markMilliseconds, milliseconds)
      try writer.write(.markName, texts: names)
    }
  }

  /// Replaces columns of a capture in a transaction of its own.
  func replaceColumns(
    _ columns: [StoredColumn], of info: CaptureInfo,
    _ body: (CaptureWriter) throws(StoreError) -> Void
  ) throws(StoreError) {
    try changing { () throws(StoreError) in
      try migrate()
      // Another process may have removed or changed it meanwhile.
      guard var current = try captures().first(where: { $0.id == info.id }) else { return }
      // Older stores have been sealed by `migrate`.
      guard var manifest = try manifest(of: current) else { return }
      let list = columns.map { "'\($0.rawValue)'" }.joined(separator: ", ")
      do throws(SQLiteError) {
        try connection.execute(
          "DELETE FROM columns WHERE capture = \(info.id) AND name IN (\(list))")
      } catch { throw wrap(error) }
      try body(try CaptureWriter(store: self, capture: info.id))
      let written = try listedColumns(of: info.id)
      for column in columns {
        manifest.forget(column.rawValue)
        for (name, entry) in written.all where name == column.rawValue {
          manifest.note(name, entry)
        }
      }
      try writeManifest(manifest, of: &current)
      try writeRow(current, isNew: false)
    }
  }

  func nextCaptureNumber() throws(StoreError) -> Int64 {
    do throws(SQLiteError) {
      let last = try connection.integer("SELECT seq FROM sqlite_sequence WHERE name = 'captures'")
      return (last ?? 0) + 1
    } catch { throw wrap(error) }
  }

  func freeName(_ name: String, isGiven: Bool) throws(StoreError) -> String {
    let taken = Set(try captures().map(\.name))
    guard taken.contains(name) else { return name }
    guard !isGiven else { throw .nameTaken(name: name) }
    var number = 2
    while taken.contains("\(name)-\(number)") { number += 1 }
    return "\(name)-\(number)"
  }
}
