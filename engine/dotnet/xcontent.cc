#include "engine/dotnet/xcontent.h"

#include <charconv>
#include <cmath>

#include "base/text.h"
#include "engine/dotnet/jconvert.h"
#include "engine/dotnet/jlibrary.h"
#include "engine/json/boxed.h"
#include "engine/types/type_table.h"

namespace portcullis {
namespace {

// xsd:duration, as XmlConvert writes a TimeSpan.
std::string duration_text(std::int64_t ticks) {
  if (ticks == 0) return "PT0S";
  std::string out = ticks < 0 ? "-P" : "P";
  std::uint64_t rest = ticks < 0 ? 0 - static_cast<std::uint64_t>(ticks) : static_cast<std::uint64_t>(ticks);
  const std::uint64_t days = rest / 864'000'000'000;
  rest %= 864'000'000'000;
  if (days > 0) append(out, days, 'D');
  if (rest == 0) return out;
  out.push_back('T');
  const std::uint64_t hours = rest / 36'000'000'000;
  const std::uint64_t minutes = rest / 600'000'000 % 60;
  const std::uint64_t seconds = rest / 10'000'000 % 60;
  const std::uint64_t fraction = rest % 10'000'000;
  if (hours > 0) append(out, hours, 'H');
  if (minutes > 0) append(out, minutes, 'M');
  if (seconds == 0 && fraction == 0) return out;
  append(out, seconds);
  if (fraction > 0) {
    std::string digits = std::to_string(10'000'000 + fraction).substr(1);
    while (digits.back() == '0') digits.pop_back();
    append(out, '.', digits);
  }
  out.push_back('S');
  return out;
}

bool parse_duration(std::string_view text, std::int64_t& ticks) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (!text.starts_with('P') || text.size() < 3) return false;
  text.remove_prefix(1);
  double total = 0;
  bool in_time = false;
  bool any = false;
  while (!text.empty()) {
    if (text[0] == 'T' && !in_time) {
      in_time = true;
      text.remove_prefix(1);
      continue;
    }
    double number = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (result.ec != std::errc{} || result.ptr == text.data() + text.size()) return false;
    const char unit = *result.ptr;
    const double seconds = unit == 'Y' && !in_time ? 31'536'000.0 : unit == 'M' && !in_time ? 2'592'000.0 : unit == 'D' && !in_time ? 86'400.0
                           : unit == 'H' && in_time ? 3'600.0 : unit == 'M' && in_time ? 60.0 : unit == 'S' && in_time ? 1.0 : 0.0;
    if (seconds == 0.0) return false;
    total += number * seconds;
    any = true;
    text.remove_prefix(static_cast<std::size_t>(result.ptr - text.data()) + 1);
  }
  if (!any || total > 922'337'203'685.0) return false;
  ticks = static_cast<std::int64_t>(std::llround(total * 1e7));
  if (negative) ticks = -ticks;
  return true;
}

String* real_text(Run& run, double value, std::size_t size, char* text) {
  if (std::isinf(value)) return run.view(value < 0 ? std::string_view("-INF") : std::string_view("INF"));
  if (size > 2 && text[size - 1] == '0' && text[size - 2] == '.') size -= 2;
  return run.string({text, size});
}

}  // namespace

String* xml_value(Run& run, Object* value) {
  if (value == nullptr) return nullptr;
  if (as_xobject(value) != nullptr) return run.raise(Known::kArgumentException, "An XObject cannot be used as a value.");
  const Slot slot = unboxed(value);
  char text[48];
  switch (value->type->known) {
    case Known::kString:
      return static_cast<String*>(value);
    case Known::kBoolean:
      return run.view(slot.integer != 0 ? std::string_view("true") : std::string_view("false"));
    case Known::kDouble:
      return real_text(run, slot.real, write_json_double(text, slot.real), text);
    case Known::kSingle:
      return real_text(run, static_cast<double>(slot.single), write_json_single(text, slot.single), text);
    case Known::kDateTime:
      return run.string({text, write_json_date(text, slot.integer)});
    case Known::kDateTimeOffset:
      return format(run, *value->type, slot, run.view("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz"));
    case Known::kTimeSpan:
      return run.string(duration_text(slot.integer));
    default:
      return to_text(run, run.type(Known::kObject), Slot::of_object(value));
  }
}

namespace {

bool add_xobject(Run& run, XContainer& parent, XNode* before, XObject* object) {
  if (object->kind != XKind::kAttribute) {
    if (object->kind == XKind::kText && parent.kind == XKind::kElement && static_cast<XText*>(object)->value.empty() && parent.first == nullptr) {
      static_cast<XElement&>(parent).has_end_tag = true;
    }
    return insert_xnode(run, parent, before, static_cast<XNode*>(object));
  }
  XElement* element = as_element(&parent);
  if (element != nullptr) return append_xattribute(run, *element, static_cast<XAttribute*>(object));
  run.raise(Known::kArgumentException, "An attribute cannot be added to content.");
  return false;
}

bool add_nested(Run& run, XContainer& parent, XNode* before, Object* content, std::uint32_t depth) {
  if (content == nullptr) return true;
  if (depth == 0) return run.raise_limit(Limit::kDepth);
  if (XObject* object = as_xobject(content); object != nullptr) return add_xobject(run, parent, before, object);
  const bool is_sequence = !content->type->is(Known::kString) && as_token(content) == nullptr && find_operation(*content->type, &TypeOperations::enumerate) != nullptr;
  if (is_sequence) {
    return for_each_object(run, content, [&](Run& inner, Object* item) { return add_nested(inner, parent, before, item, depth - 1); });
  }
  String* text = xml_value(run, content);
  return text != nullptr && insert_xtext(run, parent, before, text->view());
}

}  // namespace

bool add_xml_content(Run& run, XContainer& parent, XNode* before, Object* content) { return add_nested(run, parent, before, content, 100); }

bool set_xml_text(Run& run, XElement& element, std::string_view text) {
  clear_xnodes(element);
  element.has_end_tag = true;
  return text.empty() || insert_xnode(run, element, nullptr, make_xtext(run, XKind::kText, text));
}

// ---- text to values ------------------------------------------------------------------------------------------------------
namespace {

bool raise_value(Run& run, String* text, std::string_view name) {
  run.raise(Known::kFormatException, joined("The string '", text->view(), "' is not a valid ", name, " value."));
  return false;
}

bool to_real(Run& run, String* text, Known to, Slot& out) {
  std::string_view trimmed = trim_ascii(text->view());
  double real = 0;
  if (trimmed == "INF" || trimmed == "-INF") {
    real = trimmed[0] == '-' ? -HUGE_VAL : HUGE_VAL;
  } else if (trimmed == "NaN") {
    real = std::nan("");
  } else {
    if (trimmed.starts_with('+')) trimmed.remove_prefix(1);
    const auto result = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), real);
    if (result.ec != std::errc{} || result.ptr != trimmed.data() + trimmed.size()) {
      run.raise(Known::kFormatException, joined("The input string '", text->view(), "' was not in a correct format."));
      return false;
    }
  }
  out = to == Known::kDouble ? Slot::of_real(real) : Slot::of_single(static_cast<float>(real));
  return true;
}

}  // namespace

bool xml_convert(Run& run, String* text, Known to, Slot& out) {
  const std::string_view trimmed = trim_ascii(text->view());
  switch (to) {
    case Known::kString:
      out = Slot::of_object(text);
      return true;
    case Known::kBoolean: {
      const bool is_true = trimmed == "1" || equals_ignoring_ascii_case(trimmed, "true");
      if (!is_true && trimmed != "0" && !equals_ignoring_ascii_case(trimmed, "false")) return raise_value(run, text, "Boolean");
      out = Slot::of(is_true ? 1 : 0);
      return true;
    }
    case Known::kDouble:
    case Known::kSingle:
      return to_real(run, text, to, out);
    case Known::kDateTime: {
      std::int64_t date_time = 0;
      if (read_json_date(trimmed, date_time)) {
        out = Slot::of(date_time);
        return true;
      }
      return parse_text(run, to, text, out);
    }
    case Known::kTimeSpan: {
      std::int64_t ticks = 0;
      if (!parse_duration(trimmed, ticks)) return raise_value(run, text, "TimeSpan");
      out = Slot::of(ticks);
      return true;
    }
    case Known::kDecimal:
    case Known::kGuid:
    case Known::kDateTimeOffset:
      return parse_text(run, to, run.string(trimmed), out);
    default: {
      // Integers: as JSON strings are converted.
      JValue* value = make_jvalue(run, text);
      return cast_token(run, value, to, false, out);
    }
  }
}

// ---- sequences -----------------------------------------------------------------------------------------------------------

JSequence* make_xml_sequence(Run& run, const CallSite& site, bool (*collect)(Run&, const JSequence&, SlotList&), XObject* source, const XName* name) {
  JSequence* made = make_sequence(run, *site.result, collect, source);
  made->argument = name;
  return made;
}

namespace {

bool fits(const XElement* element, const XName* name) { return element != nullptr && (name == nullptr || same_xname(element->name, name)); }

}  // namespace

bool collect_elements(Run& run, XNode* node, const XName* name, SlotList& out) {
  const XContainer* container = as_xcontainer(node);
  for (XNode* at = container == nullptr ? nullptr : container->first; at != nullptr; at = at->next) {
    if (!run.spend(1)) return false;
    if (fits(as_element(at), name)) out.add(at);
  }
  return true;
}

bool collect_descendants(Run& run, XNode* node, const XName* name, bool with_self, SlotList& out) {
  if (with_self && fits(as_element(node), name)) out.add(node);
  for (XNode* at = next_in_tree(node, node); at != nullptr && at != node; at = next_in_tree(at, node)) {
    if (!run.spend(1)) return false;
    if (fits(as_element(at), name)) out.add(at);
  }
  return true;
}

bool collect_descendant_nodes(Run& run, XNode* node, bool with_self, SlotList& out) {
  if (with_self) out.add(node);
  for (XNode* at = next_in_tree(node, node); at != nullptr && at != node; at = next_in_tree(at, node)) {
    if (!run.spend(1)) return false;
    out.add(at);
  }
  return true;
}

bool collect_nodes(Run& run, XNode* node, SlotList& out) {
  const XContainer* container = as_xcontainer(node);
  for (XNode* at = container == nullptr ? nullptr : container->first; at != nullptr; at = at->next) {
    if (!run.spend(1)) return false;
    out.add(at);
  }
  return true;
}

bool collect_ancestors(Run& run, XNode* node, const XName* name, bool with_self, SlotList& out) {
  for (XContainer* at = with_self ? as_xcontainer(node) : node->parent; at != nullptr; at = at->parent) {
    if (!run.spend(1)) return false;
    if (fits(as_element(at), name)) out.add(at);
  }
  return true;
}

bool collect_attributes(Run& run, XNode* node, const XName* name, SlotList& out) {
  const XElement* element = as_element(node);
  for (XAttribute* at = element == nullptr ? nullptr : element->first_attribute; at != nullptr; at = at->next) {
    if (!run.spend(1)) return false;
    if (name == nullptr || same_xname(at->name, name)) out.add(at);
  }
  return true;
}

XmlWriteOptions xml_write_options(std::int32_t save_options) {
  return {.indent = (save_options & 1) == 0, .omit_duplicate_namespaces = (save_options & 2) != 0};
}

}  // namespace portcullis
