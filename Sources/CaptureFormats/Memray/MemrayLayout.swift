import CaptureModel

/// memray capture files, header versions 6–13 (64-bit little-endian Linux).
///
/// Header: packed, little-endian; versions in which a field exists.
///
/// | field | type | versions | meaning |
/// |---|---|---|---|
/// | magic | 7 bytes | all | `memray\0` |
/// | version | i32 | all | |
/// | python_version | i32 | 12– | `0xMMmmpprr` |
/// | native_traces | u8 | all | 1: allocations carry native stacks |
/// | file_format | u8 | 10– | 0 all allocations, 1 aggregated |
/// | n_allocations, n_frames | u64 | all | events (0 until tracking ends), frame records |
/// | start_time, end_time | i64 | all | milliseconds since 1970 UTC |
/// | command_line | text | all | |
/// | pid | i32 | all | |
/// | main_tid, skipped_frames_on_main_tid | u64 | 9– | |
/// | python_allocator | i32, u8 from 8 | all | see `pythonAllocatorNames` |
/// | trace_python_allocators | u8 | 11– | |
/// | track_object_lifetimes | u8 | 12– | |
/// | libdest | text | 13 | folder of the standard library |
/// | site_packages, sys_path | texts, an empty one ends | 13 | |
///
/// Source: memray's `records.h` and `record_writer.cpp` of releases 1.0.0 to 1.20.0.
enum MemrayLayout {
  static let formatName = "memray"
  static let magic: [UInt8] = [0x6D, 0x65, 0x6D, 0x72, 0x61, 0x79, 0x00]
  static let lz4Magic: [UInt8] = [0x04, 0x22, 0x4D, 0x18]
  static let versions: ClosedRange<Int32> = 6...13

  static let firstWithOneByteTags: Int32 = 7
  static let firstWithTrailer: Int32 = 8
  static let firstWithMainThread: Int32 = 9
  static let firstWithFileFormat: Int32 = 10
  static let firstWithPythonAllocatorTracing: Int32 = 11
  static let firstWithCodeObjects: Int32 = 12
  static let firstWithSearchPaths: Int32 = 13
  /// Below it, memray does not look for a peak after simple deallocations.
  static let firstWithPeakAtZeroSizeFrees: Int32 = 10

  static let aggregatedFile: UInt8 = 1

  /// Names for `python_allocator`, from 1 on.
  static let pythonAllocatorNames = [
    "pymalloc", "pymalloc debug", "malloc", "other", "mimalloc", "mimalloc debug",
  ]

  /// Longest text that is believed: names, paths, the command line.
  static let textLimit = 1 << 20
  /// Longest line table that is believed.
  static let lineTableLimit = 1 << 24
  /// Most search path entries that are believed.
  static let pathLimit = 1 << 16

  /// Allocators by their number in header 6 files.
  static let allocators6: [Allocator?] = [
    nil, .malloc, .free, .calloc, .realloc, .posixMemalign, .memalign, .valloc, .pvalloc, .mmap,
    .munmap, nil, nil, nil, nil, nil,
  ]
  /// Allocators by their number in header 7–11 files.
  static let allocators7: [Allocator?] = [
    nil, .malloc, .free, .calloc, .realloc, .posixMemalign, .alignedAlloc, .memalign, .valloc,
    .pvalloc, .mmap, .munmap, .pymallocMalloc, .pymallocCalloc, .pymallocRealloc, .pymallocFree,
  ]
  /// Allocators by their number in header 12–13 files.
  static let allocators12: [Allocator?] = [
    nil, .pymallocFree, .pymallocMalloc, .pymallocCalloc, .pymallocRealloc, .free, .malloc,
    .realloc, .calloc, .posixMemalign, .alignedAlloc, .memalign, .valloc, .pvalloc, .mmap, .munmap,
  ]

  /// Records of header 6: a 4-byte tag, then a C struct with its padding.
  enum Record6 {
    static let padding: UInt32 = 0
    static let allocation: UInt32 = 1
    static let frameIndex: UInt32 = 2
    static let framePush: UInt32 = 3
    static let nativeTraceIndex: UInt32 = 4
    static let memoryMapStart: UInt32 = 5
    static let segmentHeader: UInt32 = 6
    static let segment: UInt32 = 7
    static let framePop: UInt32 = 8
    static let threadName: UInt32 = 9
    static let memory: UInt32 = 10

    /// Behind an allocation's thread, address, size and allocator; a native id u64 follows.
    static let allocationPadding = 4
    /// Behind an instruction pointer u64 and a parent u32.
    static let nativeTracePadding = 4
    /// Behind a pop's thread: count u8, 7 of padding with undefined content.
    static let popCountMask: UInt64 = 0xFF
  }

  /// Records of headers 7–11: the type in a tag byte's low nibble, flags in the high one.
  enum Record7 {
    static let other: UInt8 = 0
    static let allocation: UInt8 = 1
    static let nativeAllocation: UInt8 = 2
    static let frameIndex: UInt8 = 3
    static let framePush: UInt8 = 4
    static let nativeTraceIndex: UInt8 = 5
    static let memoryMapStart: UInt8 = 6
    static let segmentHeader: UInt8 = 7
    static let segment: UInt8 = 8
    static let framePop: UInt8 = 9
    static let threadName: UInt8 = 10
    static let memory: UInt8 = 11
    static let contextSwitch: UInt8 = 12

    /// Flags of `other` that end the data.
    static let trailerFlags: UInt8 = 1
    /// Flag of `frameIndex`: the frame began no evaluation loop.
    static let notEntryFlag: UInt8 = 1
    /// Bit i: allocator i is a simple deallocator, whose size is not stored.
    static let simpleDeallocators: UInt32 = 1 << 2 | 1 << 15
  }

  /// Records of headers 12–13: the highest set bit of the tag byte decides.
  enum Record12 {
    /// `1pppp aaa`: cache slot, allocator.
    static let allocation: UInt8 = 0x80
    /// `01uuuuu e`: entry frame.
    static let framePush: UInt8 = 0x40
    /// `001 pppp c`: cache slot, created.
    static let objectLifetime: UInt8 = 0x20
    /// `0001 nnnn`: frames left, less one.
    static let framePop: UInt8 = 0x10

    static let trailer: UInt8 = 1
    static let memory: UInt8 = 2
    static let nativeTraceIndex: UInt8 = 5
    static let memoryMapStart: UInt8 = 6
    static let segmentHeader: UInt8 = 7
    static let segment: UInt8 = 8
    static let threadName: UInt8 = 10
    static let contextSwitch: UInt8 = 12
    static let codeObject: UInt8 = 14

    /// The slot number that says: the address follows and enters the cache.
    static let cacheMiss = 15
    /// Addresses are stored divided by 8.
    static let addressShift: UInt64 = 3
    /// Allocator numbers that do not fit the tag follow as a byte.
    static let firstFollowingAllocator: UInt8 = 8
    /// Bit i: allocator i is a simple deallocator, whose size is not stored.
    static let simpleDeallocators: UInt32 = 1 << 1 | 1 << 5
  }

  /// Records of aggregated files, headers 10–13: a plain tag byte.
  enum RecordTotals {
    static let memory: UInt8 = 1
    static let allocation: UInt8 = 2
    static let stackNode: UInt8 = 3
    static let frame: UInt8 = 4
    static let nativeTraceIndex: UInt8 = 5
    static let memoryMapStart: UInt8 = 6
    static let segmentHeader: UInt8 = 7
    static let segment: UInt8 = 8
    static let threadName: UInt8 = 10
    static let contextSwitch: UInt8 = 12
    static let survivingObject: UInt8 = 13
    static let codeObject: UInt8 = 14
    static let trailer: UInt8 = 15

    /// Behind an allocation's thread u64 and allocator u8: padding with undefined content.
    static let allocationPadding = 7
    /// u64 each: native id, stack node, map generation, count at the peak, count leaked, bytes
    /// at the peak, bytes leaked.
    static let allocationWords = 7
  }
}
