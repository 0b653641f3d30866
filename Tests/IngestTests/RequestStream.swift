import CaptureModel
import TestSupport

/// Requests of a program made here, one every 2 ms, so that what it loses is known.
struct RequestStream {
  private(set) var records = [ListedRecord(kind: .switchThread)]
  private var address: UInt64 = 0x1000
  private var due: [Int: [UInt64]] = [:]
  private(set) var request = 0
  /// What is never freed unless it is let go of, by frame.
  private var held: [UInt32: [UInt64]] = [:]
  /// Whether the process grows with what it holds.
  var growsResident = false

  /// `file0.py:1` is frame 2, `file1.py:2` frame 4, and so on.
  static func lineno(_ frame: UInt32) -> String { "file\(frame / 4).py:\(frame / 2)" }

  /// Allocates in a frame; freed after so many requests, never for nil.
  mutating func allocate(
    _ size: Int, in frame: UInt32, for requests: Int? = nil, thread: UInt32 = 0
  ) {
    if thread > 0 { records.append(ListedRecord(kind: .switchThread, argument: thread)) }
    records.append(ListedRecord(kind: .push, argument: frame))
    address += 16
    records.append(ListedRecord(kind: .allocate, address: address, size: UInt64(size)))
    records.append(ListedRecord(kind: .pop, argument: 1))
    if let requests {
      due[request + requests, default: []].append(address)
    } else {
      held[frame, default: []].append(address)
    }
    if thread > 0 { records.append(ListedRecord(kind: .switchThread, argument: 0)) }
  }

  /// Frees so many of the oldest blocks of a frame, all for nil.
  mutating func letGo(of frame: UInt32, _ count: Int? = nil) {
    let all = held[frame] ?? []
    let gone = all.prefix(count ?? all.count)
    for address in gone {
      records.append(ListedRecord(kind: .deallocate, address: address, allocator: .free))
    }
    held[frame] = Array(all.dropFirst(gone.count))
  }

  /// What a thread needs before any Python code runs there.
  mutating func startThread(_ thread: UInt32) {
    records.append(ListedRecord(kind: .switchThread, argument: thread))
    address += 16
    records.append(ListedRecord(kind: .allocate, address: address, size: 16_384))
    records.append(ListedRecord(kind: .switchThread, argument: 0))
  }

  /// Ends a request.
  mutating func tick() {
    request += 1
    for address in due.removeValue(forKey: request) ?? [] {
      records.append(ListedRecord(kind: .deallocate, address: address, allocator: .free))
    }
    let resident = growsResident ? request * 2000 : 0
    records.append(
      ListedRecord(kind: .tick, address: UInt64(request * 2), size: UInt64((1 << 20) + resident)))
  }
}
