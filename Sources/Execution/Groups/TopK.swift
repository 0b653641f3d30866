import Language
/// The first elements of an order, without sorting the others.
struct TopK<Element> {
  private let limit: Int?
  private let precedes: (Element, Element) -> Bool
  private var kept: [Element] = []
  /// What does not come before it cannot be among the first.
  private var last: Element?
  private let room: Int

  /// The first `limit` by `precedes`; all of them without a limit.
  init(limit: Int?, by precedes: @escaping (Element, Element) -> Bool) {
    self.limit = limit
    self.precedes = precedes
    room = limit.map { $0 < .max / 2 ? max(1024, $0 * 2) : .max } ?? .max
  }

  /// Looks at one more element.
  mutating func add(_ element: Element) {
    if let last, !precedes(element, last) { return }
    kept.append(element)
    guard let limit, kept.count >= room else { return }
    kept.sort(by: precedes)
    kept.removeLast(kept.count - limit)
    last = kept.last
  }

  /// The first elements in order.
  var sorted: [Element] {
    let sorted = kept.sorted(by: precedes)
    return limit.map { Array(sorted.prefix($0)) } ?? sorted
  }
}
