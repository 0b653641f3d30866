#pragma once

#include <malloc.h>

/// Asks for a line of memory to be brought into the cache; any address will do.
static inline void memq_prefetch(const void *address) { __builtin_prefetch(address, 1, 3); }
