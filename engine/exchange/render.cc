#include "engine/exchange/render.h"

#include "base/text.h"
#include "base/utf.h"
#include "engine/json/json.h"
#include "engine/types/definition.h"
#include "engine/types/type_table.h"

namespace portcullis {

namespace {

constexpr std::uint32_t kMostLevels = 64;

class Renderer {
 public:
  Renderer(Run& run, std::string& json) : run_(run), json_(json) {}

  void typed(const Type& type, Slot value) {
    std::string name;
    const std::size_t at = json_.size();
    this->value(type, value, name);
    std::string head = "{\"type\":";
    append_json_string(head, name);
    head += ",\"value\":";
    json_.insert(at, head);
    json_ += '}';
  }

  void value(const Type& type, Slot value, std::string& name) {
    if (type.is_reference() && value.object == nullptr) {
      name = "null";
      json_ += "null";
      return;
    }
    const Type* actual = &type;
    if (type.is_reference()) {
      actual = value.object->type;
      if (!actual->is_reference()) value = static_cast<const Box*>(value.object)->value;
    }
    name = run_time_type_name(*actual);
    if (++level_ > kMostLevels) {
      json_ += "\"\"";
    } else {
      known(*actual, value);
    }
    --level_;
  }

 private:
  void text(const String* text) { append_json_string(json_, text != nullptr ? text->view() : std::string_view()); }

  void known(const Type& type, Slot value) {
    if (type.kind == TypeKind::kTuple || type.kind == TypeKind::kAnonymous) return record(type, *static_cast<const Record*>(value.object));
    if (type.is(Known::kKeyValuePair2)) return record(type, *static_cast<const Record*>(value.object));
    if (type.kind == TypeKind::kArray && type.element->is(Known::kByte) && type.rank == 1) {
      return base64(static_cast<const ByteArray*>(value.object)->view());
    }
    if (type.is(Known::kString)) return text(static_cast<const String*>(value.object));
    if (type.is(Known::kDateTime) || type.is(Known::kDateTimeOffset)) return text(format(run_, type, value, run_.view("o")));
    if (is_token(type)) return text(write_json(run_, static_cast<const JToken*>(value.object), Formatting::kNone));
    if (type.is(Known::kUri)) return property(type, value.object, "OriginalString");
    if (type.is(Known::kResponse)) return property(type, value.object, "StatusCode");
    if (type.is(Known::kJwt)) return property(type, value.object, "Subject");
    if (is_xml(type)) return unformatted(type, value.object);
    const bool has_elements = type.is_reference() && find_operation(type, &TypeOperations::enumerate) != nullptr;
    if (has_elements && !type.is(Known::kStringBuilder)) return sequence(type, value.object);
    text(to_text(run_, type, value));
  }

  static bool is_token(const Type& type) {
    for (const Type* at = &type; at != nullptr; at = at->base) {
      if (at->is(Known::kJToken)) return true;
    }
    return false;
  }

  static bool is_xml(const Type& type) {
    return type.is(Known::kXElement) || type.is(Known::kXDocument);
  }

  void record(const Type& type, const Record& record) {
    json_ += '[';
    for (std::uint32_t i = 0; i < record.count && !run_.failed(); ++i) {
      if (i > 0) json_ += ',';
      const bool is_named = type.kind == TypeKind::kAnonymous;
      if (is_named) {
        json_ += '[';
        append_json_string(json_, type.names[i]);
        json_ += ',';
      }
      typed(*type.arguments[i], record.fields[i]);
      if (is_named) json_ += ']';
    }
    json_ += ']';
  }

  void sequence(const Type& type, Object* object) {
    const Type* element = run_.types.element_type(type);
    if (element == nullptr) element = &run_.type(Known::kObject);
    json_ += '[';
    bool first = true;
    Enumerator* walk = enumerate(run_, object, {});
    while (!run_.failed() && walk != nullptr && walk->next(run_, walk)) {
      if (!run_.spend(1)) break;
      if (!first) json_ += ',';
      first = false;
      const bool is_pair = element->is(Known::kKeyValuePair2) && walk->current.object != nullptr;
      if (is_pair) {
        record(*walk->current.object->type, *static_cast<const Record*>(walk->current.object));
      } else {
        typed(*element, walk->current);
      }
    }
    json_ += ']';
  }

  const MemberInfo* member(const Type& type, std::string_view name, std::size_t parameters) {
    for (const Type* at = &type; at != nullptr; at = at->base) {
      for (const MemberInfo* one : run_.types.declared(*at, name)) {
        if (!one->is_static && one->parameters.size() == parameters && one->row != nullptr) return one;
      }
    }
    return nullptr;
  }

  void property(const Type& type, Object* object, std::string_view name) {
    const MemberInfo* found = member(type, name, 0);
    if (found == nullptr) return text(to_text(run_, type, Slot::of_object(object)));
    const Slot receiver = Slot::of_object(object);
    const CallSite site{.result = found->type, .declaring = found->declaring, .type_arguments = {}};
    const Slot result = found->row->native(run_, &receiver, site);
    if (!run_.failed()) text(to_text(run_, *found->type, result));
  }

  // ToString(SaveOptions.DisableFormatting)
  void unformatted(const Type& type, Object* object) {
    const MemberInfo* found = member(type, "ToString", 1);
    if (found == nullptr) return text(to_text(run_, type, Slot::of_object(object)));
    const Slot arguments[] = {Slot::of_object(object), Slot::of(1)};
    const CallSite site{.result = found->type, .declaring = found->declaring, .type_arguments = {}};
    const Slot result = found->row->native(run_, arguments, site);
    if (!run_.failed()) text(static_cast<const String*>(result.object));
  }

  void base64(std::string_view bytes) {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    json_ += '"';
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
      std::uint32_t group = 0;
      const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
      for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
      for (std::size_t k = 0; k < 4; ++k) json_ += k <= count ? kDigits[group >> (18 - 6 * k) & 63] : '=';
    }
    json_ += '"';
  }

  Run& run_;
  std::string& json_;
  std::uint32_t level_ = 0;
};

}  // namespace

std::string run_time_type_name(const Type& type) {
  if (type.kind == TypeKind::kTuple) return "tuple";
  if (type.kind == TypeKind::kAnonymous) return "anonymous";
  const bool is_lazy = type.kind == TypeKind::kInterface || type.namespace_name == "System.Linq";
  if (is_lazy && type.namespace_name.starts_with("System.")) return "IEnumerable";
  if (type.is(Known::kJsonSequence1)) return "IEnumerable";
  std::string name = csharp_name(type);
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == ' ' && i > 0 && name[i - 1] == ',') continue;
    out += name[i];
  }
  return out;
}

bool append_rendered(Run& run, const Type& type, Slot value, std::string& json) {
  Renderer(run, json).typed(type, value);
  return !run.failed();
}

bool render(Run& run, const Type& type, Slot value, std::string& type_name, std::string& value_json) {
  Renderer(run, value_json).value(type, value, type_name);
  return !run.failed();
}

void append_json_string(std::string& json, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto append_unit = [&](char32_t code) {
    json += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) json += kHex[code >> shift & 15];
  };
  json += '"';
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
      ++at;
      switch (byte) {
        case '"':
          json += "\\\"";
          break;
        case '\\':
          json += "\\\\";
          break;
        case '\n':
          json += "\\n";
          break;
        case '\r':
          json += "\\r";
          break;
        case '\t':
          json += "\\t";
          break;
        default:
          if (byte < 0x20) {
            append_unit(byte);
          } else {
            json += static_cast<char>(byte);
          }
      }
      continue;
    }
    const Decoded decoded = decode_utf8(text, at);
    if (is_surrogate(decoded.code)) {
      append_unit(decoded.code);
    } else {
      append_utf8(json, decoded.code);
    }
    at += decoded.length;
  }
  json += '"';
}

}  // namespace portcullis
