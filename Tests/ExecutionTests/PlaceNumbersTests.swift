import TestSupport
import Testing

@testable import Execution

/// Numbers of pairs against a dictionary.
@Suite struct PlaceNumbersTests {
  /// Few upper numbers with many lower ones fill the places near them; many with few do not.
  @Test(arguments: [1, 3, 200, 1 << 20], [2, 50, 1 << 31])
  func equalsADictionary(uppers: Int, lowers: Int) {
    var numbers = SeededNumbers(seed: UInt64(uppers &* 31 &+ lowers))
    var places = PlaceNumbers()
    var expected: [UInt64: Int] = [:]
    for step in 0..<30_000 {
      if step == 9_000 { places.reserve(20_000) }
      let key = UInt64(numbers.below(uppers)) << 32 | UInt64(numbers.below(lowers))
      let number = expected[key] ?? expected.count
      expected[key] = number
      #expect(places.number(of: key) == number)
    }
    #expect(places.keys.count == expected.count)
    for (key, number) in expected { #expect(places.keys[number] == key) }
  }

  /// The children of many nodes fill places side by side; one node's many must not walk along.
  @Test func searchesStayShortBesideFullRuns() {
    var places = PlaceNumbers()
    let nodes: UInt64 = 1 << 16
    for node in 1..<nodes {
      for child in 0..<2 { _ = places.number(of: node << 32 | UInt64(child)) }
    }
    let children: UInt64 = 20_000
    var looks = 0
    for child in 0..<children {
      _ = places.place(of: child, looks: &looks)
      _ = places.number(of: child)
      _ = places.place(of: child, looks: &looks)
    }
    #expect(looks < 40 * 2 * Int(children))
  }
}
