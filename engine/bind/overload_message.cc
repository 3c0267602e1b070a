// Failed overload resolutions in words.
#include <algorithm>
#include <string>

#include "engine/bind/overload.h"

namespace portcullis {
namespace {

std::string_view mode_word(ParameterMode mode) {
  switch (mode) {
    case ParameterMode::kParams: return "params ";
    case ParameterMode::kOut: return "out ";
    case ParameterMode::kRef: return "ref ";
    case ParameterMode::kIn: return "in ";
    case ParameterMode::kValue: break;
  }
  return "";
}

void append_parameters(std::string& out, const MemberInfo& member, bool with_receiver) {
  bool is_first = true;
  for (const Parameter& parameter : member.parameters) {
    if (parameter.is_this && !with_receiver) continue;
    if (!is_first) out += ", ";
    is_first = false;
    out += mode_word(parameter.mode);
    append_csharp_name(out, *parameter.type);
    out.append(" ").append(parameter.name);
    if (parameter.is_optional) out.append(" = ").append(parameter.default_text);
  }
}

void append_count(std::string& out, std::size_t count, std::string_view what) {
  out.append(std::to_string(count)).append(" ").append(what);
  if (count != 1) out += 's';
}

std::string argument_type(const CallArgument& argument) {
  switch (argument.untyped) {
    case Untyped::kNone: break;
    case Untyped::kNull: return "`null`";
    case Untyped::kDefault: return "`default`";
    case Untyped::kLambda: return "a lambda expression";
    case Untyped::kMethodGroup: return "a method group";
    case Untyped::kOutVariable: return "an out variable";
    case Untyped::kOther: return "an expression without a type";
  }
  return "`" + csharp_name(*argument.type) + "`";
}

std::size_t own_arguments(const Resolution& resolution, std::span<const CallArgument> arguments) {
  return arguments.size() - (resolution.is_extension_call ? 1 : 0);
}

// Authors count from 1 and do not count the receiver of an extension method.
std::string argument_number(const Resolution& resolution) {
  return "argument " + std::to_string(resolution.argument + (resolution.is_extension_call ? 0 : 1));
}

std::string bad_argument(const Resolution& resolution, const CallArgument& argument) {
  if (resolution.is_extension_call && resolution.argument == 0) {
    return "`" + std::string(resolution.member->name) + "` cannot be called on " + argument_type(argument) + ", it wants `" +
           csharp_name(*resolution.expected) + "`";
  }
  return argument_number(resolution) + ": cannot convert from " + argument_type(argument) + " to `" +
         csharp_name(*resolution.expected) + "`";
}

std::string bad_mode(const Resolution& resolution, const CallArgument& argument) {
  const std::uint32_t wanted = static_cast<std::uint32_t>(resolution.argument);
  for (std::size_t i = 0; i < resolution.argument_of.size(); ++i) {
    if (resolution.argument_of[i] != wanted) continue;
    const std::string_view word = mode_word(resolution.member->parameters[i].mode);
    if (!word.empty() && word != "params ") {
      return argument_number(resolution) + " must be passed with `" + std::string(word.substr(0, word.size() - 1)) + "`";
    }
  }
  const std::string_view word = mode_word(argument.mode);
  return argument_number(resolution) + " may not be passed with `" + std::string(word.substr(0, word.empty() ? 0 : word.size() - 1)) + "`";
}

std::string quoted_signature(const MemberInfo& member) {
  std::string out = "`";
  append_signature(out, member);
  out += '`';
  return out;
}

}  // namespace

void append_signature(std::string& out, const MemberInfo& member) {
  const bool is_constructor = member.kind == MemberKind::kConstructor;
  if (is_constructor) {
    out += "new ";
    append_csharp_name(out, *member.declaring);
  } else {
    append_csharp_name(out, *member.type);
    out.append(" ").append(member.kind == MemberKind::kIndexer ? std::string_view("this") : member.name);
  }
  if (!member.type_parameters.empty()) {
    out += '<';
    for (std::size_t i = 0; i < member.type_parameters.size(); ++i) {
      if (i > 0) out += ", ";
      out += member.type_parameters[i]->name;
    }
    out += '>';
  }
  if (member.kind == MemberKind::kProperty) return;
  out += member.kind == MemberKind::kIndexer ? '[' : '(';
  append_parameters(out, member, !member.is_extension);
  out += member.kind == MemberKind::kIndexer ? ']' : ')';
}

std::string explain(const Resolution& resolution, std::string_view name, std::span<const MemberInfo* const> candidates,
                    std::span<const CallArgument> arguments) {
  const std::string quoted = "`" + std::string(name) + "`";
  switch (resolution.outcome) {
    case Outcome::kFound: return "";
    case Outcome::kNoCandidates: return quoted + " has no overloads";
    case Outcome::kWrongArgumentCount: {
      std::string out = candidates.size() == 1 ? quoted + " does not take " : "no overload of " + quoted + " takes ";
      append_count(out, own_arguments(resolution, arguments), "argument");
      return out;
    }
    case Outcome::kUnknownName:
      return (candidates.size() == 1 ? quoted + " has no parameter named `" : "no overload of " + quoted + " has a parameter named `") +
             std::string(arguments[resolution.argument].name) + "`";
    case Outcome::kBadArgument: return bad_argument(resolution, arguments[resolution.argument]);
    case Outcome::kBadMode: return bad_mode(resolution, arguments[resolution.argument]);
    case Outcome::kAmbiguous:
      return "the call is ambiguous between " + quoted_signature(*resolution.member) + " and " + quoted_signature(*resolution.other);
    case Outcome::kCannotInfer:
      return "the type arguments of " + quoted_signature(*resolution.member) + " cannot be inferred from the arguments";
    case Outcome::kConstraint:
      return "`" + csharp_name(*resolution.type_arguments[resolution.argument]) + "` cannot be the type argument of " +
             quoted_signature(*resolution.member) +
             (resolution.expected == nullptr ? "" : ": it is not a `" + csharp_name(*resolution.expected) + "`");
    case Outcome::kTypeArgumentCount: {
      const std::size_t wanted = resolution.member->type_parameters.size();
      if (wanted == 0) return quoted + " is not generic: it takes no type arguments";
      std::string out = quoted + " takes ";
      append_count(out, wanted, "type argument");
      return out;
    }
  }
  return "";
}

const MemberInfo* closest(const Resolution& resolution, std::span<const MemberInfo* const> candidates) {
  if (resolution.outcome == Outcome::kFound || resolution.outcome == Outcome::kAmbiguous) return nullptr;
  if (resolution.outcome != Outcome::kWrongArgumentCount && resolution.member != nullptr) return resolution.member;
  // With the wrong number of arguments, the longest list says most.
  const auto longest = std::ranges::max_element(candidates, {}, [](const MemberInfo* member) { return member->parameters.size(); });
  return longest == candidates.end() ? nullptr : *longest;
}

}  // namespace portcullis
