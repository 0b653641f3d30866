// A terminal that shows a screen of its own: keys come one by one, and what stood there comes back.
//
// One screen per process. It is given back on every way out of the process but SIGKILL.
#ifndef MEMQ_SCREEN_TERMINAL_H
#define MEMQ_SCREEN_TERMINAL_H

#include <stdbool.h>

// Takes the terminal of standard input and output; false when it is none.
bool screen_terminal_enter(void);

// Gives the terminal back; does nothing where that was done. Safe in a handler of signals.
void screen_terminal_leave(void);

// Waits for bytes that were typed: how many came, 0 for none in time, -1 when the terminal is gone.
int screen_terminal_read(unsigned char *bytes, int size, int milliseconds);

#endif
