// LuaJIT with lua-cjson, inside this process: peers/workloads.lua.
#include "bench/workloads/engine.h"

#if PORTCULLIS_BENCH_LUAJIT

#include <lua.hpp>
#include <luajit.h>
#include <string>

#include "bench/workloads/native.h"

namespace portcullis::bench {

namespace {

void push(lua_State* lua, std::string_view text) { lua_pushlstring(lua, text.data(), text.size()); }

void set_field(lua_State* lua, const char* name, std::string_view text) {
  push(lua, text);
  lua_setfield(lua, -2, name);
}

void push_pairs(lua_State* lua, const std::vector<Pair>& pairs) {
  lua_newtable(lua);
  for (const auto& [name, value] : pairs) {
    std::string lower(name);
    for (char& c : lower) c = native::to_lower(c);
    push(lua, lower);
    push(lua, value);
    lua_settable(lua, -3);
  }
}

// What `ngx.req.get_headers()` and its like give: names in lower case, and the lines in their order.
void push_input(lua_State* lua, const Input& input) {
  lua_newtable(lua);
  set_field(lua, "method", input.method);
  set_field(lua, "host", input.host);
  set_field(lua, "path", input.path);
  set_field(lua, "query", input.query);
  set_field(lua, "ip", input.ip);
  set_field(lua, "subscription", input.subscription);
  set_field(lua, "id", input.request_id);
  set_field(lua, "body", input.body);
  push_pairs(lua, input.headers);
  lua_setfield(lua, -2, "headers");
  push_pairs(lua, input.parameters);
  lua_setfield(lua, -2, "parameters");
  lua_newtable(lua);
  for (std::size_t i = 0; i < input.headers.size(); ++i) {
    lua_newtable(lua);
    push(lua, input.headers[i].first);
    lua_rawseti(lua, -2, 1);
    push(lua, input.headers[i].second);
    lua_rawseti(lua, -2, 2);
    lua_rawseti(lua, -2, static_cast<int>(i) + 1);
  }
  lua_setfield(lua, -2, "lines");
}

int decode(lua_State* lua) {
  std::size_t size = 0;
  const char* text = luaL_checklstring(lua, 1, &size);
  char* const start = static_cast<char*>(lua_newuserdata(lua, size + 4));
  char* const end = native::decode_base64url({text, size}, start);
  if (end == nullptr) return luaL_error(lua, "no base64url");
  lua_pushlstring(lua, start, static_cast<std::size_t>(end - start));
  return 1;
}

class LuaJitEngine final : public Engine {
 public:
  ~LuaJitEngine() override {
    if (lua_ != nullptr) lua_close(lua_);
  }
  [[nodiscard]] std::string name() const override { return "luajit"; }
  [[nodiscard]] std::string version() const override { return LUAJIT_VERSION ", lua-cjson"; }
  [[nodiscard]] bool keeps_member_order() const override { return false; }

  bool start(const Data& data, std::string& why) override {
    lua_ = luaL_newstate();
    luaL_openlibs(lua_);
    if (luaL_loadfile(lua_, (data.folder + "/../workloads/peers/workloads.lua").c_str()) != 0) return failed(why);
    lua_newtable(lua_);
    for (std::size_t i = 0; i < data.inputs.size(); ++i) {
      push_input(lua_, data.inputs[i]);
      lua_rawseti(lua_, -2, static_cast<int>(i) + 1);
    }
    push(lua_, data.token);
    lua_pushnumber(lua_, static_cast<double>(kNowMilliseconds));
    lua_pushcfunction(lua_, decode);
    if (lua_pcall(lua_, 4, 1, 0) != 0) return failed(why);
    return true;
  }

  std::string effects(std::size_t w, std::size_t i) override {
    if (!call("effects", w, i + 1, 1)) return lua_tostring(lua_, -1);
    std::size_t size = 0;
    const char* text = lua_tolstring(lua_, -1, &size);
    std::string result(text, size);
    lua_pop(lua_, 1);
    return result;
  }

  double run(std::size_t w, std::size_t count) override {
    const double start = now_nanoseconds();
    call("run", w, count, 0);
    return now_nanoseconds() - start;
  }

 private:
  bool failed(std::string& why) {
    why = lua_tostring(lua_, -1);
    return false;
  }
  bool call(const char* function, std::size_t w, std::size_t number, int results) {
    lua_getfield(lua_, 1, function);
    lua_pushinteger(lua_, static_cast<lua_Integer>(w) + 1);
    lua_pushinteger(lua_, static_cast<lua_Integer>(number));
    return lua_pcall(lua_, 2, results, 0) == 0;
  }

  lua_State* lua_ = nullptr;
};

}  // namespace

std::unique_ptr<Engine> make_luajit_engine() { return std::make_unique<LuaJitEngine>(); }

}  // namespace portcullis::bench

#else

namespace portcullis::bench {
std::unique_ptr<Engine> make_luajit_engine() {
  return make_missing_engine("luajit", "built without libluajit-5.1-dev");
}
}  // namespace portcullis::bench

#endif
