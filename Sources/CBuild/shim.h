#pragma once

#include <stdint.h>

// The linker gives these as absolute symbols (`--defsym`), so that another commit links anew and
// compiles nothing; without them they are null.
extern const char memq_commit[] __attribute__((weak));
extern const char memq_date[] __attribute__((weak));

/// The first 48 bits of the commit that was built; 0 when it is not known.
static inline uint64_t memq_build_commit(void) { return (uint64_t)(uintptr_t)memq_commit; }

/// The day of that commit as the number yyyymmdd (UTC); 0 when it is not known.
static inline uint64_t memq_build_date(void) { return (uint64_t)(uintptr_t)memq_date; }
