import Language
import Store

/// Names of the processes of a capture of another tool, by the numbers that its columns give them.
struct ProcessNames {
  private var known: [Int64: (name: String, id: Int64?)] = [:]

  /// Whether some are known by name only.
  let hasNumberless: Bool

  init(_ columns: CaptureColumns) throws(StoreError) {
    let numbers = try columns.integers(.processNumber)
    let names = try columns.texts(.processName)
    let ids = try columns.integers(.processID)
    guard names.count == numbers.count, ids.count == numbers.count else {
      throw columns.damaged(.processNumber)
    }
    for (index, number) in numbers.enumerated() {
      let id = ids[index] > 0 ? ids[index] &- 1 : nil
      known[number] = (names[index], number < Self.firstNumber ? number : id)
    }
    hasNumberless = numbers.contains { $0 >= Self.firstNumber }
  }

  /// First number that stands for a process whose id is not the number.
  private static let firstNumber: Int64 = 1 << 40

  /// What the process is called; nil without a name.
  func name(_ process: Int64?) -> String? { process.flatMap { known[$0]?.name } }

  /// Its process id; nil when that is not recorded.
  func id(_ process: Int64?) -> Int64? {
    guard let process else { return nil }
    return process < Self.firstNumber ? process : known[process]?.id
  }

  /// Its name and id in one text.
  func title(_ process: Int64) -> String {
    [name(process), id(process).map(String.init)].compactMap { $0 }.joined(separator: " ")
  }
}
