// System.Tuple<...> (the class; `(a, b)` is System.ValueTuple, whose values are Records that the evaluator knows), the
// static classes Tuple and ValueTuple, and what a KeyValuePair can do.
#include "base/text.h"
#include "engine/dotnet/text_buffer.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kTuple1Definition;
extern const TypeDefinition kTuple2Definition;
extern const TypeDefinition kTuple3Definition;
extern const TypeDefinition kTuple4Definition;
extern const TypeDefinition kTuple5Definition;
extern const TypeDefinition kTuple6Definition;
extern const TypeDefinition kTuple7Definition;
extern const TypeDefinition kTuple8Definition;
extern const TypeDefinition kTupleDefinition;
extern const TypeDefinition kValueTupleDefinition;
extern const TypeOperations kKeyValuePairOperations;

namespace {

const Record& record_of(Slot self) { return *static_cast<const Record*>(self.object); }

bool is_rest(const Type& type, std::uint32_t i) { return i == 7 && type.arguments[i]->name == "Tuple"; }

// The items, those of a nested last tuple among them.
void append_items(Run& run, TextBuffer& out, const Type& type, const Record& record) {
  for (std::uint32_t i = 0; i < record.count && !run.failed(); ++i) {
    if (i > 0) out.append(run, std::string_view(", "));
    if (is_rest(type, i) && record.fields[i].object != nullptr) {
      append_items(run, out, *type.arguments[i], record_of(record.fields[i]));
    } else {
      out.append(run, to_text(run, *type.arguments[i], record.fields[i]));
    }
  }
}

String* tuple_to_string(Run& run, const Type& type, Slot self) {
  TextBuffer out;
  out.append(run, std::string_view("("));
  append_items(run, out, type, record_of(self));
  out.append(run, std::string_view(")"));
  return out.take(run);
}

bool record_equals(Run& run, const Type& type, Slot self, Slot other) {
  for (std::uint32_t i = 0; i < record_of(self).count; ++i) {
    if (!equals(run, *type.arguments[i], record_of(self).fields[i], record_of(other).fields[i])) return false;
  }
  return true;
}

std::int32_t record_hash(Run& run, const Type& type, Slot self) {
  std::uint32_t state = 0;
  for (std::uint32_t i = 0; i < record_of(self).count; ++i) {
    state =
        ((state << 5) + state) ^ static_cast<std::uint32_t>(hash(run, *type.arguments[i], record_of(self).fields[i]));
  }
  return static_cast<std::int32_t>(state);
}

std::int32_t tuple_compare(Run& run, const Type& type, Slot self, Slot other) {
  for (std::uint32_t i = 0; i < record_of(self).count && !run.failed(); ++i) {
    const std::int32_t order = compare(run, *type.arguments[i], record_of(self).fields[i], record_of(other).fields[i]);
    if (order != 0) return order;
  }
  return 0;
}

constexpr TypeOperations kOperations{
    .to_string = &tuple_to_string, .equals = &record_equals, .hash = &record_hash, .compare = &tuple_compare};

/// `[a, 1]`
String* pair_to_string(Run& run, const Type& type, Slot self) {
  TextBuffer out;
  out.append(run, std::string_view("["));
  out.append(run, to_text(run, *type.arguments[0], record_of(self).fields[0]));
  out.append(run, std::string_view(", "));
  out.append(run, to_text(run, *type.arguments[1], record_of(self).fields[1]));
  out.append(run, std::string_view("]"));
  return out.take(run);
}

Object* pair_zero(Run& run, const Type& type) {
  return run.record(type, {run.zero(*type.arguments[0]), run.zero(*type.arguments[1])});
}

// ---- construction, items ------------------------------------------------------------------------------------

template <typename... Slots>
Record* make(Run& run, Slots... items, const CallSite& site) {
  return run.record(*site.result, {items...});
}
Record* make8(Run& run, Slot a, Slot b, Slot c, Slot d, Slot e, Slot f, Slot g, Slot h, const CallSite& site) {
  const Type& type = *site.result;
  return run.record(type, {a, b, c, d, e, f, g, Slot::of_object(run.record(*type.arguments[7], {h}))});
}

template <std::uint32_t kIndex>
Slot item(Record* self) {
  return self->fields[kIndex];
}

constexpr auto kMake1 = &make<Slot>;
constexpr auto kMake2 = &make<Slot, Slot>;
constexpr auto kMake3 = &make<Slot, Slot, Slot>;
constexpr auto kMake4 = &make<Slot, Slot, Slot, Slot>;
constexpr auto kMake5 = &make<Slot, Slot, Slot, Slot, Slot>;
constexpr auto kMake6 = &make<Slot, Slot, Slot, Slot, Slot, Slot>;
constexpr auto kMake7 = &make<Slot, Slot, Slot, Slot, Slot, Slot, Slot>;
constexpr auto kMake8 = &make<Slot, Slot, Slot, Slot, Slot, Slot, Slot, Slot>;

constexpr std::uint8_t kSafe = kNoRaise;

// Tuple<...> of n items has the first n of these, behind its constructor.
constexpr Member kItem1 = property<&item<0>>("T1 Item1 { get; }").with(kSafe);
constexpr Member kItem2 = property<&item<1>>("T2 Item2 { get; }").with(kSafe);
constexpr Member kItem3 = property<&item<2>>("T3 Item3 { get; }").with(kSafe);
constexpr Member kItem4 = property<&item<3>>("T4 Item4 { get; }").with(kSafe);
constexpr Member kItem5 = property<&item<4>>("T5 Item5 { get; }").with(kSafe);
constexpr Member kItem6 = property<&item<5>>("T6 Item6 { get; }").with(kSafe);
constexpr Member kItem7 = property<&item<6>>("T7 Item7 { get; }").with(kSafe);

constexpr Member kMembers1[] = {constructor<kMake1>("new Tuple(T1 item1)"), kItem1};
constexpr Member kMembers2[] = {constructor<kMake2>("new Tuple(T1 item1, T2 item2)"), kItem1, kItem2};
constexpr Member kMembers3[] = {constructor<kMake3>("new Tuple(T1 item1, T2 item2, T3 item3)"), kItem1, kItem2, kItem3};
constexpr Member kMembers4[] = {constructor<kMake4>("new Tuple(T1 item1, T2 item2, T3 item3, T4 item4)"), kItem1,
                                kItem2, kItem3, kItem4};
constexpr Member kMembers5[] = {constructor<kMake5>("new Tuple(T1 item1, T2 item2, T3 item3, T4 item4, T5 item5)"),
                                kItem1,
                                kItem2,
                                kItem3,
                                kItem4,
                                kItem5};
constexpr Member kMembers6[] = {
    constructor<kMake6>("new Tuple(T1 item1, T2 item2, T3 item3, T4 item4, T5 item5, T6 item6)"),
    kItem1,
    kItem2,
    kItem3,
    kItem4,
    kItem5,
    kItem6};
constexpr Member kMembers7[] = {
    constructor<kMake7>("new Tuple(T1 item1, T2 item2, T3 item3, T4 item4, T5 item5, T6 item6, T7 item7)"),
    kItem1,
    kItem2,
    kItem3,
    kItem4,
    kItem5,
    kItem6,
    kItem7};
constexpr Member kMembers8[] = {
    constructor<kMake8>("new Tuple(T1 item1, T2 item2, T3 item3, T4 item4, T5 item5, T6 item6, T7 item7, TRest rest)"),
    kItem1,
    kItem2,
    kItem3,
    kItem4,
    kItem5,
    kItem6,
    kItem7,
    property<&item<7>>("TRest Rest { get; }")};

constexpr Member kTupleMembers[] = {
    method<kMake1>("static Tuple<T1> Create<T1>(T1 item1)"),
    method<kMake2>("static Tuple<T1, T2> Create<T1, T2>(T1 item1, T2 item2)"),
    method<kMake3>("static Tuple<T1, T2, T3> Create<T1, T2, T3>(T1 item1, T2 item2, T3 item3)"),
    method<kMake4>("static Tuple<T1, T2, T3, T4> Create<T1, T2, T3, T4>(T1 item1, T2 item2, T3 item3, T4 item4)"),
    method<kMake5>("static Tuple<T1, T2, T3, T4, T5> Create<T1, T2, T3, T4, T5>(T1 item1, T2 item2, T3 item3, T4 "
                   "item4, T5 item5)"),
    method<kMake6>(
        "static Tuple<T1, T2, T3, T4, T5, T6> Create<T1, T2, T3, T4, T5, T6>(T1 item1, T2 item2, T3 item3, T4 item4, "
        "T5 item5, T6 item6)"),
    method<kMake7>(
        "static Tuple<T1, T2, T3, T4, T5, T6, T7> Create<T1, T2, T3, T4, T5, T6, T7>(T1 item1, T2 item2, T3 item3, "
        "T4 item4, T5 item5, T6 item6, T7 item7)"),
    method<&make8>("static Tuple<T1, T2, T3, T4, T5, T6, T7, Tuple<T8>> Create<T1, T2, T3, T4, T5, T6, T7, T8>(T1 "
                   "item1, T2 item2, "
                   "T3 item3, T4 item4, T5 item5, T6 item6, T7 item7, T8 item8)"),
};

constexpr Member kValueTupleMembers[] = {
    method<kMake2>("static (T1, T2) Create<T1, T2>(T1 item1, T2 item2)"),
    method<kMake3>("static (T1, T2, T3) Create<T1, T2, T3>(T1 item1, T2 item2, T3 item3)"),
    method<kMake4>("static (T1, T2, T3, T4) Create<T1, T2, T3, T4>(T1 item1, T2 item2, T3 item3, T4 item4)"),
    method<kMake5>(
        "static (T1, T2, T3, T4, T5) Create<T1, T2, T3, T4, T5>(T1 item1, T2 item2, T3 item3, T4 item4, T5 item5)"),
    method<kMake6>(
        "static (T1, T2, T3, T4, T5, T6) Create<T1, T2, T3, T4, T5, T6>(T1 item1, T2 item2, T3 item3, T4 item4, "
        "T5 item5, T6 item6)"),
    method<kMake7>(
        "static (T1, T2, T3, T4, T5, T6, T7) Create<T1, T2, T3, T4, T5, T6, T7>(T1 item1, T2 item2, T3 item3, "
        "T4 item4, T5 item5, T6 item6, T7 item7)"),
};

}  // namespace

const TypeOperations kKeyValuePairOperations{
    .to_string = &pair_to_string, .equals = &record_equals, .hash = &record_hash, .zero = &pair_zero};

const TypeDefinition kTuple1Definition{
    .declaration = "class System.Tuple<T1> : IComparable", .members = kMembers1, .operations = &kOperations};
const TypeDefinition kTuple2Definition{
    .declaration = "class System.Tuple<T1, T2> : IComparable", .members = kMembers2, .operations = &kOperations};
const TypeDefinition kTuple3Definition{
    .declaration = "class System.Tuple<T1, T2, T3> : IComparable", .members = kMembers3, .operations = &kOperations};
const TypeDefinition kTuple4Definition{.declaration = "class System.Tuple<T1, T2, T3, T4> : IComparable",
                                       .members = kMembers4,
                                       .operations = &kOperations};
const TypeDefinition kTuple5Definition{.declaration = "class System.Tuple<T1, T2, T3, T4, T5> : IComparable",
                                       .members = kMembers5,
                                       .operations = &kOperations};
const TypeDefinition kTuple6Definition{.declaration = "class System.Tuple<T1, T2, T3, T4, T5, T6> : IComparable",
                                       .members = kMembers6,
                                       .operations = &kOperations};
const TypeDefinition kTuple7Definition{.declaration = "class System.Tuple<T1, T2, T3, T4, T5, T6, T7> : IComparable",
                                       .members = kMembers7,
                                       .operations = &kOperations};
const TypeDefinition kTuple8Definition{
    .declaration = "class System.Tuple<T1, T2, T3, T4, T5, T6, T7, TRest> : IComparable",
    .members = kMembers8,
    .operations = &kOperations};
const TypeDefinition kTupleDefinition{.declaration = "static class System.Tuple", .members = kTupleMembers};
const TypeDefinition kValueTupleDefinition{.declaration = "static class System.ValueTuple",
                                           .members = kValueTupleMembers};

}  // namespace portcullis
