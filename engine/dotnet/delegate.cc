// Delegate types and what every delegate has. Lambdas and method groups become Closures of these.
#include <span>

#include "engine/run/run.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kDelegateDefinition;
extern const TypeDefinition kMulticastDelegateDefinition;
extern const TypeDefinition kAction0Definition;
extern const TypeDefinition kFunc0Definition;
extern const TypeDefinition kAction1Definition;
extern const TypeDefinition kFunc1Definition;
extern const TypeDefinition kAction2Definition;
extern const TypeDefinition kFunc2Definition;
extern const TypeDefinition kAction3Definition;
extern const TypeDefinition kFunc3Definition;
extern const TypeDefinition kAction4Definition;
extern const TypeDefinition kFunc4Definition;
extern const TypeDefinition kAction5Definition;
extern const TypeDefinition kFunc5Definition;
extern const TypeDefinition kAction6Definition;
extern const TypeDefinition kFunc6Definition;
extern const TypeDefinition kAction7Definition;
extern const TypeDefinition kFunc7Definition;
extern const TypeDefinition kAction8Definition;
extern const TypeDefinition kFunc8Definition;
extern const TypeDefinition kPredicateDefinition;
extern const TypeDefinition kComparisonDefinition;
extern const TypeDefinition kConverterDefinition;

namespace {

bool same_delegate(Closure* a, Closure* b) {
  if (a == b) return true;
  if (a == nullptr || b == nullptr || a->type != b->type) return false;
  // Two of one method group without state are equal; two evaluations of a lambda that captures are not.
  return a->captured == nullptr && b->captured == nullptr && a->function == b->function && a->native == b->native &&
         (a->function != nullptr || a->native != nullptr);
}
bool different_delegate(Closure* a, Closure* b) { return !same_delegate(a, b); }

bool equal_values(Run&, const Type&, Slot self, Slot other) {
  return same_delegate(static_cast<Closure*>(self.object), static_cast<Closure*>(other.object));
}
std::int32_t hash_value(Run&, const Type&, Slot self) {
  return static_cast<std::int32_t>(
      reinterpret_cast<std::uintptr_t>(static_cast<const Closure*>(self.object)->function) >> 4);
}

constexpr TypeOperations kOperations{.equals = &equal_values, .hash = &hash_value};

constexpr Member kMembers[] = {
    method<&same_delegate>("static bool operator ==(Delegate d1, Delegate d2)").with(kNoRaise),
    method<&different_delegate>("static bool operator !=(Delegate d1, Delegate d2)").with(kNoRaise),
};

}  // namespace

const TypeDefinition kDelegateDefinition{
    .declaration = "abstract class System.Delegate : ICloneable", .members = kMembers, .operations = &kOperations};
const TypeDefinition kMulticastDelegateDefinition{.declaration = "abstract class System.MulticastDelegate : Delegate"};
const TypeDefinition kAction0Definition{.declaration = "delegate void System.Action()"};
const TypeDefinition kFunc0Definition{.declaration = "delegate TResult System.Func<out TResult>()"};
const TypeDefinition kAction1Definition{.declaration = "delegate void System.Action<in T>(T arg)"};
const TypeDefinition kFunc1Definition{.declaration = "delegate TResult System.Func<in T, out TResult>(T arg)"};
const TypeDefinition kAction2Definition{.declaration = "delegate void System.Action<in T1, in T2>(T1 arg1, T2 arg2)"};
const TypeDefinition kFunc2Definition{.declaration =
                                          "delegate TResult System.Func<in T1, in T2, out TResult>(T1 arg1, T2 arg2)"};
const TypeDefinition kAction3Definition{
    .declaration = "delegate void System.Action<in T1, in T2, in T3>(T1 arg1, T2 arg2, T3 arg3)"};
const TypeDefinition kFunc3Definition{
    .declaration = "delegate TResult System.Func<in T1, in T2, in T3, out TResult>(T1 arg1, T2 arg2, T3 arg3)"};
const TypeDefinition kAction4Definition{
    .declaration = "delegate void System.Action<in T1, in T2, in T3, in T4>(T1 arg1, T2 arg2, T3 arg3, T4 arg4)"};
const TypeDefinition kFunc4Definition{
    .declaration =
        "delegate TResult System.Func<in T1, in T2, in T3, in T4, out TResult>(T1 arg1, T2 arg2, T3 arg3, T4 arg4)"};
const TypeDefinition kAction5Definition{
    .declaration =
        "delegate void System.Action<in T1, in T2, in T3, in T4, in T5>(T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5)"};
const TypeDefinition kFunc5Definition{.declaration =
                                          "delegate TResult System.Func<in T1, in T2, in T3, in T4, in T5, out "
                                          "TResult>(T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5)"};
const TypeDefinition kAction6Definition{.declaration =
                                            "delegate void System.Action<in T1, in T2, in T3, in T4, in T5, in T6>(T1 "
                                            "arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6)"};
const TypeDefinition kFunc6Definition{.declaration =
                                          "delegate TResult System.Func<in T1, in T2, in T3, in T4, in T5, in T6, out "
                                          "TResult>(T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6)"};
const TypeDefinition kAction7Definition{.declaration =
                                            "delegate void System.Action<in T1, in T2, in T3, in T4, in T5, in T6, in "
                                            "T7>(T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7)"};
const TypeDefinition kFunc7Definition{
    .declaration =
        "delegate TResult System.Func<in T1, in T2, in T3, in T4, in T5, in T6, in T7, out TResult>(T1 arg1, T2 arg2, "
        "T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7)"};
const TypeDefinition kAction8Definition{
    .declaration =
        "delegate void System.Action<in T1, in T2, in T3, in T4, in T5, in T6, in T7, in T8>(T1 arg1, T2 arg2, T3 "
        "arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8)"};
const TypeDefinition kFunc8Definition{
    .declaration =
        "delegate TResult System.Func<in T1, in T2, in T3, in T4, in T5, in T6, in T7, in T8, out TResult>(T1 arg1, T2 "
        "arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8)"};
const TypeDefinition kPredicateDefinition{.declaration = "delegate bool System.Predicate<in T>(T obj)"};
const TypeDefinition kComparisonDefinition{.declaration = "delegate int System.Comparison<in T>(T x, T y)"};
const TypeDefinition kConverterDefinition{
    .declaration = "delegate TOutput System.Converter<in TInput, out TOutput>(TInput input)"};

}  // namespace portcullis
