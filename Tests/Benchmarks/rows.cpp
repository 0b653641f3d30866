// The rows of a store's newest capture as CSV: place, thread, size, lifetime; for databases to
// be measured on the same rows. A place is the newest frame's location; a lifetime counts
// allocations, empty when the block was never freed. The layout is that of
// Sources/Store/SegmentLayout.swift and ColumnCoding.swift.
//
//   c++ -O2 -std=c++17 rows.cpp -lsqlite3 -llz4 -o rows && ./rows memq.db > rows.csv
#include <lz4.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

using u8 = uint8_t;
using u32 = uint32_t;
using u64 = uint64_t;
using i64 = int64_t;
using Bytes = std::vector<u8>;

static const u32 never = ~0u;
static sqlite3* store;
static i64 capture;

static void fail(const char* what) {
  fprintf(stderr, "rows: %s\n", what);
  exit(2);
}

static Bytes open(const u8* p, size_t count) {
  if (count < 5) fail("a damaged column");
  u32 length = p[1] | p[2] << 8 | p[3] << 16 | u32(p[4]) << 24;
  if (p[0] == 0) return Bytes(p + 5, p + count);
  Bytes out(length);
  int got = LZ4_decompress_safe((const char*)p + 5, (char*)out.data(), int(count) - 5, int(length));
  if (got != int(length)) fail("a damaged column");
  return out;
}

static Bytes stored(const char* name, i64 segment) {
  sqlite3_stmt* select;
  sqlite3_prepare_v2(
      store, "SELECT data FROM columns WHERE capture = ? AND name = ? AND segment = ?", -1,
      &select, nullptr);
  sqlite3_bind_int64(select, 1, capture);
  sqlite3_bind_text(select, 2, name, -1, SQLITE_STATIC);
  sqlite3_bind_int64(select, 3, segment);
  Bytes data;
  if (sqlite3_step(select) == SQLITE_ROW) {
    const u8* blob = (const u8*)sqlite3_column_blob(select, 0);
    data.assign(blob, blob + sqlite3_column_bytes(select, 0));
  }
  sqlite3_finalize(select);
  return data;
}

struct Varints {
  Bytes bytes;
  size_t next = 0;
  bool atEnd() const { return next >= bytes.size(); }
  u64 number() {
    u64 value = 0;
    for (int shift = 0; next < bytes.size(); shift += 7) {
      u8 byte = bytes[next++];
      value |= u64(byte & 0x7F) << shift;
      if (byte < 0x80) break;
    }
    return value;
  }
  i64 signedNumber() {
    u64 code = number();
    return i64(code >> 1) ^ -i64(code & 1);
  }
};

static std::vector<i64> column(const char* name, bool isDelta) {
  Bytes data = stored(name, 0);
  std::vector<i64> values;
  if (data.empty()) return values;
  Varints varints{open(data.data(), data.size())};
  i64 previous = 0;
  while (!varints.atEnd()) {
    previous = isDelta ? previous + varints.signedNumber() : i64(varints.number());
    values.push_back(previous);
  }
  return values;
}

struct Segment {
  std::vector<i64> sites;
  std::vector<u64> sizes;
  std::vector<u32> classes, deaths;
};

static Segment read(i64 segment, u32 firstRow, u32 rows, const std::vector<u32>& births) {
  Segment result;
  Bytes data = stored("segments.dictionary", segment);
  Varints dictionary{open(data.data(), data.size())};
  size_t count = dictionary.number();
  i64 site = 0;
  for (size_t i = 0; i < count; ++i) result.sites.push_back(site += dictionary.signedNumber());
  for (size_t i = 0; i < count; ++i) result.sizes.push_back(dictionary.number());

  data = stored("segments.class", segment);
  Bytes classes = open(data.data(), data.size());
  size_t width = count <= 1 << 8 ? 1 : count <= 1 << 16 ? 2 : 3;
  for (u32 row = 0; row < rows; ++row) {
    u32 number = 0;
    for (size_t i = 0; i < width; ++i) number |= u32(classes[row * width + i]) << (8 * i);
    result.classes.push_back(number);
  }

  data = stored("segments.death", segment);
  u32 length = data[1] | data[2] << 8 | data[3] << 16 | u32(data[4]) << 24;
  Bytes plane = open(data.data() + 5, length);
  Varints escapes{open(data.data() + 5 + length, data.size() - 5 - length)};
  i64 previous = births[firstRow];
  for (u32 row = 0; row < rows; ++row) {
    u8 byte = plane[row];
    if (byte == 255) previous += escapes.signedNumber();
    result.deaths.push_back(byte == 0     ? never
                            : byte == 255 ? u32(previous)
                                          : births[firstRow + row] + byte - 1);
  }

  data = stored("segments.long", segment);
  if (data.empty()) return result;
  Varints list{open(data.data(), data.size())};
  size_t longRows = list.number();
  std::vector<u32> offsets(longRows);
  u64 offset = 0;
  for (u32& place : offsets) place = u32(offset += list.number());
  for (size_t i = 0; i < longRows; ++i) list.number();
  for (u32 place : offsets) {
    u64 code = list.number();
    result.deaths[place] = code == 0 ? never : u32(births[firstRow] + code - 1);
  }
  return result;
}

int main(int argc, char** argv) {
  if (argc < 2 || sqlite3_open_v2(argv[1], &store, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK)
    fail("usage: rows STORE > FILE.csv");
  sqlite3_stmt* newest;
  sqlite3_prepare_v2(store, "SELECT id, rows, segments FROM captures ORDER BY id DESC LIMIT 1", -1,
                     &newest, nullptr);
  if (sqlite3_step(newest) != SQLITE_ROW) fail("no capture");
  capture = sqlite3_column_int64(newest, 0);
  u32 rows = u32(sqlite3_column_int64(newest, 1));
  i64 segments = sqlite3_column_int64(newest, 2);

  // An instant for every row, and for every step before it.
  std::vector<i64> steps = column("steps.row", true);
  std::vector<u32> births(rows + 1);
  std::vector<u32> bornBefore;
  size_t step = 0;
  for (u32 row = 0; row <= rows; ++row) {
    while (step < steps.size() && steps[step] <= i64(row)) step += 1, bornBefore.push_back(row);
    births[row] = u32(row + step);
    bornBefore.push_back(row);
  }

  std::vector<i64> frames = column("stacks.frame", true), places = column("frames.location", true);
  std::vector<i64> stacks = column("sites.stack", true), threads = column("sites.thread", false);
  std::string out = "place,thread,size,lifetime\n";
  for (i64 number = 0; number < segments; ++number) {
    u32 first = u32(number) << 17, count = std::min(rows - first, 1u << 17);
    Segment segment = read(number, first, count, births);
    for (u32 row = 0; row < count; ++row) {
      u32 kind = segment.classes[row];
      i64 site = segment.sites[kind], node = stacks[site];
      out += std::to_string(node == 0 ? -1 : places[frames[node - 1]]) + ',';
      out += std::to_string(threads[site]) + ',' + std::to_string(segment.sizes[kind]) + ',';
      u32 death = segment.deaths[row];
      if (death != never) out += std::to_string(bornBefore[death] - (first + row));
      out += '\n';
    }
    fwrite(out.data(), 1, out.size(), stdout);
    out.clear();
  }
}
