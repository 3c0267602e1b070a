// Spellings of tokens.
#include "grammar/csharp/token.h"

namespace portcullis::csharp {

std::string_view spelling(TokenKind kind) {
  static constexpr std::string_view kSpellings[] = {
#define PC_WORD(kind, spelling) spelling,
#define PC_MARK(kind, spelling) spelling,
#define PC_OTHER(kind, description) description,
#include "grammar/csharp/tokens.def"
#undef PC_WORD
#undef PC_MARK
#undef PC_OTHER
  };
  return kSpellings[static_cast<std::size_t>(kind)];
}

std::string_view expected_text(TokenKind kind) {
  static constexpr std::string_view kTexts[] = {
#define PC_WORD(kind, spelling) "`" spelling "`",
#define PC_MARK(kind, spelling) "`" spelling "`",
#define PC_OTHER(kind, description) description,
#include "grammar/csharp/tokens.def"
#undef PC_WORD
#undef PC_MARK
#undef PC_OTHER
  };
  return kind == TokenKind::kIdentifier ? "a name" : kTexts[static_cast<std::size_t>(kind)];
}

}  // namespace portcullis::csharp
