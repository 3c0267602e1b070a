#include "engine/program/print.h"

#include "base/text.h"
#include "engine/run/object.h"
#include "engine/types/type_table.h"

namespace portcullis {

namespace {

struct OpText {
  std::string_view mnemonic;
  std::string_view operands;
};
constexpr OpText kTexts[] = {
#define PC_OP(enumerator, mnemonic, operands) {mnemonic, operands},
#include "engine/program/ops.def"
};

void append_register(std::string& out, std::uint16_t number) { append(out, " r", number); }

void append_object(std::string& out, const Instruction& instruction) {
  const auto* object = static_cast<const Object*>(instruction.pointer);
  if (object == nullptr) {
    out += " null";
  } else if (object->type->is(Known::kString)) {
    append(out, " \"", static_cast<const String*>(object)->view(), "\"");
  } else {
    append(out, " ", csharp_name(*object->type));
  }
}

void append_target(std::string& out, const Instruction& instruction) {
  const auto* target = static_cast<const CallTarget*>(instruction.pointer);
  append(out, " ");
  if (target->site.declaring != nullptr) append(out, csharp_name(*target->site.declaring), ".");
  out += target->member != nullptr ? target->member->name : std::string_view("?");
  if (target->site.prepared != nullptr) out += " prepared";
}

void append_real(std::string& out, double value) {
  char digits[32];
  out += ' ';
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void append_jumps(std::string& out, const Instruction& instruction) {
  for (const std::uint32_t target : static_cast<const JumpTable*>(instruction.pointer)->targets) append(out, " @", target);
}

void append_operand(std::string& out, const Instruction& instruction, std::uint32_t at, char kind) {
  switch (kind) {
    case 'a':
      return append_register(out, instruction.a);
    case 'b':
      return append_register(out, instruction.b);
    case 'c':
      return append_register(out, instruction.c);
    case 'A':
      append_register(out, instruction.b);
      out += "..";
      return;
    case 'n':
      return append(out, " ", instruction.c);
    case 'i':
      return append(out, " ", instruction.integer);
    case 'd':
      return append_real(out, instruction.real);
    case 't':
      return append(out, " ", csharp_name(*static_cast<const Type*>(instruction.pointer)));
    case 'o':
      return append_object(out, instruction);
    case 'm':
      return append_target(out, instruction);
    case 'f':
      return append(out, " ", static_cast<const Function*>(instruction.pointer)->name);
    case 'x':
      return append(out, " ", instruction.pair.x);
    case 'j':
      return append(out, " @", static_cast<std::int64_t>(at) + instruction.pair.jump);
    case 'J':
      return append(out, " @", static_cast<std::int64_t>(at) + literal_jump(instruction));
    case 'e':
      return append_jumps(out, instruction);
    default:
      return;  // helpers, sites: nothing a reader would recognise
  }
}

}  // namespace

std::string print(const Function& function) {
  std::string out;
  for (std::uint32_t at = 0; at < function.code.size(); ++at) {
    const Instruction& instruction = function.code[at];
    const OpText& text = kTexts[static_cast<std::size_t>(instruction.op)];
    append(out, at < 10 ? "  " : at < 100 ? " " : "", at, "  ", text.mnemonic);
    for (const char kind : text.operands) append_operand(out, instruction, at, kind);
    out += '\n';
  }
  for (const Handler& handler : function.handlers) {
    append(out, "     catch ", handler.begin, "-", handler.end, " to @", handler.target, " in r", handler.exception, "\n");
  }
  return out;
}

}  // namespace portcullis
