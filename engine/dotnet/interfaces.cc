// The interfaces of namespace System that library types implement. Calls through them go to the value's own operations.
#include "base/text.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kIDisposableDefinition;
extern const TypeDefinition kICloneableDefinition;
extern const TypeDefinition kIComparableDefinition;
extern const TypeDefinition kIComparable1Definition;
extern const TypeDefinition kIEquatable1Definition;
extern const TypeDefinition kIFormattableDefinition;
extern const TypeDefinition kIFormatProviderDefinition;
extern const TypeDefinition kIConvertibleDefinition;

namespace {

std::int32_t compare_to(Run& run, Object* self, Object* other) {
  return compare(run, run.type(Known::kObject), Slot::of_object(self), Slot::of_object(other));
}

// T's Slot may be raw: boxing makes it an object like the receiver.
std::int32_t compare_to_same(Run& run, Object* self, Slot other, const CallSite& site) {
  return compare_to(run, self, run.box(*site.declaring->arguments[0], other));
}

bool equals_same(Run& run, Object* self, Slot other, const CallSite& site) {
  return equals(run, run.type(Known::kObject), Slot::of_object(self),
                Slot::of_object(run.box(*site.declaring->arguments[0], other)));
}

String* to_formatted(Run& run, Object* self, String* how, Object*) {
  return format(run, run.type(Known::kObject), Slot::of_object(self), how);
}

void dispose_object(Run& run, Object* self) { dispose(run, self); }

constexpr Member kIDisposableMembers[] = {method<&dispose_object>("void Dispose()")};
constexpr Member kIComparableMembers[] = {method<&compare_to>("int CompareTo(object obj)")};
constexpr Member kIComparable1Members[] = {method<&compare_to_same>("int CompareTo(T other)")};
constexpr Member kIEquatable1Members[] = {method<&equals_same>("bool Equals(T other)")};
constexpr Member kIFormattableMembers[] = {
    method<&to_formatted>("string ToString(string format, IFormatProvider formatProvider)"),
};

}  // namespace

const TypeDefinition kIDisposableDefinition{.declaration = "interface System.IDisposable",
                                            .members = kIDisposableMembers};
const TypeDefinition kICloneableDefinition{.declaration = "interface System.ICloneable"};
const TypeDefinition kIComparableDefinition{.declaration = "interface System.IComparable",
                                            .members = kIComparableMembers};
const TypeDefinition kIComparable1Definition{.declaration = "interface System.IComparable<in T>",
                                             .members = kIComparable1Members};
const TypeDefinition kIEquatable1Definition{.declaration = "interface System.IEquatable<T>",
                                            .members = kIEquatable1Members};
const TypeDefinition kIFormattableDefinition{.declaration = "interface System.IFormattable",
                                             .members = kIFormattableMembers};
const TypeDefinition kIConvertibleDefinition{.declaration = "interface System.IConvertible"};
const TypeDefinition kIFormatProviderDefinition{.declaration = "interface System.IFormatProvider"};

}  // namespace portcullis
