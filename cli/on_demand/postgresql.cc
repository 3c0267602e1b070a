// libpq, opened when a SQL resolver connects. See shared_library.h.
#include <libpq-fe.h>

#include "cli/on_demand/shared_library.h"

namespace {
constexpr portcullis::cli::SharedLibrary kLibrary("libpq.so.5", "libpq5");
}

extern "C" {

PGconn* PQconnectdbParams(const char* const* keywords, const char* const* values, int expand_dbname) {
  PC_PASS_ON(kLibrary, PQconnectdbParams, keywords, values, expand_dbname);
}
void PQfinish(PGconn* connection) { PC_PASS_ON(kLibrary, PQfinish, connection); }
// Zero would be CONNECTION_OK, but without the library there is no connection to ask about.
ConnStatusType PQstatus(const PGconn* connection) { PC_PASS_ON(kLibrary, PQstatus, connection); }
char* PQerrorMessage(const PGconn* connection) { PC_PASS_ON(kLibrary, PQerrorMessage, connection); }
int PQsetClientEncoding(PGconn* connection, const char* encoding) {
  PC_PASS_ON(kLibrary, PQsetClientEncoding, connection, encoding);
}
PGresult* PQexecParams(PGconn* connection, const char* command, int count, const Oid* types, const char* const* values,
                       const int* lengths, const int* formats, int result_format) {
  PC_PASS_ON(kLibrary, PQexecParams, connection, command, count, types, values, lengths, formats, result_format);
}
ExecStatusType PQresultStatus(const PGresult* result) { PC_PASS_ON(kLibrary, PQresultStatus, result); }
void PQclear(PGresult* result) { PC_PASS_ON(kLibrary, PQclear, result); }
int PQntuples(const PGresult* result) { PC_PASS_ON(kLibrary, PQntuples, result); }
int PQnfields(const PGresult* result) { PC_PASS_ON(kLibrary, PQnfields, result); }
char* PQfname(const PGresult* result, int column) { PC_PASS_ON(kLibrary, PQfname, result, column); }
Oid PQftype(const PGresult* result, int column) { PC_PASS_ON(kLibrary, PQftype, result, column); }
int PQgetisnull(const PGresult* result, int row, int column) { PC_PASS_ON(kLibrary, PQgetisnull, result, row, column); }
int PQgetlength(const PGresult* result, int row, int column) { PC_PASS_ON(kLibrary, PQgetlength, result, row, column); }
char* PQgetvalue(const PGresult* result, int row, int column) { PC_PASS_ON(kLibrary, PQgetvalue, result, row, column); }

}  // extern "C"
