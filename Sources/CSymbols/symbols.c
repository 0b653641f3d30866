// Finds functions, files, lines and inlined calls in ELF files, by libdw of elfutils.
//
// Plain libdw instead of libdwfl: the latter may ask the network for debug information.
#include "symbols.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <gelf.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Inlined calls within one function that are followed; deeper ones are cut.
enum { MAX_DEPTH = 64 };

// An address range and what lies there. `reach` is the greatest end of this and all before.
typedef struct {
  uint64_t low, high, reach;
  union {
    const char *name;
    size_t unit;
    Dwarf_Off die;
  } of;
} range;

typedef struct {
  range *items;
  size_t count, capacity;
} range_list;

typedef struct {
  Dwarf_Die die;
  range_list functions;
  bool is_read;
} unit;

typedef struct {
  int descriptor;
  Elf *elf;
  Dwarf *dwarf;
} elf_file;

struct memq_image {
  elf_file file;
  // The separate file with the debug information, if there is one.
  elf_file debug;
  Dwarf *dwarf;
  unit *units;
  size_t unit_count;
  range_list unit_ranges;
  range_list symbols;
  memq_frame frames[MAX_DEPTH + 1];
};

// Ranges.

static void add_range(range_list *list, range item) {
  if (item.low >= item.high) return;
  if (list->count == list->capacity) {
    size_t capacity = list->capacity ? list->capacity * 2 : 64;
    range *items = realloc(list->items, capacity * sizeof(range));
    if (!items) return;
    list->items = items;
    list->capacity = capacity;
  }
  list->items[list->count++] = item;
}

static int by_place(const void *a, const void *b) {
  const range *left = a, *right = b;
  if (left->low != right->low) return left->low < right->low ? -1 : 1;
  // The tighter of two ranges comes last and is found first.
  if (left->high != right->high) return left->high > right->high ? -1 : 1;
  return 0;
}

static void sort_ranges(range_list *list) {
  if (list->count == 0) return;
  qsort(list->items, list->count, sizeof(range), by_place);
  uint64_t reach = 0;
  for (size_t i = 0; i < list->count; i++) {
    if (list->items[i].high > reach) reach = list->items[i].high;
    list->items[i].reach = reach;
  }
}

// The range that holds the address and begins last.
static const range *find_range(const range_list *list, uint64_t address) {
  size_t low = 0, high = list->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (list->items[middle].low <= address) low = middle + 1;
    else high = middle;
  }
  while (low > 0 && list->items[low - 1].reach > address) {
    if (list->items[low - 1].high > address) return &list->items[low - 1];
    low--;
  }
  return NULL;
}

// Files.

static bool open_file(const char *path, elf_file *file) {
  struct stat status;
  // Neither devices nor pipes: the path comes from a capture.
  if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) return false;
  file->descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (file->descriptor < 0) return false;
  file->elf = elf_begin(file->descriptor, ELF_C_READ_MMAP, NULL);
  if (file->elf && elf_kind(file->elf) == ELF_K_ELF) {
    file->dwarf = dwarf_begin_elf(file->elf, DWARF_C_READ, NULL);
    return true;
  }
  elf_end(file->elf);
  close(file->descriptor);
  *file = (elf_file){.descriptor = -1};
  return false;
}

static void close_file(elf_file *file) {
  if (file->dwarf) dwarf_end(file->dwarf);
  if (file->elf) elf_end(file->elf);
  if (file->descriptor >= 0) close(file->descriptor);
}

// Whether both files carry the same build ID, or one carries none.
static bool belong_together(Elf *a, Elf *b) {
  const void *left, *right;
  ssize_t left_length = dwelf_elf_gnu_build_id(a, &left);
  ssize_t right_length = dwelf_elf_gnu_build_id(b, &right);
  if (left_length <= 0 || right_length <= 0) return true;
  return left_length == right_length && memcmp(left, right, (size_t)left_length) == 0;
}

static bool open_debug(memq_image *image, const char *path) {
  elf_file file = {.descriptor = -1};
  if (!open_file(path, &file)) return false;
  if (file.dwarf && belong_together(image->file.elf, file.elf)) {
    image->debug = file;
    image->dwarf = file.dwarf;
    return true;
  }
  close_file(&file);
  return false;
}

static bool open_debug_by_build_id(memq_image *image) {
  const unsigned char *id;
  ssize_t length = dwelf_elf_gnu_build_id(image->file.elf, (const void **)&id);
  if (length < 2 || length > 64) return false;
  char path[256];
  int end = snprintf(path, sizeof path, "/usr/lib/debug/.build-id/%02x/", id[0]);
  for (ssize_t i = 1; i < length; i++)
    end += snprintf(path + end, sizeof path - (size_t)end, "%02x", id[i]);
  snprintf(path + end, sizeof path - (size_t)end, ".debug");
  return open_debug(image, path);
}

static void open_debug_by_link(memq_image *image, const char *path) {
  GElf_Word crc;
  const char *link = dwelf_elf_gnu_debuglink(image->file.elf, &crc);
  char folder[PATH_MAX], candidate[2 * PATH_MAX];
  if (!link || strchr(link, '/') || !realpath(path, folder)) return;
  dirname(folder);
  const char *const forms[] = {"%s/%s", "%s/.debug/%s", "/usr/lib/debug%s/%s"};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    snprintf(candidate, sizeof candidate, forms[i], folder, link);
    if (open_debug(image, candidate)) return;
  }
}

// Symbol tables.

static bool read_symbols(memq_image *image, Elf *elf, unsigned type) {
  Elf_Scn *section = NULL;
  while ((section = elf_nextscn(elf, section))) {
    GElf_Shdr header;
    if (!gelf_getshdr(section, &header) || header.sh_type != type) continue;
    Elf_Data *data = elf_getdata(section, NULL);
    if (!data || header.sh_entsize == 0) continue;
    int count = (int)(header.sh_size / header.sh_entsize);
    for (int i = 0; i < count; i++) {
      GElf_Sym symbol;
      if (!gelf_getsym(data, i, &symbol) || symbol.st_shndx == SHN_UNDEF) continue;
      int kind = GELF_ST_TYPE(symbol.st_info);
      if (kind != STT_FUNC && kind != STT_GNU_IFUNC) continue;
      const char *name = elf_strptr(elf, header.sh_link, symbol.st_name);
      if (!name || !*name) continue;
      add_range(&image->symbols, (range){
        .low = symbol.st_value, .high = symbol.st_value + symbol.st_size, .of.name = name});
    }
  }
  return image->symbols.count > 0;
}

// Debug information.

static void add_die(range_list *list, Dwarf_Die *die, range item) {
  Dwarf_Addr base, low, high;
  ptrdiff_t place = 0;
  while ((place = dwarf_ranges(die, place, &base, &low, &high)) > 0) {
    item.low = low;
    item.high = high;
    add_range(list, item);
  }
}

// Functions of a unit, also those within namespaces and types.
static void read_functions(range_list *list, Dwarf_Die *parent, int depth) {
  Dwarf_Die child;
  if (depth > MAX_DEPTH || dwarf_child(parent, &child) != 0) return;
  do {
    switch (dwarf_tag(&child)) {
      case DW_TAG_subprogram:
        add_die(list, &child, (range){.of.die = dwarf_dieoffset(&child)});
        break;
      case DW_TAG_namespace:
      case DW_TAG_module:
      case DW_TAG_class_type:
      case DW_TAG_structure_type:
      case DW_TAG_union_type:
        read_functions(list, &child, depth + 1);
        break;
      default: break;
    }
  } while (dwarf_siblingof(&child, &child) == 0);
}

static void read_unit(unit *unit) {
  if (unit->is_read) return;
  unit->is_read = true;
  read_functions(&unit->functions, &unit->die, 0);
  sort_ranges(&unit->functions);
}

static bool add_unit(memq_image *image, Dwarf_Die die) {
  // Grows by powers of two.
  if ((image->unit_count & (image->unit_count - 1)) == 0) {
    size_t capacity = image->unit_count ? image->unit_count * 2 : 1;
    unit *units = realloc(image->units, capacity * sizeof(unit));
    if (!units) return false;
    image->units = units;
  }
  size_t number = image->unit_count++;
  unit *added = &image->units[number];
  *added = (unit){.die = die};
  size_t before = image->unit_ranges.count;
  add_die(&image->unit_ranges, &die, (range){.of.unit = number});
  if (image->unit_ranges.count > before) return true;
  // A unit that does not say where its code is.
  read_unit(added);
  for (size_t i = 0; i < added->functions.count; i++) {
    range item = added->functions.items[i];
    item.of.unit = number;
    add_range(&image->unit_ranges, item);
  }
  return true;
}

static void read_units(memq_image *image) {
  Dwarf_CU *cu = NULL;
  Dwarf_Half version;
  uint8_t type;
  Dwarf_Die die, split;
  while (image->dwarf &&
         dwarf_get_units(image->dwarf, cu, &cu, &version, &type, &die, &split) == 0) {
    if (type == DW_UT_skeleton && dwarf_tag(&split) != DW_TAG_invalid) die = split;
    else if (type != DW_UT_compile) continue;
    if (!add_unit(image, die)) return;
  }
  sort_ranges(&image->unit_ranges);
}

static const char *text(Dwarf_Die *die, unsigned name) {
  Dwarf_Attribute attribute;
  return dwarf_attr_integrate(die, name, &attribute) ? dwarf_formstring(&attribute) : NULL;
}

static const char *function_name(Dwarf_Die *die) {
  const char *name = text(die, DW_AT_linkage_name);
  if (!name) name = text(die, DW_AT_MIPS_linkage_name);
  return name ? name : text(die, DW_AT_name);
}

static int number(Dwarf_Die *die, unsigned name) {
  Dwarf_Attribute attribute;
  Dwarf_Word value;
  if (!dwarf_attr(die, name, &attribute) || dwarf_formudata(&attribute, &value) != 0) return 0;
  return value > INT_MAX ? 0 : (int)value;
}

static bool is_block(Dwarf_Die *die) {
  switch (dwarf_tag(die)) {
    case DW_TAG_lexical_block:
    case DW_TAG_try_block:
    case DW_TAG_catch_block:
    case DW_TAG_with_stmt: return true;
    default: return false;
  }
}

static bool has_ranges(Dwarf_Die *die) {
  return dwarf_hasattr(die, DW_AT_low_pc) || dwarf_hasattr(die, DW_AT_ranges);
}

// Appends the inlined calls that hold the address, outermost first.
static size_t find_inlined(
    Dwarf_Die *parent, uint64_t address, Dwarf_Die *calls, size_t count, int depth) {
  Dwarf_Die child;
  if (depth > 2 * MAX_DEPTH || count == MAX_DEPTH || dwarf_child(parent, &child) != 0) return count;
  do {
    bool is_call = dwarf_tag(&child) == DW_TAG_inlined_subroutine;
    if (!is_call && !is_block(&child)) continue;
    if (has_ranges(&child) ? dwarf_haspc(&child, address) != 1 : is_call) continue;
    size_t before = count;
    if (is_call) calls[count++] = child;
    count = find_inlined(&child, address, calls, count, depth + 1);
    if (count > before) return count;
  } while (dwarf_siblingof(&child, &child) == 0);
  return count;
}

// The frames at an address by the debug information; 0 when it does not know the function.
static size_t debug_frames(memq_image *image, uint64_t address) {
  const range *place = find_range(&image->unit_ranges, address);
  if (!place) return 0;
  unit *unit = &image->units[place->of.unit];
  read_unit(unit);
  const range *found = find_range(&unit->functions, address);
  Dwarf_Die calls[MAX_DEPTH + 1];
  Dwarf *dwarf = dwarf_cu_getdwarf(unit->die.cu);
  if (!found || !dwarf_offdie(dwarf, found->of.die, &calls[0])) return 0;
  size_t depth = find_inlined(&calls[0], address, calls + 1, 0, 0);

  Dwarf_Line *line = dwarf_getsrc_die(&unit->die, address);
  const char *file = line ? dwarf_linesrc(line, NULL, NULL) : NULL;
  int line_number = 0;
  if (line) dwarf_lineno(line, &line_number);
  Dwarf_Files *files = NULL;
  size_t file_count = 0;
  if (depth > 0) dwarf_getsrcfiles(&unit->die, &files, &file_count);

  size_t count = 0;
  for (size_t i = depth + 1; i-- > 0;) {
    const char *name = function_name(&calls[i]);
    if (name)
      image->frames[count++] = (memq_frame){
        .function = name, .file = file, .line = line_number, .is_inlined = i > 0};
    size_t caller_file = (size_t)number(&calls[i], DW_AT_call_file);
    file = files && caller_file < file_count ? dwarf_filesrc(files, caller_file, NULL, NULL) : NULL;
    line_number = number(&calls[i], DW_AT_call_line);
  }
  return count;
}

// The interface.

memq_image *memq_image_open(const char *path) {
  if (elf_version(EV_CURRENT) == EV_NONE) return NULL;
  memq_image *image = calloc(1, sizeof *image);
  if (!image) return NULL;
  image->file.descriptor = image->debug.descriptor = -1;
  if (!open_file(path, &image->file)) {
    free(image);
    return NULL;
  }
  image->dwarf = image->file.dwarf;
  if (!image->dwarf && !open_debug_by_build_id(image)) open_debug_by_link(image, path);
  read_units(image);
  if (!read_symbols(image, image->file.elf, SHT_SYMTAB)) {
    if (!image->debug.elf || !read_symbols(image, image->debug.elf, SHT_SYMTAB))
      read_symbols(image, image->file.elf, SHT_DYNSYM);
  }
  sort_ranges(&image->symbols);
  return image;
}

void memq_image_close(memq_image *image) {
  if (!image) return;
  for (size_t i = 0; i < image->unit_count; i++) free(image->units[i].functions.items);
  free(image->units);
  free(image->unit_ranges.items);
  free(image->symbols.items);
  close_file(&image->debug);
  close_file(&image->file);
  free(image);
}

size_t memq_image_frames(memq_image *image, uint64_t address, const memq_frame **frames) {
  *frames = image->frames;
  size_t count = debug_frames(image, address);
  if (count > 0) return count;
  const range *symbol = find_range(&image->symbols, address);
  if (!symbol) return 0;
  image->frames[0] = (memq_frame){.function = symbol->of.name};
  return 1;
}

// Of the C++ runtime, which declares it for C++ only.
extern char *__cxa_demangle(const char *name, char *buffer, size_t *length, int *status);

char *memq_demangle(const char *name) {
  if (name[0] != '_' || name[1] != 'Z') return NULL;
  int status = 0;
  char *result = __cxa_demangle(name, NULL, NULL, &status);
  if (status == 0) return result;
  free(result);
  return NULL;
}
