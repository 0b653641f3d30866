#include "screen_terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static struct termios before;
static atomic_bool is_entered;
static bool leaves_at_exit;

// Alternate screen (xterm's 1049), no wrapping at the end of a line (DECAWM).
static const char enter_text[] = "\033[?1049h\033[?7l\033[2J\033[H";
static const char leave_text[] = "\033[0m\033[?7h\033[?25h\033[?1049l";

static void put(const char *text, size_t count) {
  while (count > 0) {
    ssize_t written = write(STDOUT_FILENO, text, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text += written;
    count -= (size_t)written;
  }
}

void screen_terminal_leave(void) {
  if (!atomic_exchange(&is_entered, false)) return;
  int code = errno;
  put(leave_text, sizeof leave_text - 1);
  tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
  errno = code;
}

// What crashes leaves a terminal that a person can use, and crashes.
static void crash(int number) {
  screen_terminal_leave();
  signal(number, SIG_DFL);
  raise(number);
}

bool screen_terminal_enter(void) {
  if (atomic_load(&is_entered)) return true;
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) return false;
  if (tcgetattr(STDIN_FILENO, &before) != 0) return false;
  if (!leaves_at_exit) {
    leaves_at_exit = true;
    atexit(screen_terminal_leave);
    static const int numbers[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) signal(numbers[i], crash);
  }
  struct termios raw = before;
  cfmakeraw(&raw);
  // Line feeds still begin a line, for what is written by others.
  raw.c_oflag |= OPOST;
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 0;
  if (tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) != 0) return false;
  atomic_store(&is_entered, true);
  put(enter_text, sizeof enter_text - 1);
  return true;
}

int screen_terminal_read(unsigned char *bytes, int size, int milliseconds) {
  struct pollfd request = {.fd = STDIN_FILENO, .events = POLLIN};
  int ready = poll(&request, 1, milliseconds);
  if (ready == 0 || (ready < 0 && errno == EINTR)) return 0;
  if (ready < 0) return -1;
  ssize_t count = read(STDIN_FILENO, bytes, (size_t)size);
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return 0;
  return count > 0 ? (int)count : -1;
}
