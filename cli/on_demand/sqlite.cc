// SQLite, opened when a SQL resolver names a file. See shared_library.h.
#include <sqlite3.h>

#include "cli/on_demand/shared_library.h"

namespace {
constexpr portcullis::cli::SharedLibrary kLibrary("libsqlite3.so.0", "libsqlite3-0");
}

extern "C" {

// Zero would be SQLITE_OK.
int sqlite3_open_v2(const char* file, sqlite3** database, int flags, const char* vfs) {
  *database = nullptr;
  if (kLibrary.find("sqlite3_open_v2") == nullptr) return SQLITE_CANTOPEN;
  PC_PASS_ON(kLibrary, sqlite3_open_v2, file, database, flags, vfs);
}
int sqlite3_close_v2(sqlite3* database) { PC_PASS_ON(kLibrary, sqlite3_close_v2, database); }
int sqlite3_busy_timeout(sqlite3* database, int milliseconds) {
  PC_PASS_ON(kLibrary, sqlite3_busy_timeout, database, milliseconds);
}
void sqlite3_progress_handler(sqlite3* database, int steps, int (*handler)(void*), void* receiver) {
  PC_PASS_ON(kLibrary, sqlite3_progress_handler, database, steps, handler, receiver);
}
const char* sqlite3_errmsg(sqlite3* database) { PC_PASS_ON(kLibrary, sqlite3_errmsg, database); }
int sqlite3_prepare_v2(sqlite3* database, const char* text, int size, sqlite3_stmt** statement, const char** tail) {
  PC_PASS_ON(kLibrary, sqlite3_prepare_v2, database, text, size, statement, tail);
}
int sqlite3_finalize(sqlite3_stmt* statement) { PC_PASS_ON(kLibrary, sqlite3_finalize, statement); }
int sqlite3_step(sqlite3_stmt* statement) { PC_PASS_ON(kLibrary, sqlite3_step, statement); }
int sqlite3_bind_parameter_count(sqlite3_stmt* statement) {
  PC_PASS_ON(kLibrary, sqlite3_bind_parameter_count, statement);
}
const char* sqlite3_bind_parameter_name(sqlite3_stmt* statement, int index) {
  PC_PASS_ON(kLibrary, sqlite3_bind_parameter_name, statement, index);
}
int sqlite3_bind_null(sqlite3_stmt* statement, int index) { PC_PASS_ON(kLibrary, sqlite3_bind_null, statement, index); }
int sqlite3_bind_int(sqlite3_stmt* statement, int index, int value) {
  PC_PASS_ON(kLibrary, sqlite3_bind_int, statement, index, value);
}
int sqlite3_bind_int64(sqlite3_stmt* statement, int index, sqlite3_int64 value) {
  PC_PASS_ON(kLibrary, sqlite3_bind_int64, statement, index, value);
}
int sqlite3_bind_double(sqlite3_stmt* statement, int index, double value) {
  PC_PASS_ON(kLibrary, sqlite3_bind_double, statement, index, value);
}
int sqlite3_bind_text64(sqlite3_stmt* statement, int index, const char* text, sqlite3_uint64 size,
                        void (*release)(void*), unsigned char encoding) {
  PC_PASS_ON(kLibrary, sqlite3_bind_text64, statement, index, text, size, release, encoding);
}
int sqlite3_column_count(sqlite3_stmt* statement) { PC_PASS_ON(kLibrary, sqlite3_column_count, statement); }
const char* sqlite3_column_name(sqlite3_stmt* statement, int column) {
  PC_PASS_ON(kLibrary, sqlite3_column_name, statement, column);
}
int sqlite3_column_type(sqlite3_stmt* statement, int column) {
  PC_PASS_ON(kLibrary, sqlite3_column_type, statement, column);
}
int sqlite3_column_bytes(sqlite3_stmt* statement, int column) {
  PC_PASS_ON(kLibrary, sqlite3_column_bytes, statement, column);
}
const void* sqlite3_column_blob(sqlite3_stmt* statement, int column) {
  PC_PASS_ON(kLibrary, sqlite3_column_blob, statement, column);
}
const unsigned char* sqlite3_column_text(sqlite3_stmt* statement, int column) {
  PC_PASS_ON(kLibrary, sqlite3_column_text, statement, column);
}
int sqlite3_stricmp(const char* a, const char* b) { PC_PASS_ON(kLibrary, sqlite3_stricmp, a, b); }

}  // extern "C"
