#ifndef MEMQ_SYMBOLS_H
#define MEMQ_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// An executable or shared library on this machine, with its debug information when there is any.
typedef struct memq_image memq_image;

/// One function at an address.
typedef struct {
  /// As the compiler wrote it, mangled or not.
  const char *function;
  /// NULL when only the symbol table knows the function.
  const char *file;
  int line;
  /// Whether the code was inlined into the function of the next frame.
  bool is_inlined;
} memq_frame;

/// Opens a file; NULL when it is no readable ELF file.
memq_image *memq_image_open(const char *path);

/// Closes it; what its frames point to ends with it.
void memq_image_close(memq_image *image);

/// Finds the functions at an address of the file (as linked, not as loaded), innermost first.
///
/// Returns how many there are, 0 when the address is unknown. The frames are valid until the
/// next call, their texts until the image is closed.
size_t memq_image_frames(memq_image *image, uint64_t address, const memq_frame **frames);

/// The name a C++ programmer knows a function by, to be freed; NULL when it is not mangled.
char *memq_demangle(const char *name);

#endif
