#include <sqlite3.h>
// The kind of file system that a database lies on.
#include <sys/statfs.h>
