// ⚠ unsafe: the pointer is owned here alone and freed once; every index is checked.
import CMemory
import Glibc

/// A growable run of plain values for hot loops: no reference counts, no copies on write.
///
/// Growing moves large runs by their pages, without a copy. Cost: one compare an access
/// (benchmark: import).
@safe struct Buffer<Element: BitwiseCopyable>: ~Copyable {
  private var base: UnsafeMutablePointer<Element>
  private(set) var capacity: Int
  private(set) var count: Int

  init(capacity: Int = 16) {
    self.capacity = max(capacity, 1)
    count = 0
    unsafe base = .allocate(capacity: self.capacity)
  }

  /// A buffer of `count` equal values.
  init(repeating value: Element, count: Int) {
    self.init(capacity: count)
    unsafe base.initialize(repeating: value, count: count)
    self.count = count
  }

  deinit { unsafe free(base) }

  subscript(index: Int) -> Element {
    @inline(__always) get {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      return unsafe base[index]
    }
    @inline(__always) nonmutating _modify {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      yield unsafe &base[index]
    }
  }

  @inline(__always) mutating func append(_ value: Element) {
    if count == capacity { grow(to: capacity &* 2) }
    unsafe (base + count).initialize(to: value)
    count &+= 1
  }

  mutating func append(repeating value: Element, count added: Int) {
    let wanted = count &+ added
    if wanted > capacity { grow(to: max(wanted, capacity &* 2)) }
    unsafe (base + count).initialize(repeating: value, count: added)
    count = wanted
  }

  /// Brings a value into the cache that is soon to be looked at.
  @inline(__always) func prefetch(_ index: Int) {
    precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
    unsafe memq_prefetch(base + index)
  }

  /// Keeps the first values only.
  mutating func keepFirst(_ wanted: Int) { count = min(count, max(0, wanted)) }

  mutating func removeLast() { count = max(0, count &- 1) }

  mutating func removeAll() { count = 0 }

  /// Sets every value.
  func fill(_ value: Element) { unsafe base.update(repeating: value, count: count) }

  /// A copy as an array.
  func array(_ range: Range<Int>) -> [Element] {
    precondition(range.upperBound <= count)
    return unsafe Array(UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  /// A copy of everything as an array.
  var array: [Element] { array(0..<count) }

  /// Another buffer with the same values.
  func copy() -> Buffer {
    var copy = Buffer(capacity: count)
    unsafe copy.base.initialize(from: base, count: count)
    copy.count = count
    return copy
  }

  /// One value made of each element; a copy of nothing else.
  func map<Value>(_ value: (Element) -> Value) -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(count)
    for index in 0..<count { unsafe values.append(value(base[index])) }
    return values
  }

  /// Makes room for `added` more values and sets them to `value`.
  ///
  /// The system moves the pages of a large buffer, so that old and new do not stand side by side.
  mutating func extend(repeating value: Element, count added: Int) {
    let wanted = count &+ added
    let bytes = wanted &* MemoryLayout<Element>.stride
    // Plain values are aligned as malloc aligns, so that the pointer is one of malloc's.
    let larger = unsafe realloc(base, bytes)
    precondition(unsafe larger != nil)
    if let larger = unsafe larger { unsafe base = larger.assumingMemoryBound(to: Element.self) }
    unsafe (base + count).initialize(repeating: value, count: added)
    count = wanted
    capacity = wanted
  }

  private mutating func grow(to wanted: Int) {
    // Swift's own memory of plain values is `malloc`'s.
    if let moved = unsafe realloc(base, wanted &* MemoryLayout<Element>.stride) {
      unsafe base = moved.assumingMemoryBound(to: Element.self)
    } else {
      let larger = UnsafeMutablePointer<Element>.allocate(capacity: wanted)
      unsafe larger.moveInitialize(from: base, count: count)
      unsafe free(base)
      unsafe base = larger
    }
    capacity = wanted
  }
}
