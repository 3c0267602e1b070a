// What json-to-xml and xml-to-json share: when they act, and how words of their attributes read.
#pragma once

#include <span>
#include <string_view>

#include "engine/policy/policy_run.h"
#include "engine/policy/spec.h"

namespace portcullis {

/// The attributes that decide whether a body is converted.
struct ConversionGate {
  Setting<std::string_view> apply;
  Setting<bool> consider_accept_header = true;
};

/// An attribute of the `ConversionGate gate` inside a configuration.
template <typename Config, auto kField>
constexpr AttributeSpec gate_attribute(std::string_view name, bool is_required) {
  AttributeSpec spec = is_required ? required<kField>(name) : optional<kField>(name);
  spec.read = [](Reader& reader, const Attribute& attribute, void* config) {
    reader.read(attribute, static_cast<Config*>(config)->gate.*kField);
  };
  return spec;
}

/// The media types on both sides of a conversion.
struct ConversionTypes {
  std::span<const Word> apply_words;  // 0: always
  bool (*is_source)(std::string_view type);
  bool (*is_target)(std::string_view type);
};

/// `converts` tells; `text` is the decoded body then. False after failing. source: transformation.md#8
bool passes_gate(PolicyRun& run, const ConversionGate& gate, const ConversionTypes& types, bool& converts,
                 std::string_view& text);

/// A word given by literal or expression; `value` keeps its default when the attribute is missing. False after failing.
bool get_word(PolicyRun& run, const Setting<std::string_view>& setting, std::string_view attribute,
              std::span<const Word> words, std::int64_t& value);

}  // namespace portcullis
