import Results
import Render
import Testing

@Suite struct HumanizeTests {
  @Test func sizesKeepThreeDigitsAndTheFamily() {
    let cases: [(Int64, String, String)] = [
      (0, "0 B", "0 B"), (1, "1 B", "1 B"), (999, "999 B", "999 B"),
      (1000, "1.00 kB", "1000 B"), (1023, "1.02 kB", "1023 B"), (1024, "1.02 kB", "1.00 KiB"),
      (9_994, "9.99 kB", "9.76 KiB"), (9_996, "10.0 kB", "9.76 KiB"),
      (999_499, "999 kB", "976 KiB"), (999_500, "1.00 MB", "976 KiB"),
      (1_048_576, "1.05 MB", "1.00 MiB"), (1_048_064, "1.05 MB", "1.00 MiB"),
      (134_217_728, "134 MB", "128 MiB"), (-1_500_000, "-1.50 MB", "-1.43 MiB"),
      (5_000_000_000_000, "5.00 TB", "4.55 TiB"),
      (Int64.max, "9.22 EB", "8.00 EiB"), (Int64.min, "-9.22 EB", "-8.00 EiB"),
    ]
    for (bytes, decimal, binary) in cases {
      #expect(Humanize.size(bytes, .decimal) == decimal)
      #expect(Humanize.size(bytes, .binary) == binary)
    }
    #expect(Humanize.size(0.5) == "0.50 B")
    #expect(Humanize.size(1234.5) == "1.23 kB")
    #expect(Humanize.size(Double.nan) == "?")
  }

  @Test func countsAreSeparatedInThrees() {
    let cases: [(Int64, String)] = [
      (0, "0"), (999, "999"), (1000, "1,000"), (123_456, "123,456"), (-1_234_567, "-1,234,567"),
      (Int64.min, "-9,223,372,036,854,775,808"),
    ]
    for (value, text) in cases { #expect(Humanize.count(value) == text) }
    #expect(Humanize.compactCount(9_999) == "9,999")
    #expect(Humanize.compactCount(10_000) == "10.0 k")
    #expect(Humanize.compactCount(999_600) == "1.00 M")
    #expect(Humanize.compactCount(-35_800_000) == "-35.8 M")
    #expect(Humanize.number(2.5) == "2.50")
    #expect(Humanize.number(123.4) == "123")
  }

  @Test func durationsChooseTheirUnit() {
    let cases: [(Double, String)] = [
      (0, "0 s"), (1e-9, "1.00 ns"), (0.000_123, "123 us"), (0.012_3, "12.3 ms"),
      (0.999_9, "1.00 s"), (4.214, "4.21 s"), (59.94, "59.9 s"), (59.97, "1 min"),
      (125, "2 min 5 s"), (3599.7, "1 h"), (12_000, "3 h 20 min"), (-2, "-2.00 s"),
      (Double.infinity, "?"),
    ]
    for (seconds, text) in cases { #expect(Humanize.duration(seconds) == text) }
  }

  @Test func percentsNeverHideSomethingNorClaimAll() {
    let cases: [(Double, String)] = [
      (0, "0.0%"), (0.000_01, "<0.1%"), (0.001, "0.1%"), (0.1234, "12.3%"), (0.9999, "99.9%"),
      (1, "100.0%"), (1.5, "150.0%"), (-0.25, "-25.0%"), (Double.nan, ""),
    ]
    for (share, text) in cases { #expect(Humanize.percent(share) == text) }
  }

  @Test func unitsDecideTheForm() {
    let value = { Humanize.value($0, unit: $1, sizes: .decimal, isSigned: $2) }
    #expect(value(2_500_000, .bytes, true) == "+2.50 MB")
    #expect(value(-2_500_000, .bytes, true) == "-2.50 MB")
    #expect(value(1500, .bytesPerSecond, false) == "1.50 kB/s")
    #expect(value(12_345, .instant, false) == "#12345")
    #expect(value(45, .percent, false) == "45.0%")
    #expect(value(12_345, .allocations, false) == "12,345")
  }
}
