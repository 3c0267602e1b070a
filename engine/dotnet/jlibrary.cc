#include "engine/dotnet/jlibrary.h"

#include "base/text.h"

namespace portcullis {

const MemberInfo* find_member(Run& run, const Type& type, std::string_view name, std::initializer_list<const Type*> parameters) {
  for (const MemberInfo* member : run.types.declared(type, name)) {
    if (member->parameters.size() != parameters.size() || !member->type_parameters.empty()) continue;
    bool same = true;
    std::size_t i = 0;
    for (const Type* wanted : parameters) same = same && member->parameters[i++].type == wanted;
    if (same) return member;
  }
  return nullptr;
}

bool call_member(Run& run, const Type& type, std::string_view name, std::initializer_list<const Type*> parameters,
                 std::initializer_list<Slot> arguments, Slot& out) {
  const MemberInfo* member = find_member(run, type, name, parameters);
  if (member == nullptr || member->row->native == nullptr) {
    run.raise(Known::kNotSupportedException, joined("'", full_name(type), "' has no member '", name, "' that fits."));
    return false;
  }
  const CallSite site{.result = member->type, .declaring = &type};
  out = member->row->native(run, arguments.begin(), site);
  return !run.failed();
}

bool parse_text(Run& run, Known type, String* text, Slot& out) {
  return call_member(run, run.type(type), "Parse", {&run.type(Known::kString)}, {Slot::of_object(text)}, out);
}

bool call_convert(Run& run, std::string_view name, Known parameter, Slot argument, Slot& out) {
  const Type* convert = run.types.find_in("System", "Convert", 0);
  if (convert == nullptr) {
    run.raise(Known::kNotSupportedException, joined("Convert.", name, " is not supported."));
    return false;
  }
  return call_member(run, *convert, name, {&run.type(parameter)}, {argument}, out);
}

}  // namespace portcullis
