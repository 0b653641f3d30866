// Ctrl-C: what the signal does, and whether it has come.
//
// The handler does what a handler may: it sets a flag, unlinks files, ends the process.
#ifndef MEMQ_INTERRUPTION_H
#define MEMQ_INTERRUPTION_H

#include <stdbool.h>

// What an interruption does.
typedef enum {
  // Ends the process at once: nothing is open that must be closed.
  MEMQ_INTERRUPTION_ENDS,
  // Asks the work to stop and undo itself; ends the process when that takes too long, and at the
  // second time.
  MEMQ_INTERRUPTION_STOPS,
  // Is told to those who ask, and nothing more.
  MEMQ_INTERRUPTION_TELLS,
  // Is told to those who ask whether it came; work goes on.
  MEMQ_INTERRUPTION_NOTES,
} memq_interruption_mode;

// Installs the handler, unless the process was started with the signal ignored.
void memq_interruption_catch(void);

// Says what an interruption does from now on.
void memq_interruption_set(memq_interruption_mode mode);

// While paused the signal is ignored: it is for a program that was started.
void memq_interruption_pause(bool paused);

// Whether an interruption has come that was not forgotten, memory is spent, or the work of this
// thread was given up.
bool memq_interruption_requested(void);

// Whether an interruption has come that was not forgotten.
bool memq_interruption_came(void);

// Whether what this thread still writes is wanted no more.
bool memq_interruption_silences(void);

// Forgets the interruption that came.
void memq_interruption_forget(void);

// Ends the process as interrupted, after its unfinished files.
_Noreturn void memq_interruption_leave(void);

// Notes a file that is to go when the process ends by an interruption; false when there are too
// many. The path is copied.
bool memq_interruption_note_file(const char *path);

// Removes the files that are not whole.
void memq_interruption_remove_files(void);

// The file is whole, or gone.
void memq_interruption_drop_file(const char *path);

// MARK: The words that the process was started with

// Number of words, the program's own name included.
int memq_argument_count(void);

// A word by its place from 0; NULL beyond the last.
const char *memq_argument(int index);

// MARK: Threads whose work can be given up

typedef struct memq_work memq_work;

// Runs `body(context)` on a thread of its own with a stack of `stack_bytes`; NULL when there is
// none to be had.
memq_work *memq_work_start(void (*body)(void *), void *context, unsigned long stack_bytes);

// Whether the body has returned, which is waited for at most so long.
bool memq_work_wait(memq_work *work, int milliseconds);

// From now on `memq_interruption_requested` is true on the thread, whatever is forgotten.
void memq_work_give_up(memq_work *work);

// The caller is done with it; the thread may go on.
void memq_work_release(memq_work *work);

#endif
