// Line editing for the REPL: libedit behind functions that Swift may call.
//
// One editor per process, used by one thread. While a line is edited Ctrl-C is a key, not a
// signal: it gives the line up and leaves the process alone.
#ifndef MEMQ_LINE_EDITOR_H
#define MEMQ_LINE_EDITOR_H

#include <stdbool.h>

// How reading a line ended.
typedef enum {
  LINE_EDITOR_LINE,         // a line was typed
  LINE_EDITOR_INTERRUPTED,  // Ctrl-C: what was typed is given up
  LINE_EDITOR_END,          // Ctrl-D on an empty line, or the terminal is gone
} line_editor_outcome;

// Sets the editor up on standard input and output; false when it cannot be.
//
// `words` are the completions, one a line, copied. `history_size` bounds the history.
bool line_editor_open(const char *program, const char *words, int history_size);

// Reads a line; `*line` is UTF-8 without its newline and valid until the next call.
line_editor_outcome line_editor_read(const char *prompt, const char **line);

// Appends a line to the history; repeats of the last entry are dropped.
void line_editor_remember(const char *line);

// Reads the history from a file; a missing file is an empty history.
void line_editor_load_history(const char *path);

// Writes the history to a file that only its owner can read; false when it cannot be written.
bool line_editor_save_history(const char *path);

// Gives the terminal back.
void line_editor_close(void);

#endif
