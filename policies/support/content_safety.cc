#include "policies/support/content_safety.h"

#include <algorithm>

#include "base/text.h"
#include "engine/json/json.h"
#include "engine/pipeline/core.h"
#include "policies/support/backend.h"
#include "policies/support/json_cursor.h"
#include "policies/support/model_call.h"
#include "policies/support/text.h"

namespace portcullis {

// ---- calls --------------------------------------------------------------------------------------------------------

namespace {

constexpr std::string_view kPaths[] = {"/contentsafety/text:analyze", "/contentsafety/text:shieldPrompt"};
constexpr std::string_view kApiVersion = "api-version=2024-09-01";
constexpr std::chrono::milliseconds kTimeout{20'000};  // chosen

std::string_view without_slash(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

}  // namespace

bool make_endpoint(PolicyRun& run, std::string_view backend_id, const BackendView* backend, std::string_view token,
                   SafetyEndpoint& endpoint) {
  Arena& arena = run.arena();
  for (std::size_t i = 0; i < 2; ++i) {
    HttpCall& call = endpoint.calls[i];
    HeaderList headers;
    headers.set("Content-Type", "application/json", arena);
    if (backend == nullptr) {
      call.backend_id = backend_id;
      call.url = concatenated(arena, {kPaths[i], "?", kApiVersion});
    } else {
      UrlView parts;
      if (!parse_url(backend->url, parts)) return false;
      Url url;
      url.assign(parts);
      url.path = concatenated(arena, {without_slash(url.path), kPaths[i]});
      url.query = kApiVersion;
      add_credentials(run, *backend, headers, url);
      call.url = url.text(arena);
      connect_as(*backend, call);
    }
    if (!token.empty()) headers.set("Authorization", concatenated(arena, {"Bearer ", token}), arena);
    call.purpose = Purpose::kCallout;
    call.policy = "llm-content-safety";
    call.method = "POST";
    call.headers = headers.lines(arena);
    call.timeout = kTimeout;
  }
  return true;
}

void write_question(const SafetyRules& rules, SafetyQuestion question, std::string_view text, std::string& body) {
  body = question == SafetyQuestion::kShield ? "{\"userPrompt\":\"" : "{\"text\":\"";
  append_json_escaped(body, text);
  body += '"';
  if (question == SafetyQuestion::kShield) {
    body += ",\"documents\":[]}";
    return;
  }
  body += ",\"categories\":[";
  for (std::size_t i = 0; i < rules.categories.size(); ++i)
    append(body, i == 0 ? "\"" : ",\"", rules.categories[i].name, '"');
  body += "],\"blocklistNames\":[";
  for (std::size_t i = 0; i < rules.blocklists.size(); ++i) {
    body += i == 0 ? "\"" : ",\"";
    append_json_escaped(body, rules.blocklists[i]);
    body += '"';
  }
  append(body, "],\"haltOnBlocklistHit\":true,\"outputType\":\"", rules.output_type, "\"}");
}

// ---- answers ------------------------------------------------------------------------------------------------------

namespace {

// `[{"category": …, "severity": …}]`; false when something is not as it must be. Counts the asked categories it saw.
bool read_severities(JsonCursor& cursor, const SafetyRules& rules, std::size_t& seen, std::string& why) {
  if (!cursor.open_array()) return false;
  while (cursor.next_item()) {
    JsonText category;
    std::int64_t severity = -1;
    if (!cursor.open_object()) return false;
    for (JsonText name; cursor.next_member(name);) {
      if (name.is("category")) {
        cursor.text(category);
      } else if (name.is("severity")) {
        if (!cursor.integer(severity)) return false;
      } else {
        cursor.skip();
      }
    }
    if (severity < 0 || severity > 7) return false;
    for (const SafetyCategory& asked : rules.categories) {
      if (!category.is(asked.name)) continue;
      ++seen;
      if (severity < asked.threshold) continue;
      why = joined(asked.name, " of severity ", severity, " reaches the threshold ", asked.threshold);
    }
  }
  return !cursor.broken();
}

bool read_analysis(std::string_view body, const SafetyRules& rules, std::string& why) {
  JsonCursor cursor(body);
  std::size_t seen = 0;
  if (!cursor.open_object()) return false;
  for (JsonText name; cursor.next_member(name);) {
    if (name.is("categoriesAnalysis")) {
      if (!read_severities(cursor, rules, seen, why)) return false;
    } else if (name.is("blocklistsMatch")) {
      if (!cursor.open_array()) return false;
      while (cursor.next_item()) {
        cursor.skip();
        why = "an entry of a blocklist matches";
      }
    } else {
      cursor.skip();
    }
  }
  // An entry of a blocklist ends the analysis early.
  return !cursor.broken() && (seen >= rules.categories.size() || !why.empty());
}

bool read_shield(std::string_view body, std::string& why) {
  JsonCursor cursor(body);
  bool is_said = false;
  bool is_attack = false;
  if (!cursor.open_object()) return false;
  for (JsonText name; cursor.next_member(name);) {
    if (!name.is("userPromptAnalysis") || cursor.kind() != JsonCursor::Kind::kObject) {
      cursor.skip();
      continue;
    }
    cursor.open_object();
    for (JsonText member; cursor.next_member(member);) {
      if (member.is("attackDetected")) {
        is_said = cursor.boolean(is_attack);
      } else {
        cursor.skip();
      }
    }
  }
  if (is_attack) why = "the prompt is an attack";
  return is_said && !cursor.broken();
}

}  // namespace

bool is_good(const SafetyRules& rules, SafetyQuestion question, const ReplyValue& reply, std::string& why) {
  why.clear();
  if (const auto* failure = std::get_if<FailureReply>(&reply)) {
    why = joined("the content safety service cannot be asked: ", failure->message);
    return false;
  }
  const auto* answer = std::get_if<ResponseReply>(&reply);
  if (answer == nullptr || answer->response.status != 200) {
    why = joined("the content safety service answered ", answer == nullptr ? 0 : answer->response.status);
    return false;
  }
  const std::string_view body = answer->response.body.content;
  const bool is_read = question == SafetyQuestion::kShield ? read_shield(body, why) : read_analysis(body, rules, why);
  if (!is_read) why = "the content safety service gave no verdict that can be read";
  return why.empty();
}

// ---- pieces -------------------------------------------------------------------------------------------------------

namespace {

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

/// Where so many characters from the start end.
std::size_t bytes_of(std::string_view text, std::size_t characters) {
  std::size_t at = 0;
  for (std::size_t seen = 0; at < text.size(); ++at) {
    if (begins_character(text[at]) && seen++ == characters) return at;
  }
  return at;
}

/// Where the last so many characters begin.
std::size_t tail_of(std::string_view text, std::size_t characters) {
  std::size_t at = text.size();
  while (at > 0 && characters > 0) {
    if (begins_character(text[--at])) --characters;
  }
  return at;
}

}  // namespace

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::string_view SafetyWindows::next() {
  const std::string_view piece = rest_.substr(0, bytes_of(rest_, window_));
  rest_ = piece.size() == rest_.size() ? std::string_view() : rest_.substr(tail_of(piece, overlap_));
  return piece;
}

bool Examination::next(PolicyRun& run, EffectRequest& effect) {
  if (has_second_) {
    has_second_ = false;
    question_ = SafetyQuestion::kShield;
  } else {
    if (windows_.is_over()) return false;
    piece_ = windows_.next();
    question_ = rules_.asks_analysis() ? SafetyQuestion::kAnalyse : SafetyQuestion::kShield;
    has_second_ = rules_.asks_analysis() && rules_.shields;
  }
  std::string body;
  write_question(rules_, question_, piece_, body);
  HttpCall call = endpoint_.calls[static_cast<std::size_t>(question_)];
  call.body = {BodyState::kBuffered, run.text(body)};
  effect = call;
  return true;
}

bool Examination::accepts(PolicyRun& run, const ReplyValue& reply) {
  std::string why;
  if (is_good(rules_, question_, reply, why)) return true;
  why_ = run.text(why);
  return false;
}

// ---- texts --------------------------------------------------------------------------------------------------------

void SafetyText::text(const JsonText& text) {
  const std::size_t size = text.size();
  if (bytes_ + size > max_bytes_) {
    is_too_long_ = true;
    return;
  }
  bytes_ += size;
  std::string& into = texts_[at_];
  if (separates_ && !into.empty()) into += '\n';
  separates_ = false;
  text.append_to(into);
}

std::string SafetyText::joined_texts() const {
  std::string all;
  for (const std::string& text : texts_) {
    if (!all.empty() && !text.empty()) all += '\n';
    all += text;
  }
  return all;
}

// ---- streams ------------------------------------------------------------------------------------------------------

void SafetyFilter::take(std::string_view bytes) {
  const std::uint64_t start = taken_;
  held_ += bytes;
  taken_ += bytes.size();
  events_.take(bytes, [&](std::string_view data, std::size_t end) { take_event(data, start + end); });
  if (checkpoints_.empty() && held_.size() > kMaxHeldBytes && !is_blocked_) {
    is_blocked_ = true;
    problem_ = "an event of the stream is too large to be judged";
  }
}

void SafetyFilter::end() {
  events_.end([&](std::string_view data, std::size_t) { take_event(data, taken_); });
  make_checkpoint(taken_);
}

void SafetyFilter::take_event(std::string_view data, std::uint64_t end) {
  if (is_blocked_) return;
  if (data.data() == nullptr) {
    // What stands before it is judged first; it itself goes no further.
    is_blocked_ = true;
    problem_ = "an event of the stream is too large to be judged";
    return;
  }
  SafetyText text(EventStream::kMaxEventBytes);
  visit_answer(data, text);
  bool is_full = false;
  bool has_any = false;
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    has_new_[i] |= !text.texts()[i].empty();
    texts_[i] += text.texts()[i];
    has_any |= has_new_[i];
    is_full |= has_new_[i] && count_characters(texts_[i]) >= rules_.window;
  }
  // Events without text behind good ones need not wait.
  if (is_full || !has_any) make_checkpoint(end);
}

void SafetyFilter::make_checkpoint(std::uint64_t end) {
  Checkpoint checkpoint{.texts = {}, .end = end};
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    if (!has_new_[i]) continue;
    has_new_[i] = false;
    std::string tail = texts_[i].substr(tail_of(texts_[i], rules_.overlap));
    checkpoint.texts.push_back(std::move(texts_[i]));
    texts_[i] = std::move(tail);
  }
  if (checkpoint.texts.empty() && !checkpoints_.empty() && checkpoints_.back().texts.empty()) {
    checkpoints_.back().end = end;
  } else {
    checkpoints_.push_back(std::move(checkpoint));
  }
}

BodyFilter::Next SafetyFilter::advance(PolicyRun& run, std::string& out) {
  while (true) {
    if (judged_at_ < judged_.size()) {
      SafetyWindows windows(std::string_view(judged_).substr(judged_at_), rules_.window, rules_.overlap);
      const std::string_view piece = windows.next();
      write_question(rules_, SafetyQuestion::kAnalyse, piece, body_);
      HttpCall call = endpoint_.calls[static_cast<std::size_t>(SafetyQuestion::kAnalyse)];
      call.body = {BodyState::kBuffered, body_};
      effect_ = call;
      const bool is_last = judged_at_ + piece.size() == judged_.size();
      judged_at_ = is_last ? judged_.size() : judged_at_ + tail_of(piece, rules_.overlap);
      return Next::kCall;
    }
    if (is_blocked_ && checkpoints_.empty()) {
      run.fiber().current = &op_;
      run.trace(joined("Content safety: the stream ends here, ", problem_, "."));
      return Next::kCut;
    }
    if (checkpoints_.empty()) return Next::kIdle;
    Checkpoint& first = checkpoints_.front();
    judged_.clear();
    judged_at_ = 0;
    if (!first.texts.empty()) {
      judged_ = std::move(first.texts.back());
      first.texts.pop_back();
      continue;
    }
    const auto size = static_cast<std::size_t>(first.end - held_from_);
    out.append(held_, 0, size);
    held_.erase(0, size);
    held_from_ = first.end;
    checkpoints_.pop_front();
  }
}

void SafetyFilter::answer(PolicyRun&, const ReplyValue& reply) {
  std::string why;
  if (is_good(rules_, SafetyQuestion::kAnalyse, reply, why)) return;
  problem_ = why;
  is_blocked_ = true;
  judged_at_ = judged_.size();
  checkpoints_.clear();
}

}  // namespace portcullis
