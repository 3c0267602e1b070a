// System.DBNull: what databases say for no value. Beyond the allow-list; Convert knows it.
#include "engine/dotnet/extra.h"
#include "engine/run/run.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kDBNullDefinition;
Object* make_database_null(Run& run);

namespace {

bool is_same(Run&, const Type&, Slot, Slot) { return true; }
std::int32_t no_hash(Run&, const Type&, Slot) { return 0; }
String* no_text(Run& run, const Type&, Slot) { return run.empty_string(); }
String* text_of(Run& run, Object*) { return run.empty_string(); }

constexpr TypeOperations kOperations{.to_string = &no_text, .equals = &is_same, .hash = &no_hash};

constexpr auto kMembers = extra({
    property<&make_database_null>("static DBNull Value { get; }").with(kNoRaise),
    method<&text_of>("string ToString()").with(kNoRaise),
});

}  // namespace

Object* make_database_null(Run& run) {
  const Type* type = run.types.find_in("System", "DBNull", 0);
  return type == nullptr ? nullptr : run.make<Object>(*type);
}

const TypeDefinition kDBNullDefinition{
    .declaration = "sealed class System.DBNull", .members = kMembers, .operations = &kOperations};

}  // namespace portcullis
