/* record_parse allocates what only record_free gives back. */
#include <stdlib.h>
#include <string.h>

struct record {
  size_t length;
  char text[];
};

void *record_parse(const char *text, size_t length) {
  struct record *record = malloc(sizeof *record + length);
  record->length = length;
  memcpy(record->text, text, length);
  return record;
}

int record_length(const void *record) { return (int)((const struct record *)record)->length; }

void record_free(void *record) { free(record); }
