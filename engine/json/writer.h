// The JSON writer for those who write more than a tree: JsonConvert serialises .NET objects through it.
#pragma once

#include <string_view>

#include "engine/json/json.h"
#include "engine/json/text_builder.h"

namespace portcullis {

/// Writes tokens one after the other; the caller keeps the structure well formed. Every function is false after raising.
class JsonWriter {
 public:
  JsonWriter(Run& run, Formatting formatting, std::size_t room = 512) : run_(run), out_(run, room), indents_(formatting == Formatting::kIndented) {}

  bool start_object() { return start('{'); }
  bool start_array() { return start('['); }
  bool end_object() { return end('}'); }
  bool end_array() { return end(']'); }
  /// The comma, line and indentation that stand before a member or an array item.
  bool next_item();
  bool name(std::string_view name);
  bool string(std::string_view text);
  bool raw(std::string_view json) { return out_.add(json); }
  bool null() { return out_.add("null"); }
  bool boolean(bool value) { return out_.add(value ? std::string_view("true") : std::string_view("false")); }
  bool integer(std::int64_t value);
  bool unsigned_integer(std::uint64_t value);
  bool real(double value);
  bool single(float value);
  bool date(std::int64_t date_time);
  /// Base64 in quotes.
  bool bytes(std::string_view bytes);
  /// Any boxed value that JSON has a text for; false with nothing raised and `known` false when it has none.
  bool boxed(Object* value, bool& known);
  bool token(const JToken* token) { return write(token, kMaxTreeDepth); }

  String* finish() { return run_.failed() ? nullptr : out_.finish(); }
  [[nodiscard]] std::uint32_t depth() const { return depth_; }

 private:
  bool start(char c);
  bool end(char c);
  bool line();
  bool write(const JToken* token, std::uint32_t depth);
  bool write_object(const JObject& object, std::uint32_t depth);
  bool write_value(const JValue& value);
  bool write_member_name(const JProperty& property);
  bool write_items(const JContainer& container, std::uint32_t depth);

  Run& run_;
  TextBuilder out_;
  bool indents_;
  bool first_ = true;  // nothing written in the innermost container yet
  std::uint32_t depth_ = 0;
};

}  // namespace portcullis
