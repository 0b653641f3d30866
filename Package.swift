// swift-tools-version: 6.2
import PackageDescription

// The architecture: a target uses only what stands above it here.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func library(
  _ name: String, _ uses: [Target.Dependency] = [], excluding files: [String] = []
) -> Target {
  .target(name: name, dependencies: uses, exclude: files, swiftSettings: settings)
}

func tests(
  _ name: String, _ uses: [Target.Dependency], excluding data: [String] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: uses + ["TestSupport"], exclude: data,
    swiftSettings: settings)
}

let package = Package(
  name: "memq",
  products: [.executable(name: "memq", targets: ["memq"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CBzip2", providers: [.apt(["libbz2-dev"])]),
    .systemLibrary(name: "CLzma", pkgConfig: "liblzma", providers: [.apt(["liblzma-dev"])]),
    // What Swift has no word for: hints to the cache, and to the C library about large blocks.
    .systemLibrary(name: "CMemory"),
    // The commit that is built, which the linker tells.
    .systemLibrary(name: "CBuild"),
    // Script, style and markup of pages as bytes; Swift has no word for that either.
    .target(name: "CPages"),
    // What people ask in words of their own, the same way.
    .target(name: "CGrammar"),
    // A handler of signals may do what few languages but C can promise.
    .target(name: "CInterruption"),
    // A terminal must be given back also where a process crashes.
    .target(name: "CScreen"),
    .target(
      name: "CLineEditor",
      // libedit; the rest is what it needs when everything is linked statically.
      linkerSettings: ["edit", "tinfo", "bsd", "md"].map { .linkedLibrary($0) }),
    .target(
      name: "CSymbols",
      // libdw of elfutils and what it needs; the C++ runtime demangles.
      linkerSettings: ["dw", "elf", "z", "bz2", "lzma", "stdc++"].map { .linkedLibrary($0) }),

    library("Interruption", ["CInterruption"]),
    library("CaptureModel"),
    library("Compression", ["CLZ4", "CZlib", "CZstd", "CBzip2", "CLzma"]),
    library("Patterns"),
    library("Results"),
    library("Language", ["CGrammar"]),
    library("CaptureFormats", ["CaptureModel", "Compression", "Interruption", "Patterns"]),
    library("SQLite", ["CSQLite", "Interruption"]),
    library("Store", ["CaptureModel", "Compression", "Interruption", "SQLite"]),
    library("Symbols", ["CSymbols", "CaptureModel"]),
    library("Ingest", ["CMemory", "CaptureModel", "Interruption", "Store", "Symbols"]),
    library("Analysis", ["Results"]),
    library("Planning", ["CaptureModel", "Language"]),
    library("Dialects", ["Language", "Planning"]),
    library(
      "Execution",
      [
        "Analysis", "CaptureModel", "Dialects", "Patterns", "Results", "Language",
        "Planning", "SQLite", "Store",
      ]),
    // The files of the pages are put in by CPages.
    library("Render", ["CPages", "Results"], excluding: ["Pages/Web"]),
    library("Screen", ["Language", "Render", "Results"]),
    .executableTarget(
      name: "memq",
      dependencies: [
        "CaptureModel", "CaptureFormats", "Results", "Interruption", "Language", "SQLite", "Store",
        "Ingest", "Execution", "Render", "Screen", "CBuild", "CLineEditor", "CScreen",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),

    .target(
      name: "TestSupport", path: "Tests/TestSupport",
      swiftSettings: settings),
    // What is fed with changed files, by the tests for a moment and by `make fuzz` for hours.
    .target(
      name: "FuzzTargets",
      dependencies: ["CaptureFormats", "CaptureModel", "Language", "TestSupport"],
      path: "Tests/FuzzTargets", exclude: ["Dictionaries"], swiftSettings: settings),
    .executableTarget(
      name: "memq-fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz",
      swiftSettings: settings),
    tests("Fuzz", ["FuzzTargets"]),
    tests("Compression", ["Compression"]),
    tests("Patterns", ["Patterns"]),
    tests("CaptureFormats", ["CaptureFormats", "CaptureModel", "Compression"]),
    tests("SQLite", ["SQLite"]),
    tests("Symbols", ["Symbols", "CaptureModel"]),
    tests("Store", ["Store", "CaptureModel", "Results", "SQLite"]),
    tests(
      "Ingest",
      [
        "Ingest", "CaptureFormats", "CaptureModel", "Results", "Language", "Execution", "SQLite",
        "Store",
      ]),
    tests("Language", ["Language"]),
    tests("Planning", ["Planning", "CaptureModel", "Language"]),
    tests(
      "Execution",
      ["Execution", "CaptureModel", "Results", "Language", "Planning", "Store"]),
    tests("Analysis", ["Analysis", "Results"]),
    tests("Render", ["Render", "Results"], excluding: ["Fixtures", "Snapshots"]),
    tests("Screen", ["Screen", "Language", "Results", "Render"], excluding: ["Snapshots"]),
    tests("CLI", []),
    tests("Tidy", []),
  ]
)
