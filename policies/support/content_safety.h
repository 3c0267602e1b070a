// Questions to a content safety service and what its answers mean; the filter that holds an event stream until its text
// was judged. source: ai-gateway.md#5
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/pipeline/body_passage.h"
#include "policies/support/event_stream.h"
#include "policies/support/model_exchange.h"

namespace portcullis {

/// Characters (code points) that the service takes at once.
constexpr std::size_t kMaxSafetyText = 10'000;

struct SafetyCategory {
  std::string_view name;
  std::int32_t threshold = 0;  // severities from this one on block
};

/// What is asked. Views live as long as the request.
struct SafetyRules {
  std::string_view backend_id;
  std::string_view output_type = "FourSeverityLevels";
  std::span<const SafetyCategory> categories;
  std::span<const std::string_view> blocklists;
  bool shields = false;
  std::size_t window = 1'000;
  std::size_t overlap = 0;

  [[nodiscard]] bool asks_analysis() const { return !categories.empty() || !blocklists.empty(); }
  [[nodiscard]] bool asks_anything() const { return asks_analysis() || shields; }
};

enum class SafetyQuestion : std::uint8_t { kAnalyse, kShield };

/// The two calls, lacking their bodies.
struct SafetyEndpoint {
  HttpCall calls[2];
};
/// False when the backend's URL is none. Without an entity the host knows where the backend is.
bool make_endpoint(PolicyRun& run, std::string_view backend_id, const BackendView* backend, std::string_view token,
                   SafetyEndpoint& endpoint);

void write_question(const SafetyRules& rules, SafetyQuestion question, std::string_view text, std::string& body);
/// False when something was found, or when the reply says nothing we can read: `why`.
bool is_good(const SafetyRules& rules, SafetyQuestion question, const ReplyValue& reply, std::string& why);

/// The pieces of a text, in code points; each begins with the last `overlap` of the one before.
class SafetyWindows {
 public:
  SafetyWindows(std::string_view text, std::size_t window, std::size_t overlap)
      : rest_(text), window_(window), overlap_(overlap) {}
  [[nodiscard]] bool is_over() const { return rest_.empty(); }
  std::string_view next();

 private:
  std::string_view rest_;
  std::size_t window_, overlap_;
};
std::size_t count_characters(std::string_view text);

/// One text on its way through all pieces and questions:
/// `for (Examination e(…); e.next(run, effect);) { reply = co_await …; if (!e.accepts(run, reply)) … e.why() }`
class Examination {
 public:
  Examination(const SafetyRules& rules, const SafetyEndpoint& endpoint, std::string_view text, std::size_t window)
      : rules_(rules), endpoint_(endpoint), windows_(text, window, rules.overlap) {}
  bool next(PolicyRun& run, EffectRequest& effect);
  bool accepts(PolicyRun& run, const ReplyValue& reply);
  [[nodiscard]] std::string_view why() const { return why_; }

 private:
  const SafetyRules& rules_;
  const SafetyEndpoint& endpoint_;
  SafetyWindows windows_;
  std::string_view piece_;
  SafetyQuestion question_ = SafetyQuestion::kAnalyse;
  bool has_second_ = false;  // the piece has to be shielded yet
  std::string_view why_;
};

/// Collects the text of a prompt or an answer, alternative by alternative.
class SafetyText final : public TextVisitor {
 public:
  static constexpr std::size_t kAlternatives = 8;  // more share the last ones

  explicit SafetyText(std::size_t max_bytes) : max_bytes_(max_bytes) {}
  void message(std::string_view, bool, bool) override { separates_ = true; }
  void choice(std::int64_t index) override { at_ = static_cast<std::size_t>(index) % kAlternatives; }
  void text(const JsonText& text) override;

  [[nodiscard]] std::array<std::string, kAlternatives>& texts() { return texts_; }
  [[nodiscard]] std::string joined_texts() const;
  [[nodiscard]] bool is_too_long() const { return is_too_long_; }

 private:
  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  bool separates_ = false;
  bool is_too_long_ = false;
  std::size_t at_ = 0;
  std::array<std::string, kAlternatives> texts_;
};

/// Holds events back until the text in them was judged. What is held is bounded: more than kMaxHeldBytes without an
/// end, or an event of more than EventStream::kMaxEventBytes, cannot be judged and ends the stream.
class SafetyFilter final : public BodyFilter {
 public:
  static constexpr std::size_t kMaxHeldBytes = std::size_t{4} << 20;

  SafetyFilter(const SafetyRules& rules, const SafetyEndpoint& endpoint, const FlowOp& op)
      : rules_(rules), endpoint_(endpoint), op_(op) {}
  void take(std::string_view bytes) override;
  void end() override;
  Next advance(PolicyRun& run, std::string& out) override;
  const EffectRequest& call() const override { return effect_; }
  void answer(PolicyRun& run, const ReplyValue& reply) override;

 private:
  /// Up to `end` (counted from the stream's start) may go on when these texts are good.
  struct Checkpoint {
    std::vector<std::string> texts;
    std::uint64_t end = 0;
  };
  void take_event(std::string_view data, std::uint64_t end);
  void make_checkpoint(std::uint64_t end);

  SafetyRules rules_;
  const SafetyEndpoint& endpoint_;
  FlowOp op_;
  EventStream events_;
  std::string held_;
  std::uint64_t held_from_ = 0;  // of its first byte
  std::uint64_t taken_ = 0;
  std::array<std::string, SafetyText::kAlternatives> texts_;  // not judged yet, behind the overlap with what was
  std::array<bool, SafetyText::kAlternatives> has_new_{};
  std::deque<Checkpoint> checkpoints_;
  std::string judged_;         // the text that is being judged,
  std::size_t judged_at_ = 0;  // from here on
  std::string body_;
  EffectRequest effect_;
  std::string problem_;
  bool is_blocked_ = false;
};

}  // namespace portcullis
