// Line editing for the REPL: libedit behind functions that Swift may call.
//
// One editor per process, used by one thread. While a line is edited Ctrl-C is a key, not a
// signal: it gives the line up and leaves the process alone.
#ifndef MEMQ_LINE_EDITOR_H
#define MEMQ_LINE_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

// How reading a line ended.
typedef enum {
  LINE_EDITOR_LINE,         // a line was typed
  LINE_EDITOR_INTERRUPTED,  // Ctrl-C: what was typed is given up
  LINE_EDITOR_END,          // Ctrl-D on an empty line, or the terminal is gone
} line_editor_outcome;

// Completes what stands before the cursor: `text` of `length` bytes. Returns a text that the editor
// frees: on its first line how many bytes of `text` are completed, then what they may become, one a
// line. NULL when there is nothing.
typedef char *(*line_editor_completer)(const char *text, size_t length);

// Sets the editor up on standard input and output; false when it cannot be.
//
// `complete` is asked on Tab. `history_size` bounds the history.
bool line_editor_open(const char *program, line_editor_completer complete, int history_size);

// Reads a line; `*line` is UTF-8 without its newline and valid until the next call.
line_editor_outcome line_editor_read(const char *prompt, const char **line);

// Appends a line to the history; repeats of the last entry are dropped.
void line_editor_remember(const char *line);

// Reads the history from a file; a missing file is an empty history.
void line_editor_load_history(const char *path);

// Adds a line to the history in a file that only its owner can read, to what other shells added;
// false when it cannot be written.
bool line_editor_append_history(const char *path, const char *line, int history_size);

// Whether more was typed or pasted that no line was read of yet.
bool line_editor_has_more(void);

// Gives the terminal back.
void line_editor_close(void);

#endif
