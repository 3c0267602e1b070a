// The rules that more than one file of the grammar refers to. Their names are what follows "expected".
#pragma once

#include "grammar/csharp/ast.h"
#include "grammar/csharp/parts.h"

namespace portcullis::csharp {

using ExpressionRule = ast::Expression*;
using StatementRule = ast::Statement*;

// type.cc
inline constexpr x3::rule<struct type_id, ast::Type*> type{"a type"};
inline constexpr x3::rule<struct created_type_id, ast::Type*> created_type{"a type"};  // no array suffix: `new T[3]`
inline constexpr x3::rule<struct tested_type_id, ast::Type*> tested_type{"a type"};    // after `is` and `as`
inline constexpr x3::rule<struct array_rank_id, std::uint32_t> array_rank{"`[]`"};

// expression.cc
inline constexpr x3::rule<struct expression_id, ExpressionRule> expression{"an expression"};
inline constexpr x3::rule<struct expression_or_throw_id, ExpressionRule> expression_or_throw{"an expression"};
inline constexpr x3::rule<struct operation_id, ExpressionRule> operation{"an expression"};
inline constexpr x3::rule<struct shift_operation_id, ExpressionRule> shift_operation{"a constant"};  // after `is`

// operand.cc
inline constexpr x3::rule<struct unary_id, ExpressionRule> unary{"an expression"};

// primary.cc
inline constexpr x3::rule<struct primary_id, ExpressionRule> primary{"an expression"};
inline constexpr x3::rule<struct declaration_expression_id, ExpressionRule> declaration_expression{"a declaration"};
inline constexpr x3::rule<struct var_tuple_id, ExpressionRule> var_tuple{"`var (...)`"};

// argument.cc
inline constexpr x3::rule<struct argument_id, ast::Argument> argument{"an argument"};
inline constexpr x3::rule<struct value_id, ExpressionRule> value{"an expression"};  // or `ref x`, or `{ 1, 2 }`

// interpolation.cc
inline constexpr x3::rule<struct interpolated_string_id, ExpressionRule> interpolated_string{"an interpolated string"};

// creation.cc
inline constexpr x3::rule<struct creation_id, ExpressionRule> creation{"`new`"};
inline constexpr x3::rule<struct array_initializer_id, ast::ArrayInitializer*> array_initializer{"`{`"};

// lambda.cc
inline constexpr x3::rule<struct lambda_id, ExpressionRule> lambda{"a lambda"};
inline constexpr x3::rule<struct anonymous_method_id, ExpressionRule> anonymous_method{"`delegate`"};
inline constexpr x3::rule<struct parameter_id, ast::Parameter> parameter{"a parameter"};

// query.cc
inline constexpr x3::rule<struct query_id, ExpressionRule> query{"a query"};

// pattern.cc
inline constexpr x3::rule<struct pattern_id, ast::Pattern*> pattern{"a type or a constant"};
inline constexpr x3::rule<struct case_pattern_id, ast::Pattern*> case_pattern{"a pattern"};

// statement.cc, declaration.cc, branch.cc, protected.cc
inline constexpr x3::rule<struct block_id, ast::Block*> block{"`{`"};
inline constexpr x3::rule<struct statement_id, StatementRule> statement{"a statement"};
inline constexpr x3::rule<struct embedded_statement_id, StatementRule> embedded_statement{"a statement"};
inline constexpr x3::rule<struct local_declaration_id, ast::LocalStatement*> local_declaration{"a declaration"};
inline constexpr x3::rule<struct local_function_id, StatementRule> local_function{"a local function"};
inline constexpr x3::rule<struct branch_id, StatementRule> branch{"a statement"};
inline constexpr x3::rule<struct protected_id, StatementRule> protected_statement{"a statement"};

BOOST_SPIRIT_DECLARE(decltype(type), decltype(created_type), decltype(tested_type), decltype(array_rank))
BOOST_SPIRIT_DECLARE(decltype(expression), decltype(expression_or_throw), decltype(operation), decltype(shift_operation))
BOOST_SPIRIT_DECLARE(decltype(unary), decltype(primary), decltype(declaration_expression), decltype(var_tuple))
BOOST_SPIRIT_DECLARE(decltype(argument), decltype(value), decltype(interpolated_string), decltype(creation), decltype(array_initializer), decltype(lambda), decltype(anonymous_method), decltype(parameter))
BOOST_SPIRIT_DECLARE(decltype(query), decltype(pattern), decltype(case_pattern))
BOOST_SPIRIT_DECLARE(decltype(block), decltype(statement), decltype(embedded_statement), decltype(local_declaration), decltype(local_function), decltype(branch))
BOOST_SPIRIT_DECLARE(decltype(protected_statement))

}  // namespace portcullis::csharp
