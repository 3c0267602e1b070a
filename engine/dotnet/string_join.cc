// String.Concat and String.Join.
#include "base/text.h"
#include "engine/dotnet/exceptions.h"
#include "engine/dotnet/string.h"
#include "engine/dotnet/text.h"
#include "engine/dotnet/text_buffer.h"

namespace portcullis::strings {

namespace {

String* text_of(Run& run, Object* value) { return to_text(run, run.type(Known::kObject), Slot::of_object(value)); }

// Appends each element's text, `separator` between them.
String* join_elements(Run& run, std::string_view separator, Object* values, const Type& element) {
  Enumerator* walk = enumerate(run, values, "values");
  if (walk == nullptr || run.failed()) return nullptr;
  TextBuffer out;
  for (bool first = true; walk->next(run, walk); first = false) {
    if (!first) out.append(run, separator);
    String* text = to_text(run, element, walk->current);
    if (run.failed() || !out.append(run, text) || !run.spend(1)) break;
  }
  if (walk->dispose != nullptr) walk->dispose(run, walk);
  return out.take(run);
}

// `items` are strings or, for object arrays, anything.
String* join_items(Run& run, std::string_view separator, std::span<const Slot> items, bool are_strings) {
  if (!run.spend(1 + items.size())) return nullptr;
  TextBuffer out;
  bool first = true;
  for (const Slot item : items) {
    if (!first) out.append(run, separator);
    first = false;
    const String* text = are_strings ? static_cast<const String*>(item.object) : text_of(run, item.object);
    if (run.failed() || !out.append(run, text)) return nullptr;
  }
  return out.take(run);
}

std::string_view view_of(const String* text) { return text == nullptr ? std::string_view{} : text->view(); }

// A `params object[]` may be given an array of strings; its elements are objects all the same.
String* join_array(Run& run, std::string_view separator, const Array* values, bool are_strings) {
  if (values == nullptr) return run.raise_null(are_strings ? "value" : "values");
  return join_items(run, separator, {values->items, values->length}, are_strings);
}

String* join_part(Run& run, std::string_view separator, const Array* values, std::int32_t start, std::int32_t count) {
  if (values == nullptr) return run.raise_null("value");
  if (raise_if_negative(run, start, "startIndex") || raise_if_negative(run, count, "count")) return nullptr;
  if (static_cast<std::int64_t>(start) + count > values->length) {
    return run.raise_argument(Known::kArgumentOutOfRangeException,
                              "Index and count must refer to a location within the buffer.", "startIndex");
  }
  return join_items(run, separator, {values->items + start, static_cast<std::size_t>(count)}, true);
}

}  // namespace

String* concat_object(Run& run, Object* a) { return text_of(run, a); }
String* concat_objects2(Run& run, Object* a, Object* b) {
  String* first = text_of(run, a);
  return run.concat(first, text_of(run, b));
}
String* concat_objects3(Run& run, Object* a, Object* b, Object* c) {
  String* first = text_of(run, a);
  String* second = text_of(run, b);
  return concat3(run, first, second, text_of(run, c));
}
String* concat_objects(Run& run, Array* values) {
  if (values == nullptr) return run.raise_null("args");
  return join_items(run, {}, {values->items, values->length}, false);
}
String* concat2(Run& run, String* a, String* b) { return run.concat(a, b); }
String* concat3(Run& run, String* a, String* b, String* c) {
  const Slot items[] = {Slot::of_object(a), Slot::of_object(b), Slot::of_object(c)};
  return join_items(run, {}, items, true);
}
String* concat4(Run& run, String* a, String* b, String* c, String* d) {
  const Slot items[] = {Slot::of_object(a), Slot::of_object(b), Slot::of_object(c), Slot::of_object(d)};
  return join_items(run, {}, items, true);
}
String* concat_strings(Run& run, Array* values) {
  if (values == nullptr) return run.raise_null("values");
  return join_items(run, {}, {values->items, values->length}, true);
}
String* concat_string_sequence(Run& run, Object* values) {
  return join_elements(run, {}, values, run.type(Known::kString));
}
String* concat_sequence(Run& run, Object* values, const CallSite& site) {
  return join_elements(run, {}, values, *site.type_arguments[0]);
}

String* join_strings(Run& run, String* separator, Array* values) {
  return join_array(run, view_of(separator), values, true);
}
String* join_objects(Run& run, String* separator, Array* values) {
  return join_array(run, view_of(separator), values, false);
}
String* join_string_sequence(Run& run, String* separator, Object* values) {
  return join_elements(run, view_of(separator), values, run.type(Known::kString));
}
String* join_sequence(Run& run, String* separator, Object* values, const CallSite& site) {
  return join_elements(run, view_of(separator), values, *site.type_arguments[0]);
}
String* join_range(Run& run, String* separator, Array* values, std::int32_t start, std::int32_t count) {
  return join_part(run, view_of(separator), values, start, count);
}
String* join_strings_by_char(Run& run, char16_t separator, Array* values) {
  return join_strings(run, string_of_unit(run, separator), values);
}
String* join_objects_by_char(Run& run, char16_t separator, Array* values) {
  return join_objects(run, string_of_unit(run, separator), values);
}
String* join_sequence_by_char(Run& run, char16_t separator, Object* values, const CallSite& site) {
  return join_sequence(run, string_of_unit(run, separator), values, site);
}
String* join_range_by_char(Run& run, char16_t separator, Array* values, std::int32_t start, std::int32_t count) {
  return join_range(run, string_of_unit(run, separator), values, start, count);
}

}  // namespace portcullis::strings
