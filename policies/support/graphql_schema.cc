#include "policies/support/graphql_schema.h"

#include <algorithm>
#include <map>
#include <vector>

#include "base/text.h"

namespace portcullis {

namespace {

/// What every schema has: scalars, directives, and the types of introspection.
constexpr std::string_view kBuiltIn = R"(
scalar Int scalar Float scalar String scalar Boolean scalar ID
directive @include(if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT
directive @skip(if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT
directive @deprecated(reason: String = "No longer supported") on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE
directive @specifiedBy(url: String!) on SCALAR
type __Schema { description: String types: [__Type!]! queryType: __Type! mutationType: __Type subscriptionType: __Type directives: [__Directive!]! }
type __Type { kind: __TypeKind! name: String description: String fields(includeDeprecated: Boolean = false): [__Field!]
  interfaces: [__Type!] possibleTypes: [__Type!] enumValues(includeDeprecated: Boolean = false): [__EnumValue!]
  inputFields(includeDeprecated: Boolean = false): [__InputValue!] ofType: __Type specifiedByURL: String specifiedByUrl: String isOneOf: Boolean }
enum __TypeKind { SCALAR OBJECT INTERFACE UNION ENUM INPUT_OBJECT LIST NON_NULL }
type __Field { name: String! description: String args(includeDeprecated: Boolean = false): [__InputValue!]! type: __Type! isDeprecated: Boolean! deprecationReason: String }
type __InputValue { name: String! description: String type: __Type! defaultValue: String isDeprecated: Boolean! deprecationReason: String }
type __EnumValue { name: String! description: String isDeprecated: Boolean! deprecationReason: String }
type __Directive { name: String! description: String locations: [__DirectiveLocation!]! args(includeDeprecated: Boolean = false): [__InputValue!]! isRepeatable: Boolean! }
enum __DirectiveLocation { QUERY MUTATION SUBSCRIPTION FIELD FRAGMENT_DEFINITION FRAGMENT_SPREAD INLINE_FRAGMENT VARIABLE_DEFINITION SCHEMA
  SCALAR OBJECT FIELD_DEFINITION ARGUMENT_DEFINITION INTERFACE UNION ENUM ENUM_VALUE INPUT_OBJECT INPUT_FIELD_DEFINITION }
type __Root { __schema: __Schema! __type(name: String!): __Type __typename: String! }
)";

using Kind = GraphqlDefinition::Kind;

class Builder {
 public:
  Builder(Arena& arena, std::string& problem, std::uint32_t& offset)
      : arena_(arena), problem_(problem), offset_(offset) {}

  const GraphqlSchema* build(const GraphqlDocument& built_in, const GraphqlDocument& document) {
    if (!document.operations.empty() || !document.fragments.empty())
      return fail("it holds operations or fragments, a schema holds types", 0);
    for (const GraphqlDocument* part : {&built_in, &document}) {
      for (const GraphqlDefinition& definition : part->definitions) {
        if (!collect(definition)) return nullptr;
      }
    }
    make_types();
    if (!fill_types()) return nullptr;
    return make_schema();
  }

 private:
  struct Draft {
    Kind kind = Kind::kScalar;
    std::vector<const GraphqlDefinition*> parts;
  };

  std::nullptr_t fail(std::string problem, std::uint32_t offset) {
    if (problem_.empty()) problem_ = std::move(problem), offset_ = offset;
    return nullptr;
  }

  bool collect(const GraphqlDefinition& definition) {
    if (definition.kind == Kind::kSchema) return schemas_.push_back(&definition), true;
    if (definition.kind == Kind::kDirective) return directives_.push_back(&definition), true;
    Draft& draft = drafts_[definition.name];
    if (draft.parts.empty() || !definition.is_extension)
      draft.kind = draft.parts.empty() ? definition.kind : draft.kind;
    if (draft.kind != definition.kind)
      return fail(joined("`", definition.name, "` is defined in two ways"), definition.begin), false;
    for (const GraphqlDefinition* part : draft.parts) {
      const bool twice = !part->is_extension && !definition.is_extension;
      // Documents may define the built-in scalars and directives themselves.
      if (twice && definition.kind != Kind::kScalar)
        return fail(joined("`", definition.name, "` is defined twice"), definition.begin), false;
    }
    draft.parts.push_back(&definition);
    return true;
  }

  void make_types() {
    types_ = arena_.array<GraphqlType>(drafts_.size());
    std::size_t i = 0;
    for (const auto& [name, draft] : drafts_) {
      constexpr GraphqlTypeKind kKinds[] = {
          GraphqlTypeKind::kScalar, GraphqlTypeKind::kScalar, GraphqlTypeKind::kObject, GraphqlTypeKind::kInterface,
          GraphqlTypeKind::kUnion,  GraphqlTypeKind::kEnum,   GraphqlTypeKind::kInput,  GraphqlTypeKind::kScalar};
      types_[i].kind = kKinds[static_cast<std::size_t>(draft.kind)];
      types_[i++].name = name;
    }
  }

  GraphqlType* find(std::string_view name) {
    const auto found = std::lower_bound(types_.begin(), types_.end(), name,
                                        [](const GraphqlType& a, std::string_view b) { return a.name < b; });
    return found != types_.end() && found->name == name ? &*found : nullptr;
  }

  bool fill_types() {
    std::map<std::string_view, std::vector<const GraphqlType*>> implementers;
    for (const auto& [name, draft] : drafts_) {
      GraphqlType& type = *find(name);
      std::vector<GraphqlField> fields;
      std::vector<GraphqlInput> inputs;
      std::vector<std::string_view> values;
      for (const GraphqlDefinition* part : draft.parts) {
        for (const GraphqlFieldDefinition& field : part->fields) {
          GraphqlField& made = fields.emplace_back();
          made.name = field.name;
          made.type = field.type;
          made.base = base_of(*field.type);
          if (made.base == nullptr || !inputs_of(field.arguments, made.arguments)) return false;
        }
        for (const GraphqlInputDefinition& input : part->inputs) {
          if (!add_input(input, inputs)) return false;
        }
        for (const GraphqlName& other : part->names) {
          if (draft.kind == Kind::kEnum) {
            values.push_back(other.text);
          } else if (draft.kind == Kind::kUnion) {
            const GraphqlType* member = find(other.text);
            if (member == nullptr) return unknown(other.text, other.begin);
            implementers[name].push_back(member);
          } else if (draft.kind == Kind::kObject) {
            if (find(other.text) == nullptr) return unknown(other.text, other.begin);
            implementers[other.text].push_back(&type);
          }
        }
      }
      type.fields = arena_.copy(std::span<const GraphqlField>(fields));
      type.inputs = arena_.copy(std::span<const GraphqlInput>(inputs));
      type.values = arena_.copy(std::span<const std::string_view>(values));
    }
    for (GraphqlType& type : types_) {
      if (type.kind == GraphqlTypeKind::kObject) implementers[type.name] = {&type};
      type.possible = arena_.copy(std::span<const GraphqlType* const>(implementers[type.name]));
    }
    return true;
  }

  bool unknown(std::string_view name, std::uint32_t offset) {
    return fail(joined("there is no type `", name, "`"), offset), false;
  }

  const GraphqlType* base_of(const GraphqlTypeRef& reference) {
    const GraphqlType* base = find(reference.base_name());
    if (base == nullptr) unknown(reference.base_name(), reference.begin);
    return base;
  }

  bool add_input(const GraphqlInputDefinition& input, std::vector<GraphqlInput>& into) {
    GraphqlInput& made = into.emplace_back();
    made.name = input.name;
    made.type = input.type;
    made.base = base_of(*input.type);
    made.fallback = input.fallback;
    return made.base != nullptr;
  }

  bool inputs_of(const GraphqlList<GraphqlInputDefinition>& list, std::span<const GraphqlInput>& into) {
    std::vector<GraphqlInput> made;
    for (const GraphqlInputDefinition& input : list) {
      if (!add_input(input, made)) return false;
    }
    into = arena_.copy(std::span<const GraphqlInput>(made));
    return true;
  }

  const GraphqlSchema* make_schema() {
    auto* schema = arena_.make<GraphqlSchema>();
    schema->types = types_;
    std::vector<GraphqlDirectiveType> directives;
    for (const GraphqlDefinition* definition : directives_) {
      GraphqlDirectiveType& made = directives.emplace_back();
      made.name = definition->name;
      made.is_repeatable = definition->is_repeatable;
      std::vector<std::string_view> locations;
      for (const GraphqlName& name : definition->names) locations.push_back(name.text);
      made.locations = arena_.copy(std::span<const std::string_view>(locations));
      if (!inputs_of(definition->inputs, made.arguments)) return nullptr;
    }
    schema->directives = arena_.copy(std::span<const GraphqlDirectiveType>(directives));
    constexpr std::string_view kDefaults[] = {"Query", "Mutation", "Subscription"};
    constexpr std::string_view kWords[] = {"query", "mutation", "subscription"};
    const bool has_schema =
        std::any_of(schemas_.begin(), schemas_.end(), [](const auto* one) { return !one->is_extension; });
    for (std::size_t i = 0; i < 3; ++i) {
      if (!has_schema) schema->roots[i] = find(kDefaults[i]);
      for (const GraphqlDefinition* definition : schemas_) {
        for (const GraphqlFieldDefinition& entry : definition->fields) {
          if (entry.name != kWords[i]) continue;
          schema->roots[i] = find(entry.type->name);
          if (schema->roots[i] == nullptr) return unknown(entry.type->name, definition->begin), nullptr;
        }
      }
    }
    if (schema->roots[0] == nullptr) return fail("it has no query type", 0);
    return schema;
  }

  Arena& arena_;
  std::string& problem_;
  std::uint32_t& offset_;
  std::map<std::string_view, Draft> drafts_;
  std::vector<const GraphqlDefinition*> schemas_;
  std::vector<const GraphqlDefinition*> directives_;
  std::span<GraphqlType> types_;
};

}  // namespace

const GraphqlField* GraphqlType::field(std::string_view wanted) const {
  for (const GraphqlField& one : fields) {
    if (one.name == wanted) return &one;
  }
  return nullptr;
}

const GraphqlType* GraphqlSchema::find(std::string_view name) const {
  const auto found = std::lower_bound(types.begin(), types.end(), name,
                                      [](const GraphqlType& a, std::string_view b) { return a.name < b; });
  return found != types.end() && found->name == name ? &*found : nullptr;
}

const GraphqlDirectiveType* GraphqlSchema::find_directive(std::string_view name) const {
  // The last one: a document may define a built-in one anew.
  for (std::size_t i = directives.size(); i-- > 0;) {
    if (directives[i].name == name) return &directives[i];
  }
  return nullptr;
}

const GraphqlSchema* read_graphql_schema(Arena& arena, std::string_view text, std::string& problem,
                                         std::uint32_t& offset) {
  GraphqlMistake mistake;
  const GraphqlDocument* built_in = parse_graphql(arena, kBuiltIn, mistake);
  const GraphqlDocument* document = parse_graphql(arena, text, mistake);
  if (document == nullptr || built_in == nullptr) {
    problem = std::string(mistake.message);
    offset = mistake.offset;
    return nullptr;
  }
  return Builder(arena, problem, offset).build(*built_in, *document);
}

}  // namespace portcullis
