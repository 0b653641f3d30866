// The floor of an import: what one thread of plain C++ needs to decode a memray capture of
// headers 12 and 13, to match frees with allocations and to intern stacks and sites. It keeps
// sums per site and nothing else: no column, no output, no checks, no older headers.
//
//   c++ -O2 -std=c++17 floor.cpp -llz4 -o floor && ./floor capture.bin
//
// Written for speed, so that the ratio to it means something: a window of the file at a time,
// open addressing everywhere, a last child per stack node and a last site per stack.
#include <lz4frame.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

using u8 = uint8_t;
using u32 = uint32_t;
using u64 = uint64_t;

static u64 spread(u64 key) { return key * 0x9E3779B97F4A7C15ull; }

// A window that moves through the decompressed file.
struct Input {
  FILE* file;
  bool isFramed;
  LZ4F_dctx* frame = nullptr;
  std::vector<u8> packed = std::vector<u8>(1 << 18);
  size_t packedStart = 0, packedEnd = 0;
  std::vector<u8> window = std::vector<u8>((1 << 20) + 64);
  size_t start = 0, end = 0;
  bool atEnd = false;

  explicit Input(FILE* file) : file(file) {
    u8 magic[4] = {};
    if (fread(magic, 1, 4, file) != 4) atEnd = true;
    rewind(file);
    isFramed = magic[0] == 4 && magic[1] == 0x22 && magic[2] == 0x4D && magic[3] == 0x18;
    if (isFramed) LZ4F_createDecompressionContext(&frame, LZ4F_VERSION);
  }

  size_t count() const { return end - start; }
  const u8* next() const { return window.data() + start; }

  // Fills the window; false when nothing was added.
  bool refill() {
    if (atEnd) return false;
    memmove(window.data(), window.data() + start, count());
    end -= start;
    start = 0;
    size_t before = end, limit = window.size() - 64;
    while (end < limit && !atEnd) {
      if (!isFramed) {
        size_t got = fread(window.data() + end, 1, limit - end, file);
        atEnd = got == 0;
        end += got;
        continue;
      }
      if (packedStart == packedEnd) {
        packedStart = 0;
        packedEnd = fread(packed.data(), 1, packed.size(), file);
      }
      size_t out = limit - end, in = packedEnd - packedStart;
      size_t hint = LZ4F_decompress(frame, window.data() + end, &out, packed.data() + packedStart,
                                    &in, nullptr);
      end += out;
      packedStart += in;
      atEnd = LZ4F_isError(hint) || (in == 0 && out == 0);
    }
    memset(window.data() + end, 0, 64);
    return end > before;
  }
};

// What is alive: address to row and size. Linear probing, gaps closed on removal.
struct Live {
  struct Entry {
    u64 address;
    u64 size;
    u32 site;
  };
  std::vector<Entry> table = std::vector<Entry>(1 << 16);
  size_t count = 0;
  int shift = 48;

  size_t home(u64 address) const { return spread(address) >> shift; }

  void put(u64 address, u64 size, u32 site) {
    if (count * 2 >= table.size()) grow();
    size_t mask = table.size() - 1, place = home(address);
    while (table[place].address && table[place].address != address) place = (place + 1) & mask;
    count += table[place].address == 0;
    table[place] = {address, size, site};
  }

  bool take(u64 address, Entry* out) {
    size_t mask = table.size() - 1, place = home(address);
    while (table[place].address != address) {
      if (!table[place].address) return false;
      place = (place + 1) & mask;
    }
    *out = table[place];
    size_t gap = place, next = (place + 1) & mask;
    while (table[next].address) {
      if (((next - home(table[next].address)) & mask) >= ((next - gap) & mask)) {
        table[gap] = table[next];
        gap = next;
      }
      next = (next + 1) & mask;
    }
    table[gap].address = 0;
    count -= 1;
    return true;
  }

  void grow() {
    std::vector<Entry> old(table.size() * 2);
    old.swap(table);
    shift -= 1;
    size_t mask = table.size() - 1;
    for (const Entry& entry : old) {
      if (!entry.address) continue;
      size_t place = home(entry.address);
      while (table[place].address) place = (place + 1) & mask;
      table[place] = entry;
    }
  }
};

// Dense numbers for 64-bit keys; key 0 is kept as its own complement.
struct Numbers {
  struct Slot {
    u64 key;
    u32 number;
  };
  std::vector<Slot> table = std::vector<Slot>(1 << 10);
  int shift = 54;
  u32 count = 0;

  u32 of(u64 key, bool* isNew) {
    key += 1;
    size_t mask = table.size() - 1, place = spread(key) >> shift;
    while (table[place].key) {
      if (table[place].key == key) {
        *isNew = false;
        return table[place].number;
      }
      place = (place + 1) & mask;
    }
    *isNew = true;
    table[place] = {key, count};
    if (++count * 2u > table.size()) grow();
    return count - 1;
  }

  void grow() {
    std::vector<Slot> old(table.size() * 2);
    old.swap(table);
    shift -= 1;
    size_t mask = table.size() - 1;
    for (const Slot& slot : old) {
      if (!slot.key) continue;
      size_t place = spread(slot.key) >> shift;
      while (table[place].key) place = (place + 1) & mask;
      table[place] = slot;
    }
  }
};

struct Replay {
  struct Node {
    u32 parent, frame, lastChild, lastSite;
  };
  struct Site {
    u32 stack;
    u32 tag;
    u64 bytes, count;
  };
  std::vector<Node> nodes{{0, ~0u, 0, ~0u}};
  Numbers nodeNumbers, frameNumbers, siteNumbers, threadNumbers;
  std::vector<Site> sites;
  std::vector<u32> tops;
  u32 thread = 0;
  Live live;
  u64 heap = 0, peak = 0, allocations = 0, frees = 0, ticks = 0;
  u64 cache[16] = {};
  u32 head = 0;
  u64 last = 0;

  void push(u32 frame) {
    u32 top = tops[thread], child = nodes[top].lastChild;
    if (!child || nodes[child].frame != frame) {
      bool isNew;
      child = nodeNumbers.of(u64(top) << 32 | frame, &isNew) + 1;
      if (isNew) nodes.push_back({top, frame, 0, ~0u});
      nodes[top].lastChild = child;
    }
    tops[thread] = child;
  }

  void pop(u32 count) {
    u32 node = tops[thread];
    while (count-- && node) node = nodes[node].parent;
    tops[thread] = node;
  }

  void allocate(u64 address, u64 size, u32 allocator) {
    u32 stack = tops[thread], tag = thread << 8 | allocator, site = nodes[stack].lastSite;
    if (site == ~0u || sites[site].tag != tag) {
      bool isNew;
      site = siteNumbers.of(u64(stack) << 32 | tag, &isNew);
      if (isNew) sites.push_back({stack, tag, 0, 0});
      nodes[stack].lastSite = site;
    }
    sites[site].bytes += size;
    sites[site].count += 1;
    live.put(address, size, site);
    heap += size;
    peak = std::max(peak, heap);
    allocations += 1;
  }

  void free(u64 address) {
    frees += 1;
    Live::Entry entry;
    if (live.take(address, &entry)) heap -= entry.size;
  }
};

static inline u64 varint(const u8*& p) {
  u64 value = *p++;
  if (value < 0x80) return value;
  value &= 0x7F;
  for (int shift = 7; shift < 64; shift += 7) {
    u64 byte = *p++;
    value |= (byte & 0x7F) << shift;
    if (byte < 0x80) break;
  }
  return value;
}

static inline u64 signedVarint(const u8*& p) {
  u64 code = varint(p);
  return code >> 1 ^ (0 - (code & 1));
}

static const u8* skipText(const u8* p, const u8* end) {
  while (p < end && *p) ++p;
  return p < end ? p + 1 : nullptr;
}

// A record that is not frequent; nullptr when it is not all there or is the last.
static const u8* rare(u8 tag, const u8* p, const u8* end, Replay& replay) {
  switch (tag) {
    case 2:
      varint(p), varint(p);
      replay.ticks += 1;
      return p <= end ? p : nullptr;
    case 10: return skipText(p, end);
    case 12: {
      if (end - p < 8) return nullptr;
      u64 id;
      memcpy(&id, p, 8);
      bool isNew;
      replay.thread = replay.threadNumbers.of(id, &isNew);
      if (isNew) replay.tops.push_back(0);
      return p + 8;
    }
    case 14: {
      varint(p);
      if (!(p = skipText(p, end)) || !(p = skipText(p, end))) return nullptr;
      signedVarint(p);
      u64 length = varint(p);
      return p <= end && u64(end - p) >= length ? p + length : nullptr;
    }
    default: return nullptr;
  }
}

// Decodes up to `limit`; returns where it stopped. Costs about 35 ns an allocation with its free.
static const u8* run(const u8* p, const u8* limit, const u8* end, Replay& r) {
  while (p < limit) {
    const u8* start = p;
    u8 tag = *p++;
    if (tag >= 0x80) {
      u32 slot = tag >> 3 & 15, allocator = tag & 7;
      u64 address;
      if (slot == 15) {
        r.last += signedVarint(p);
        r.head = (r.head - 1) & 15;
        address = r.cache[r.head] = r.last;
      } else {
        address = r.cache[(r.head + slot) & 15];
      }
      if (!allocator) allocator = *p++;
      if (allocator == 1 || allocator == 5) {
        r.free(address << 3);
      } else {
        u64 size = varint(p);
        if (allocator == 15) {
          r.free(address << 3);
        } else {
          r.allocate(address << 3, size, allocator);
        }
      }
    } else if (tag >= 0x40) {
      u64 code = varint(p), offset = varint(p);
      bool isNew;
      r.push(r.frameNumbers.of(code << 32 | offset << 1 | (tag & 1), &isNew));
    } else if (tag >= 0x20) {
      if ((tag >> 1 & 15) == 15) {
        r.last += signedVarint(p);
        r.head = (r.head - 1) & 15;
        r.cache[r.head] = r.last;
      }
    } else if (tag >= 0x10) {
      r.pop((tag & 15) + 1);
    } else if (!(p = rare(tag, p, end, r))) {
      return start;
    }
  }
  return p;
}

// Where the records begin; 0 when the header is none of versions 12 and 13.
static size_t headerLength(const Input& input) {
  const u8 *p = input.next(), *end = p + input.count();
  if (input.count() < 64 || memcmp(p, "memray", 7) != 0) return 0;
  u32 version;
  memcpy(&version, p + 7, 4);
  if (version != 12 && version != 13) return 0;
  p += 7 + 4 + 4 + 1 + 1 + 4 * 8;  // magic, version, Python's, native, format, counts and times
  p = skipText(p, end);            // command line
  if (!p) return 0;
  p += 4 + 8 + 8 + 1 + 1 + 1;  // pid, main thread, skipped frames, allocator, two flags
  if (version == 13) {
    p = skipText(p, end);                                     // standard library
    for (int list = 0; list < 2 && p; ++list) {               // site packages, search path
      while (p && p < end && *p) p = skipText(p, end);
      if (p) p += 1;
    }
  }
  return p ? p - input.next() : 0;
}

int main(int argc, char** argv) {
  FILE* file = argc > 1 ? fopen(argv[1], "rb") : nullptr;
  if (!file) return fprintf(stderr, "usage: floor CAPTURE\n"), 2;
  Input input(file);
  input.refill();
  input.start += headerLength(input);
  if (!input.start) return fprintf(stderr, "floor: no memray capture of header 12 or 13\n"), 2;
  Replay replay;
  while (true) {
    const u8* end = input.next() + input.count();
    const u8* limit = input.atEnd || input.count() < 64 ? end : end - 64;
    const u8* stop = run(input.next(), limit, end, replay);
    bool moved = stop != input.next();
    input.start += stop - input.next();
    if (!input.refill() && !moved) break;
  }
  printf("%llu allocations, %llu frees, peak %llu, %zu stacks, %zu sites, %llu ticks\n",
         (unsigned long long)replay.allocations, (unsigned long long)replay.frees,
         (unsigned long long)replay.peak, replay.nodes.size() - 1, replay.sites.size(),
         (unsigned long long)replay.ticks);
}
