#include "policies/support/graphql_input.h"

#include <charconv>
#include <cmath>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/utf.h"

namespace portcullis {

namespace {

// ---- strings ----------------------------------------------------------------------------------------------------

std::uint32_t hex_of(std::string_view digits) {
  std::uint32_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

void append_point(std::string& out, std::uint32_t point) {
  if (point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) point = 0xFFFD;
  const auto byte = [&](std::uint32_t value) { out += static_cast<char>(static_cast<unsigned char>(value)); };
  if (point < 0x80) return byte(point);
  if (point < 0x800) return byte(0xC0 | point >> 6), byte(0x80 | (point & 0x3F));
  if (point < 0x10000) return byte(0xE0 | point >> 12), byte(0x80 | (point >> 6 & 0x3F)), byte(0x80 | (point & 0x3F));
  byte(0xF0 | point >> 18), byte(0x80 | (point >> 12 & 0x3F));
  byte(0x80 | (point >> 6 & 0x3F)), byte(0x80 | (point & 0x3F));
}

/// Behind `\u`: `XXXX`, a pair of them, or `{X…}`. Returns what was read.
std::size_t append_unicode(std::string& out, std::string_view rest) {
  if (rest.starts_with('{')) {
    const std::size_t end = rest.find('}');
    if (end == std::string_view::npos) return rest.size();
    append_point(out, hex_of(rest.substr(1, end - 1)));
    return end + 1;
  }
  const std::uint32_t first = hex_of(rest.substr(0, 4));
  const bool is_pair = first >= 0xD800 && first < 0xDC00 && rest.substr(4, 2) == "\\u";
  const std::uint32_t second = is_pair ? hex_of(rest.substr(6, 4)) : 0;
  if (second >= 0xDC00 && second < 0xE000) {
    append_point(out, 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
    return 10;
  }
  append_point(out, first);
  return std::min<std::size_t>(4, rest.size());
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '\\' || at + 1 >= text.size()) {
      out += text[at++];
      continue;
    }
    const char c = text[at + 1];
    at += 2;
    switch (c) {
      case 'b':
        out += '\b';
        break;
      case 'f':
        out += '\f';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      case 'u':
        at += append_unicode(out, text.substr(at));
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (;;) {
    const std::size_t end = text.find_first_of("\r\n");
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + (text.substr(end, 2) == "\r\n" ? 2 : 1));
  }
}

// source: GraphQL specification, BlockStringValue
std::string block_string(std::string_view raw) {
  std::string text;
  for (std::size_t at = 0; at < raw.size(); ++at) {
    if (raw.substr(at, 4) == "\\\"\"\"") continue;
    text += raw[at];
  }
  std::vector<std::string_view> lines = lines_of(text);
  const auto indent_of = [](std::string_view line) { return std::min(line.find_first_not_of(" \t"), line.size()); };
  std::size_t common = std::string_view::npos;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (indent_of(lines[i]) < lines[i].size()) common = std::min(common, indent_of(lines[i]));
  }
  for (std::size_t i = 1; i < lines.size() && common != std::string_view::npos; ++i)
    lines[i].remove_prefix(std::min(common, lines[i].size()));
  const auto is_blank = [&](std::string_view line) { return indent_of(line) == line.size(); };
  while (!lines.empty() && is_blank(lines.front())) lines.erase(lines.begin());
  while (!lines.empty() && is_blank(lines.back())) lines.pop_back();
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) append(out, i == 0 ? "" : "\n", lines[i]);
  return out;
}

// ---- numbers ----------------------------------------------------------------------------------------------------

JToken* number_of(Run& run, std::string_view text) {
  if (text.find_first_of(".eE") == std::string_view::npos) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc{} && end == text.data() + text.size()) return make_jvalue(run, value);
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return nullptr;
  return make_jvalue(run, value);
}

bool is_number(const JToken& token) { return token.kind == JTokenType::kInteger || token.kind == JTokenType::kFloat; }
bool is_null(const JToken* token) {
  return token == nullptr || token->kind == JTokenType::kNull || token->kind == JTokenType::kUndefined;
}

/// A whole number within 32 bits.
JToken* int_of(Run& run, JValue& value) {
  const double real = real_of(run.arena, value);
  if (!(real >= -2147483648.0 && real <= 2147483647.0) || real != std::floor(real)) return nullptr;
  return make_jvalue(run, static_cast<std::int64_t>(real));
}

bool has_value(const GraphqlType& type, std::string_view word) {
  for (const std::string_view one : type.values) {
    if (one == word) return true;
  }
  return false;
}

// ---- variables --------------------------------------------------------------------------------------------------

class VariableReader {
 public:
  VariableReader(Run& run, const GraphqlSchema& schema) : run_(run), schema_(schema) {}

  /// Null after `problem` was set.
  JToken* coerce(JToken* value, const GraphqlTypeRef& type) {
    if (is_null(value))
      return type.is_non_null ? fail("a value is expected, not null") : make_jnull(run_, JTokenType::kNull);
    if (type.item != nullptr) return coerce_list(value, *type.item);
    const GraphqlType* named = schema_.find(type.name);
    if (named == nullptr) return fail("its type is unknown");
    if (named->kind == GraphqlTypeKind::kInput) return coerce_object(value, *named);
    return coerce_leaf(value, *named);
  }

  std::string problem;

 private:
  std::nullptr_t fail(std::string what) {
    if (problem.empty()) problem = std::move(what);
    return nullptr;
  }

  // A single value is a list of one.
  JToken* coerce_list(JToken* value, const GraphqlTypeRef& item) {
    JArray* list = make_jarray(run_);
    JArray* given = as_array(value);
    if (given == nullptr) {
      JToken* one = coerce(value, item);
      if (one == nullptr) return nullptr;
      append_item(run_, *list, one);
      return list;
    }
    for (JToken* element : given->children()) {
      JToken* made = coerce(element, item);
      if (made == nullptr) return nullptr;
      append_item(run_, *list, made);
    }
    return list;
  }

  JToken* coerce_object(JToken* value, const GraphqlType& type) {
    JObject* given = as_object(value);
    if (given == nullptr) return fail(joined("an object of type ", type.name, " is expected"));
    JObject* made = make_jobject(run_);
    for (std::size_t i = 0; i < given->count; ++i) {
      const std::string_view name = given->property_at(i)->name();
      bool known = false;
      for (const GraphqlInput& input : type.inputs) known = known || input.name == name;
      if (!known) return fail(joined("there is no field `", name, "` in ", type.name));
    }
    for (const GraphqlInput& input : type.inputs) {
      JToken* member = find(*given, input.name);
      if (member == nullptr) {
        if (input.is_required()) return fail(joined("the field `", input.name, "` of ", type.name, " is missing"));
        if (input.fallback == nullptr) continue;
        std::string_view ignored;
        GraphqlArgument argument{.name = input.name, .value = const_cast<GraphqlValue*>(input.fallback)};
        GraphqlList<GraphqlArgument> list;
        list.add(&argument);
        JObject* defaults = coerce_arguments(run_, {&input, 1}, list, *make_jobject(run_), ignored);
        if (defaults != nullptr && find(*defaults, input.name) != nullptr)
          set_member(run_, *made, input.name, find(*defaults, input.name));
        continue;
      }
      JToken* coerced = coerce(member, *input.type);
      if (coerced == nullptr) return nullptr;
      set_member(run_, *made, input.name, coerced);
    }
    return made;
  }

  JToken* coerce_leaf(JToken* token, const GraphqlType& type) {
    JValue* value = as_value(token);
    const bool is_built_in = type.name == "Int" || type.name == "Float" || type.name == "String" ||
                             type.name == "Boolean" || type.name == "ID";
    if (type.kind == GraphqlTypeKind::kScalar && !is_built_in) return deep_clone(run_, token);
    JToken* made = nullptr;
    if (value != nullptr && type.kind == GraphqlTypeKind::kEnum) {
      if (value->kind == JTokenType::kString && has_value(type, text_of(*value, run_.arena))) made = value;
    } else if (value != nullptr && type.name == "Int") {
      if (is_number(*value)) made = int_of(run_, *value);
    } else if (value != nullptr && type.name == "Float") {
      if (is_number(*value)) made = value;
    } else if (value != nullptr && type.name == "Boolean") {
      if (value->kind == JTokenType::kBoolean) made = value;
    } else if (value != nullptr && value->kind == JTokenType::kString) {
      made = value;
    } else if (value != nullptr && type.name == "ID" && value->kind == JTokenType::kInteger) {
      made = make_jvalue(run_, token_to_string(run_, value));
    }
    if (made == nullptr) return fail(joined("a value of type ", type.name, " is expected"));
    return made == token ? deep_clone(run_, token) : made;
  }

  Run& run_;
  const GraphqlSchema& schema_;
};

// ---- arguments --------------------------------------------------------------------------------------------------

class ArgumentReader {
 public:
  ArgumentReader(Run& run, const JObject& variables) : run_(run), variables_(variables) {}

  /// Null: no value (a variable without one), or `problem`.
  JToken* coerce(const GraphqlValue& value, const GraphqlTypeRef& type, const GraphqlType& base) {
    using Kind = GraphqlValueKind;
    if (value.kind == Kind::kVariable) {
      JToken* given = find(variables_, value.text);
      if (given == nullptr) return nullptr;
      if (is_null(given) && type.is_non_null) return fail(joined("the variable `$", value.text, "` is null"));
      return deep_clone(run_, given);
    }
    if (value.kind == Kind::kNull) return make_jnull(run_, JTokenType::kNull);
    if (type.item != nullptr) return coerce_list(value, *type.item, base);
    switch (value.kind) {
      case Kind::kInt:
      case Kind::kFloat:
        if (base.name == "ID") return make_jstring(run_, run_.arena.copy(value.text));
        return number_of(run_, value.text);
      case Kind::kString:
        return make_jstring(run_, graphql_string(run_.arena, value));
      case Kind::kBoolean:
        return make_jvalue(run_, value.text == "true");
      case Kind::kEnum:
        return make_jstring(run_, run_.arena.copy(value.text));
      case Kind::kObject:
        return coerce_object(value, base);
      case Kind::kList:
        return coerce_list(value, type, base);  // of a custom scalar
      case Kind::kVariable:
      case Kind::kNull:
        break;
    }
    return nullptr;
  }

  std::string problem;

 private:
  std::nullptr_t fail(std::string what) {
    if (problem.empty()) problem = std::move(what);
    return nullptr;
  }

  JToken* coerce_list(const GraphqlValue& value, const GraphqlTypeRef& item, const GraphqlType& base) {
    JArray* list = make_jarray(run_);
    const auto add = [&](const GraphqlValue& element) {
      JToken* made = coerce(element, item, base);
      if (made == nullptr && problem.empty()) {
        if (item.is_non_null) fail("an item of a list has no value");
        made = make_jnull(run_, JTokenType::kNull);
      }
      if (made != nullptr) append_item(run_, *list, made);
    };
    if (value.kind != GraphqlValueKind::kList) {
      add(value);
    } else {
      for (const GraphqlValue& element : value.items) add(element);
    }
    return problem.empty() ? list : nullptr;
  }

  JToken* coerce_object(const GraphqlValue& value, const GraphqlType& type) {
    JObject* made = make_jobject(run_);
    if (type.kind != GraphqlTypeKind::kInput) {
      constexpr GraphqlTypeRef kAny{.name = ""};
      for (const GraphqlValue& field : value.items) {
        JToken* member = coerce(field, kAny, type);
        if (member != nullptr) set_member(run_, *made, field.name, member);
      }
      return made;
    }
    for (const GraphqlInput& input : type.inputs) {
      const GraphqlValue* given = nullptr;
      for (const GraphqlValue& field : value.items) {
        if (field.name == input.name) given = &field;
      }
      JToken* member = given == nullptr ? nullptr : coerce(*given, *input.type, *input.base);
      if (!problem.empty()) return nullptr;
      if (member == nullptr && input.fallback != nullptr) member = coerce(*input.fallback, *input.type, *input.base);
      if (member == nullptr && input.type->is_non_null)
        return fail(joined("the field `", input.name, "` of ", type.name, " has no value"));
      if (member != nullptr) set_member(run_, *made, input.name, member);
    }
    return made;
  }

  Run& run_;
  const JObject& variables_;
};

}  // namespace

std::string_view graphql_string(Arena& arena, const GraphqlValue& value) {
  const bool is_block = value.end - value.begin == value.text.size() + 6;
  if (!is_block && value.text.find('\\') == std::string_view::npos) return value.text;
  return arena.copy(std::string_view(is_block ? block_string(value.text) : unescaped(value.text)));
}

JObject* coerce_variables(Run& run, const GraphqlSchema& schema, const GraphqlOperation& operation,
                          std::string_view json, GraphqlErrors& errors) {
  JObject* given = nullptr;
  if (!json.empty()) {
    given = as_object(parse_json(run, json, {.dates = false}));
    run.pending = nullptr;
    if (given == nullptr) return errors.add(run.arena, "The variables must be a JSON object."), nullptr;
  }
  JObject* made = make_jobject(run);
  bool good = true;
  for (const GraphqlVariable& variable : operation.variables) {
    JToken* value = given == nullptr ? nullptr : find(*given, variable.name);
    const auto complain = [&](std::string_view what) {
      good = false;
      errors.add(run.arena, joined("Variable \"$", variable.name, "\" got an invalid value: ", what, "."),
                 variable.begin);
    };
    if (value == nullptr && variable.fallback != nullptr) {
      std::string_view problem;
      const GraphqlInput input{.name = variable.name,
                               .type = variable.type,
                               .base = schema.find(variable.type->base_name()),
                               .fallback = nullptr};
      GraphqlArgument argument{.name = variable.name, .value = variable.fallback};
      GraphqlList<GraphqlArgument> list;
      list.add(&argument);
      JObject* defaults =
          input.base == nullptr ? nullptr : coerce_arguments(run, {&input, 1}, list, *make_jobject(run), problem);
      if (defaults == nullptr) {
        complain(problem);
      } else {
        set_member(run, *made, variable.name, find(*defaults, variable.name));
      }
      continue;
    }
    if (value == nullptr) {
      if (variable.type->is_non_null) complain("it is required, and was not given");
      continue;
    }
    VariableReader reader(run, schema);
    JToken* coerced = reader.coerce(value, *variable.type);
    if (coerced == nullptr) {
      complain(reader.problem);
    } else {
      set_member(run, *made, variable.name, coerced);
    }
  }
  return good ? made : nullptr;
}

JObject* coerce_arguments(Run& run, std::span<const GraphqlInput> inputs, const GraphqlList<GraphqlArgument>& given,
                          const JObject& variables, std::string_view& problem) {
  JObject* made = make_jobject(run);
  ArgumentReader reader(run, variables);
  for (const GraphqlInput& input : inputs) {
    const GraphqlArgument* argument = nullptr;
    for (const GraphqlArgument& one : given) {
      if (one.name == input.name) argument = &one;
    }
    JToken* value = argument == nullptr ? nullptr : reader.coerce(*argument->value, *input.type, *input.base);
    if (value == nullptr && reader.problem.empty() && input.fallback != nullptr)
      value = reader.coerce(*input.fallback, *input.type, *input.base);
    if (!reader.problem.empty() || (value == nullptr && input.type->is_non_null)) {
      const std::string what =
          joined("Argument \"", input.name,
                 "\": ", reader.problem.empty() ? "it is required, and has no value" : reader.problem, ".");
      problem = run.arena.copy(std::string_view(what));
      return nullptr;
    }
    if (value != nullptr) set_member(run, *made, input.name, value);
  }
  return made;
}

JToken* coerce_result(Run& run, const GraphqlType& type, JToken* token) {
  JValue* value = as_value(token);
  const bool is_built_in = type.name == "Int" || type.name == "Float" || type.name == "String" ||
                           type.name == "Boolean" || type.name == "ID";
  if (type.kind == GraphqlTypeKind::kScalar && !is_built_in) return token;
  if (value == nullptr) return nullptr;
  const bool is_text = value->kind == JTokenType::kString;
  const std::string_view text = is_text ? text_of(*value, run.arena) : std::string_view();
  if (type.kind == GraphqlTypeKind::kEnum) return is_text && has_value(type, text) ? token : nullptr;
  if (type.name == "Int" || type.name == "Float") {
    JValue* number = value;
    if (value->kind == JTokenType::kBoolean) number = make_jvalue(run, std::int64_t{value->value.integer});
    if (is_text) number = as_value(number_of(run, trim_ascii(text)));
    if (number == nullptr || !is_number(*number)) return nullptr;
    if (type.name == "Int") return int_of(run, *number);
    return std::isfinite(real_of(run.arena, *number)) ? number : nullptr;
  }
  if (type.name == "Boolean") {
    if (value->kind == JTokenType::kBoolean) return token;
    if (!is_number(*value)) return nullptr;
    return make_jvalue(run, real_of(run.arena, *value) != 0);
  }
  if (is_text) return token;
  if (type.name == "ID")
    return value->kind == JTokenType::kInteger ? make_jvalue(run, token_to_string(run, value)) : nullptr;
  if (value->kind == JTokenType::kBoolean) return make_jstring(run, value->value.integer != 0 ? "true" : "false");
  return is_number(*value) ? make_jvalue(run, token_to_string(run, value)) : nullptr;
}

}  // namespace portcullis
