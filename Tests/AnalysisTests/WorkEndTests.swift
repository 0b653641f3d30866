import TestSupport
import Testing

@testable import Analysis

/// Ends of work of programs made here: 400 windows of 10 ms.
@Suite struct WorkEndTests {
  private static let windows = 400

  /// An activity from what happens in each window: births of places that allocated before, births
  /// of new ones, and live bytes at its end.
  private static func activity(
    _ body: (Int) -> (old: Double, new: Double, heap: Double)
  ) -> WorkActivity {
    var found = WorkActivity(milliseconds: [0], heap: [0])
    found.repeatsByFirst = Array(repeating: 0, count: windows)
    var begun: Int?
    for window in 0..<windows {
      let (old, new, heap) = body(window)
      if new > 0, begun == nil { begun = window }
      found.milliseconds.append(Double(window + 1) * 10)
      found.heap.append(heap)
      found.repeats.append(old + new)
      found.repeatsByFirst[0] += old
      found.repeatsByFirst[begun ?? 0] += new
    }
    return found
  }

  /// Ways to let go of 1,000,000 bytes from a window on, and how many births go with it.
  enum Ending: String, CaseIterable {
    case atOnce, evenly, inSteps, atOnceThenSleep, sleepThenAtOnce, withHeartbeat, withReport
    case onlySleep

    func after(_ window: Int, of begin: Int) -> (old: Double, new: Double, heap: Double) {
      let share = Double(window - begin + 1) / Double(WorkEndTests.windows - begin)
      switch self {
      case .atOnce, .atOnceThenSleep: return (0, 0, 50_000)
      case .evenly: return (0, 0, 50_000 + (1 - share) * 1_000_000)
      case .inSteps: return (0, 0, 50_000 + (1 - (share * 6).rounded(.down) / 6) * 1_000_000)
      case .sleepThenAtOnce: return (0, 0, share < 0.95 ? 1_050_000 : 50_000)
      case .withHeartbeat: return (window % 10 == 0 ? 4 : 0, 0, 50_000 + (1 - share) * 1_000_000)
      case .withReport: return (0, share < 0.1 ? 6 : 0, 50_000)
      case .onlySleep: return (0, 0, 1_050_000)
      }
    }
  }

  @Test(arguments: Ending.allCases, [0.7, 0.85, 0.99])
  func tidyEndings(ending: Ending, share: Double) throws {
    let begin = Int(Double(Self.windows) * share)
    let activity = Self.activity { window in
      window < begin
        ? (5, 0, 50_000 + 1_000_000 * Double(window + 1) / Double(begin))
        : ending.after(window, of: begin)
    }
    if ending == .onlySleep, share > 0.98 {
      #expect(WorkEnd(activity) == nil)
      return
    }
    let end = try #require(WorkEnd(activity), "\(ending) \(share)")
    #expect(abs(end.bound - begin) <= 2, "\(ending) \(share): \(end.bound) for \(begin)")
    #expect((end.fall == nil) == (ending == .onlySleep))
  }

  /// Four workers that are told to stop one after the other, each letting go of its quarter.
  @Test(arguments: [10, 20, 35])
  func workersOneByOne(gap: Int) throws {
    let begin = Self.windows - 4 * gap
    let activity = Self.activity { window in
      func held(_ until: Int) -> Double { 250_000 * Double(until) / Double(begin) }
      guard window >= begin else { return (8, 0, 4 * held(window)) }
      let working = max(0, 3 - (window - begin) / gap)
      return (Double(working) * 2, 0, Double(working) * held(window))
    }
    let end = try #require(WorkEnd(activity))
    #expect(abs(end.bound - begin) <= 3, "\(end.bound) for \(begin)")
  }

  /// What looks like an end, but work goes on.
  enum Work: String, CaseIterable {
    /// A structure of a warm-up, freed half-way.
    case freesWarmUp
    /// Teeth; the last one falls, and work goes on.
    case sawtooth
    /// Another place works half as much once the rows are loaded, and lets go of them.
    case processesRows
    /// Grows until it is killed.
    case killed
    /// Works at a tenth of the pace after a load.
    case slowsDown

    func value(_ window: Int) -> (old: Double, new: Double, heap: Double) {
      let share = Double(window + 1) / Double(WorkEndTests.windows)
      switch self {
      case .freesWarmUp:
        return (5, 0, 50_000 + (share < 0.5 ? 1_000_000 * min(1, share * 5) : 0))
      case .sawtooth: return (5, 0, 50_000 + Double(window % 90) * 10_000)
      case .processesRows:
        return share < 0.5
          ? (5, 0, 50_000 + 2_000_000 * share) : (0, 3, 50_000 + 2_000_000 * (1 - share))
      case .killed: return (5, 0, 50_000 + 1_000_000 * share)
      case .slowsDown: return (share < 0.1 ? 50 : 5, 0, 50_000 + 1_000_000 * min(1, share * 10))
      }
    }
  }

  @Test(arguments: Work.allCases)
  func workGoesOn(work: Work) {
    #expect(WorkEnd(Self.activity(work.value)) == nil, "\(work)")
  }

  /// Half of a run in which nothing happens is no end: a full cache is as quiet.
  @Test func longQuietIsNoEnd() throws {
    let quiet = Self.activity { window in
      window < 200 ? (5, 0, Double(window) * 5000) : (0, 0, 1_000_000)
    }
    #expect(WorkEnd(quiet) == nil)
    let freed = Self.activity { window in
      window < 200 ? (5, 0, Double(window) * 5000) : (0, 0, window < 390 ? 1_000_000 : 0)
    }
    let end = try #require(WorkEnd(freed))
    #expect(end.bound >= 388)
  }

  @Test func noActivityHasNoEnd() {
    #expect(WorkEnd(Self.activity { _ in (0, 0, 0) }) == nil)
    #expect(
      WorkEnd(WorkActivity(milliseconds: [0, 1], heap: [0, 0]))
        == nil)
  }
}
