// System.Xml.Linq.XText, XCData, XComment and XProcessingInstruction
#include "engine/dotnet/xcontent.h"

namespace portcullis {

extern const TypeDefinition kXTextDefinition;
extern const TypeDefinition kXCDataDefinition;
extern const TypeDefinition kXCommentDefinition;
extern const TypeDefinition kXProcessingInstructionDefinition;

namespace {

template <XKind kKind>
XText* make(Run& run, String* value) {
  if (value == nullptr) return run.raise_null("value");
  return make_xtext(run, kKind, value->view());
}

template <XKind kKind>
XText* copy(Run& run, XText* other) {
  if (other == nullptr) return run.raise_null("other");
  return make_xtext(run, kKind, other->value);
}

String* value(Run& run, XText* self) { return run.view(self->value); }
void set_value(Run& run, XText* self, String* value) {
  if (value == nullptr) {
    run.raise_null("value");
    return;
  }
  self->value = value->view();
}

constexpr Member kTextMembers[] = {
    constructor<&make<XKind::kText>>("new XText(string value)"),
    constructor<&copy<XKind::kText>>("new XText(XText other)"),
    property<&value, &set_value>("string Value { get; set; }"),
};
constexpr Member kCDataMembers[] = {
    constructor<&make<XKind::kCData>>("new XCData(string value)"),
    constructor<&copy<XKind::kCData>>("new XCData(XCData other)"),
};
constexpr Member kCommentMembers[] = {
    constructor<&make<XKind::kComment>>("new XComment(string value)"),
    constructor<&copy<XKind::kComment>>("new XComment(XComment other)"),
    property<&value, &set_value>("string Value { get; set; }"),
};

XInstruction* make_instruction(Run& run, String* target, String* data) {
  if (target == nullptr) return run.raise_null("target");
  if (data == nullptr) return run.raise_null("data");
  return check_ncname(run, target->view()) ? make_xinstruction(run, target->view(), data->view()) : nullptr;
}

String* target(Run& run, XInstruction* self) { return run.view(self->target); }
void set_target(Run& run, XInstruction* self, String* value) {
  if (value == nullptr) {
    run.raise_null("value");
  } else if (check_ncname(run, value->view())) {
    self->target = value->view();
  }
}
String* data(Run& run, XInstruction* self) { return run.view(self->data); }
void set_data(Run& run, XInstruction* self, String* value) {
  if (value == nullptr) {
    run.raise_null("value");
    return;
  }
  self->data = value->view();
}

constexpr Member kInstructionMembers[] = {
    constructor<&make_instruction>("new XProcessingInstruction(string target, string data)"),
    property<&target, &set_target>("string Target { get; set; }"),
    property<&data, &set_data>("string Data { get; set; }"),
};

}  // namespace

const TypeDefinition kXTextDefinition{.declaration = "class System.Xml.Linq.XText : XNode", .members = kTextMembers, .operations = &kXNodeOperations};
const TypeDefinition kXCDataDefinition{.declaration = "class System.Xml.Linq.XCData : XText", .members = kCDataMembers, .operations = &kXNodeOperations};
const TypeDefinition kXCommentDefinition{.declaration = "class System.Xml.Linq.XComment : XNode", .members = kCommentMembers, .operations = &kXNodeOperations};
const TypeDefinition kXProcessingInstructionDefinition{
    .declaration = "class System.Xml.Linq.XProcessingInstruction : XNode", .members = kInstructionMembers, .operations = &kXNodeOperations};

}  // namespace portcullis
