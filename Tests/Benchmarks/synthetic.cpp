// Writes memray captures (header 13, uncompressed) of shapes that recordings seldom have.
//
//   c++ -O2 -std=c++17 synthetic.cpp -o synthetic && ./synthetic SHAPE COUNT > capture.bin
//
//   sparse   COUNT living blocks, each on a page of its own, and ten times as many short ones
//   living   COUNT blocks alive at once
//   threads  COUNT allocations by 64 threads that free each other's blocks
//   churn    COUNT allocations by five threads with lifetimes of all orders of magnitude
//   cuts     COUNT mappings cut in two by munmap
//   stacks   COUNT distinct stacks, one block each
//   deep     COUNT distinct stacks a thousand frames deep, each with a function of its own and a few blocks
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

using u8 = uint8_t;
using u32 = uint32_t;
using u64 = uint64_t;
using i64 = int64_t;

enum Allocator : u8 { pymallocFree = 1, pymallocMalloc = 2, freeing = 5, malloc_ = 6, mapping = 14, unmapping = 15 };

static std::string out;
static u64 lastAddress, seed = 88172645463325252ull;

static u64 chance(u64 limit) {
  seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
  return (seed >> 11) % limit;
}

static void byte(u8 value) {
  out.push_back(char(value));
  if (out.size() > 1 << 20) fwrite(out.data(), 1, out.size(), stdout), out.clear();
}

static void word(u64 value, int bytes) {
  for (int i = 0; i < bytes; ++i) byte(u8(value >> (8 * i)));
}

static void number(u64 value) {
  for (; value >= 0x80; value >>= 7) byte(u8(value) | 0x80);
  byte(u8(value));
}

static void signedNumber(i64 value) { number(u64(value) << 1 ^ u64(value >> 63)); }

static void text(const std::string& value) {
  for (char letter : value) byte(u8(letter));
  byte(0);
}

static void header() {
  text("memray");
  word(13, 4), word(0x030B00F0, 4);  // header, Python 3.11
  byte(0), byte(0);                  // no native traces, all allocations
  word(1, 8), word(1, 8), word(1700000000000, 8), word(1700000060000, 8);
  text("synthetic");
  word(1, 4), word(1, 8), word(0, 8);  // process, main thread, hidden frames
  byte(1), byte(1), byte(0);           // pymalloc, traced, no objects
  text("/usr/lib/python3.11"), text(""), text("");
}

static void code(u64 id) {
  byte(14), number(id);
  text("function_" + std::to_string(id)), text("/app/file_" + std::to_string(id % 97) + ".py");
  signedNumber(1), number(0);
}

static void event(u64 address, u8 allocator) {
  byte(0x80 | 15 << 3 | (allocator < 8 ? allocator : 0));
  signedNumber(i64(address >> 3) - i64(lastAddress));
  lastAddress = address >> 3;
  if (allocator >= 8) byte(allocator);
}

static void allocate(u64 address, u64 size, u8 allocator = pymallocMalloc) {
  event(address, allocator), number(size);
}
static void release(u64 address) { event(address, pymallocFree); }
static void unmap(u64 address, u64 size) { event(address, unmapping), number(size); }
static void thread(u64 id) { byte(12), word(id, 8); }
static void push(u64 id) { byte(0x41), number(id), signedNumber(2); }
static void pop() { byte(0x10); }
static void tick(u64 milliseconds) { byte(2), number(1 << 28), number(milliseconds); }

// Addresses of freed blocks are used again, as an allocator does.
struct Heap {
  u64 next = 0x7f0000000000;
  std::vector<u64> spare;
  u64 take() {
    if (spare.empty()) return next += 64;
    u64 address = spare.back();
    spare.pop_back();
    return address;
  }
};

static void sparse(u64 count) {
  for (u64 i = 0; i < count; ++i) {
    allocate(0x7f0000000000 + i * 4096 + 16 * chance(200), 48);
    for (int k = 0; k < 10; ++k) allocate(0x600000000000 + 64 * k, 32);
    for (int k = 0; k < 10; ++k) release(0x600000000000 + 64 * k);
    if (i % 1000 == 0) tick(i / 100);
  }
}

static void living(u64 count) {
  for (u64 i = 0; i < count; ++i) {
    push(1 + i % 50), allocate(0x7f0000000000 + i * 64, 56), pop();
    if (i % 10000 == 0) tick(i / 1000);
  }
  for (u64 i = 0; i < count; ++i) release(0x7f0000000000 + i * 64);
}

static void mixed(u64 count, u64 threads, u64 shelves) {
  Heap heap;
  std::vector<u64> shelf(shelves, 0);
  for (u64 i = 0; i < count; ++i) {
    if (i % 64 == 0) {
      u64 id = chance(threads);
      thread(1 + id);
      for (int k = 0; k < 4; ++k) pop();
      for (int k = 0; k < 4; ++k) push(1 + (id * 7 + chance(20) + k * 100) % 400);
    }
    // A place below the k-th power of two lives about so many allocations.
    u64 place = chance(u64(1) << chance(1 + 63 - __builtin_clzll(shelves)));
    if (shelf[place]) release(shelf[place]), heap.spare.push_back(shelf[place]);
    allocate(shelf[place] = heap.take(), 16 + 16 * chance(1 + chance(40)));
    if (i % 20000 == 0) tick(i / 1000);
  }
}

static void cuts(u64 count) {
  u64 address = 0x7f0000000000;
  for (u64 i = 0; i < count; ++i, address += 16 * 4096) {
    allocate(address, 16 * 4096 - 4096, mapping);
    unmap(address + 4 * 4096, 4096);
    if (i % 1000 == 0) tick(i / 100);
  }
}

// Each block has a stack of its own: a path through a tree of sixteen branches a level.
static void stacks(u64 count) {
  std::vector<u32> path;
  for (u64 i = 0; i < count; ++i) {
    std::vector<u32> wanted;
    for (u64 rest = i, level = 0; level < 6; ++level, rest /= 16)
      wanted.insert(wanted.begin(), u32(1 + level * 16 + rest % 16));
    size_t common = 0;
    while (common < path.size() && path[common] == wanted[common]) ++common;
    for (size_t k = common; k < path.size(); ++k) pop();
    for (size_t k = common; k < wanted.size(); ++k) push(wanted[k]);
    path = wanted;
    allocate(0x7f0000000000 + i * 64, 24 + i % 1000);
    if (i % 10000 == 0) tick(i / 1000);
  }
}

// A path through a tree that is a thousand deep: most branches leave near its end, a few near its root.
static void deep(u64 count) {
  std::vector<u32> path;
  for (u64 i = 0; i < count; ++i) {
    u64 left = chance(100) ? 1 + chance(6) : 1 + chance(999);
    for (u64 k = 0; k < left && !path.empty(); ++k) pop(), path.pop_back();
    while (path.size() < 999) path.push_back(u32(1 + chance(400))), push(path.back());
    path.push_back(u32(401 + i)), code(path.back()), push(path.back());
    for (u64 k = 0; k < 3; ++k) allocate(0x7f0000000000 + (3 * i + k) * 64, 24 + i % 1000);
    if (i % 2) release(0x7f0000000000 + 3 * i * 64);
    if (i % 10000 == 0) tick(i / 1000);
  }
}

int main(int argc, char** argv) {
  if (argc < 3) return fprintf(stderr, "usage: synthetic SHAPE COUNT > FILE\n"), 2;
  std::string shape = argv[1];
  u64 count = std::stoull(argv[2]);
  header();
  for (u64 id = 1; id <= 400; ++id) code(id);
  thread(1), push(1), tick(0);
  if (shape == "sparse") sparse(count);
  else if (shape == "living") living(count);
  else if (shape == "threads") mixed(count, 64, 1 << 16);
  else if (shape == "churn") mixed(count, 5, 1 << 18);
  else if (shape == "cuts") cuts(count);
  else if (shape == "stacks") stacks(count);
  else if (shape == "deep") deep(count);
  else return fprintf(stderr, "synthetic: no shape %s\n", argv[1]), 2;
  byte(1);
  fwrite(out.data(), 1, out.size(), stdout);
}
