// set-variable: stores a value in context.Variables for the rest of the request. source: set-variable-policy
#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct SetVariable {
  std::string_view name;
  Setting<Object*> value;  // a literal is always a string
  std::uint32_t slot = 0;
};

constexpr AttributeSpec kAttributes[] = {
    required<&SetVariable::name>("name"),
    required<&SetVariable::value>("value"),
};

void check(Reader& reader, const Element& element, void* config) {
  auto& variable = *static_cast<SetVariable*>(config);
  const Attribute* name = element.find("name");
  if (name != nullptr && name->value.is_literal() && variable.name.empty()) {
    reader.report(name->value.span, policy_code::kWrongLiteral, "a variable needs a name");
    return;
  }
  variable.slot = reader.variables().intern(variable.name);
}

Outcome run(PolicyRun& run, const SetVariable& config) {
  Object* value = nullptr;
  if (!run.get(config.value, value)) return Outcome::kFail;
  run.exchange().variables.set(config.slot, value, run.arena());
  if (run.tracing()) {
    const String* text = to_text(run.run(), run.run().type(Known::kObject), Slot::of_object(value));
    run.run().pending = nullptr;
    run.trace(joined("Variable ", config.name, " was set to '", text == nullptr ? std::string_view() : text->view(), "'"));
  }
  return Outcome::kContinue;
}

}  // namespace

const PolicySpec kSetVariable = policy<SetVariable, &run>("set-variable", kAttributes).checked_by(&check);

}  // namespace portcullis
