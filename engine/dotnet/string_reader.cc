// System.IO.StringReader and its base TextReader. StringReader is the only reader there is.
#include <algorithm>

#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/text.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kTextReaderDefinition;
extern const TypeDefinition kStringReaderDefinition;

namespace {

struct StringReader : Object {
  String* text;  // null: closed
  std::uint32_t at_utf16;
};

StringReader* make(Run& run, String* text, const CallSite& site) {
  if (text == nullptr) return run.raise_null("s");
  auto* reader = run.make<StringReader>(*site.result);
  reader->text = text;
  return reader;
}

// False after raising.
bool check_open(Run& run, const StringReader* self) {
  if (self->text != nullptr) return true;
  run.raise(Known::kObjectDisposedException, "Cannot read from a closed TextReader.");
  return false;
}

bool at_end(const StringReader* self) { return self->at_utf16 >= self->text->length_utf16(); }

String* rest(Run& run, StringReader* self) {
  return substring(run, self->text, self->at_utf16, self->text->length_utf16() - self->at_utf16);
}

std::int32_t peek(Run& run, StringReader* self) {
  if (!check_open(run, self) || at_end(self)) return -1;
  return unit_at(*self->text, self->at_utf16);
}

std::int32_t read(Run& run, StringReader* self) {
  const std::int32_t unit = peek(run, self);
  if (unit >= 0) ++self->at_utf16;
  return unit;
}

String* read_to_end(Run& run, StringReader* self) {
  if (!check_open(run, self)) return nullptr;
  String* text = rest(run, self);
  self->at_utf16 = self->text->length_utf16();
  return text;
}

String* read_line(Run& run, StringReader* self) {
  if (!check_open(run, self) || at_end(self)) return nullptr;
  String* text = rest(run, self);
  const std::size_t end = std::min<std::size_t>(text->view().find_first_of("\r\n"), text->size);
  if (!run.spend(1 + end / 8)) return nullptr;
  const std::string_view line = text->view().substr(0, end);
  const std::uint32_t length = text->is_ascii() ? static_cast<std::uint32_t>(end) : utf16_length(line);
  const std::string_view behind = text->view().substr(end);
  self->at_utf16 += length + (behind.starts_with("\r\n") ? 2 : behind.empty() ? 0 : 1);
  return run.view(line, length);
}

std::int32_t read_block(Run& run, StringReader* self, Array* buffer, std::int32_t index, std::int32_t count) {
  if (buffer == nullptr) return run.raise_null("buffer");
  if (index < 0 || count < 0) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Non-negative number required.",
                              index < 0 ? "index" : "count");
  }
  if (static_cast<std::int64_t>(buffer->length) - index < count) {
    return run.raise(
        Known::kArgumentException,
        "Offset and length were out of bounds for the array or count is greater than the number of elements from "
        "index to the end of the source collection.");
  }
  if (!check_open(run, self)) return 0;
  const std::uint32_t taken = std::min(static_cast<std::uint32_t>(count), self->text->length_utf16() - self->at_utf16);
  const Array* units = char_array(run, *self->text, self->at_utf16, taken);
  if (units == nullptr) return 0;
  std::copy(units->items, units->items + taken, buffer->items + index);
  self->at_utf16 += taken;
  return static_cast<std::int32_t>(taken);
}

void close(StringReader* self) { self->text = nullptr; }
void dispose_reader(Run&, Object* self) { close(static_cast<StringReader*>(self)); }

constexpr TypeOperations kOperations{.dispose = &dispose_reader};

constexpr Member kTextReaderMembers[] = {
    method<&peek>("int Peek()"),
    method<&read>("int Read()"),
    method<&read_block>("int Read(char[] buffer, int index, int count)"),
    method<&read_block>("int ReadBlock(char[] buffer, int index, int count)"),
    method<&read_line>("string ReadLine()"),
    method<&read_to_end>("string ReadToEnd()"),
    method<&close>("void Close()").with(kNoRaise),
    method<&close>("void Dispose()").with(kNoRaise),
};
constexpr Member kStringReaderMembers[] = {constructor<&make>("new StringReader(string s)")};

}  // namespace

const TypeDefinition kTextReaderDefinition{.declaration = "abstract class System.IO.TextReader : IDisposable",
                                           .members = kTextReaderMembers,
                                           .operations = &kOperations};
const TypeDefinition kStringReaderDefinition{.declaration = "class System.IO.StringReader : TextReader",
                                             .members = kStringReaderMembers,
                                             .operations = &kOperations};

}  // namespace portcullis
