import Language
import Store

/// Python objects that were never destroyed, where the profiler followed them (`memray.md` §6.3).
///
/// They belong to the end of the capture, so that only `leaked` has them.
struct SurvivingObjects {
  let data: CaptureData
  let selection: Selection
  let condition: Condition

  /// Adds the objects of every site that meets the condition.
  ///
  /// - Parameters:
  ///   - range: where the measure stands in the question.
  ///   - add: called with each site's objects.
  /// - Throws: why the question has no answer, or the store's errors.
  func run(at range: SourceRange?, _ add: (Contribution) -> Void) throws(EngineError) {
    let counts = try reading(try data.columns.integers(.siteObjects))
    guard counts.count == Int(data.info.sites), !counts.isEmpty else {
      throw .query(
        .cannotAnswer(
          "\(data.info.name) follows no Python objects",
          wayOut: "record with memray's object tracking, Python 3.13.3 or later", at: range))
    }
    let end = try reading(try data.timeline().clock.endState)
    guard selection.liveState == end else {
      throw .query(
        .cannotAnswer(
          "surviving objects belong to the end", wayOut: "`leaked objects`", at: range))
    }
    guard !condition.needsRows, !condition.needsClasses else {
      throw .query(
        .cannotAnswer(
          "objects have no size and no lifetime here", wayOut: "`where` with keys", at: range))
    }
    for site in counts.indices where counts[site] != 0 {
      guard condition.answer(site: site, size: 0) == true else { continue }
      var contribution = Contribution(site: site, recordSize: 0, bytes: 0, count: 0, rowKey: 0)
      contribution.objects = counts[site]
      add(contribution)
    }
  }
}
