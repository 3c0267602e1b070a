// sql-data-source on real servers: PostgreSQL, started here, and files of SQLite.
#include "hosts/live/sql.h"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/support/postgresql_server.h"

namespace portcullis::hosts {
namespace {

SqlRequest request(std::string connection, std::string statement, std::vector<SqlRequest::Parameter> parameters = {}) {
  return {.connection_string = std::move(connection),
          .use_managed_identity = false,
          .statement = std::move(statement),
          .parameters = std::move(parameters)};
}

/// An empty file of SQLite.
struct File {
  File() {
    const int descriptor = mkstemp(path);
    REQUIRE(descriptor >= 0);
    close(descriptor);
  }
  ~File() { unlink(path); }
  [[nodiscard]] std::string url() const { return std::string("sqlite:") + path; }
  char path[40] = "/tmp/portcullis-sqlite-XXXXXX";
};

constexpr const char* kHostile = R"("1'; DROP TABLE u; --")";
constexpr const char* kHostileName = R"("Robert'); DELETE FROM u WHERE ('1'='1")";

/// What both servers must do alike.
void check_server(const std::string& url) {
  const auto rows = [&](const std::string& statement, std::vector<SqlRequest::Parameter> parameters = {}) {
    const SqlResult result = run_sql(request(url, statement, std::move(parameters)));
    INFO(statement << "\n" << result.error);
    REQUIRE(result.error.empty());
    return result.rows;
  };
  CHECK(rows("CREATE TABLE u (id INTEGER, name TEXT)") == "[]");
  CHECK(rows("INSERT INTO u VALUES (@id, @name); SELECT id, name FROM u",
             {{"@id", "", "1"}, {"@name", "", "\"Ann \\u00e9 '\""}}) == R"([{"id":1,"name":"Ann é '"}])");
  CHECK(rows("SELECT id FROM u WHERE name = @NAME AND id = @Id",
             {{"@id", "", "1"}, {"@name", "", "\"Ann \\u00e9 '\""}}) == R"([{"id":1}])");
  CHECK(rows("SELECT id FROM u WHERE name = @name", {{"@name", "", kHostile}}) == "[]");
  CHECK(rows("INSERT INTO u VALUES (2, @name)", {{"@name", "", kHostileName}}) == "[]");
  CHECK(rows("SELECT COUNT(*) AS n FROM u") == R"([{"n":2}])");
  CHECK(rows("SELECT name FROM u WHERE id = 2") == R"([{"name":"Robert'); DELETE FROM u WHERE ('1'='1"}])");
  CHECK(rows("INSERT INTO u VALUES (3, @name); SELECT name FROM u WHERE id = 3", {{"@name", "", "null"}}) ==
        R"([{"name":null}])");
  CHECK(rows("SELECT 'it''s @name; -- no' AS \"a;b\" /* @name; */ -- @name;\n", {{"@name", "", "1"}}) ==
        R"([{"a;b":"it's @name; -- no"}])");
  CHECK(rows("SELECT id FROM u WHERE id <> 1 ORDER BY id; ; SELECT id FROM u WHERE id = 1;") == R"([{"id":1}])");
  CHECK(rows("  ") == "[]");
  const SqlResult wrong = run_sql(request(url, "SELECT * FROM nothing"));
  CHECK(wrong.error.find("refused a statement") != std::string::npos);
  CHECK(run_sql(request(url, "SELECT id FROM u WHERE id = @id", {{"@other", "", "1"}})).error != "");
  CHECK(rows("SELECT COUNT(*) AS n FROM u") == R"([{"n":3}])");
}

TEST_CASE("SQLite runs statements with bound parameters") {
  const File file;
  check_server(file.url());
  CHECK(
      run_sql(
          request(file.url(), "SELECT @b AS b, @i AS i, @r AS r, @j AS j",
                  {{"@b", "", "true"}, {"@i", "", "9007199254740993"}, {"@r", "", "1.5"}, {"@j", "", R"({"a":[1]})"}}))
          .rows == R"([{"b":1,"i":9007199254740993,"r":1.5,"j":"{\"a\":[1]}"}])");
  CHECK(run_sql(request(file.url(), "SELECT x'0001ff' AS b")).rows == R"([{"b":"AAH/"}])");
}

TEST_CASE("SQLite does not make files") {
  const std::string path = "/tmp/portcullis-there-is-no-such-file";
  CHECK(run_sql(request("sqlite:" + path, "SELECT 1")).error.find("cannot be opened") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("PostgreSQL runs statements with bound parameters") {
  const test::PostgresqlServer server;
  check_server(server.url());
  const auto rows = [&](const std::string& statement, std::vector<SqlRequest::Parameter> parameters = {}) {
    const SqlResult result = run_sql(request(server.url(), statement, std::move(parameters)));
    INFO(statement << "\n" << result.error);
    REQUIRE(result.error.empty());
    return result.rows;
  };
  CHECK(rows("SELECT @b AS b, @i AS i, @r AS r, @s AS s, @n AS n", {{"@b", "", "true"},
                                                                    {"@i", "", "9007199254740993"},
                                                                    {"@r", "", "1.5"},
                                                                    {"@s", "", "\"x\""},
                                                                    {"@n", "", "null"}}) ==
        R"([{"b":true,"i":9007199254740993,"r":1.5,"s":"x","n":null}])");
  CHECK(rows("SELECT @i AS i, @d AS d, @g AS g",
             {{"@i", "int", "\"7\""},
              {"@d", "decimal(10,2)", "1.50"},
              {"@g", "uniqueidentifier", "\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\""}}) ==
        R"([{"i":7,"d":1.50,"g":"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}])");
  CHECK(rows("SELECT 'NaN'::float8 AS x, '{\"a\":1}'::jsonb AS j, ARRAY[1,2] @> ARRAY[1] AS has") ==
        R"([{"x":"NaN","j":{"a": 1},"has":true}])");
  CHECK(rows("SELECT $$it's; @id$$ AS a, E'\\';@id' AS b, @id + @id AS c", {{"@id", "", "2"}}) ==
        R"([{"a":"it's; @id","b":"';@id","c":4}])");
}

TEST_CASE("a server that is not there is an error") {
  CHECK(run_sql(request("postgresql://tester@127.0.0.1:1/postgres", "SELECT 1")).error.find("cannot be reached") !=
        std::string::npos);
}

TEST_CASE("Azure SQL is an error that says what to do") {
  const SqlResult result = run_sql(request("Server=tcp:x.database.windows.net;Database=d;", "SELECT 1"));
  CHECK(result.error.find("not Azure SQL") != std::string::npos);
}

TEST_CASE("an identity is no password") {
  SqlRequest identity = request("postgresql://127.0.0.1/postgres", "SELECT 1");
  identity.use_managed_identity = true;
  CHECK(run_sql(identity).error.find("managed identity") != std::string::npos);
}

TEST_CASE("statements are split and numbered outside of quotes and comments") {
  const auto texts = [](const std::string& statement) {
    std::string all;
    for (const NumberedStatement& one :
         numbered_statements(request("", statement, {{"@a", "", "1"}, {"@ab", "", "2"}}))) {
      all += one.text + "|";
      for (const std::size_t index : one.parameters) all += std::to_string(index);
      all += "|";
    }
    return all;
  };
  CHECK(texts("SELECT @ab, @a, @ab") == "SELECT $1, $2, $1|10|");
  CHECK(texts("a @a; b @a") == "a $1|0| b $1|0|");
  CHECK(texts("x '@a;''@a' \"@a;\" [y]") == "x '@a;''@a' \"@a;\" [y]||");
  CHECK(texts("x /* @a; /* */ ; */ @a") == "x /* @a; /* */ ; */ $1|0|");
  CHECK(texts("x @@a @c @abc") == "x @@a @c @abc||");
  CHECK(texts("$f$ ; @a $f$ $1 $$ ; $$") == "$f$ ; @a $f$ $1 $$ ; $$||");
  CHECK(texts("E'\\'@a;' 'x\\' @a") == "E'\\'@a;' 'x\\' $1|0|");
  CHECK(texts("'unterminated ; @a") == "'unterminated ; @a||");
  CHECK(texts(";;") == "");
}

}  // namespace
}  // namespace portcullis::hosts
