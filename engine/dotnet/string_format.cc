// String.Format. The provider is ignored: there is one culture.
#include "engine/dotnet/composite_format.h"
#include "engine/dotnet/string.h"

namespace portcullis::strings {

namespace {

String* format_objects(Run& run, String* format, std::span<const Slot> arguments, const CallSite& site) {
  if (format == nullptr) return run.raise_null("format");
  TextBuffer out;
  if (!append_composite(run, out, composite_format_of(run, site, *format), arguments)) return nullptr;
  return out.take(run);
}

}  // namespace

String* format1(Run& run, String* format, Object* a, const CallSite& site) {
  const Slot arguments[] = {Slot::of_object(a)};
  return format_objects(run, format, arguments, site);
}
String* format2(Run& run, String* format, Object* a, Object* b, const CallSite& site) {
  const Slot arguments[] = {Slot::of_object(a), Slot::of_object(b)};
  return format_objects(run, format, arguments, site);
}
String* format3(Run& run, String* format, Object* a, Object* b, Object* c, const CallSite& site) {
  const Slot arguments[] = {Slot::of_object(a), Slot::of_object(b), Slot::of_object(c)};
  return format_objects(run, format, arguments, site);
}
String* format_all(Run& run, String* format, Array* arguments, const CallSite& site) {
  // .NET looks at the arguments first, and then names the format if that is missing too.
  if (arguments == nullptr) return run.raise_null(format == nullptr ? "format" : "args");
  return format_objects(run, format, {arguments->items, arguments->length}, site);
}
String* format1_in_culture(Run& run, Object*, String* format, Object* a, const CallSite& site) {
  return format1(run, format, a, site);
}
String* format2_in_culture(Run& run, Object*, String* format, Object* a, Object* b, const CallSite& site) {
  return format2(run, format, a, b, site);
}
String* format3_in_culture(Run& run, Object*, String* format, Object* a, Object* b, Object* c, const CallSite& site) {
  return format3(run, format, a, b, c, site);
}
String* format_all_in_culture(Run& run, Object*, String* format, Array* arguments, const CallSite& site) {
  return format_all(run, format, arguments, site);
}

const void* prepare_format(Preparation& preparation, std::span<const ConstantArgument> arguments) {
  return prepare_composite_format(preparation, arguments[0]);
}
const void* prepare_format_in_culture(Preparation& preparation, std::span<const ConstantArgument> arguments) {
  return prepare_composite_format(preparation, arguments[1]);
}

}  // namespace portcullis::strings
