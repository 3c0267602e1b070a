#include "policies/support/validation.h"

#include <string>
#include <zlib.h>

#include "base/text.h"
#include "engine/exchange/body_text.h"
#include "engine/json/json.h"
#include "engine/pipeline/error_response.h"
#include "policies/support/exists_action.h"

namespace portcullis {

bool get_action(PolicyRun& run, const Setting<std::string_view>& setting, ValidationAction& action) {
  std::string_view word;
  if (!run.get(setting, word)) return false;
  std::int64_t value = 0;
  if (!match_word(word, kValidationActions, value)) {
    run.fail({}, joined("`", word, "` is no validation action: it is `ignore`, `prevent` or `detect`."));
    return false;
  }
  action = static_cast<ValidationAction>(value);
  return true;
}

// ---- errors
// ---------------------------------------------------------------------------------------------------------------

void Validation::add(const ValidationError& error) {
  if (error.action == ValidationAction::kIgnore) return;
  Entry* entry = run_.arena().make<Entry>();
  entry->error = {run_.text(error.name),           error.type,  error.rule, run_.text(error.details),
                  run_.text(error.public_message), error.action};
  (last_ == nullptr ? errors_ : last_->next) = entry;
  last_ = entry;
  if (error.action == ValidationAction::kPrevent && first_blocking_ == nullptr) first_blocking_ = &entry->error;
}

namespace {

/// A list of objects: members by name, and JSON as its text. source: content-validation.md#1.3 (chosen)
JObject* object_of(Run& run, const ValidationError& error) {
  JObject* object = make_jobject(run);
  const std::pair<std::string_view, std::string_view> members[] = {
      {"Name", error.name},
      {"Type", error.type},
      {"ValidationRule", error.rule},
      {"Details", error.details},
      {"Action", error.action == ValidationAction::kPrevent ? "prevent" : "detect"}};
  for (const auto& [name, text] : members) set_member(run, *object, name, make_jstring(run, text));
  return object;
}

}  // namespace

Outcome Validation::finish(std::string_view variable, bool of_response) {
  if (errors_ == nullptr) return Outcome::kContinue;
  if (!variable.empty()) {
    const Variables::Entry* there = run_.exchange().variables.find(variable);
    JArray* list = there == nullptr ? nullptr : as_array(as_token(there->value));
    if (list == nullptr) list = make_jarray(run_.run());
    for (const Entry* entry = errors_; entry != nullptr; entry = entry->next)
      append_item(run_.run(), *list, object_of(run_.run(), entry->error));
    run_.exchange().variables.set(variable, list, run_.arena());
  }
  if (run_.tracing()) {
    for (const Entry* entry = errors_; entry != nullptr; entry = entry->next)
      if (&entry->error != first_blocking_)
        run_.trace("GatewayError", entry->error.details,
                   entry->error.action == ValidationAction::kPrevent ? "error" : "information", {});
  }
  if (first_blocking_ == nullptr) return Outcome::kContinue;
  const std::string_view told =
      first_blocking_->public_message.empty() ? kGenericMessage : first_blocking_->public_message;
  const PolicyError error{.reason = of_response ? "Response not allowed" : "Bad request",
                          .message = first_blocking_->details,
                          .status = of_response ? 502 : 400,
                          .status_reason = of_response ? "Response not allowed" : "Bad Request",
                          .body_message = told};
  // There the failure replaces the response and ends the section. source: content-validation.md#1.4 (chosen)
  if (run_.section() == Section::kOnError) return run_.finish(error_response(run_.exchange(), error));
  return run_.fail(error);
}

std::string_view described(PolicyRun& run, std::string_view text, const SchemaError& error) {
  const JsonPosition place = place_in(text, error.offset);
  return run.text(joined(error.message, " Line: ", place.line, ", Position: ", place.position));
}

// ---- bodies
// -----------------------------------------------------------------------------------------------------------------

namespace {

/// gzip, zlib or raw deflate, up to `limit` + 1 bytes: a bomb goes no further.
bool inflate_body(PolicyRun& run, std::string_view packed, int window_bits, std::size_t limit,
                  std::string_view& content) {
  z_stream stream{};
  if (inflateInit2(&stream, window_bits) != Z_OK) return false;
  std::string out;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  int state = Z_OK;
  while (state == Z_OK && out.size() <= limit) {
    const std::size_t before = out.size();
    out.resize(std::min(before + (std::size_t{64} << 10), limit + 1));
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = static_cast<uInt>(out.size() - before);
    state = inflate(&stream, Z_NO_FLUSH);
    const std::size_t unused = stream.avail_out;
    out.resize(out.size() - unused);
    if (state == Z_BUF_ERROR || (state == Z_OK && unused > 0 && stream.avail_in == 0)) break;  // the end is missing
  }
  inflateEnd(&stream);
  if (state != Z_STREAM_END && out.size() <= limit) return false;
  content = run.text(out);
  return true;
}

}  // namespace

/// Any other coding that bodies are read in, on a message of its own: the real one stays as it is.
static bool decode_copy(PolicyRun& run, std::string_view encoding, std::string_view& content, std::string_view& problem) {
  Message copy;
  copy.headers.add("Content-Encoding", encoding, run.arena());
  copy.body.state = BodyState::kBuffered;
  copy.body.content = content;
  copy.body.message = &copy;
  const ContentDecoding outcome = decode_content(copy.body, run.arena());
  if (outcome == ContentDecoding::kCorrupt) problem = run.text(joined("The body is not valid ", encoding, " data."));
  if (outcome == ContentDecoding::kTooLarge) problem = "The decoded body needs more memory than is allowed.";
  if (outcome == ContentDecoding::kGood && copy.headers.contains(HeaderName("Content-Encoding")))
    problem = run.text(joined("The content encoding '", encoding, "' cannot be decoded."));
  content = copy.body.content;
  return problem.empty();
}

bool decoded_body(PolicyRun& run, const Message& message, std::size_t limit, std::string_view& content,
                  std::string_view& problem) {
  content = message.body.state == BodyState::kBuffered ? message.body.content : std::string_view();
  const std::string_view encoding = trim_ascii(message.headers.joined(HeaderName("Content-Encoding"), run.arena()));
  if (content.empty() || encoding.empty() || equals_ignoring_ascii_case(encoding, "identity")) return true;
  const bool is_gzip = equals_ignoring_ascii_case(encoding, "gzip") || equals_ignoring_ascii_case(encoding, "x-gzip");
  if (!is_gzip && !equals_ignoring_ascii_case(encoding, "deflate")) return decode_copy(run, encoding, content, problem);
  constexpr int kGzipOrZlib = 15 + 32;
  const std::string_view packed = content;
  const std::size_t room = run.arena().remaining() / 2;
  const std::size_t most = std::min(limit, room);
  if (inflate_body(run, packed, kGzipOrZlib, most, content) ||
      (!is_gzip && inflate_body(run, packed, -15, most, content))) {
    if (content.size() <= most || room > limit) return true;
    problem = "The decoded body needs more memory than is allowed.";
    return false;
  }
  problem = run.text(joined("The body is not valid ", encoding, " data."));
  return false;
}

std::string_view media_type(PolicyRun& run, std::string_view content_type) {
  return run.text(ascii_lower(trim_ascii(content_type.substr(0, content_type.find(';')))));
}

bool admits_media_type(std::string_view range, std::string_view type) {
  if (range == "*/*" || range == "*") return !type.empty();
  if (range.ends_with("/*")) return type.starts_with(range.substr(0, range.size() - 1));
  return equals_ignoring_ascii_case(range, type);
}

const RepresentationDefinition* find_representation(std::span<const RepresentationDefinition> all,
                                                    std::string_view type) {
  for (const RepresentationDefinition& one : all) {
    if (equals_ignoring_ascii_case(one.content_type, type)) return &one;
  }
  for (const RepresentationDefinition& one : all) {
    if (one.content_type.ends_with('*') && one.content_type != "*/*" && admits_media_type(one.content_type, type))
      return &one;
  }
  for (const RepresentationDefinition& one : all) {
    if (one.content_type == "*/*" && !type.empty()) return &one;
  }
  return nullptr;
}

}  // namespace portcullis
