import Language
import Testing

@testable import Execution

/// What is known of rows before they are read.
@Suite struct ConditionTests {
  private static let trees: [Logic<Int>] = {
    let a = Logic.leaf(0)
    let b = Logic.leaf(1)
    let c = Logic.leaf(2)
    return [
      a, .not(a), .and([a, .not(.or([b, c]))]), .or([.not(a), .and([b, c])]),
      .and([.or([a, b]), .or([.not(b), c])]), .not(.and([a, .or([b, .not(c)])])), .and([]), .or([]),
    ]
  }()

  /// Every way in which three conditions hold, do not hold or are left to the row.
  private static let cases: [[Bool?]] = {
    let values: [Bool?] = [true, false, nil]
    return values.flatMap { a in values.flatMap { b in values.map { [a, b, $0] } } }
  }()

  /// Of site 1 and 100 bytes, `holds` decides; nil is left to the row.
  private static func test(_ number: Int, _ holds: Bool?) -> RowTest {
    guard let holds else { return .births(0..<1) }
    return switch number {
    case 0: .constant(holds)
    case 1: .sites([!holds, holds])
    default: .size(.comparison(holds ? .less : .greater, 101))
    }
  }

  @Test(arguments: trees)
  func answersWhatEveryCompletionHolds(tree: Logic<Int>) {
    for known in Self.cases {
      let condition: Condition = tree.map { Self.test($0, known[$0]) }
      let completions = Self.cases.filter { full in
        !full.contains(nil) && zip(known, full).allSatisfy { $0 == nil || $0 == $1 }
      }
      let held = completions.map { full in tree.holds { full[$0] == true } }
      if let answer = condition.answer(site: 1, size: 100) {
        #expect(held.allSatisfy { $0 == answer })
      } else {
        #expect(known.contains(nil))
      }
    }
  }
}
