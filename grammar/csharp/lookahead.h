// The places where C# needs to look further than one token, decided over tokens and without building anything.
//
// Each function is linear in what it looks at and looks at little: nested generic arguments and tuples are followed at
// most kMaxTypeNesting deep, so no input makes the whole parse worse than linear.
#pragma once

#include "grammar/csharp/token.h"

namespace portcullis::csharp {

inline constexpr unsigned kMaxTypeNesting = 64;

enum class NullableMark : bool { kExcluded, kIncluded };

/// The token after the type that begins at `at`, or null when none does. `mark` says whether a `?` may belong to it.
TokenIterator after_type(TokenIterator at, NullableMark mark = NullableMark::kIncluded);

bool is_predefined_type(TokenKind kind);
/// The type a predefined type's word names.
ast::PredefinedType predefined_of(TokenKind kind);
/// `token` may be the first of an expression.
bool starts_expression(const Token& token);
/// A word that ends an expression inside a query.
bool is_query_word(const Token& token);

/// At `(`: a cast, not a parenthesis. `in_query` makes the query words end the expression.
bool is_cast(TokenIterator at, bool in_query);
/// At `<` after a name in an expression: type arguments, not less-than.
bool is_type_arguments(TokenIterator at);
/// At a name or `(`: a lambda.
bool is_lambda(TokenIterator at);
/// At a lambda's `(`: parameters without types.
bool has_implicit_parameters(TokenIterator at);
bool is_query(TokenIterator at);
/// `name:` before an argument or a tuple element.
bool is_argument_name(TokenIterator at);
/// `int n` or `var n` before `,` or a closing bracket: an out variable or an element of a deconstruction.
bool is_declaration_expression(TokenIterator at);
/// `var (a, b) =`.
bool is_var_tuple(TokenIterator at);
/// After `is`: a type and a name.
bool is_declaration_pattern(TokenIterator at, bool in_query);
/// After `is`: a name that may be a type or a constant, and nothing that makes it part of a longer expression.
bool is_type_or_constant(TokenIterator at);
/// After `case`: a type and a name.
bool is_case_declaration(TokenIterator at);
/// After `is` or `as`, behind the type: `?` belongs to the type.
bool is_nullable_mark(TokenIterator at);
/// At the start of a statement.
bool is_local_declaration(TokenIterator at);
bool is_local_function(TokenIterator at);
bool is_label(TokenIterator at);

}  // namespace portcullis::csharp
