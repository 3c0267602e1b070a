// How the JSON and XML types reach other .NET types: through the member tables, so that nothing here knows their structs.
// For rare conversions only; looking a member up costs more than calling it.
#pragma once

#include <initializer_list>
#include <string_view>

#include "engine/run/run.h"
#include "engine/types/type_table.h"

namespace portcullis {

/// The member named so whose parameters are exactly these; null when there is none.
const MemberInfo* find_member(Run& run, const Type& type, std::string_view name, std::initializer_list<const Type*> parameters);
/// Calls it (`arguments` start with the receiver of an instance member). False after raising; NotSupportedException when it is missing.
bool call_member(Run& run, const Type& type, std::string_view name, std::initializer_list<const Type*> parameters,
                 std::initializer_list<Slot> arguments, Slot& out);
/// `T.Parse(string)`
bool parse_text(Run& run, Known type, String* text, Slot& out);
/// A method of System.Convert.
bool call_convert(Run& run, std::string_view name, Known parameter, Slot argument, Slot& out);

}  // namespace portcullis
