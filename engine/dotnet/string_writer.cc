// System.IO.StringWriter and its base TextWriter. StringWriter is the only writer there is; it writes into a
// StringBuilder.
#include "engine/dotnet/composite_format.h"
#include "engine/dotnet/encoding.h"
#include "engine/dotnet/string_builder.h"
#include "engine/dotnet/text.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kTextWriterDefinition;
extern const TypeDefinition kStringWriterDefinition;

namespace {

struct StringWriter : Object {
  StringBuilder* builder;
  String* new_line;  // null: "\n"
  bool closed;
};

StringWriter* make_over(Run& run, StringBuilder* builder, const CallSite& site) {
  if (builder == nullptr) return run.raise_null("sb");
  auto* writer = run.make<StringWriter>(*site.result);
  writer->builder = builder;
  return writer;
}
StringWriter* make(Run& run, const CallSite& site) { return make_over(run, make_string_builder(run), site); }
StringWriter* make_in_culture(Run& run, Object*, const CallSite& site) { return make(run, site); }
StringWriter* make_over_in_culture(Run& run, StringBuilder* builder, Object*, const CallSite& site) {
  return make_over(run, builder, site);
}

// ---- writing ------------------------------------------------------------------------------------------------

template <bool kLine>
void write_text(Run& run, StringWriter* self, String* value) {
  if (self->closed) return run.raise(Known::kObjectDisposedException, "Cannot write to a closed TextWriter."), void();
  self->builder->text.append(run, value);
  if constexpr (kLine) {
    self->builder->text.append(run, self->new_line == nullptr ? std::string_view("\n") : self->new_line->view());
  }
}
void write_line(Run& run, StringWriter* self) { write_text<true>(run, self, nullptr); }
template <bool kLine>
void write_char(Run& run, StringWriter* self, char16_t value) {
  write_text<kLine>(run, self, string_of_unit(run, value));
}
template <bool kLine>
void write_object(Run& run, StringWriter* self, Object* value) {
  write_text<kLine>(run, self, to_text(run, run.type(Known::kObject), Slot::of_object(value)));
}
template <bool kLine, Known kType, typename T>
void write_value(Run& run, StringWriter* self, T value) {
  write_text<kLine>(run, self, to_string(run, run.type(kType), to_slot<T>(value)));
}
template <bool kLine>
void write_chars(Run& run, StringWriter* self, Array* value) {
  write_text<kLine>(run, self, value == nullptr ? nullptr : string_of_chars(run, *value, 0, value->length));
}
template <bool kLine>
void write_char_part(Run& run, StringWriter* self, Array* value, std::int32_t index, std::int32_t count) {
  if (value == nullptr) return run.raise_null("buffer"), void();
  if (index < 0 || count < 0) {
    run.raise_argument(Known::kArgumentOutOfRangeException, "Non-negative number required.",
                       index < 0 ? "index" : "count");
    return;
  }
  if (static_cast<std::int64_t>(value->length) - index < count) {
    run.raise(Known::kArgumentException,
              "Offset and length were out of bounds for the array or count is greater than the number of elements from "
              "index to "
              "the end of the source collection.");
    return;
  }
  write_text<kLine>(run, self,
                    string_of_chars(run, *value, static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(count)));
}
template <bool kLine>
void write_formatted(Run& run, StringWriter* self, String* format, std::span<const Slot> arguments) {
  String* text = format_composite(run, format, arguments);
  if (!run.failed()) write_text<kLine>(run, self, text);
}
template <bool kLine>
void write_format1(Run& run, StringWriter* self, String* format, Object* a) {
  const Slot arguments[] = {Slot::of_object(a)};
  write_formatted<kLine>(run, self, format, arguments);
}
template <bool kLine>
void write_format2(Run& run, StringWriter* self, String* format, Object* a, Object* b) {
  const Slot arguments[] = {Slot::of_object(a), Slot::of_object(b)};
  write_formatted<kLine>(run, self, format, arguments);
}
template <bool kLine>
void write_format_all(Run& run, StringWriter* self, String* format, Array* arguments) {
  if (arguments == nullptr) return run.raise_null(format == nullptr ? "format" : "arg"), void();
  write_formatted<kLine>(run, self, format, {arguments->items, arguments->length});
}

// ---- the rest -----------------------------------------------------------------------------------------------

void flush(StringWriter*) {}
void close(StringWriter* self) { self->closed = true; }
void dispose_writer(Run&, Object* self) { close(static_cast<StringWriter*>(self)); }
String* new_line(Run& run, StringWriter* self) {
  return self->new_line == nullptr ? run.view("\n", 1) : self->new_line;
}
void set_new_line(StringWriter* self, String* value) { self->new_line = value; }
Encoding* encoding(Run& run, StringWriter*) {
  auto* made = run.make<Encoding>(Known::kEncoding);
  made->kind = EncodingKind::kUtf16;
  return made;
}
StringBuilder* builder_of(StringWriter* self) { return self->builder; }
String* text_of(Run& run, StringWriter* self) { return self->builder->text.take(run); }
String* writer_to_string(Run& run, const Type&, Slot self) {
  return text_of(run, static_cast<StringWriter*>(self.object));
}

constexpr TypeOperations kOperations{.to_string = &writer_to_string, .dispose = &dispose_writer};

constexpr Member kTextWriterMembers[] = {
    method<&write_text<false>>("void Write(string value)"),
    method<&write_char<false>>("void Write(char value)"),
    method<&write_object<false>>("void Write(object value)"),
    method<&write_object<false>>("void Write(decimal value)"),
    method<&write_value<false, Known::kBoolean, bool>>("void Write(bool value)"),
    method<&write_value<false, Known::kInt32, std::int32_t>>("void Write(int value)"),
    method<&write_value<false, Known::kUInt32, std::uint32_t>>("void Write(uint value)"),
    method<&write_value<false, Known::kInt64, std::int64_t>>("void Write(long value)"),
    method<&write_value<false, Known::kUInt64, std::uint64_t>>("void Write(ulong value)"),
    method<&write_value<false, Known::kSingle, float>>("void Write(float value)"),
    method<&write_value<false, Known::kDouble, double>>("void Write(double value)"),
    method<&write_chars<false>>("void Write(char[] buffer)"),
    method<&write_char_part<false>>("void Write(char[] buffer, int index, int count)"),
    method<&write_format1<false>>("void Write(string format, object arg0)"),
    method<&write_format2<false>>("void Write(string format, object arg0, object arg1)"),
    method<&write_format_all<false>>("void Write(string format, params object[] arg)"),
    method<&write_text<true>>("void WriteLine(string value)"),
    method<&write_char<true>>("void WriteLine(char value)"),
    method<&write_object<true>>("void WriteLine(object value)"),
    method<&write_object<true>>("void WriteLine(decimal value)"),
    method<&write_value<true, Known::kBoolean, bool>>("void WriteLine(bool value)"),
    method<&write_value<true, Known::kInt32, std::int32_t>>("void WriteLine(int value)"),
    method<&write_value<true, Known::kUInt32, std::uint32_t>>("void WriteLine(uint value)"),
    method<&write_value<true, Known::kInt64, std::int64_t>>("void WriteLine(long value)"),
    method<&write_value<true, Known::kUInt64, std::uint64_t>>("void WriteLine(ulong value)"),
    method<&write_value<true, Known::kSingle, float>>("void WriteLine(float value)"),
    method<&write_value<true, Known::kDouble, double>>("void WriteLine(double value)"),
    method<&write_chars<true>>("void WriteLine(char[] buffer)"),
    method<&write_char_part<true>>("void WriteLine(char[] buffer, int index, int count)"),
    method<&write_format1<true>>("void WriteLine(string format, object arg0)"),
    method<&write_format2<true>>("void WriteLine(string format, object arg0, object arg1)"),
    method<&write_format_all<true>>("void WriteLine(string format, params object[] arg)"),
    method<&write_line>("void WriteLine()"),
    method<&flush>("void Flush()").with(kNoRaise),
    method<&close>("void Close()").with(kNoRaise),
    method<&close>("void Dispose()").with(kNoRaise),
    property<&new_line, &set_new_line>("string NewLine { get; set; }").with(kNoRaise),
    property<&encoding>("Encoding Encoding { get; }").with(kNoRaise),
};

constexpr Member kStringWriterMembers[] = {
    constructor<&make>("new StringWriter()"),
    constructor<&make_in_culture>("new StringWriter(IFormatProvider formatProvider)"),
    constructor<&make_over>("new StringWriter(StringBuilder sb)"),
    constructor<&make_over_in_culture>("new StringWriter(StringBuilder sb, IFormatProvider formatProvider)"),
    method<&builder_of>("StringBuilder GetStringBuilder()").with(kNoRaise),
    method<&text_of>("string ToString()"),
};

}  // namespace

const TypeDefinition kTextWriterDefinition{.declaration = "abstract class System.IO.TextWriter : IDisposable",
                                           .members = kTextWriterMembers,
                                           .operations = &kOperations};
const TypeDefinition kStringWriterDefinition{.declaration = "class System.IO.StringWriter : TextWriter",
                                             .members = kStringWriterMembers,
                                             .operations = &kOperations};

}  // namespace portcullis
