#include "memory.h"
#include "interruption.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

typedef unsigned long long amount;

// What must be left beside what is in use, for the buffers that grow.
static const amount least_room = 48ull << 20;

static atomic_ullong most;
static atomic_ullong at_beginning;
// Whether an import began: only then what is in use is held against what is read.
static atomic_bool is_begun;
static atomic_ullong spent;
static atomic_ullong allowed;
static atomic_ullong machine;
static atomic_ullong content_read;
static atomic_bool is_of_machine;
static atomic_uint polls;

// MARK: What is in use

// Numbers of a file of /proc, without an allocation: a handler of signals asks too.
static int numbers(const char *path, amount *values, int count) {
  char text[128];
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  int found = 0;
  for (ssize_t place = 0; place < length && found < count;) {
    if (text[place] < '0' || text[place] > '9') {
      place++;
      continue;
    }
    amount value = 0;
    for (; place < length && text[place] >= '0' && text[place] <= '9'; place++)
      value = value * 10 + (amount)(text[place] - '0');
    values[found++] = value;
  }
  return found;
}

// All that is mapped, and what is resident and the process's own.
static bool usage(amount *mapped, amount *own) {
  amount values[3] = {0, 0, 0};
  if (numbers("/proc/self/statm", values, 3) < 3) return false;
  amount page = (amount)sysconf(_SC_PAGESIZE);
  *mapped = values[0] * page;
  *own = (values[1] > values[2] ? values[1] - values[2] : 0) * page;
  return true;
}

amount memq_memory_used(void) {
  amount mapped, own;
  return usage(&mapped, &own) ? own : 0;
}

// MARK: What is allowed

// Nine tenths of what the machine and the group of processes can give.
static amount machine_limit(void) {
  amount known = atomic_load(&machine);
  if (known != 0) return known;
  amount limit = ~0ull;
  FILE *file = fopen("/proc/meminfo", "re");
  if (file != NULL) {
    char line[128];
    amount kibibytes;
    while (fgets(line, sizeof line, file) != NULL)
      if (sscanf(line, "MemAvailable: %llu kB", &kibibytes) == 1) {
        limit = (kibibytes << 10) + memq_memory_used();
        break;
      }
    fclose(file);
  }
  static const char *const groups[] = {
    "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"};
  for (int i = 0; i < 2; i++) {
    amount bytes;
    if (numbers(groups[i], &bytes, 1) == 1 && bytes > 0 && bytes < limit) limit = bytes;
  }
  limit = limit / 10 * 9;
  atomic_store(&machine, limit);
  return limit;
}

// Whether the address space that the process may have has not so much room left.
static bool lacks_addresses(amount mapped, amount room, amount *limit) {
  struct rlimit bound;
  if (getrlimit(RLIMIT_AS, &bound) != 0 || bound.rlim_cur == RLIM_INFINITY) return false;
  *limit = bound.rlim_cur;
  return mapped >= bound.rlim_cur || bound.rlim_cur - mapped < room;
}

void memq_memory_begin(amount bytes) {
  atomic_store(&most, bytes);
  atomic_store(&spent, 0);
  atomic_store(&allowed, 0);
  atomic_store(&content_read, 0);
  atomic_store(&at_beginning, memq_memory_used());
  atomic_store(&is_begun, true);
}

bool memq_memory_exceeds(amount usual) {
  if (atomic_load_explicit(&spent, memory_order_relaxed) != 0) return true;
  amount mapped, own;
  if (!usage(&mapped, &own)) return false;
  amount limit = machine_limit();
  amount told = atomic_load(&most);
  if (told == 0 && usual != 0 && atomic_load(&is_begun)) told = usual + atomic_load(&at_beginning);
  if (told != 0 && told < limit) limit = told;
  amount addresses = limit;
  // What grows needs its own size once more.
  if (lacks_addresses(mapped, own > least_room ? own : least_room, &addresses)) {
    if (addresses < limit) limit = addresses;
  } else if (own <= limit) {
    return false;
  }
  amount none = 0;
  atomic_store(&is_of_machine, told == 0 || limit != told);
  atomic_store(&allowed, limit);
  atomic_compare_exchange_strong(&spent, &none, own > 0 ? own : 1);
  return true;
}

bool memq_memory_is_usual(void) { return atomic_load(&most) == 0; }

void memq_memory_spend(void) {
  amount none = 0;
  atomic_compare_exchange_strong(&spent, &none, 1);
}

bool memq_memory_poll(void) {
  if (atomic_load_explicit(&spent, memory_order_relaxed) != 0) return true;
  if (atomic_fetch_add_explicit(&polls, 1, memory_order_relaxed) % 64 != 63) return false;
  return memq_memory_exceeds(0);
}

bool memq_memory_lacks(void) { return atomic_load(&is_of_machine); }

void memq_memory_note(amount content) {
  atomic_store_explicit(&content_read, content, memory_order_relaxed);
}

amount memq_memory_content(void) { return atomic_load(&content_read); }

amount memq_memory_spent(void) { return atomic_load(&spent); }

amount memq_memory_allowed(void) { return atomic_load(&allowed); }

// MARK: When there is none

static const int ends[] = {SIGILL, SIGTRAP, SIGABRT};
static struct sigaction before[3];

static void say(const char *text) {
  ssize_t written = write(STDERR_FILENO, text, strlen(text));
  (void)written;
}

// Whether as much as a buffer may ask for that grows, or a new one, could not be had.
static bool is_used_up(void) {
  amount mapped, own, limit;
  if (!usage(&mapped, &own)) return true;
  amount room = 4 * least_room > 2 * own ? 4 * least_room : 2 * own;
  if (lacks_addresses(mapped, room, &limit)) return true;
  size_t wanted = own > least_room ? (size_t)own : (size_t)least_room;
  void *probe = mmap(NULL, wanted, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (probe == MAP_FAILED) return true;
  munmap(probe, wanted);
  return false;
}

// The runtime ends the process when an allocation fails, and nothing can be undone: what was
// written is whole or not there, since stores and files are changed at their ends only.
static void trapped(int number, siginfo_t *info, void *context) {
  (void)info;
  (void)context;
  if (is_used_up()) {
    memq_interruption_remove_files();
    say("memq: memory ran out; what was not reported as done is not done. Ask for less at a time, "
        "or give the process more memory\n");
    _exit(2);
  }
  for (int i = 0; i < 3; i++)
    if (ends[i] == number) sigaction(number, &before[i], NULL);
  // The instruction is run again, or the signal sent again, and meets whoever was there before.
  if (number == SIGABRT) raise(number);
}

void memq_memory_catch(void) {
  struct sigaction action = {.sa_sigaction = trapped};
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  for (int i = 0; i < 3; i++) sigaction(ends[i], &action, &before[i]);
}
