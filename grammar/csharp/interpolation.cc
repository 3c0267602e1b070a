// Rules for interpolated strings; the lexer has already cut text from holes.
#include "grammar/csharp/rules.h"

namespace portcullis::csharp {

constexpr x3::rule<struct interpolation_part_id, ast::InterpolationPart> interpolation_part{"text or `{`"};

namespace {

using enum TokenKind;

/// A token whose decoded text goes into `Member`.
template <TokenKind Kind, auto Member>
struct TextPart : Part<TextPart<Kind, Member>> {
  template <typename C, typename R, typename A>
  bool parse(TokenIterator& first, const TokenIterator&, const C& context, R& rule, A&) const {
    ++state_of(context).looks;
    if (first->kind != Kind) return false;
    rule.*Member = first->text;
    ++first;
    return true;
  }
  [[nodiscard]] std::string what() const { return std::string(expected_text(Kind)); }
};

}  // namespace

const auto text_part = TextPart<kInterpolationText, &ast::InterpolationPart::text>{};
const auto format_part =
    flag<&ast::InterpolationPart::has_format>(true, TextPart<kHoleFormat, &ast::InterpolationPart::format>{});

const auto hole = token(kHoleOpen) > field<&ast::InterpolationPart::value>(expression) >
                  -(token(kComma) > field<&ast::InterpolationPart::alignment>(expression)) > -format_part >
                  named("`}`", token(kHoleClose));

const auto interpolation_part_def = spanned<&ast::InterpolationPart::span>(text_part | hole);

const auto interpolated_string_def = node<ast::InterpolatedString>(
    token(kInterpolationStart),
    field<&ast::InterpolatedString::parts>(many<ast::InterpolationPart>(interpolation_part)) > token(kInterpolationEnd));

BOOST_SPIRIT_DEFINE(interpolation_part, interpolated_string)
BOOST_SPIRIT_INSTANTIATE(decltype(interpolated_string), TokenIterator, Context)

}  // namespace portcullis::csharp
