// What people ask in words of their own, put into the program when it is built.
#pragma once
#include <stddef.h>

/// The bytes of `Grammar/intentions.txt`.
const unsigned char *intentions_bytes(void);

/// How many there are.
size_t intentions_size(void);
