// What a process was started with, also where /proc is not mounted (a chroot, a container).
//
// The Swift runtime reads the words of the command line, and where it lies itself, from /proc; without
// it the first are none and the second ends the process before main. The loader hands the words to
// functions of `.preinit_array`, which run before anything else.
#include "interruption.h"

#include <stdlib.h>
#include <unistd.h>

static int count;
static char **words;
static bool is_rooted;

static void begin(int argc, char **argv, char **environment) {
  (void)environment;
  count = argc;
  words = argv;
  if (access("/proc/self/exe", F_OK) == 0 || getenv("SWIFT_ROOT")) return;
  // Any folder will do: nothing is looked up there.
  is_rooted = setenv("SWIFT_ROOT", "/", 0) == 0;
}

__attribute__((used, section(".preinit_array"))) static void (*const first)(int, char **, char **) = begin;

int memq_argument_count(void) {
  // Programs that are started are not to know of it.
  if (is_rooted) unsetenv("SWIFT_ROOT");
  is_rooted = false;
  return count;
}

const char *memq_argument(int index) { return index >= 0 && index < count ? words[index] : NULL; }
