// Lines, columns, and the way back from derived text.
#include "base/source.h"

#include <catch2/catch.hpp>

namespace portcullis {
namespace {

using Piece = PositionMap::Piece;

TEST_CASE("lines end with LF, CRLF or a lone CR") {
  const SourceText source("f", "a\nb\r\nc\rd");
  REQUIRE(source.line_count() == 4);
  CHECK(source.line(1) == "a");
  CHECK(source.line(2) == "b");
  CHECK(source.line(3) == "c");
  CHECK(source.line(4) == "d");
  CHECK(source.line(0).empty());
  CHECK(source.line(5).empty());
  CHECK(source.line_start(3) == 5);
}

TEST_CASE("an empty text has one empty line") {
  const SourceText source("f", "");
  CHECK(source.line_count() == 1);
  CHECK(source.line(1).empty());
  CHECK(source.line_column(0) == LineColumn{1, 1});
}

TEST_CASE("a final line end starts a line") {
  const SourceText source("f", "a\n");
  CHECK(source.line_count() == 2);
  CHECK(source.line_column(2) == LineColumn{2, 1});
}

TEST_CASE("columns count code points") {
  const SourceText source("f", "x\n\xC3\xA4\xF0\x9F\x98\x80z");
  CHECK(source.line_column(2) == LineColumn{2, 1});
  CHECK(source.line_column(4) == LineColumn{2, 2});
  CHECK(source.line_column(8) == LineColumn{2, 3});
}

TEST_CASE("the byte order mark is no column") {
  const SourceText source("f", "\xEF\xBB\xBF<a/>\nb");
  CHECK(source.line_column(3) == LineColumn{1, 1});
  CHECK(source.line_column(4) == LineColumn{1, 2});
  CHECK(source.line_column(8) == LineColumn{2, 1});
}

TEST_CASE("an offset past the end is the end") {
  const SourceText source("f", "ab");
  CHECK(source.line_column(99) == LineColumn{1, 3});
}

// `a &amp; b` read as `a & b`, standing at byte 10 of the file.
PositionMap entity_map() {
  PositionMap map;
  map.add({.derived = 0, .original = {10, 12}, .verbatim = true});
  map.add({.derived = 2, .original = {12, 17}, .verbatim = false});
  map.add({.derived = 3, .original = {17, 19}, .verbatim = true});
  return map;
}

TEST_CASE("spans lead back over a decoded entity") {
  const PositionMap map = entity_map();
  CHECK(map.original({0, 1}) == Span{10, 11});
  CHECK(map.original({2, 3}) == Span{12, 17});
  CHECK(map.original({0, 5}) == Span{10, 19});
  CHECK(map.original({4, 5}) == Span{18, 19});
  CHECK(map.original({1, 3}) == Span{11, 17});
}

TEST_CASE("an empty span leads to its place") {
  const PositionMap map = entity_map();
  CHECK(map.original({3, 3}) == Span{17, 17});
  CHECK(map.original({5, 5}) == Span{19, 19});
}

TEST_CASE("an empty map changes nothing") {
  CHECK(PositionMap().original({3, 7}) == Span{3, 7});
  CHECK(PositionMap().piece_at(0) == nullptr);
}

TEST_CASE("every place in a pasted named value leads to its braces") {
  PositionMap map;
  map.add({.derived = 0, .original = {0, 4}, .verbatim = true});
  map.add({.derived = 4, .original = {4, 12}, .verbatim = false, .named_value = 0});
  map.add({.derived = 30, .original = {12, 20}, .verbatim = true});
  CHECK(map.original({10, 12}) == Span{4, 12});
  CHECK(map.original({29, 31}) == Span{4, 13});
  const PositionMap part = map.from(10, 40);
  REQUIRE(part.pieces().size() == 2);
  CHECK(part.pieces()[0].offset_in_named_value == 6);
  CHECK(part.original({0, 1}) == Span{4, 12});
  CHECK(part.original({20, 21}) == Span{12, 13});
}

TEST_CASE("a part's map starts inside a verbatim piece") {
  const PositionMap part = entity_map().from(1, 5);
  CHECK(part.original({0, 1}) == Span{11, 12});
  CHECK(part.original({1, 2}) == Span{12, 17});
  CHECK(part.original({3, 4}) == Span{18, 19});
}

TEST_CASE("a part's map holds only the pieces of the part") {
  CHECK(entity_map().from(0, 2).pieces().size() == 1);
  CHECK(entity_map().from(2, 2).pieces().size() == 1);
}

}  // namespace
}  // namespace portcullis
