// Writes large files as other tools than memray leave them.
//
//   c++ -O2 -std=c++17 graphs.cpp -o graphs && ./graphs SHAPE COUNT > file
//
//   meliae     COUNT objects: a tree with two further references an object, half of them texts, all distinct
//   v8         the same graph as a heap snapshot of V8
//   log        COUNT lines of a service that logs its resident memory, one in ten of them something else
//   mprof      COUNT values of memory_profiler, one in fifty the end of a function
//   folded     COUNT folded stacks of eight to twenty frames, of twenty thousand
//   speedscope COUNT samples of stacks of eight to twenty frames
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

using u64 = uint64_t;

static std::string out;
static u64 seed = 88172645463325252ull;

static u64 chance(u64 limit) {
  seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
  return (seed >> 11) % limit;
}

static void flush(size_t above) {
  if (out.size() > above) fwrite(out.data(), 1, out.size(), stdout), out.clear();
}

template <typename... Values>
static void print(const char *format, Values... values) {
  char line[512];
  int length = snprintf(line, sizeof line, format, values...);
  out.append(line, length);
  flush(1 << 20);
}

// MARK: Graphs

static bool isText(u64 object) { return object % 2 == 1; }
static u64 inner(u64 index, u64 count) { return 2 * (index % ((count + 1) / 2)); }

/// What an object refers to: three children of a tree over the even ones, with a text beside each,
/// and two of any.
static void references(u64 object, u64 count, std::vector<u64> &targets) {
  targets.clear();
  if (isText(object)) return;
  u64 index = object / 2;
  if (object + 1 < count) targets.push_back(object + 1);
  for (u64 child = 3 * index + 1; child <= 3 * index + 3; ++child)
    if (2 * child < count) targets.push_back(2 * child);
  // Down the tree more often than up, as programs do.
  targets.push_back(inner(index + chance(count), count));
  if (chance(2)) targets.push_back(inner(index / 2, count));
}

static u64 address(u64 object) { return 139800000000000ull + (object * 2654435761ull % (1ull << 32)) * 16; }

static void meliae(u64 count) {
  std::vector<u64> targets;
  for (u64 object = 0; object < count; ++object) {
    references(object, count, targets);
    if (isText(object)) {
      print("{\"address\": %llu, \"type\": \"str\", \"size\": %llu, \"len\": 40, \"value\": "
            "\"user-%llu@example.org, session %llu\", \"refs\": []}\n",
            address(object), 60 + chance(60), object, object * 7919);
      continue;
    }
    print("{\"address\": %llu, \"type\": \"%s%llu\", \"size\": %llu, \"len\": %zu, \"refs\": [",
          address(object), chance(3) ? "dict" : "Model", chance(200), 48 + 8 * chance(40), targets.size());
    for (size_t i = 0; i < targets.size(); ++i) print(i ? ", %llu" : "%llu", address(targets[i]));
    print("]}\n");
  }
}

static void v8(u64 count) {
  std::vector<u64> targets;
  u64 kept = seed, edges = 0;
  for (u64 object = 0; object < count; ++object) references(object, count, targets), edges += targets.size();
  print("{\"snapshot\":{\"meta\":{\"node_fields\":[\"type\",\"name\",\"id\",\"self_size\",\"edge_count\"],"
        "\"node_types\":[[\"hidden\",\"string\",\"object\"],\"string\",\"number\",\"number\",\"number\"],"
        "\"edge_fields\":[\"type\",\"name_or_index\",\"to_node\"],"
        "\"edge_types\":[[\"element\",\"property\"],\"string_or_number\",\"node\"]},"
        "\"node_count\":%llu,\"edge_count\":%llu},\n\"nodes\":[", count, edges);
  seed = kept;
  for (u64 object = 0; object < count; ++object) {
    references(object, count, targets);
    print("%s%d,%llu,%llu,%llu,%zu\n", object ? "," : "", isText(object) ? 1 : 2,
          isText(object) ? 200 + object / 2 : object / 2 % 200, 2 * object + 1, 16 + object % 40 * 8, targets.size());
  }
  print("],\n\"edges\":[");
  seed = kept;
  bool isFirst = true;
  for (u64 object = 0; object < count; ++object) {
    references(object, count, targets);
    for (size_t i = 0; i < targets.size(); ++i, isFirst = false)
      print("%s%d,%llu,%llu\n", isFirst ? "" : ",", i % 2 ? 1 : 0, u64(i), 5 * targets[i]);
  }
  print("],\n\"strings\":[\"Class0\"");
  for (u64 name = 1; name < 200; ++name) print(",\n\"Class%llu\"", name);
  for (u64 object = 1; object < count; object += 2) print(",\n\"user-%llu@example.org\"", object);
  print("]}\n");
}

// MARK: Series

static void log(u64 count) {
  double resident = 120;
  for (u64 line = 0; line < count; ++line) {
    u64 ms = line * 25;
    resident += (double(chance(1000)) - 498) / 1000;
    print("2024-05-%02llu %02llu:%02llu:%02llu,%03llu INFO [worker-%llu] ", 1 + ms / 86400000 % 28, ms / 3600000 % 24,
          ms / 60000 % 60, ms / 1000 % 60, ms % 1000, chance(4));
    if (line % 10 == 9)
      print("service.http: GET /items/%llu 200 in %llu ms\n", chance(100000), chance(500));
    else
      print("service.memory: Mem Usage: %.2f MB\n", resident);
  }
}

static void mprof(u64 count) {
  double resident = 40;
  print("CMDLINE python app.py\n");
  for (u64 line = 0; line < count; ++line) {
    double now = 1716545943 + double(line) * 0.1;
    resident += (double(chance(1000)) - 498) / 1000;
    if (line % 50 == 49)
      print("FUNC app.step%llu %.6f %.4f %.6f %.4f\n", chance(30), resident, now - 1, resident + 1, now);
    print("MEM %.6f %.4f\n", resident, now);
  }
}

// MARK: Stacks

/// One of twenty thousand stacks.
static u64 frames(u64 *stack) {
  u64 kept = seed;
  seed = 88172645463325252ull + chance(20000) * 2654435761ull;
  chance(1);
  u64 depth = 8 + chance(13);
  for (u64 level = 0; level < depth; ++level) stack[level] = level * 40 + chance(level < 6 ? 3 : 40);
  seed = kept, chance(1);
  return depth;
}

static void folded(u64 count) {
  u64 stack[20];
  for (u64 line = 0; line < count; ++line) {
    u64 depth = frames(stack);
    for (u64 level = 0; level < depth; ++level)
      print("%sfunction%llu (package/module%llu.py:%llu)", level ? ";" : "", stack[level], stack[level] % 50, stack[level] % 900);
    print(" %llu\n", 1 + chance(100000));
  }
}

static void speedscope(u64 count) {
  print("{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\"shared\":{\"frames\":[");
  for (u64 frame = 0; frame < 800; ++frame)
    print("%s{\"name\":\"function%llu\",\"file\":\"package/module%llu.py\",\"line\":%llu}", frame ? "," : "", frame, frame % 50, frame % 900);
  print("]},\"profiles\":[{\"type\":\"sampled\",\"name\":\"bytes\",\"unit\":\"bytes\",\"startValue\":0,\"endValue\":%llu,\"samples\":[", count * 64);
  u64 stack[20];
  for (u64 line = 0; line < count; ++line) {
    u64 depth = frames(stack);
    for (u64 level = 0; level < depth; ++level) print("%s%llu", level ? "," : line ? ",[" : "[", stack[level]);
    print("]");
  }
  print("],\"weights\":[");
  for (u64 line = 0; line < count; ++line) print(line ? ",64" : "64");
  print("]}]}\n");
}

int main(int count, char **arguments) {
  if (count != 3) return fprintf(stderr, "graphs SHAPE COUNT > file\n"), 2;
  std::string shape = arguments[1];
  u64 number = strtoull(arguments[2], nullptr, 10);
  if (shape == "meliae") meliae(number);
  else if (shape == "v8") v8(number);
  else if (shape == "log") log(number);
  else if (shape == "mprof") mprof(number);
  else if (shape == "folded") folded(number);
  else if (shape == "speedscope") speedscope(number);
  else return fprintf(stderr, "no shape %s\n", arguments[1]), 2;
  flush(0);
}
