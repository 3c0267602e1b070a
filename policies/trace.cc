// trace: an entry of the request's trace. source: trace-policy
#include "engine/policy/codes.h"
#include "policies/table.h"

namespace portcullis {

enum class TraceSeverity : std::uint8_t { kVerbose, kInformation, kError };
constexpr Word kTraceSeverityWords[] = {{"verbose", 0}, {"information", 1}, {"error", 2}};
constexpr std::span<const Word> portcullis_words(TraceSeverity*) { return kTraceSeverityWords; }

namespace {

struct Metadata {
  Setting<std::string_view> name;
  Setting<std::string_view> value;
};
struct Trace {
  std::string_view source;
  TraceSeverity severity = TraceSeverity::kVerbose;
  Setting<std::string_view> message;
  Setting<std::string_view> text;  // the older form: directly in the element
  std::span<const Metadata> metadata;
};

constexpr AttributeSpec kMetadataAttributes[] = {required<&Metadata::name>("name"), required<&Metadata::value>("value")};
constexpr ElementSpec kMetadata = element_of<Metadata>(kMetadataAttributes);

constexpr AttributeSpec kAttributes[] = {
    required<&Trace::source>("source"),
    optional<&Trace::severity>("severity"),
};
constexpr ChildSpec kChildren[] = {
    text<&Trace::message>("message", false),
    elements<&Trace::metadata, &kMetadata>("metadata", 0, kMany),
};

void check(Reader& reader, const Element& element, void* config) {
  const auto& trace = *static_cast<const Trace*>(config);
  if (!trace.message.is_present && !trace.text.is_present) {
    reader.report(element.name_span, policy_code::kMissingChild, "`trace` lacks its child `<message>`", "write <message>…</message>");
  }
}

// Evaluated even when nobody listens, so that a failing expression fails in any case. source: integration.md#8 (chosen)
Outcome run(PolicyRun& run, const Trace& config) {
  std::string_view message;
  if (!run.get(config.message.is_present ? config.message : config.text, message)) return Outcome::kFail;
  const std::span<ParameterView> metadata = run.arena().array<ParameterView>(config.metadata.size());
  for (std::size_t i = 0; i < metadata.size(); ++i) {
    if (!run.get(config.metadata[i].name, metadata[i].name) || !run.get(config.metadata[i].value, metadata[i].value)) return Outcome::kFail;
  }
  run.trace(config.source, message, kTraceSeverityWords[static_cast<std::size_t>(config.severity)].text, metadata);
  return Outcome::kContinue;
}

}  // namespace

const PolicySpec kTrace = policy<Trace, &run>("trace", with_text<&Trace::text>(element_of<Trace>(kAttributes, kChildren))).checked_by(&check);

}  // namespace portcullis
