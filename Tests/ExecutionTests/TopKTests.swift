import Testing

@testable import Execution

@Suite struct TopKTests {
  @Test(arguments: [0, 1, 5, 1024, .max / 2 - 1, .max / 2, .max / 2 + 1, .max, nil] as [Int?])
  func anyLimitIsTaken(limit: Int?) {
    var top = TopK<Int>(limit: limit, by: >)
    for value in 0..<3000 { top.add(value * 7919 % 3001) }
    let sorted = (0..<3000).map { $0 * 7919 % 3001 }.sorted(by: >)
    #expect(top.sorted == limit.map { Array(sorted.prefix($0)) } ?? sorted)
  }
}
