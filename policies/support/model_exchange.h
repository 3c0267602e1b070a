// Reads what is exchanged with a language model: which API it is, its prompt, its answer, its token counts; whole
// bodies and events of streams. Without allocation. source: ai-gateway.md#1
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "policies/support/json_cursor.h"

namespace portcullis {

enum class ModelApi : std::uint8_t {
  kNone,  // no call of a model
  kChat,  // Chat Completions
  kCompletion,
  kEmbeddings,
  kResponses,
  kAnthropic,
  kVertex,
};
std::string_view name_of(ModelApi api);

/// What the members of a request's body say.
struct ModelRequest {
  ModelApi api = ModelApi::kNone;
  bool streams = false;
  JsonText model;             // empty: none is named
  std::int64_t messages = 0;  // of a dialog
};
/// `path` as the request will leave for the backend. A body that is no JSON object is no call.
ModelRequest read_model_request(std::string_view path, std::string_view body, bool has_anthropic_version);

/// Is shown the texts of a prompt or an answer, in order.
class TextVisitor {
 public:
  virtual ~TextVisitor() = default;
  /// A message (or what stands for one: `system`, `instructions`) begins. `is_system`: it is the author's, not the
  /// user's.
  virtual void message(std::string_view role, bool is_system, bool has_name) {
    (void)role, (void)is_system, (void)has_name;
  }
  /// Texts that follow belong to this alternative of the answer.
  virtual void choice(std::int64_t index) { (void)index; }
  virtual void text(const JsonText& text) = 0;
  virtual void image() {}
  /// So many tokens that are given as numbers.
  virtual void token_ids(std::int64_t count) { (void)count; }
};
void visit_prompt(ModelApi api, std::string_view body, TextVisitor& visitor);
/// Of a whole answer, or of one event of a stream: what it adds.
void visit_answer(std::string_view json, TextVisitor& visitor);

/// Counts as the backend reports them. What is no count (text, a negative number, more than kMostTokens) is not there.
struct ReportedUsage {
  static constexpr std::int64_t kMostTokens = 1'000'000'000;
  std::optional<std::int64_t> prompt, completion, total, cached, reasoning;
  bool has_bad_counts = false;

  [[nodiscard]] bool has_any() const { return prompt.has_value() || completion.has_value() || total.has_value(); }
};
/// Of a whole answer or of an event; later ones replace earlier ones, count by count.
void read_usage(std::string_view json, ReportedUsage& usage);

}  // namespace portcullis
