// Files of the pages, put into the program when it is built.
#pragma once
#include <stddef.h>

/// A file of `Sources/Render/Pages/Web`.
struct page_file {
  /// Its path below that folder.
  const char *path;
  const unsigned char *bytes;
  size_t size;
};

/// Number of files.
size_t page_file_count(void);

/// The file at a place below `page_file_count()`.
struct page_file page_file_at(size_t place);
