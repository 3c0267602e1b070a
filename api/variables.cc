// Makes .NET values of JSON text. What has a C# spelling is made by evaluating it, so that there is one meaning of each type.
#include "api/variables.h"

#include <charconv>
#include <string>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/date_time.h"
#include "engine/exchange/members.h"
#include "engine/exchange/render.h"
#include "engine/json/json.h"
#include "engine/lower/compile.h"
#include "engine/run/evaluate.h"

namespace portcullis {

using Json = nlohmann::ordered_json;

namespace {

// A C# string literal of any text.
std::string literal(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = decode_utf8(text, at);
    at += decoded.length;
    if (decoded.code >= 0x20 && decoded.code < 0x7F && decoded.code != '"' && decoded.code != '\\') {
      out += static_cast<char>(decoded.code);
    } else {
      constexpr char kDigits[] = "0123456789ABCDEF";
      out += "\\U";
      for (int shift = 28; shift >= 0; shift -= 4) out += kDigits[(decoded.code >> shift) & 15U];
    }
  }
  return out + '"';
}

class Maker {
 public:
  Maker(Run& run, Keepers& keepers, std::string& problem) : run_(run), keepers_(keepers), problem_(problem) {}

  Object* make(std::string_view type, const Json& value) {
    if (value.is_null() || type == "null") return nullptr;
    if (type.empty()) return natural(value);
    if (type == "JObject" || type == "JArray" || type == "JToken" || type == "JValue") return json(value);
    if (type == "string[]") return strings(value);
    if (type == "IResponse") return response(value);
    if (type == "IMessageBody") return body(value);
    const std::string expression = spelling(type, value);
    if (expression.empty()) return fail(joined("variables of type `", type, "` are not known"));
    return evaluate_text(expression);
  }

 private:
  Object* fail(std::string why) {
    if (problem_.empty()) problem_ = std::move(why);
    return nullptr;
  }

  String* text(const Json& value) {
    const std::string content = value.is_string() ? value.get<std::string>() : value.dump();
    return run_.string(content);
  }

  Object* box(Known type, std::int64_t value) { return run_.box_raw(run_.type(type), Slot::of(value)); }

  // A JSON scalar without a type. source: docs/interfaces.md, Context JSON
  Object* natural(const Json& value) {
    if (value.is_string()) return text(value);
    if (value.is_boolean()) return box(Known::kBoolean, value.get<bool>() ? 1 : 0);
    if (value.is_number_integer()) {
      const auto number = value.get<std::int64_t>();
      return box(number >= INT32_MIN && number <= INT32_MAX ? Known::kInt32 : Known::kInt64, number);
    }
    if (value.is_number_float()) return run_.box_raw(run_.type(Known::kDouble), Slot::of_real(value.get<double>()));
    if (value.is_array()) return strings(value);
    return fail("an object without `$type` is no variable");
  }

  Object* json(const Json& value) {
    const std::string_view copied = run_.arena.copy(std::string_view(value.dump(-1, ' ', false, Json::error_handler_t::replace)));
    JToken* token = parse_json(run_, copied);
    run_.pending = nullptr;
    return token;
  }

  Object* strings(const Json& value) {
    if (!value.is_array()) return fail("an array of strings is wanted");
    Array* array = run_.array(run_.types.string_array(), value.size());
    for (std::size_t i = 0; array != nullptr && i < value.size(); ++i) array->items[i] = Slot::of_object(value[i].is_null() ? nullptr : text(value[i]));
    return array;
  }

  void fill_body(MessageBody& into, const Json& value) {
    if (value.is_null()) return;
    into.state = BodyState::kBuffered;
    if (value.is_string()) {
      into.content = run_.arena.copy(std::string_view(value.get_ref<const std::string&>()));
    } else if (value.is_object() && value.contains("base64")) {
      Object* bytes = evaluate_text(joined("Convert.FromBase64String(", literal(value["base64"].get<std::string>()), ")"));
      if (bytes != nullptr) into.content = static_cast<const ByteArray*>(bytes)->view();
    }
  }

  Object* body(const Json& value) {
    auto* made = run_.make<MessageBody>(Known::kMessageBody);
    fill_body(*made, value);
    return made;
  }

  Object* response(const Json& value) {
    if (run_.exchange == nullptr || !value.is_object()) return fail("a response is an object");
    Response* made = run_.exchange->make_response(value.value("statusCode", 200), run_.arena.copy(std::string_view(value.value("statusReason", ""))));
    if (value.contains("headers")) {
      for (const auto& [name, lines] : value["headers"].items()) {
        const std::string_view kept = run_.arena.copy(std::string_view(name));
        const Json list = lines.is_array() ? lines : Json::array({lines});
        for (const Json& line : list) made->headers.add(kept, run_.arena.copy(std::string_view(line.get<std::string>())), run_.arena);
      }
    }
    if (value.contains("body")) fill_body(made->body, value["body"]);
    return made;
  }

  std::string list(std::string_view type, const Json& value, std::string_view element) {
    std::string out = joined("new ", type, " { ");
    for (const Json& item : value) append(out, spelling(element, item), ", ");
    return out + "}";
  }

  std::string dictionary(std::string_view type, const Json& value, std::string_view element) {
    std::string out = joined("new ", type, " { ");
    for (const auto& [key, item] : value.items()) append(out, "{ ", literal(key), ", ", spelling(element, item), " }, ");
    return out + "}";
  }

  // The C# expression that makes the value; empty for a type that has none.
  std::string spelling(std::string_view type, const Json& value) {
    const std::string content = value.is_string() ? value.get<std::string>() : value.dump();
    if (value.is_null()) return "null";
    if (type == "string") return literal(content);
    if (type == "object") {
      if (value.is_string()) return literal(content);
      if (value.is_object() || value.is_array()) return joined("JToken.Parse(", literal(content), ")");
      return content;
    }
    if (type == "bool") return content;
    if (type == "char") return joined(literal(content), "[0]");
    if (type == "double") return joined("double.Parse(", literal(content), ")");
    if (type == "float") return joined("float.Parse(", literal(content), ")");
    if (type == "decimal") return joined("decimal.Parse(", literal(content), ")");
    for (const std::string_view integer : {"int", "long", "short", "byte", "sbyte", "uint", "ulong", "ushort"}) {
      if (type == integer) return joined("((", type, ")(", content, "))");
    }
    if (type == "DateTime") {
      const std::optional<std::int64_t> date = parse_date_time(content);
      if (!date.has_value()) return {};
      const std::int64_t kind = *date >> 62 & 3;
      return joined("new DateTime(", *date & 0x3FFF'FFFF'FFFF'FFFF, "L, (DateTimeKind)", kind, ")");
    }
    if (type == "DateTimeOffset") return joined("DateTimeOffset.Parse(", literal(content), ")");
    if (type == "TimeSpan") return joined("TimeSpan.Parse(", literal(content), ")");
    if (type == "Guid") return joined("Guid.Parse(", literal(content), ")");
    if (type == "Uri") return joined("new Uri(", literal(content), ")");
    if (type == "byte[]") return joined("Convert.FromBase64String(", literal(content), ")");
    if (type == "XElement") return joined("XElement.Parse(", literal(content), ")");
    if (type == "XDocument") return joined("XDocument.Parse(", literal(content), ")");
    if (type == "Jwt") return joined(literal(content), ".AsJwt()");
    if (type == "int[]") return list("int[]", value, "int");
    if (type == "List<string>") return list(type, value, "string");
    if (type == "Dictionary<string,string>") return dictionary("Dictionary<string, string>", value, "string");
    if (type == "Dictionary<string,object>") return dictionary("Dictionary<string, object>", value, "object");
    return {};
  }

  Object* evaluate_text(const std::string& expression) {
    Diagnostics diagnostics;
    auto compiled = compile_expression(expression, ExpressionForm::kExpression, run_.types, {}, diagnostics);
    if (compiled == nullptr) return fail(joined("`", expression, "` does not compile"));
    Slot value{};
    Exception* raised = nullptr;
    run_.start_expression();
    if (!evaluate(run_, *compiled, value, raised)) return fail(joined("`", expression, "` raised ", full_name(*raised->type)));
    keepers_.push_back(compiled);
    return run_.box(*compiled->type, value);
  }

  Run& run_;
  Keepers& keepers_;
  std::string& problem_;
};

bool digits(std::string_view text, std::size_t at, std::size_t count, std::int64_t& value) {
  if (at + count > text.size()) return false;
  const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + count, value);
  return error == std::errc{} && end == text.data() + at + count;
}

}  // namespace

std::optional<std::int64_t> parse_date_time(std::string_view text) {
  std::int64_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (!digits(text, 0, 4, year) || !digits(text, 5, 2, month) || !digits(text, 8, 2, day)) return std::nullopt;
  const auto part = [](std::int64_t value) { return static_cast<std::int32_t>(value); };
  if (!calendar::is_day(part(year), part(month), part(day))) return std::nullopt;
  std::int64_t ticks = calendar::day_number(part(year), part(month), part(day)) * calendar::kTicksPerDay;
  std::size_t at = 10;
  if (text.size() > 10) {
    if (!digits(text, 11, 2, hour) || !digits(text, 14, 2, minute)) return std::nullopt;
    at = 16;
    if (at < text.size() && text[at] == ':') {
      if (!digits(text, 17, 2, second)) return std::nullopt;
      at = 19;
    }
    ticks += (hour * 3600 + minute * 60 + second) * 10'000'000;
    if (at < text.size() && text[at] == '.') {
      std::int64_t unit = 1'000'000;
      for (++at; at < text.size() && is_ascii_digit(text[at]); ++at, unit /= 10) ticks += (text[at] - '0') * unit;
    }
  }
  if (at == text.size()) return ticks;
  if (text.substr(at) == "Z") return ticks | (std::int64_t{1} << 62);
  std::int64_t offset_hour = 0, offset_minute = 0;
  if ((text[at] != '+' && text[at] != '-') || !digits(text, at + 1, 2, offset_hour) || !digits(text, at + 4, 2, offset_minute)) return std::nullopt;
  const std::int64_t offset = (offset_hour * 60 + offset_minute) * 600'000'000;
  return (ticks - (text[at] == '-' ? -offset : offset)) | (std::int64_t{1} << 62);
}

std::optional<Ticks> parse_ticks(std::string_view text) {
  const std::optional<std::int64_t> date = parse_date_time(text);
  if (!date.has_value()) return std::nullopt;
  return *date & 0x3FFF'FFFF'FFFF'FFFF;
}

void set_variables(Run& run, Variables& variables, std::span<const VariableText> texts, Keepers& keepers, std::string& problem) {
  Maker maker(run, keepers, problem);
  for (const VariableText& variable : texts) {
    const Json value = Json::parse(variable.json, nullptr, false);
    if (value.is_discarded()) {
      if (problem.empty()) problem = joined("the value of variable `", variable.name, "` is no JSON");
      continue;
    }
    variables.set(variable.name, maker.make(variable.type, value), run.arena);
    run.pending = nullptr;
  }
}

std::vector<VariableView> describe_variables(Run& run, const Variables& variables) {
  std::vector<VariableView> views;
  for (std::uint32_t i = 0; i < variables.order_size; ++i) {
    const std::uint32_t index = variables.order[i];
    const Variables::Entry& entry = index < variables.slots.size() ? variables.slots[index] : variables.others[index - variables.slots.size()];
    VariableView& view = views.emplace_back();
    view.name = entry.name;
    run.start_expression();
    if (!render(run, run.type(Known::kObject), Slot::of_object(entry.value), view.type, view.value_json)) {
      run.pending = nullptr;
      view.value_json = "null";
    }
  }
  return views;
}

}  // namespace portcullis
