// Run: strings, exceptions, limits.
#include "engine/run/run.h"

#include <catch2/catch.hpp>

#include "engine/run/text_operations.h"
#include "engine/types/type_table.h"

namespace portcullis {
namespace {

class World final : public Environment {
 public:
  std::int64_t utc_now_ticks() override { return 0; }
  std::uint64_t random() override { return 0; }
  bool out_of_time() override { return is_late; }
  bool is_late = false;
};

const TypeTable& types() {
  static const TypeTable table(library_definitions());
  return table;
}

struct Fixture {
  World world;
  Arena arena;
  Run run;
  explicit Fixture(std::size_t budget = Arena::kDefaultBudget, RunLimits limits = {})
      : arena(budget), run(arena, types(), world, nullptr, limits) {}
};

TEST_CASE("concat extends the text written last in place") {
  Fixture f;
  String* a = f.run.string("abc");
  String* b = f.run.concat(a, f.run.view("de"));
  CHECK(b->view() == "abcde");
  CHECK(b->data == a->data);
  CHECK(a->view() == "abc");
  String* c = f.run.concat(a, f.run.view("XY"));
  CHECK(c->view() == "abcXY");
  CHECK(b->view() == "abcde");
}

TEST_CASE("concat of null and empty texts") {
  Fixture f;
  CHECK(f.run.concat(nullptr, nullptr)->view().empty());
  String* a = f.run.string("a");
  CHECK(f.run.concat(a, nullptr) == a);
  CHECK(f.run.concat(nullptr, a) == a);
}

TEST_CASE("halves of a surrogate pair join") {
  Fixture f;
  String* high = f.run.view("x\xED\xA0\xBD");
  String* low = f.run.view("\xED\xB8\x80y");
  CHECK(high->length_utf16() == 2);
  CHECK(low->length_utf16() == 2);
  String* whole = f.run.concat(high, low);
  CHECK(whole->view() == "x\xF0\x9F\x98\x80y");
  CHECK(whole->length_utf16() == 4);
  const Slot parts[] = {Slot::of_object(high), Slot::of_object(low), Slot{}, Slot::of_object(f.run.view("z"))};
  CHECK(concat_all(f.run, parts, 4)->view() == "x\xF0\x9F\x98\x80yz");
}

TEST_CASE("characters are UTF-16 units") {
  Fixture f;
  const String& text = *f.run.view("a\xC3\xA9\xF0\x9F\x98\x80z");
  CHECK(text.length_utf16() == 5);
  CHECK(char_at(f.run, text, 1) == 0xE9);
  CHECK(char_at(f.run, text, 2) == 0xD83D);
  CHECK(char_at(f.run, text, 3) == 0xDE00);
  CHECK(char_at(f.run, text, 4) == 'z');
  std::vector<std::int64_t> walked;
  Slot state{};
  Slot current{};
  while (next_char(text, state, current)) walked.push_back(current.integer);
  CHECK(walked == std::vector<std::int64_t>{'a', 0xE9, 0xD83D, 0xDE00, 'z'});
  char_at(f.run, text, 5);
  REQUIRE(f.run.failed());
  CHECK(f.run.pending->type->is(Known::kIndexOutOfRangeException));
}

TEST_CASE("literals of one text are one object") {
  Fixture f;
  String* a = f.run.view("on");
  String* b = f.run.view("on");
  CHECK_FALSE(same_object(a, b));
  a->is_interned = b->is_interned = true;
  CHECK(same_object(a, b));
  CHECK(equals(f.run, f.run.type(Known::kObject), Slot::of_object(a), Slot::of_object(f.run.view("on"))));
}

TEST_CASE("argument exceptions name the parameter") {
  Fixture f;
  f.run.raise_null("value");
  REQUIRE(f.run.failed());
  CHECK(f.run.pending->message->view() == "Value cannot be null. (Parameter 'value')");
  CHECK(f.run.pending->parameter->view() == "value");
}

TEST_CASE("the first exception stays until it is handled") {
  Fixture f;
  f.run.raise(Known::kFormatException, "first");
  f.run.raise(Known::kOverflowException, "second");
  CHECK(f.run.pending->message->view() == "first");
}

TEST_CASE("steps run out exactly once") {
  Fixture f(Arena::kDefaultBudget, {.steps = 5000});
  CHECK(f.run.spend(4000));
  CHECK(f.run.steps_used() == 4000);
  CHECK_FALSE(f.run.spend(2000));
  CHECK(f.run.exceeded == Limit::kSteps);
  CHECK(f.run.pending->message->view() == "the expression took more than the 5000 steps it may take");
  CHECK_FALSE(f.run.spend(1));
}

TEST_CASE("time is looked at between slices of steps") {
  Fixture f;
  f.world.is_late = true;
  CHECK(f.run.spend(10));
  bool went_on = true;
  for (int i = 0; i < 1000 && went_on; ++i) went_on = f.run.spend(10);
  CHECK_FALSE(went_on);
  CHECK(f.run.exceeded == Limit::kTime);
}

TEST_CASE("text that does not fit is a memory limit") {
  Fixture f(std::size_t{1} << 20);
  String* text = f.run.string("0123456789abcdef");
  for (int i = 0; i < 40 && text != nullptr; ++i) text = f.run.concat(text, text);
  CHECK(text == nullptr);
  CHECK(f.run.exceeded == Limit::kMemory);
}

}  // namespace
}  // namespace portcullis
