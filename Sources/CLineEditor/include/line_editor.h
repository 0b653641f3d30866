// Line editing for the REPL: libedit behind functions that Swift may call.
#ifndef MEMQ_LINE_EDITOR_H
#define MEMQ_LINE_EDITOR_H
#endif
