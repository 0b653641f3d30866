import CaptureModel

/// The processes that a text tells of, by what it calls them.
///
/// One that is known by its id alone keeps that as its number. Names, and ids that two sources
/// may share, get numbers beyond all ids.
struct ProcessTable {
  /// Most processes; further ones are not told apart.
  private static let limit = 1 << 16

  private struct Key: Hashable {
    var source: String
    var name: String
    var id: Int64?
  }

  private var numbers: [Key: Int64] = [:]
  private var named: Int64 = 0
  private var namedIDs: Set<Int64> = []
  private var newProcesses: [ProcessName] = []

  /// The number of a process; nil when nothing tells it from others.
  ///
  /// - Parameters:
  ///   - source: container, host or file that the line comes from; empty when there is one.
  ///   - name: what the process is called there; empty without a name.
  ///   - id: its process id.
  /// - Returns: what stands for it in records, series and marks.
  mutating func number(source: String, name: String, id: Int64?) -> Int64? {
    if source.isEmpty, name.isEmpty { return id }
    let key = Key(source: source, name: name, id: id)
    if let known = numbers[key] { return known }
    guard numbers.count < Self.limit else { return id }
    let title = [source, name].filter { !$0.isEmpty }.joined(separator: " ")
    let number: Int64
    if source.isEmpty, let id {
      // An id of one machine is a process, whatever names it goes by.
      number = id
      if namedIDs.insert(id).inserted { newProcesses.append(ProcessName(process: id, name: title)) }
    } else {
      number = ProcessName.firstNumber + named
      named += 1
      newProcesses.append(ProcessName(process: number, name: title, id: id))
    }
    numbers[key] = number
    return number
  }

  /// Moves what is new since the last time to a batch.
  mutating func handOut(to batch: ProfileBatch) {
    batch.newProcesses.append(contentsOf: newProcesses)
    newProcesses.removeAll(keepingCapacity: true)
  }
}
