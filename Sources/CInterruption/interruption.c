#include "interruption.h"
#include "memory.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

// The shell's number for a process that SIGINT ended.
enum { STATUS = 128 + SIGINT, FILES = 16 };

// How long work may take to stop and undo itself.
static const struct itimerval patience = {.it_value = {.tv_sec = 0, .tv_usec = 800000}};

static atomic_int mode = MEMQ_INTERRUPTION_ENDS;
static atomic_bool came;
static atomic_bool is_caught;
static _Atomic(char *) files[FILES];

struct memq_work {
  atomic_bool is_given_up;
  bool is_done;
  int holders;
  pthread_mutex_t lock;
  pthread_cond_t ended;
  void (*body)(void *);
  void *context;
};

static _Thread_local memq_work *own_work;

// MARK: The signal

void memq_interruption_remove_files(void) {
  for (int i = 0; i < FILES; i++) {
    char *path = atomic_exchange(&files[i], NULL);
    if (path != NULL) unlink(path);
  }
}

void memq_interruption_leave(void) {
  memq_interruption_remove_files();
  _exit(STATUS);
}

static void out_of_patience(int number) {
  (void)number;
  memq_interruption_leave();
}

static void interrupt(int number) {
  (void)number;
  int code = errno;
  bool is_second = atomic_exchange(&came, true);
  switch (atomic_load(&mode)) {
  case MEMQ_INTERRUPTION_TELLS:
  case MEMQ_INTERRUPTION_NOTES: break;
  case MEMQ_INTERRUPTION_STOPS:
    if (is_second) memq_interruption_leave();
    setitimer(ITIMER_REAL, &patience, NULL);
    break;
  default: memq_interruption_leave();
  }
  errno = code;
}

static void install(void (*handler)(int)) {
  struct sigaction action = {.sa_handler = handler};
  sigemptyset(&action.sa_mask);
  // Work that is to stop must not wait on; a line editor must not notice.
  action.sa_flags = atomic_load(&mode) == MEMQ_INTERRUPTION_STOPS ? 0 : SA_RESTART;
  sigaction(SIGINT, &action, NULL);
}

// Ends the process as the signal does, without leaving unfinished files behind.
static void end(int number) {
  memq_interruption_remove_files();
  signal(number, SIG_DFL);
  raise(number);
}

static void catch_ends(void) {
  static const int numbers[] = {SIGTERM, SIGHUP};
  sigset_t own;
  sigemptyset(&own);
  for (int i = 0; i < 2; i++) {
    struct sigaction action;
    if (sigaction(numbers[i], NULL, &action) != 0 || action.sa_handler != SIG_DFL) continue;
    action.sa_handler = end;
    sigaction(numbers[i], &action, NULL);
    sigaddset(&own, numbers[i]);
  }
  pthread_sigmask(SIG_UNBLOCK, &own, NULL);
}

void memq_interruption_catch(void) {
  struct sigaction before;
  catch_ends();
  if (sigaction(SIGINT, NULL, &before) == 0 && before.sa_handler == SIG_IGN) return;
  // Whoever started the process may have blocked what its own threads were not to see.
  sigset_t own;
  sigemptyset(&own);
  sigaddset(&own, SIGINT);
  sigaddset(&own, SIGALRM);
  pthread_sigmask(SIG_UNBLOCK, &own, NULL);
  struct sigaction alarm = {.sa_handler = out_of_patience};
  sigemptyset(&alarm.sa_mask);
  sigaction(SIGALRM, &alarm, NULL);
  atomic_store(&is_caught, true);
  install(interrupt);
}

void memq_interruption_set(memq_interruption_mode wanted) {
  atomic_store(&mode, wanted);
  if (atomic_load(&is_caught)) install(interrupt);
}

void memq_interruption_pause(bool paused) {
  if (atomic_load(&is_caught)) install(paused ? SIG_IGN : interrupt);
}

bool memq_interruption_came(void) { return atomic_load_explicit(&came, memory_order_relaxed); }

bool memq_interruption_requested(void) {
  if (memq_interruption_came() && atomic_load(&mode) != MEMQ_INTERRUPTION_NOTES) return true;
  if (memq_memory_poll()) return true;
  return own_work != NULL
         && atomic_load_explicit(&own_work->is_given_up, memory_order_relaxed);
}

bool memq_interruption_silences(void) {
  return atomic_load(&mode) == MEMQ_INTERRUPTION_TELLS && memq_interruption_requested();
}

void memq_interruption_forget(void) { atomic_store(&came, false); }

// MARK: Unfinished files

bool memq_interruption_note_file(const char *path) {
  char *copy = strdup(path);
  if (copy == NULL) return false;
  for (int i = 0; i < FILES; i++) {
    char *none = NULL;
    if (atomic_compare_exchange_strong(&files[i], &none, copy)) return true;
  }
  free(copy);
  return false;
}

void memq_interruption_drop_file(const char *path) {
  for (int i = 0; i < FILES; i++) {
    char *known = atomic_load(&files[i]);
    // Not freed: the handler may be about to use it, and there are few.
    if (known != NULL && strcmp(known, path) == 0) {
      atomic_compare_exchange_strong(&files[i], &known, NULL);
      return;
    }
  }
}

// MARK: Threads

static void *run(void *argument) {
  memq_work *work = argument;
  own_work = work;
  work->body(work->context);
  pthread_mutex_lock(&work->lock);
  work->is_done = true;
  pthread_cond_signal(&work->ended);
  pthread_mutex_unlock(&work->lock);
  own_work = NULL;
  memq_work_release(work);
  return NULL;
}

memq_work *memq_work_start(void (*body)(void *), void *context, unsigned long stack_bytes) {
  memq_work *work = calloc(1, sizeof *work);
  if (work == NULL) return NULL;
  work->holders = 2;
  work->body = body;
  work->context = context;
  pthread_mutex_init(&work->lock, NULL);
  pthread_condattr_t clock;
  pthread_condattr_init(&clock);
  pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
  pthread_cond_init(&work->ended, &clock);
  pthread_condattr_destroy(&clock);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, stack_bytes);
  pthread_t thread;
  int code = pthread_create(&thread, &attributes, run, work);
  pthread_attr_destroy(&attributes);
  if (code == 0) return work;
  pthread_mutex_destroy(&work->lock);
  pthread_cond_destroy(&work->ended);
  free(work);
  return NULL;
}

bool memq_work_wait(memq_work *work, int milliseconds) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_nsec += (long)(milliseconds % 1000) * 1000000;
  until.tv_sec += milliseconds / 1000 + until.tv_nsec / 1000000000;
  until.tv_nsec %= 1000000000;
  pthread_mutex_lock(&work->lock);
  int code = 0;
  while (!work->is_done && code == 0)
    code = pthread_cond_timedwait(&work->ended, &work->lock, &until);
  bool is_done = work->is_done;
  pthread_mutex_unlock(&work->lock);
  return is_done;
}

void memq_work_give_up(memq_work *work) { atomic_store(&work->is_given_up, true); }

void memq_work_release(memq_work *work) {
  pthread_mutex_lock(&work->lock);
  bool is_last = --work->holders == 0;
  pthread_mutex_unlock(&work->lock);
  if (!is_last) return;
  pthread_mutex_destroy(&work->lock);
  pthread_cond_destroy(&work->ended);
  free(work);
}
