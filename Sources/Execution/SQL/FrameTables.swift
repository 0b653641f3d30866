import Language
import Planning
import Results
import SQLite
import Store

/// Tables of the frames of sites, and of what captures of other tools know of sites.
enum FrameTables {
  static let all: [SQLTable] = [
    frames("site_frames", "one frame of a site's stack, native ones included", isPython: false),
    frames("python_frames", "one frame of a site's Python stack", isPython: true), labels,
  ]

  private static func columns(
    _ kind: SQLColumn.Kind, _ meanings: KeyValuePairs<String, String>
  ) -> [SQLColumn] {
    meanings.map { SQLColumn($0.key, kind, $0.value) }
  }

  private static func frames(_ name: String, _ meaning: String, isPython: Bool) -> SQLTable {
    SQLTable(
      name, meaning, number: SQLColumn("number", .integer, "its number, from 0"),
      columns(.integer, ["site": "the site", "depth": "frames, 1 is the oldest"])
        + columns(.text, ["function": "its name", "filename": "its file"])
        + columns(.integer, ["line": "its line, 0 when unknown"])
        + columns(
          .text,
          [
            "lineno": "file:line", "frame": "function (file:line)",
            "kind": "python, native or inlined", "module": "dotted, NULL when it is of none",
            "package": "first part of the module",
            "report_module": "package as memray's stats count, NULL for the standard library",
          ])
        + columns(
          .integer,
          [
            "is_runner": "1 for frames of the profiler itself",
            "is_import": "1 for the import system", "is_internal": "1 for CPython's own C",
            "is_library": "1 for the standard library and installed packages",
            "is_torch": "1 for PyTorch's own and what lies below it",
            "has_place": "1 when file and line are known", "has_name": "1 when its name is known",
          ])
        + furtherKeys.map { SQLColumn($0.name, .text, $0.definition.word.meaning) },
      estimate: { $0.sites * 16 }
    ) { (capture, _) throws(StoreError) in
      try SiteFrameRows(CaptureData(columns: capture, hidesNative: isPython))
    }
  }

  /// Keys of frames that have no column of their own above.
  fileprivate static let furtherKeys: [Key] = {
    let own: [Key] = [.function, .filename, .lineno, .frame, .kind, .module, .package]
    return Key.allCases.filter { $0.speaker != nil && !own.contains($0) }
  }()

  private static let labels = SQLTable(
    "site_labels", "what a capture of another tool says of a site",
    number: SQLColumn("number", .integer, "its number, from 0"),
    columns(.integer, ["site": "the site"])
      + columns(
        .text, ["name": "type, domain, pid or label.NAME", "value": "a text or a whole number"]),
    estimate: { $0.sites * 2 }
  ) { (capture, _) throws(StoreError) in
    try SiteLabels.rows(CaptureData(columns: capture, hidesNative: false))
  }
}

/// Rows of `site_frames`.
final class SiteFrameRows: SQLRows {
  let numbers: Range<Int64>
  /// Site, depth and location of each row.
  private var sites: [UInt32] = []
  private var depths: [UInt32] = []
  private var places: [UInt32] = []
  private let hidden: [UInt32]
  private let texts: FrameTexts
  private let modules: LocationModules
  private let reports: [String?]
  private let hasPlace: [Bool]
  private let hasName: [Bool]

  init(_ data: CaptureData) throws(StoreError) {
    let stacks = try data.stacks()
    let sites = try data.sites()
    let locations = try data.locations()
    modules = try data.modules()
    texts = FrameTexts(locations: locations, modules: modules)
    hidden = sites.hidden
    hasPlace = try FrameValues(key: .lineno, data: data).speaks
    hasName = try FrameValues(key: .function, data: data).speaks
    let rules = ReportModules(info: data.info)
    reports = locations.files.map { file in
      guard let module = rules.module(of: file), !module.isStandard else { return nil }
      let first = ModuleNames.package(module.name)
      return first == "memray" ? "<root>" : first
    }
    var path: [UInt32] = []
    for site in 0..<sites.count {
      path.removeAll(keepingCapacity: true)
      var node = sites.stacks[site]
      while node != 0 {
        path.append(stacks.locations[Int(node)])
        node = stacks.parents[Int(node)]
      }
      for (depth, place) in path.reversed().enumerated() {
        self.sites.append(UInt32(truncatingIfNeeded: site))
        depths.append(UInt32(truncatingIfNeeded: depth + 1))
        places.append(place)
      }
    }
    numbers = 0..<Int64(places.count)
  }

  func value(_ number: Int64, _ column: Int) -> SQLValue {
    let row = Int(number)
    let place = Int(places[row])
    func flag(_ value: Bool) -> SQLValue { .integer(value ? 1 : 0) }
    func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
    let locations = texts.locations
    let (function, file) = (locations.functions[place], locations.files[place])
    switch column {
    case 0: return .integer(Int64(sites[row]))
    case 1: return .integer(Int64(depths[row]))
    case 2: return .text(function)
    case 3: return .text(file)
    case 4: return .integer(Int64(locations.lines[place]))
    case 5: return .text(locations.text(place).lineno)
    case 6: return .text(texts.place(place))
    case 7: return .text(locations.kind(place).name)
    case 8: return text(modules.names[place])
    case 9: return text(modules.names[place].map(ModuleNames.package))
    case 10: return text(reports[place])
    case 11: return flag(depths[row] <= hidden[Int(sites[row])])
    case 12: return flag(FrameKinds.isImport(function: function, file: file))
    case 13: return flag(FrameKinds.isInternal(function: function, file: file))
    case 14: return flag(modules.isLibrary[place])
    case 15: return flag(FrameKinds.isOfTorch(function: function, file: file))
    case 16: return flag(hasPlace.isEmpty || hasPlace[place])
    case 17: return flag(hasName.isEmpty || hasName[place])
    default:
      guard case .frame(let extract) = FrameTables.furtherKeys[column - 18].extractor else {
        return .null
      }
      return .text(extract(texts, place))
    }
  }
}

/// Rows of `site_labels`.
enum SiteLabels {
  /// Keys of sites that `sites` has no column of.
  private static let keysOfSites: [Key] = {
    let listed: [Key] = [.type, .domain, .pid]
    return listed
      + Key.allCases.filter { key in
        key.definition.level == .site && key.speaker == nil
          && !(listed + [.thread, .allocator]).contains(key)
      }
  }()

  static func rows(_ data: CaptureData) throws(StoreError) -> any SQLRows {
    var rows: [(site: Int64, name: String, value: SQLValue)] = []
    let hasProfile = try data.profile() != nil
    let labelCount = try data.labels().count
    if hasProfile || labelCount > 0 {
      let edits = try? StackEdits(
        data: data, query: Query(verb: Located(.top, SourceRange(0, 0))),
        stacks: try data.stacks())
      guard let edits else { return SQLArrays(count: 0, []) }
      let keys = SiteKeys(data: data, edits: edits)
      let labels = try data.labels().map { Key.label($0) }
      for key in keysOfSites + labels where !data.info.holdsEvents || key != .pid {
        var dictionary = KeyDictionary()
        let numbers = try keys.numbers(of: key, into: &dictionary)
        for (site, number) in numbers.enumerated() where number != KeyDictionary.absent {
          switch dictionary.value(number) {
          case .text(let text): rows.append((Int64(site), key.name, .text(text)))
          case .integer(let integer): rows.append((Int64(site), key.name, .integer(integer)))
          case .stack: break
          }
        }
      }
    }
    let made = rows
    return SQLArrays(
      count: made.count,
      [{ .integer(made[$0].site) }, { .text(made[$0].name) }, { made[$0].value }])
  }
}
