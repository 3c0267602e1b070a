// Rules for query expressions.
#include "grammar/csharp/lookahead.h"
#include "grammar/csharp/rules.h"

namespace portcullis::csharp {

constexpr x3::rule<struct query_clause_id, ast::QueryClause> query_clause{"a query clause"};
constexpr x3::rule<struct ordering_id, ast::Ordering> ordering{"an expression"};

namespace {

using enum TokenKind;
using Kind = ast::QueryClauseKind;

bool query_ahead(TokenIterator at, const ParseState&) { return is_query(at); }
bool untyped_ahead(TokenIterator at, const ParseState&) {
  return at->kind == kIdentifier && at[1].kind == kInWord;
}

/// The clauses of one query: it ends at select or group, unless `into` goes on from there.
struct QueryClauses : ValuePart<QueryClauses, std::span<const ast::QueryClause>> {
  template <typename C, typename R>
  bool parse(TokenIterator& first, const TokenIterator& last, const C& context, R&,
             std::span<const ast::QueryClause>& out) const {
    ParseState& state = state_of(context);
    boost::container::small_vector<ast::QueryClause, 4> clauses;
    ++state.queries;
    bool ended = false;
    while (!ended || is_contextual(*first, "into")) {
      ast::QueryClause clause;
      if (!ended && is_contextual(*first, "into")) break;
      if (!query_clause.parse(first, last, context, x3::unused, clause)) break;
      clauses.push_back(clause);
      ended = clause.kind == Kind::kSelect || clause.kind == Kind::kGroupBy;
    }
    --state.queries;
    if (!ended) {
      state.report(SyntaxError::kUnfinishedQuery, first[-1].span, "a query must end with `select` or `group ... by`",
                   "add `select ...`");
    }
    out = state.arena.copy(std::span<const ast::QueryClause>(clauses.data(), clauses.size()));
    return true;
  }
  [[nodiscard]] std::string what() const { return "a query clause"; }
};

}  // namespace

constexpr auto clause(Kind kind, std::string_view word) {
  return flag<&ast::QueryClause::kind>(kind, contextual(word));
}

const auto range_variable =
    when<untyped_ahead>(field<&ast::QueryClause::name>(name)) |
    (field<&ast::QueryClause::type>(type) > field<&ast::QueryClause::name>(name));
const auto variable = field<&ast::QueryClause::name>(name);
const auto clause_value = field<&ast::QueryClause::value>(expression);

const auto from_clause = clause(Kind::kFrom, "from") > named("a name", range_variable) > token(kInWord) > clause_value;
const auto let_clause = clause(Kind::kLet, "let") > variable > token(kAssign) > clause_value;
const auto where_clause = clause(Kind::kWhere, "where") > clause_value;
const auto order_clause =
    clause(Kind::kOrderBy, "orderby") > field<&ast::QueryClause::orderings>(list<ast::Ordering>(ordering));
const auto join_clause = clause(Kind::kJoin, "join") > named("a name", range_variable) > token(kInWord) > clause_value >
                         contextual("on") > field<&ast::QueryClause::left_key>(expression) > contextual("equals") >
                         field<&ast::QueryClause::right_key>(expression) >
                         -(contextual("into") > field<&ast::QueryClause::into>(name));
const auto select_clause = clause(Kind::kSelect, "select") > clause_value;
const auto group_clause = clause(Kind::kGroupBy, "group") > clause_value > contextual("by") >
                          field<&ast::QueryClause::right_key>(expression);
const auto into_clause = clause(Kind::kInto, "into") > variable;

const auto ordering_def =
    field<&ast::Ordering::key>(expression) >>
    -(contextual("ascending") | flag<&ast::Ordering::descending>(true, contextual("descending")));

const auto query_clause_def =
    spanned<&ast::QueryClause::span>(from_clause | where_clause | select_clause | let_clause | order_clause |
                                     join_clause | group_clause | into_clause);

const auto query_def =
    node<ast::Query>(ahead<query_ahead>, field<&ast::Query::clauses>(QueryClauses{}));

BOOST_SPIRIT_DEFINE(query_clause, ordering, query)
BOOST_SPIRIT_INSTANTIATE(decltype(query), TokenIterator, Context)

}  // namespace portcullis::csharp
