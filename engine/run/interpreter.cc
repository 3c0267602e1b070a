// The evaluator's loop: one case for each instruction of engine/program/ops.def, in that order.
//
// Longer than other files because it is one flat switch. Under GCC and clang it jumps through a table from the end of each
// instruction (better predicted than one shared jump); elsewhere it is a plain switch.
#include <limits>

#include "engine/run/array_operations.h"
#include "engine/run/frames.h"
#include "engine/run/helpers.h"
#include "engine/run/text_operations.h"
#include "engine/types/type_table.h"

#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wpedantic"  // labels as values
#define PC_THREADED 1
#endif

namespace portcullis {

namespace {

std::uint32_t low(Slot slot) { return static_cast<std::uint32_t>(slot.integer); }
std::uint64_t wide(Slot slot) { return static_cast<std::uint64_t>(slot.integer); }
Slot wrap32(std::uint32_t bits) { return Slot::of(static_cast<std::int32_t>(bits)); }
Slot wrap64(std::uint64_t bits) { return Slot::of(static_cast<std::int64_t>(bits)); }
std::int32_t int32_of(Slot slot) { return static_cast<std::int32_t>(slot.integer); }

const Handler* find_handler(const Function& function, std::uint32_t at) {
  for (const Handler& handler : function.handlers) {
    if (at >= handler.begin && at < handler.end) return &handler;
  }
  return nullptr;
}

/// By 0, by -1.
Slot divide_slowly(Run& run, Slot left, Slot right, std::int64_t smallest, bool is_remainder) {
  if (right.integer == 0) return raise_divide_by_zero(run);
  if (left.integer == smallest) return raise_overflow(run);
  return Slot::of(is_remainder ? 0 : -left.integer);
}

template <typename T>
T* object_at(Slot slot) {
  return static_cast<T*>(slot.object);
}

Slot new_record(Run& run, const Type& type, const Slot* fields) {
  Record* record = run.record(type, {});
  record->count = static_cast<std::uint32_t>(type.arguments.size());
  record->fields = run.arena.copy(std::span<const Slot>(fields, record->count)).data();
  return Slot::of_object(record);
}

Slot with_field(Run& run, const Record& record, std::int64_t index, Slot value) {
  Slot copy = new_record(run, *record.type, record.fields);
  object_at<Record>(copy)->fields[index] = value;
  return copy;
}

Slot new_closure(Run& run, const ClosureSite& site, const Slot* captured) {
  auto* closure = run.make<Closure>(*site.type);
  closure->function = site.function;
  closure->captured = run.arena.copy(std::span<const Slot>(captured, site.function->captured)).data();
  return Slot::of_object(closure);
}

Slot call_delegate(Run& run, Slot* window, std::uint32_t count) {
  auto* closure = object_at<Closure>(window[0]);
  if (closure == nullptr) return run.raise_null_reference();
  if (closure->native != nullptr) return closure->native(run, closure, window + 1);
  return enter_closure(run, *closure, window + 1, count);
}

Slot make_type_object(Run& run, const Type& type) {
  auto* object = run.make<TypeObject>(Known::kType);
  object->value = &type;
  return Slot::of_object(object);
}

}  // namespace

Slot execute(Run& run, const Function& function, Slot* r, const Instruction* pc, const Instruction** resume) {
#if PC_THREADED
  static const void* const kLabels[] = {
#define PC_OP(enumerator, mnemonic, operands) &&label_##enumerator,
#include "engine/program/ops.def"
  };
#define CASE(enumerator) label_##enumerator:
#define DISPATCH() goto* kLabels[static_cast<std::size_t>(pc->op)]
#define BEGIN() DISPATCH();
#define END()
#else
#define CASE(enumerator) case Op::enumerator:
#define DISPATCH() continue
#define BEGIN() again: for (;;) { switch (pc->op) {
#define END() case Op::kCount: break; } }
#endif
#define A r[pc->a]
#define B r[pc->b]
#define C r[pc->c]
#define NEXT() \
  do {         \
    ++pc;      \
    DISPATCH(); \
  } while (false)
#define FAIL() goto failed
#define CHECK() \
  if (run.pending != nullptr) [[unlikely]] FAIL()
#define TYPE() (*static_cast<const Type*>(pc->pointer))
// A destination is written only when nothing was raised: the author's variable keeps its value otherwise.
#define RESULT(expression)               \
  do {                                   \
    const Slot pc_value = (expression);  \
    CHECK();                             \
    A = pc_value;                        \
    NEXT();                              \
  } while (false)
#define COUNT(jump)                                                                     \
  do {                                                                                  \
    const auto pc_steps = static_cast<std::uint64_t>(1 - std::int64_t{jump});          \
    if (run.steps_left < pc_steps || run.arena.exhausted()) [[unlikely]] {              \
      if (!run.spend(pc_steps) || !run.within_limits()) FAIL();                         \
    } else {                                                                            \
      run.steps_left -= pc_steps;                                                       \
    }                                                                                   \
  } while (false)
#define BRANCH(enumerator, condition)                 \
  CASE(enumerator) {                                  \
    if (condition) {                                  \
      pc += pc->pair.jump;                            \
      DISPATCH();                                     \
    }                                                 \
    NEXT();                                           \
  }                                                   \
  CASE(enumerator##Loop) {                            \
    if (condition) {                                  \
      COUNT(pc->pair.jump);                           \
      pc += pc->pair.jump;                            \
      DISPATCH();                                     \
    }                                                 \
    NEXT();                                           \
  }
#define BRANCH_LITERAL(enumerator, condition)         \
  CASE(enumerator) {                                  \
    if (condition) {                                  \
      pc += literal_jump(*pc);                        \
      DISPATCH();                                     \
    }                                                 \
    NEXT();                                           \
  }                                                   \
  CASE(enumerator##Loop) {                            \
    if (condition) {                                  \
      COUNT(literal_jump(*pc));                       \
      pc += literal_jump(*pc);                        \
      DISPATCH();                                     \
    }                                                 \
    NEXT();                                           \
  }
// The body leaves the element in `A` and says whether there was one.
#define WALK(enumerator, has_next)  \
  CASE(enumerator) {                \
    if (has_next) {                 \
      COUNT(pc->pair.jump);         \
      pc += pc->pair.jump;          \
      DISPATCH();                   \
    }                               \
    CHECK();                        \
    NEXT();                         \
  }
#define SIMPLE(enumerator, expression) \
  CASE(enumerator) {                   \
    A = (expression);                  \
    NEXT();                            \
  }

  BEGIN()

  // ---- moving ----
  SIMPLE(kMove, B)
  SIMPLE(kLoad, Slot::of(pc->integer))
  SIMPLE(kLoadReal, Slot::of_real(pc->real))
  SIMPLE(kLoadObject, Slot::of_object(static_cast<Object*>(const_cast<void*>(pc->pointer))))
  SIMPLE(kTypeOf, make_type_object(run, TYPE()))
  SIMPLE(kContext, Slot::of_object(run.context))
  CASE(kNewCell) {
    A.place = run.arena.make<Slot>();
    NEXT();
  }
  CASE(kCellFrom) {
    Slot* cell = run.arena.make<Slot>();
    *cell = B;
    A.place = cell;
    NEXT();
  }
  SIMPLE(kCellLoad, *B.place)
  CASE(kCellStore) {
    *A.place = B;
    NEXT();
  }
  CASE(kAddress) {
    A.place = &B;
    NEXT();
  }

  // ---- arithmetic ----
  SIMPLE(kAddInt, wrap32(low(B) + low(C)))
  SIMPLE(kSubtractInt, wrap32(low(B) - low(C)))
  SIMPLE(kMultiplyInt, wrap32(low(B) * low(C)))
  CASE(kDivideInt) {
    const std::int32_t left = int32_of(B);
    const std::int32_t right = int32_of(C);
    if (static_cast<std::uint32_t>(right) + 1 <= 1) [[unlikely]] {
      RESULT(divide_slowly(run, B, C, std::numeric_limits<std::int32_t>::min(), false));
    }
    A = Slot::of(left / right);
    NEXT();
  }
  CASE(kRemainderInt) {
    const std::int32_t left = int32_of(B);
    const std::int32_t right = int32_of(C);
    if (static_cast<std::uint32_t>(right) + 1 <= 1) [[unlikely]] {
      RESULT(divide_slowly(run, B, C, std::numeric_limits<std::int32_t>::min(), true));
    }
    A = Slot::of(left % right);
    NEXT();
  }
  SIMPLE(kShiftLeftInt, wrap32(low(B) << (low(C) & 31)))
  SIMPLE(kShiftRightInt, Slot::of(int32_of(B) >> (low(C) & 31)))
  SIMPLE(kAddIntConstant, wrap32(low(B) + static_cast<std::uint32_t>(pc->integer)))
  SIMPLE(kMultiplyIntConstant, wrap32(low(B) * static_cast<std::uint32_t>(pc->integer)))
  SIMPLE(kDivideIntConstant, Slot::of(int32_of(B) / static_cast<std::int32_t>(pc->integer)))
  SIMPLE(kRemainderIntConstant, Slot::of(int32_of(B) % static_cast<std::int32_t>(pc->integer)))
  SIMPLE(kShiftLeftIntConstant, wrap32(low(B) << (pc->integer & 31)))
  SIMPLE(kShiftRightIntConstant, Slot::of(int32_of(B) >> (pc->integer & 31)))
  SIMPLE(kAddLong, wrap64(wide(B) + wide(C)))
  SIMPLE(kSubtractLong, wrap64(wide(B) - wide(C)))
  SIMPLE(kMultiplyLong, wrap64(wide(B) * wide(C)))
  CASE(kDivideLong) {
    if (wide(C) + 1 <= 1) [[unlikely]] {
      RESULT(divide_slowly(run, B, C, std::numeric_limits<std::int64_t>::min(), false));
    }
    A = Slot::of(B.integer / C.integer);
    NEXT();
  }
  CASE(kRemainderLong) {
    if (wide(C) + 1 <= 1) [[unlikely]] {
      RESULT(divide_slowly(run, B, C, std::numeric_limits<std::int64_t>::min(), true));
    }
    A = Slot::of(B.integer % C.integer);
    NEXT();
  }
  SIMPLE(kShiftLeftLong, wrap64(wide(B) << (wide(C) & 63)))
  SIMPLE(kShiftRightLong, Slot::of(B.integer >> (wide(C) & 63)))
  SIMPLE(kAddLongConstant, wrap64(wide(B) + static_cast<std::uint64_t>(pc->integer)))
  SIMPLE(kAnd, Slot::of(B.integer & C.integer))
  SIMPLE(kOr, Slot::of(B.integer | C.integer))
  SIMPLE(kXor, Slot::of(B.integer ^ C.integer))
  SIMPLE(kAndConstant, Slot::of(B.integer & pc->integer))
  SIMPLE(kNegateInt, wrap32(0U - low(B)))
  SIMPLE(kNegateLong, wrap64(0U - wide(B)))
  SIMPLE(kComplement, Slot::of(~B.integer))
  SIMPLE(kNot, Slot::of(B.integer ^ 1))
  SIMPLE(kAddDouble, Slot::of_real(B.real + C.real))
  SIMPLE(kSubtractDouble, Slot::of_real(B.real - C.real))
  SIMPLE(kMultiplyDouble, Slot::of_real(B.real * C.real))
  SIMPLE(kDivideDouble, Slot::of_real(B.real / C.real))
  SIMPLE(kNegateDouble, Slot::of_real(-B.real))

  // ---- comparing ----
  SIMPLE(kEqual, Slot::of(B.integer == C.integer))
  SIMPLE(kNotEqual, Slot::of(B.integer != C.integer))
  SIMPLE(kLess, Slot::of(B.integer < C.integer))
  SIMPLE(kLessOrEqual, Slot::of(B.integer <= C.integer))
  SIMPLE(kEqualDouble, Slot::of(B.real == C.real))
  SIMPLE(kNotEqualDouble, Slot::of(B.real != C.real))
  SIMPLE(kLessDouble, Slot::of(B.real < C.real))
  SIMPLE(kLessOrEqualDouble, Slot::of(B.real <= C.real))
  SIMPLE(kSame, Slot::of(same_object(B.object, C.object)))
  SIMPLE(kNotSame, Slot::of(!same_object(B.object, C.object)))
  SIMPLE(kEqualText, Slot::of(equal_text(object_at<const String>(B), object_at<const String>(C))))
  SIMPLE(kNotEqualText, Slot::of(!equal_text(object_at<const String>(B), object_at<const String>(C))))
  SIMPLE(kEqualLiteral, Slot::of(equal_text(object_at<const String>(B), static_cast<const String*>(pc->pointer))))
  SIMPLE(kIsNull, Slot::of(B.object == nullptr))
  SIMPLE(kIsNotNull, Slot::of(B.object != nullptr))

  // ---- jumping ----
  BRANCH(kJump, true)
  BRANCH(kJumpIfTrue, A.integer != 0)
  BRANCH(kJumpIfFalse, A.integer == 0)
  BRANCH(kJumpIfNull, A.object == nullptr)
  BRANCH(kJumpIfNotNull, A.object != nullptr)
  BRANCH(kJumpIfEqual, A.integer == B.integer)
  BRANCH(kJumpIfNotEqual, A.integer != B.integer)
  BRANCH(kJumpIfLess, A.integer < B.integer)
  BRANCH(kJumpIfLessOrEqual, A.integer <= B.integer)
  BRANCH(kJumpIfEqualConstant, A.integer == pc->pair.x)
  BRANCH(kJumpIfNotEqualConstant, A.integer != pc->pair.x)
  BRANCH(kJumpIfLessConstant, A.integer < pc->pair.x)
  BRANCH(kJumpIfLessOrEqualConstant, A.integer <= pc->pair.x)
  BRANCH(kJumpIfGreaterConstant, A.integer > pc->pair.x)
  BRANCH(kJumpIfGreaterOrEqualConstant, A.integer >= pc->pair.x)
  BRANCH_LITERAL(kJumpIfEqualLiteral, equal_text(object_at<const String>(A), static_cast<const String*>(pc->pointer)))
  BRANCH_LITERAL(kJumpIfNotEqualLiteral, !equal_text(object_at<const String>(A), static_cast<const String*>(pc->pointer)))
  CASE(kSwitch) {
    pc = function.code.data() + static_cast<const JumpTable*>(pc->pointer)->targets[static_cast<std::size_t>(A.integer)];
    DISPATCH();
  }
  CASE(kReturn) { return A; }
  CASE(kReturnNothing) { return Slot{}; }
  CASE(kThrow) {
    if (A.object == nullptr) {
      run.raise_null_reference();
    } else {
      run.rethrow(object_at<Exception>(A));
    }
    FAIL();
  }
  CASE(kEndFinally) {
    if (A.integer < 0) {
      run.rethrow(object_at<Exception>(r[pc->a + 1]));
      FAIL();
    }
    pc = function.code.data() + static_cast<const JumpTable*>(pc->pointer)->targets[static_cast<std::size_t>(A.integer)];
    DISPATCH();
  }
  CASE(kYield) {
    *resume = pc + 1;
    return A;
  }

  // ---- walking ----
  CASE(kEnumerate) {
    RESULT(Slot::of_object(enumerate(run, B.object, {})));
  }
  CASE(kEnumerateObjects) {
    Enumerator* enumerator = enumerate(run, B.object, {});
    CHECK();
    r[pc->a + 1].object = reinterpret_cast<Object*>(const_cast<Type*>(run.types.element_type(*B.object->type)));
    A.object = enumerator;
    NEXT();
  }
  WALK(kNext, object_at<Enumerator>(B)->next(run, object_at<Enumerator>(B)) && (A = object_at<Enumerator>(B)->current, true))
  WALK(kNextObject, object_at<Enumerator>(B)->next(run, object_at<Enumerator>(B)) &&
                        (A.object = current_as_object(run, reinterpret_cast<const Type*>(r[pc->b + 1].object), object_at<Enumerator>(B)),
                         true))
  WALK(kNextItem, wide(r[pc->b + 1]) < object_at<Array>(B)->length &&
                      (A = object_at<Array>(B)->items[r[pc->b + 1].integer++], true))
  WALK(kNextByte, wide(r[pc->b + 1]) < object_at<ByteArray>(B)->length &&
                      (A = Slot::of(object_at<ByteArray>(B)->data[r[pc->b + 1].integer++]), true))
  WALK(kNextSByte,
       wide(r[pc->b + 1]) < object_at<ByteArray>(B)->length &&
           (A = Slot::of(static_cast<std::int8_t>(object_at<ByteArray>(B)->data[r[pc->b + 1].integer++])), true))
  WALK(kNextChar, next_char(*object_at<const String>(B), r[pc->b + 1], A))
  CASE(kDispose) {
    if (auto* enumerator = object_at<Enumerator>(A); enumerator != nullptr && enumerator->dispose != nullptr) {
      enumerator->dispose(run, enumerator);
      CHECK();
    }
    NEXT();
  }

  // ---- conversions ----
  SIMPLE(kSignExtend8, Slot::of(static_cast<std::int8_t>(B.integer)))
  SIMPLE(kSignExtend16, Slot::of(static_cast<std::int16_t>(B.integer)))
  SIMPLE(kSignExtend32, Slot::of(static_cast<std::int32_t>(B.integer)))
  SIMPLE(kZeroExtend8, Slot::of(static_cast<std::uint8_t>(B.integer)))
  SIMPLE(kZeroExtend16, Slot::of(static_cast<std::uint16_t>(B.integer)))
  SIMPLE(kZeroExtend32, Slot::of(static_cast<std::uint32_t>(B.integer)))
  SIMPLE(kIntegerToDouble, Slot::of_real(static_cast<double>(B.integer)))
  SIMPLE(kDoubleToInt, Slot::of(to_int32(B.real)))
  SIMPLE(kDoubleToLong, Slot::of(to_int64(B.real)))
  SIMPLE(kBox, Slot::of_object(run.box_raw(TYPE(), B)))
  CASE(kUnboxRaw) {
    const Object* object = B.object;
    if (object != nullptr && object->type == &TYPE()) [[likely]] {
      A = static_cast<const Box*>(object)->value;
      NEXT();
    }
    RESULT(unbox(run, B.object, TYPE()));
  }
  CASE(kUnbox) { RESULT(unbox(run, B.object, TYPE())); }
  CASE(kCast) {
    Object* object = B.object;
    if (object == nullptr || object->type == &TYPE()) [[likely]] {
      A.object = object;
      NEXT();
    }
    RESULT(unbox(run, object, TYPE()));
  }
  SIMPLE(kIs, Slot::of(is_instance(B.object, TYPE())))
  SIMPLE(kAs, Slot::of_object(is_instance(B.object, TYPE()) ? B.object : nullptr))
  CASE(kNullableValue) {
    if (B.object == nullptr) [[unlikely]] {
      raise_no_value(run);
      FAIL();
    }
    A = object_at<const Box>(B)->value;
    NEXT();
  }
  CASE(kNullableObject) {
    if (B.object == nullptr) [[unlikely]] {
      raise_no_value(run);
      FAIL();
    }
    A = B;
    NEXT();
  }

  // ---- records and arrays ----
  SIMPLE(kNewRecord, new_record(run, TYPE(), &B))
  CASE(kField) {
    if (B.object == nullptr) [[unlikely]] {
      run.raise_null_reference();
      FAIL();
    }
    A = object_at<const Record>(B)->fields[pc->integer];
    NEXT();
  }
  SIMPLE(kWithField, with_field(run, *object_at<const Record>(B), pc->integer, C))
  CASE(kNewArray) { RESULT(Slot::of_object(new_array(run, TYPE(), B.integer))); }
  CASE(kNewGrid) { RESULT(Slot::of_object(new_grid(run, TYPE(), &B, pc->c))); }
  CASE(kArrayLiteral) { RESULT(Slot::of_object(array_of(run, TYPE(), &B, pc->c))); }
  CASE(kArrayLength) {
    if (B.object == nullptr) [[unlikely]] {
      run.raise_null_reference();
      FAIL();
    }
    A = Slot::of(object_at<const Array>(B)->length);
    NEXT();
  }
  CASE(kBytesLength) {
    if (B.object == nullptr) [[unlikely]] {
      run.raise_null_reference();
      FAIL();
    }
    A = Slot::of(object_at<const ByteArray>(B)->length);
    NEXT();
  }
#define ELEMENT(Kind, holder, at)                                    \
  auto* holder_of_it = object_at<Kind>(holder);                      \
  if (holder_of_it == nullptr) [[unlikely]] {                        \
    run.raise_null_reference();                                      \
    FAIL();                                                          \
  }                                                                  \
  if (wide(at) >= holder_of_it->length) [[unlikely]] {               \
    raise_index(run);                                                \
    FAIL();                                                          \
  }
  CASE(kLoadItem) {
    ELEMENT(const Array, B, C)
    A = holder_of_it->items[C.integer];
    NEXT();
  }
  CASE(kLoadByte) {
    ELEMENT(const ByteArray, B, C)
    A = Slot::of(holder_of_it->data[C.integer]);
    NEXT();
  }
  CASE(kLoadSByte) {
    ELEMENT(const ByteArray, B, C)
    A = Slot::of(static_cast<std::int8_t>(holder_of_it->data[C.integer]));
    NEXT();
  }
  CASE(kStoreItem) {
    ELEMENT(Array, A, B)
    holder_of_it->items[B.integer] = C;
    NEXT();
  }
  CASE(kStoreItemChecked) {
    ELEMENT(Array, A, B)
    if (!may_store(run, *holder_of_it, C.object)) [[unlikely]] FAIL();
    holder_of_it->items[B.integer] = C;
    NEXT();
  }
  CASE(kStoreByte) {
    ELEMENT(ByteArray, A, B)
    holder_of_it->data[B.integer] = static_cast<std::uint8_t>(C.integer);
    NEXT();
  }
  CASE(kLoadGrid) {
    const Slot* place = grid_item(run, object_at<Array>(B), &C);
    CHECK();
    A = *place;
    NEXT();
  }
  CASE(kStoreGrid) {
    Slot* place = grid_item(run, object_at<Array>(A), &B);
    CHECK();
    if (object_at<Array>(A)->type->element->is_reference() && !may_store(run, *object_at<Array>(A), C.object)) FAIL();
    *place = C;
    NEXT();
  }
  CASE(kItemAddress) {
    ELEMENT(Array, B, C)
    A.place = &holder_of_it->items[C.integer];
    NEXT();
  }
  CASE(kGridAddress) {
    Slot* place = grid_item(run, object_at<Array>(B), &C);
    CHECK();
    A.place = place;
    NEXT();
  }

  // ---- text ----
  CASE(kConcat) { RESULT(Slot::of_object(concat_all(run, &B, pc->c))); }
  CASE(kToText) { RESULT(Slot::of_object(to_text(run, TYPE(), B))); }
  CASE(kFormat) { RESULT(Slot::of_object(format(run, TYPE(), B, object_at<String>(C)))); }
  CASE(kPad) { RESULT(Slot::of_object(pad(run, object_at<String>(B), pc->integer))); }
  CASE(kCharAt) {
    const auto* text = object_at<const String>(B);
    if (text == nullptr) [[unlikely]] {
      run.raise_null_reference();
      FAIL();
    }
    if (wide(C) < text->ascii_prefix) [[likely]] {
      A = Slot::of(static_cast<unsigned char>(text->data[C.integer]));
      NEXT();
    }
    RESULT(Slot::of(char_at(run, *text, C.integer)));
  }
  CASE(kTextLength) {
    if (B.object == nullptr) [[unlikely]] {
      run.raise_null_reference();
      FAIL();
    }
    A = Slot::of(object_at<const String>(B)->length_utf16());
    NEXT();
  }

  // ---- calls ----
#define TARGET() (*static_cast<const CallTarget*>(pc->pointer))
  CASE(kCallOn) {
    if (B.object == nullptr) [[unlikely]] {
      run.raise_null_reference();
      FAIL();
    }
    RESULT(TARGET().native(run, &B, TARGET().site));
  }
  CASE(kCall) { RESULT(TARGET().native(run, &B, TARGET().site)); }
  CASE(kCallQuietlyOn) {
    if (B.object == nullptr) [[unlikely]] {
      run.raise_null_reference();
      FAIL();
    }
    A = TARGET().native(run, &B, TARGET().site);
    NEXT();
  }
  SIMPLE(kCallQuietly, TARGET().native(run, &B, TARGET().site))
  CASE(kCallFunction) { RESULT(enter(run, *static_cast<const Function*>(pc->pointer), &B)); }
  CASE(kCallDelegate) { RESULT(call_delegate(run, &B, pc->c)); }
  SIMPLE(kClosure, new_closure(run, *static_cast<const ClosureSite*>(pc->pointer), &B))
  CASE(kHelper1) { RESULT(pc->helper1(run, B)); }
  CASE(kHelper2) { RESULT(pc->helper2(run, B, C)); }
  CASE(kEqualValues) { RESULT(Slot::of(equals(run, TYPE(), B, C))); }
  CASE(kDynamic) { RESULT(static_cast<const DynamicSite*>(pc->pointer)->perform(run, *static_cast<const DynamicSite*>(pc->pointer), &B, pc->c)); }

  END()

failed:
  if (run.exceeded != Limit::kNone) return Slot{};
  if (const Handler* handler = find_handler(function, static_cast<std::uint32_t>(pc - function.code.data()))) {
    r[handler->exception].object = run.pending;
    run.pending = nullptr;
    pc = function.code.data() + handler->target;
#if PC_THREADED
    DISPATCH();
#else
    goto again;
#endif
  }
  return Slot{};
}

}  // namespace portcullis
