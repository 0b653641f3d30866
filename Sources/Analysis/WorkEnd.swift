/// Finds when a program's work was over: when what had allocated again and again stopped, and only
/// letting go, or nothing, came after.
///
/// The end is no fixed share of the run. A tidy program may free for a third of it, stop its
/// workers one by one, or sleep; a killed one has no such end. Who frees something large and then
/// allocates as before is not at its end.
package struct WorkEnd {
  /// The bound at which work was over, by number.
  package private(set) var bound: Int
  /// The bound at which the heap begins to fall after it; nil where nothing is let go.
  package private(set) var fall: Int?

  /// Births after the end, as a share of those that work would have had.
  private static let restShare = 0.2
  /// What comes after is the end whatever it allocates, if it is as short as this share of all.
  private static let shortShare = 0.05
  /// An end in which nothing is let go of is told only when it is longer than this share of all.
  private static let quietShare = 0.08
  /// How long nothing may happen, as a share of the time before something was let go, and work still
  /// counts as over when it began: a cache that is full, and read, is as quiet.
  private static let idleShare = 0.4
  /// The heap may have fallen as work ended, by this share of all time before.
  private static let slackShare = 0.02
  /// Work that is told to stop bit by bit takes this share of all time at most.
  private static let taperShare = 0.45
  /// A fall of this share of what rose is one.
  private static let fallShare = 0.2
  /// Where work goes on to the end, only such a fall is letting go.
  private static let deepShare = 0.5
  /// Fewer births of places that allocate again say nothing of work.
  private static let leastRepeats = 8.0

  /// The end of the work; nil where a program works to the end.
  package init?(_ activity: WorkActivity) {
    let sums = Sums(activity)
    guard sums.last >= 4, sums.before[sums.last] >= Self.leastRepeats else { return nil }
    let stop = Self.stop(sums)
    var (first, found) = stop ?? (sums.last - 1, sums.last - 1)
    let taper = Self.taper(sums)
    if let taper, taper < found { (first, found) = (taper, taper) }
    let share = found < sums.last - 1 ? Self.fallShare : Self.deepShare
    found = Self.beforeFall(found, since: min(first, found), share: share, sums)
    let fallen = Self.fallBegin(after: found, sums)
    let idleEnd = fallen ?? sums.last
    if sums.time(found, idleEnd) > Self.idleShare * sums.times[idleEnd] {
      guard let fallen, fallen - 1 > found else { return nil }
      found = fallen - 1
    }
    guard fallen != nil || sums.time(found, sums.last) > Self.quietShare * sums.all else {
      return nil
    }
    (bound, fall) = (found, fallen)
  }

  // MARK: Work that stops

  /// Where what allocates again and again stops, at the earliest and most likely; nil where it does
  /// not.
  private static func stop(_ sums: Sums) -> (first: Int, found: Int)? {
    guard let first = (1..<sums.last).first(where: { isStop($0, sums) }) else { return nil }
    // The greatest sum of births over half of what work has: where the rate changes.
    let half = sums.rate(before: first, length: sums.time(first, sums.last)) / 2
    var (sum, greatest, found) = (0.0, 0.0, first)
    for window in first..<(sums.last - 1) {
      sum += sums.activity.repeats[window] - half * sums.time(window, window + 1)
      if sum > greatest { (greatest, found) = (sum, window + 1) }
    }
    return (first, found)
  }

  private static func isStop(_ bound: Int, _ sums: Sums) -> Bool {
    let length = sums.time(bound, sums.last)
    let expected = sums.rate(before: bound, length: length) * length
    let allowance = min(2, sums.before[sums.last] * 0.01)
    guard sums.old(after: bound) <= restShare * expected + allowance else { return false }
    if length <= shortShare * sums.all { return true }
    // A report at the end may need modules, which stay.
    let settled = sums.bound(at: sums.times[bound] + shortShare * sums.all)
    return sums.new(after: bound) <= restShare * expected + allowance
      && sums.rise(after: settled) <= max(0.1 * sums.fall(after: bound), 0.02 * sums.heap[bound])
  }

  // MARK: Work that is stopped bit by bit

  /// Where one part of the work after another begins to stop, each letting go of what it held.
  private static func taper(_ sums: Sums) -> Int? {
    (1..<sums.last).first { isTaper($0, sums) }
  }

  private static func isTaper(_ bound: Int, _ sums: Sums) -> Bool {
    let length = sums.time(bound, sums.last)
    let heap = sums.heap[bound]
    guard length > shortShare * sums.all / 2, length <= taperShare * sums.all,
      heap >= sums.greatest(from: bound)
    else { return false }
    let fall = sums.fall(after: bound)
    guard fall >= 0.5 * sums.risen(to: bound), sums.rise(after: bound) <= 0.25 * fall else {
      return false
    }
    let expected = sums.rate(before: bound, length: length) * length / 3
    guard expected >= 4, sums.thins(after: bound, expected * 3 / length) else { return false }
    let end = sums.times[sums.last]
    let thirds = (0..<3).map { third in
      sums.births(end - length * Double(3 - third) / 3, end - length * Double(2 - third) / 3)
    }
    return thirds[0] <= 1.1 * expected && thirds[1] >= 0.1 * expected
      && thirds[1] <= 0.85 * thirds[0] && thirds[2] <= 0.6 * thirds[1]
      && thirds.reduce(0, +) <= 0.6 * 3 * expected
  }

  // MARK: The heap

  /// Where the heap was highest shortly before, if it has fallen since by a share of what had risen.
  private static func beforeFall(
    _ bound: Int, since first: Int, share: Double, _ sums: Sums
  ) -> Int {
    let earliest = sums.times[first] - slackShare * sums.all
    var highest = bound
    for other in stride(from: bound, through: 1, by: -1) where sums.times[other] >= earliest {
      if sums.heap[other] > sums.heap[highest] { highest = other }
    }
    let fallen = sums.heap[highest] - sums.heap[bound]
    return fallen >= share * sums.risen(to: highest, leastShare: 0.1) ? highest : bound
  }

  /// Where the heap has begun to fall for good; nil where it does not fall by much.
  private static func fallBegin(after bound: Int, _ sums: Sums) -> Int? {
    let fall = sums.fall(after: bound)
    guard fall >= fallShare * sums.risen(to: bound) else { return nil }
    return ((bound + 1)...sums.last).first { sums.heap[bound] - sums.heap[$0] >= 0.1 * fall }
  }
}

/// Sums over an activity from its start and to its end.
private struct Sums {
  let activity: WorkActivity
  /// Number of the last bound.
  let last: Int
  /// Births of places that allocate again, before each bound.
  private(set) var before: [Double] = [0]
  private var newAfter: [Double]
  private var rises: [Double]
  private var greatests: [Double]
  private var leasts: [Double]
  private var greatestBefore: [Double]

  var times: [Double] { activity.milliseconds }
  var heap: [Double] { activity.heap }
  /// The whole time.
  var all: Double { times[last] - times[0] }

  init(_ activity: WorkActivity) {
    self.activity = activity
    last = activity.heap.count - 1
    for births in activity.repeats { before.append(before[before.count - 1] + births) }
    newAfter = Array(repeating: 0, count: last + 1)
    rises = newAfter
    greatests = activity.heap
    for bound in stride(from: last - 1, through: 0, by: -1) {
      newAfter[bound] = newAfter[bound + 1] + activity.repeatsByFirst[bound]
      greatests[bound] = max(activity.heap[bound], greatests[bound + 1])
      rises[bound] = max(rises[bound + 1], greatests[bound + 1] - activity.heap[bound])
    }
    // What a program loads first is no floor that it rose from.
    let early = activity.milliseconds[activity.heap.count - 1] * 0.05
    let start = activity.milliseconds.partitioningIndex { $0 >= early }
    leasts = activity.heap
    greatestBefore = activity.heap
    for bound in 0...last {
      greatestBefore[bound] = max(greatestBefore[max(0, bound - 1)], activity.heap[bound])
      leasts[bound] =
        bound > start ? min(leasts[bound - 1], activity.heap[bound]) : activity.heap[bound]
    }
  }

  /// The first bound at or after a time.
  func bound(at time: Double) -> Int { min(last, times.partitioningIndex { $0 >= time }) }

  func time(_ from: Int, _ to: Int) -> Double { times[to] - times[from] }

  /// Births in a stretch of time of places that allocate again.
  func births(_ from: Double, _ to: Double) -> Double {
    var sum = 0.0
    for window in 0..<last {
      let length = time(window, window + 1)
      let common = min(to, times[window + 1]) - max(from, times[window])
      if length > 0, common > 0 { sum += activity.repeats[window] * common / length }
    }
    return sum
  }

  /// Births for one millisecond of work: before a bound, or shortly before it where that is less.
  func rate(before bound: Int, length: Double) -> Double {
    guard times[bound] > 0 else { return 0 }
    let recent = min(times[bound], max(length, 0.1 * all))
    let from = times[bound] - recent
    let start = times.partitioningIndex { $0 >= from }
    let all = before[bound] / times[bound]
    guard start < bound else { return all }
    return min(all, (before[bound] - before[start]) / time(start, bound))
  }

  /// Whether the births after a bound are fewer than at a rate, also while there still are some.
  func thins(after bound: Int, _ rate: Double) -> Bool {
    let all = before[last] - before[bound]
    let end = (bound...last).first { before[$0] - before[bound] >= 0.95 * all } ?? last
    return before[end] - before[bound] <= 0.7 * rate * time(bound, end)
  }

  /// Births after a bound of places that had allocated before it.
  func old(after bound: Int) -> Double { before[last] - before[bound] - newAfter[bound] }

  /// Births after a bound of places that first allocated after it, their first left out.
  func new(after bound: Int) -> Double { newAfter[bound] }

  /// The greatest rise of the heap after a bound.
  func rise(after bound: Int) -> Double { rises[bound] }

  func greatest(from bound: Int) -> Double { greatests[bound] }

  /// What is let go of from a bound to the end.
  func fall(after bound: Int) -> Double { heap[bound] - heap[last] }

  /// How far the heap lies above the least of the work before, but a share of its greatest at least.
  func risen(to bound: Int, leastShare: Double = 0.05) -> Double {
    max(heap[bound] - leasts[bound], leastShare * greatestBefore[bound])
  }
}
