import ArgumentParser

/// An amount of memory as a person types it: `800MB`, `2GiB`, or bytes.
struct MemoryAmount: ExpressibleByArgument {
  let bytes: UInt64

  private static let units: [(name: String, bytes: Double)] = [
    ("kib", 1024), ("mib", 1_048_576), ("gib", 1_073_741_824), ("tib", 1_099_511_627_776),
    ("kb", 1e3), ("mb", 1e6), ("gb", 1e9), ("tb", 1e12), ("k", 1e3), ("m", 1e6), ("g", 1e9),
    ("b", 1),
  ]

  init?(argument: String) {
    let text = argument.lowercased()
    let unit = Self.units.first { text.hasSuffix($0.name) }
    let digits = text.dropLast(unit?.name.count ?? 0)
    guard let number = Double(digits), number.isFinite else { return nil }
    let bytes = number * (unit?.bytes ?? 1)
    guard bytes >= 1, bytes < 1e18 else { return nil }
    self.bytes = UInt64(bytes)
  }
}
