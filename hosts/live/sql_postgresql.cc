// PostgreSQL through libpq. source: the manual of PostgreSQL 15, chapter 34
#include <libpq-fe.h>
#include <memory>

#include "hosts/live/sql_text.h"

namespace portcullis::hosts {

namespace {

// Numbers of built-in types. source: catalog/pg_type.dat of PostgreSQL
constexpr Oid kBool = 16, kInt8 = 20, kInt2 = 21, kInt4 = 23, kText = 25, kOid = 26, kJson = 114, kFloat4 = 700,
              kFloat8 = 701, kDate = 1082, kTimestamp = 1114, kTimestampTz = 1184, kNumeric = 1700, kUuid = 2950,
              kJsonb = 3802;

struct Closed {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
};
using Connection = std::unique_ptr<PGconn, Closed>;
using Result = std::unique_ptr<PGresult, Closed>;

/// What a T-SQL type is here; 0: the server finds out.
Oid type_named(std::string_view name) {
  constexpr std::pair<std::string_view, Oid> kTypes[] = {{"bit", kBool},
                                                         {"tinyint", kInt2},
                                                         {"smallint", kInt2},
                                                         {"int", kInt4},
                                                         {"bigint", kInt8},
                                                         {"real", kFloat4},
                                                         {"float", kFloat8},
                                                         {"decimal", kNumeric},
                                                         {"numeric", kNumeric},
                                                         {"money", kNumeric},
                                                         {"date", kDate},
                                                         {"datetime", kTimestamp},
                                                         {"datetime2", kTimestamp},
                                                         {"datetimeoffset", kTimestampTz},
                                                         {"uniqueidentifier", kUuid},
                                                         {"nvarchar", kText},
                                                         {"varchar", kText},
                                                         {"char", kText},
                                                         {"nchar", kText}};
  std::string plain(name.substr(0, name.find('(')));
  for (char& c : plain) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  for (const auto& [known, oid] : kTypes) {
    if (plain == known) return oid;
  }
  return 0;
}

Oid type_of(const SqlRequest::Parameter& parameter, const SqlValue& value) {
  if (const Oid named = type_named(parameter.type); named != 0) return named;
  switch (value.kind) {
    case SqlValue::Kind::kBoolean:
      return kBool;
    case SqlValue::Kind::kInteger:
      return kInt8;
    case SqlValue::Kind::kReal:
      return kFloat8;
    case SqlValue::Kind::kNull:
    case SqlValue::Kind::kText:
      break;
  }
  return 0;
}

void append_value(std::string& out, Oid type, std::string_view text) {
  const bool is_number = type == kInt2 || type == kInt4 || type == kInt8 || type == kOid || type == kFloat4 ||
                         type == kFloat8 || type == kNumeric;
  if (type == kBool) {
    out += text == "t" ? "true" : "false";
  } else if ((is_number || type == kJson || type == kJsonb) && is_json(text)) {
    out += text;  // NaN and Infinity are no JSON
  } else {
    append_json_text(out, text);
  }
}

bool append_rows(const PGresult* result, std::string& out) {
  const int rows = PQntuples(result);
  const int columns = PQnfields(result);
  for (int row = 0; row < rows; ++row) {
    out += row == 0 ? "{" : ",{";
    for (int column = 0; column < columns; ++column) {
      if (column > 0) out += ',';
      append_json_text(out, PQfname(result, column));
      out += ':';
      if (PQgetisnull(result, row, column) != 0) {
        out += "null";
      } else {
        append_value(out, PQftype(result, column),
                     {PQgetvalue(result, row, column), static_cast<std::size_t>(PQgetlength(result, row, column))});
      }
    }
    out += '}';
    if (out.size() > kMostRowBytes) return false;
  }
  return true;
}

Result execute(PGconn* connection, const SqlRequest& request, const NumberedStatement& statement, std::string& error) {
  std::vector<SqlValue> values;
  std::vector<const char*> texts;
  std::vector<Oid> types;
  for (const std::size_t index : statement.parameters) values.push_back(sql_value(request.parameters[index]));
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].text.find('\0') != std::string::npos) error = "a parameter holds a zero character";
    texts.push_back(values[i].kind == SqlValue::Kind::kNull ? nullptr : values[i].text.c_str());
    types.push_back(type_of(request.parameters[statement.parameters[i]], values[i]));
  }
  if (!error.empty()) return nullptr;
  return Result(PQexecParams(connection, statement.text.c_str(), static_cast<int>(values.size()), types.data(),
                             texts.data(), nullptr, nullptr, 0));
}

std::string trimmed(const char* text) {
  std::string out(text == nullptr ? "" : text);
  while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
  return out;
}

Connection connect(const SqlRequest& request) {
  const std::string seconds = std::to_string(kConnectSeconds);
  const std::string options = "-c statement_timeout=" + std::to_string(kStatementSeconds) + "s";
  // What stands in the connection string goes first.
  const char* names[] = {"connect_timeout", "options", "application_name", "dbname", nullptr};
  const char* values[] = {seconds.c_str(), options.c_str(), "portcullis", request.connection_string.c_str(), nullptr};
  return Connection(PQconnectdbParams(names, values, 1));
}

}  // namespace

SqlResult run_postgresql(const SqlRequest& request) {
  const Connection connection = connect(request);
  if (connection == nullptr || PQstatus(connection.get()) != CONNECTION_OK)
    return {{}, "PostgreSQL cannot be reached: " + trimmed(PQerrorMessage(connection.get()))};
  PQsetClientEncoding(connection.get(), "UTF8");
  std::string rows;
  for (const NumberedStatement& statement : numbered_statements(request)) {
    std::string error;
    if (!statement.unknown.empty())
      return {{}, "the statement uses `" + statement.unknown + "`, and there is no such parameter"};
    const Result result = execute(connection.get(), request, statement, error);
    const ExecStatusType status = result == nullptr ? PGRES_FATAL_ERROR : PQresultStatus(result.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
      return {{},
              "PostgreSQL refused a statement: " + (error.empty() ? trimmed(PQerrorMessage(connection.get())) : error)};
    rows.clear();
    if (!append_rows(result.get(), rows)) return {{}, "the rows are larger than 16 MB"};
  }
  return {"[" + rows + "]", {}};
}

}  // namespace portcullis::hosts
