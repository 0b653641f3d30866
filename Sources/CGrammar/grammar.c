// Puts the table of intentions into the program; its path is looked for beside this file.
#include "CGrammar.h"

// Every clang that Swift 6.2 or later comes with knows `#embed`, in older C too.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char intentions[] = {
#embed "../../Grammar/intentions.txt"
};

const unsigned char *intentions_bytes(void) { return intentions; }

size_t intentions_size(void) { return sizeof intentions; }
