// ⚠ unsafe: 16 records, always reached through a 4-bit index.
import CaptureModel

/// By a file's allocator number: a record with kind and allocator filled in.
@safe
struct MemrayTemplates: ~Copyable {
  private let records: UnsafeMutablePointer<EventRecord>

  init(_ allocators: [Allocator?]) {
    unsafe records = .allocate(capacity: 16)
    for number in 0..<16 {
      let allocator = number < allocators.count ? allocators[number] : nil
      let kind: EventKind = allocator?.isDeallocator == true ? .deallocate : .allocate
      unsafe (records + number).initialize(
        to: EventRecord(kind: kind, allocator: allocator ?? .malloc))
    }
  }

  deinit { unsafe records.deallocate() }

  /// The template of an allocator number; bits above the fourth are ignored.
  @inline(__always)
  subscript(_ number: UInt8) -> EventRecord { unsafe records[Int(number & 15)] }
}
