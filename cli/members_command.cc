// members: the .NET types and members that expressions may use, from the table that the binder reads.
#include <algorithm>
#include <cctype>
#include <map>

#include <nlohmann/json.hpp>

#include "base/diagnostic.h"
#include "cli/options.h"
#include "portcullis/members.hpp"

namespace portcullis::cli {

namespace {

using Json = nlohmann::ordered_json;
using Kind = MemberDescription::Kind;

constexpr std::pair<Kind, const char*> kGroups[] = {{Kind::kConstructor, "constructors"},
                                                    {Kind::kProperty, "properties"},
                                                    {Kind::kMethod, "methods"},
                                                    {Kind::kOperator, "operators"}};

/// `List` of `System.Collections.Generic.List<T>`; also what a person may type for it.
std::string simple_name(const TypeDescription& type) {
  const std::string full = type.full_name.substr(0, type.full_name.find('<'));
  return full.substr(full.rfind('.') + 1);
}

bool is_named(const TypeDescription& type, const std::string& word) {
  return word == type.name || word == type.full_name || word == simple_name(type) ||
         word == type.full_name.substr(0, type.full_name.find('<'));
}

std::string enum_line(const NamedNumber& value) {
  return std::string(value.name) + " = " + std::to_string(value.value);
}

std::string text_of(const TypeDescription& type) {
  std::string out = std::string(type.declaration) + "\n";
  for (const NamedNumber& value : type.values) out += "  " + enum_line(value) + "\n";
  for (const auto& [kind, title] : kGroups) {
    bool is_first = true;
    for (const MemberDescription& member : type.members) {
      if (member.kind != kind) continue;
      if (std::exchange(is_first, false)) out += "  " + std::string(title) + "\n";
      out += "    " + std::string(member.signature) + (member.is_extra ? "  [extra]" : "") + "\n";
    }
  }
  return out;
}

Json json_of(const TypeDescription& type) {
  Json out;
  out["name"] = type.name;
  out["fullName"] = type.full_name;
  out["declaration"] = type.declaration;
  if (!type.values.empty()) {
    Json values = Json::object();
    for (const NamedNumber& value : type.values) values[std::string(value.name)] = value.value;
    out["values"] = std::move(values);
  }
  for (const auto& [kind, title] : kGroups) {
    Json members = Json::array();
    for (const MemberDescription& member : type.members) {
      if (member.kind == kind)
        members.push_back({{"name", member.name}, {"signature", member.signature}, {"extra", member.is_extra}});
    }
    if (!members.empty()) out[title] = std::move(members);
  }
  return out;
}

std::size_t count_members(const std::vector<TypeDescription>& types) {
  std::size_t count = 0;
  for (const TypeDescription& type : types) count += type.members.size() + type.values.size();
  return count;
}

std::string counts(const std::vector<TypeDescription>& types) {
  return std::to_string(types.size()) + " types, " + std::to_string(count_members(types)) + " members";
}

std::string namespace_of(const TypeDescription& type) {
  const std::string full = type.full_name.substr(0, type.full_name.find('<'));
  const std::size_t dot = full.rfind('.');
  return dot == std::string::npos ? std::string() : full.substr(0, dot);
}

std::string markdown_of(const std::vector<TypeDescription>& types) {
  std::map<std::string, std::vector<const TypeDescription*>> spaces;
  for (const TypeDescription& type : types) spaces[namespace_of(type)].push_back(&type);
  std::string out =
      "# The types and members that expressions may use\n\n" + counts(types) +
      ". Written by `./dev docs` from the table that the binder reads; `portcullis members TYPE` shows one type.\n"
      "Lines marked `// extra` are beyond the documented allow-list and refused with `check --strict`.\n";
  for (const auto& [space, members] : spaces) {
    out += "\n## " + space + "\n";
    for (const TypeDescription* type : members) {
      out += "\n### " + simple_name(*type) + "\n\n```csharp\n" + std::string(type->declaration) + "\n";
      for (const NamedNumber& value : type->values) out += "    " + enum_line(value) + "\n";
      for (const MemberDescription& member : type->members) {
        out += "    " + std::string(member.signature) + (member.is_extra ? "  // extra" : "") + "\n";
      }
      out += "```\n";
    }
  }
  return out;
}

int unknown_type(const std::vector<TypeDescription>& types, const std::string& word) {
  std::vector<std::string> names;
  for (const TypeDescription& type : types) names.push_back(simple_name(type));
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const std::string_view near = closest(word, candidates);
  complain("no type `" + word + "` that expressions may use" +
           (near.empty() ? "; `portcullis members` lists them all" : "; did you mean `" + std::string(near) + "`?"));
  return kNo;
}

void print(const std::vector<TypeDescription>& types, bool json) {
  if (json) {
    Json all = Json::array();
    for (const TypeDescription& type : types) all.push_back(json_of(type));
    write_out(all.dump(2) + "\n");
    return;
  }
  std::string out;
  for (const TypeDescription& type : types) out += (out.empty() ? "" : "\n") + text_of(type);
  write_out(out);
}

}  // namespace

int members_command(const MembersOptions& options) {
  const std::shared_ptr<const Library> library = make_library();
  std::vector<TypeDescription> types = describe_types(*library);
  if (options.markdown) {
    write_out(markdown_of(types));
    return kDone;
  }
  if (!options.type.empty()) {
    std::vector<TypeDescription> wanted;
    std::copy_if(types.begin(), types.end(), std::back_inserter(wanted),
                 [&](const auto& type) { return is_named(type, options.type); });
    if (wanted.empty()) return unknown_type(types, options.type);
    print(wanted, options.json);
    return kDone;
  }
  if (options.json) {
    print(types, true);
    return kDone;
  }
  for (const TypeDescription& type : types) write_out(std::string(type.declaration) + "\n");
  write_out("\n" + counts(types) + "; portcullis members TYPE shows a type's members\n");
  return kDone;
}

}  // namespace portcullis::cli
