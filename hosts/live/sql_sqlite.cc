// A file of SQLite. Parameters keep their form: SQLite knows `@name` itself.
#include <charconv>
#include <chrono>
#include <memory>
#include <sqlite3.h>

#include "hosts/files/owned_context.h"
#include "hosts/live/sql_text.h"

namespace portcullis::hosts {

namespace {

using Clock = std::chrono::steady_clock;

struct Closed {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Closed>;
using Statement = std::unique_ptr<sqlite3_stmt, Closed>;

const SqlRequest::Parameter* find(const SqlRequest& request, std::string_view name) {
  for (const SqlRequest::Parameter& parameter : request.parameters) {
    if (sqlite3_stricmp(parameter.name.c_str(), std::string(name).c_str()) == 0) return &parameter;
  }
  return nullptr;
}

int bind(sqlite3_stmt* statement, int index, const SqlValue& value) {
  switch (value.kind) {
    case SqlValue::Kind::kNull:
      return sqlite3_bind_null(statement, index);
    case SqlValue::Kind::kBoolean:
      return sqlite3_bind_int(statement, index, value.text == "true" ? 1 : 0);
    case SqlValue::Kind::kInteger: {
      sqlite3_int64 number = 0;
      const auto [end, error] = std::from_chars(value.text.data(), value.text.data() + value.text.size(), number);
      if (error == std::errc{}) return sqlite3_bind_int64(statement, index, number);
      break;
    }
    case SqlValue::Kind::kReal: {
      double number = 0;
      std::from_chars(value.text.data(), value.text.data() + value.text.size(), number);
      return sqlite3_bind_double(statement, index, number);
    }
    case SqlValue::Kind::kText:
      break;
  }
  return sqlite3_bind_text64(statement, index, value.text.data(), value.text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

std::string bind_all(sqlite3_stmt* statement, const SqlRequest& request) {
  for (int i = 1; i <= sqlite3_bind_parameter_count(statement); ++i) {
    const char* name = sqlite3_bind_parameter_name(statement, i);
    const SqlRequest::Parameter* parameter = name == nullptr ? nullptr : find(request, name);
    if (parameter == nullptr)
      return std::string("the statement uses `") + (name == nullptr ? "?" : name) + "`, and there is no such parameter";
    if (bind(statement, i, sql_value(*parameter)) != SQLITE_OK) return "a parameter cannot be bound";
  }
  return {};
}

void append_value(std::string& out, sqlite3_stmt* statement, int column) {
  const int type = sqlite3_column_type(statement, column);
  if (type == SQLITE_NULL) {
    out += "null";
    return;
  }
  const auto* bytes =
      static_cast<const char*>(type == SQLITE_BLOB ? sqlite3_column_blob(statement, column)
                                                   : static_cast<const void*>(sqlite3_column_text(statement, column)));
  const std::string_view text(bytes == nullptr ? "" : bytes,
                              static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
  if ((type == SQLITE_INTEGER || type == SQLITE_FLOAT) && is_json(text)) {
    out += text;
  } else if (type == SQLITE_BLOB) {
    out += '"' + encode_base64(text) + '"';
  } else {
    append_json_text(out, text);
  }
}

void append_row(std::string& out, sqlite3_stmt* statement) {
  out += out.empty() ? "{" : ",{";
  for (int column = 0; column < sqlite3_column_count(statement); ++column) {
    if (column > 0) out += ',';
    append_json_text(out, sqlite3_column_name(statement, column));
    out += ':';
    append_value(out, statement, column);
  }
  out += '}';
}

int out_of_time(void* deadline) { return Clock::now() > *static_cast<const Clock::time_point*>(deadline) ? 1 : 0; }

}  // namespace

SqlResult run_sqlite(const SqlRequest& request) {
  const std::string path = request.connection_string.substr(std::string_view("sqlite:").size());
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
  const Database database(opened);
  if (code != SQLITE_OK)
    return {{},
            "the SQLite file `" + path +
                "` cannot be opened: " + (opened == nullptr ? "no memory" : sqlite3_errmsg(opened))};
  sqlite3_busy_timeout(opened, kConnectSeconds * 1000);
  Clock::time_point deadline = Clock::now() + std::chrono::seconds(kStatementSeconds);
  sqlite3_progress_handler(opened, 10'000, &out_of_time, &deadline);
  std::string rows;
  const char* rest = request.statement.c_str();
  while (*rest != '\0') {
    sqlite3_stmt* prepared = nullptr;
    if (sqlite3_prepare_v2(opened, rest, -1, &prepared, &rest) != SQLITE_OK)
      return {{}, std::string("SQLite refused a statement: ") + sqlite3_errmsg(opened)};
    const Statement statement(prepared);
    if (statement == nullptr) continue;  // white space or a comment
    if (const std::string error = bind_all(prepared, request); !error.empty()) return {{}, error};
    rows.clear();
    int step = sqlite3_step(prepared);
    for (; step == SQLITE_ROW; step = sqlite3_step(prepared)) {
      append_row(rows, prepared);
      if (rows.size() > kMostRowBytes) return {{}, "the rows are larger than 16 MB"};
    }
    if (step != SQLITE_DONE) return {{}, std::string("SQLite refused a statement: ") + sqlite3_errmsg(opened)};
  }
  return {"[" + rows + "]", {}};
}

}  // namespace portcullis::hosts
