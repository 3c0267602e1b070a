// OpenAPI 2 (Swagger), 3.0 and 3.1 to operations. What a document says beside paths, parameters, bodies, responses and
// schemas has no meaning to policies. source: content-validation.md#1.1
#include <charconv>

#include "base/text.h"
#include "service/described_api.h"

namespace portcullis {

namespace {

constexpr std::string_view kMethods[] = {"get", "put", "post", "delete", "options", "head", "patch", "trace"};

class OpenApiReader {
 public:
  OpenApiReader(DescribedApi& api, const JsonNode& root)
      : api_(api),
        root_(root),
        document_{&root, SchemaCompiler::dialect_of(root)},
        is_v2_(document_.dialect == JsonDialect::kOpenApi2) {}

  void read() {
    api_.has_document = true;
    read_base_path();
    const JsonNode* definitions = is_v2_ ? root_.find("definitions") : nullptr;
    if (const JsonNode* components = root_.find("components")) definitions = components->find("schemas");
    api_.has_definitions = definitions != nullptr && definitions->count > 0;
    const JsonNode* paths = root_.find("paths");
    for (const JsonNode* path = paths == nullptr ? nullptr : paths->first; path != nullptr; path = path->next) {
      const JsonNode* item = resolved(path);
      if (item == nullptr || !item->is_object()) continue;
      for (const std::string_view method : kMethods) {
        const JsonNode* operation = item->find(method);
        if (operation != nullptr && operation->is_object()) read_operation(path->name, method, *item, *operation);
      }
    }
  }

 private:
  void read_base_path() {
    std::string_view base = root_.string("basePath");
    const JsonNode* servers = root_.find("servers");
    if (servers != nullptr && servers->first != nullptr) {
      base = servers->first->string("url");
      const std::size_t scheme = base.find("://");
      if (scheme != std::string_view::npos) {
        const std::size_t slash = base.find('/', scheme + 3);
        base = slash == std::string_view::npos ? std::string_view() : base.substr(slash);
      }
    }
    api_.base_path = base;
  }

  /// The object itself, or what its `$ref` leads to in this document.
  const JsonNode* resolved(const JsonNode* node) const {
    for (int i = 0; node != nullptr && i < 32; ++i) {
      const std::string_view reference = node->string("$ref");
      if (reference.empty()) return node;
      if (!reference.starts_with("#/")) return nullptr;
      node = follow_pointer(root_, reference.substr(1));
    }
    return nullptr;
  }

  void read_operation(std::string_view path, std::string_view method, const JsonNode& item, const JsonNode& operation) {
    OperationDefinition made;
    made.id = operation.string("operationId");
    made.method = method;
    made.url_template = path;
    const std::vector<const JsonNode*> parameters = parameters_of(item, operation);
    made.path = parameters_in(parameters, "path");
    made.query = parameters_in(parameters, "query");
    made.headers = parameters_in(parameters, "header");
    if (is_v2_) {
      read_body_parameters(parameters, operation, made);
    } else if (const JsonNode* body = resolved(operation.find("requestBody"))) {
      made.has_request_body = true;
      made.requires_request_body = body->is_true("required");
      made.representations = content(body->find("content"));
    }
    made.responses = responses(operation);
    api_.found.push_back(made);
  }

  /// Of the path, with those of the operation over them.
  std::vector<const JsonNode*> parameters_of(const JsonNode& item, const JsonNode& operation) const {
    std::vector<const JsonNode*> all;
    for (const JsonNode* list : {item.find("parameters"), operation.find("parameters")}) {
      for (const JsonNode* node = list == nullptr ? nullptr : list->first; node != nullptr; node = node->next) {
        const JsonNode* parameter = resolved(node);
        if (parameter == nullptr || !parameter->is_object()) continue;
        bool replaced = false;
        for (const JsonNode*& known : all) {
          if (known->string("name") != parameter->string("name") || known->string("in") != parameter->string("in"))
            continue;
          known = parameter;
          replaced = true;
        }
        if (!replaced) all.push_back(parameter);
      }
    }
    return all;
  }

  std::span<const ParameterDefinition> parameters_in(const std::vector<const JsonNode*>& all, std::string_view place) {
    std::vector<ParameterDefinition> made;
    for (const JsonNode* parameter : all) {
      if (parameter->string("in") == place) made.push_back(parameter_of(*parameter, parameter->string("name"), place));
    }
    return api_.arena.copy(std::span<const ParameterDefinition>(made));
  }

  ParameterDefinition parameter_of(const JsonNode& node, std::string_view name, std::string_view place) {
    ParameterDefinition made;
    made.name = name;
    made.is_required = node.is_true("required") || place == "path";
    const JsonNode* schema = is_v2_ ? &node : node.find("schema");
    const JsonNode* media = node.find("content");
    if (!is_v2_ && schema == nullptr && media != nullptr && media->first != nullptr) {
      schema = media->first->find("schema");
      made.is_json = media->first->name.find("json") != std::string_view::npos;
    }
    if (schema == nullptr) return made;
    made.schema = api_.compiler.compile(document_, *schema);
    made.definition = definition_name(*schema);
    const JsonSchema* meant = made.schema->resolved();
    made.is_missing = meant == nullptr;
    if (meant == nullptr) return made;
    made.is_array =
        !made.is_json && meant->types != kAnyType && meant->allows(kArrayType) && !meant->allows(kStringType);
    read_style(node, place, *meant, made);
    return made;
  }

  void read_style(const JsonNode& node, std::string_view place, const JsonSchema& schema,
                  ParameterDefinition& made) const {
    if (is_v2_) {
      const std::string_view format = node.string("collectionFormat");
      made.is_exploded = format == "multi";
      made.separator = format == "ssv" ? ' ' : format == "tsv" ? '\t' : format == "pipes" ? '|' : ',';
      return;
    }
    const std::string_view style = node.string("style");
    const JsonNode* explode = node.find("explode");
    made.is_exploded = explode != nullptr ? explode->boolean : place == "query" && (style.empty() || style == "form");
    made.separator = style == "spaceDelimited" ? ' ' : style == "pipeDelimited" ? '|' : ',';
    const bool is_object = schema.types != kAnyType && schema.allows(kObjectType) && !made.is_json;
    made.is_deep_object = is_object && style == "deepObject";
    if (is_object && !made.is_deep_object) made.schema = nullptr;  // its members are spread over the text: not checked
  }

  // `#/components/schemas/Pet` -> `Pet`
  static std::string_view definition_name(const JsonNode& schema) {
    const std::string_view reference = schema.string("$ref");
    const std::size_t slash = reference.rfind('/');
    return slash == std::string_view::npos ? reference : reference.substr(slash + 1);
  }

  // ---- bodies
  // -------------------------------------------------------------------------------------------------------------

  std::string_view media_type_of(std::string_view written) {
    std::string lower = ascii_lower(trim_ascii(written.substr(0, written.find(';'))));
    return api_.keep(std::move(lower));
  }

  RepresentationDefinition representation(std::string_view content_type, const JsonNode* schema) {
    RepresentationDefinition made;
    made.content_type = media_type_of(content_type);
    made.written = content_type;
    if (schema == nullptr) return made;
    made.schema = api_.compiler.compile(document_, *schema);
    made.definition = definition_name(*schema);
    if (made.schema->resolved() == nullptr) {
      const std::string_view reference = schema->string("$ref");
      made.is_missing = reference.starts_with('#');
      made.is_unresolved = !made.is_missing;
    }
    return made;
  }

  std::span<const RepresentationDefinition> content(const JsonNode* media_types) {
    std::vector<RepresentationDefinition> made;
    for (const JsonNode* media = media_types == nullptr ? nullptr : media_types->first; media != nullptr;
         media = media->next) {
      made.push_back(representation(media->name, media->find("schema")));
      made.back().examples = examples(*media, made.back().content_type);
    }
    return api_.arena.copy(std::span<const RepresentationDefinition>(made));
  }

  ExampleDefinition example(std::string_view name, const JsonNode& value, std::string_view content_type) {
    const bool is_json = content_type.find("json") != std::string_view::npos;
    if (value.is_string()) {
      const std::string_view text = trim_ascii(value.text);
      if (!is_json || text.starts_with('{') || text.starts_with('[')) return {name, value.text};
    }
    std::string text;
    append_json(text, value);
    return {name, api_.keep(std::move(text))};
  }

  std::span<const ExampleDefinition> examples(const JsonNode& media, std::string_view content_type) {
    std::vector<ExampleDefinition> made;
    if (const JsonNode* one = media.find("example")) made.push_back(example({}, *one, content_type));
    const JsonNode* named = media.find("examples");
    for (const JsonNode* item = named == nullptr ? nullptr : named->first; item != nullptr; item = item->next) {
      const JsonNode* target = resolved(item);
      const JsonNode* value = target == nullptr ? nullptr : target->find("value");
      if (value != nullptr) made.push_back(example(item->name, *value, content_type));
    }
    return api_.arena.copy(std::span<const ExampleDefinition>(made));
  }

  /// `consumes` or `produces`, of the operation or of the document.
  std::vector<std::string_view> media_types(const JsonNode& operation, std::string_view keyword) const {
    const JsonNode* list = operation.find(keyword);
    if (list == nullptr) list = root_.find(keyword);
    std::vector<std::string_view> types;
    for (const JsonNode* item = list == nullptr ? nullptr : list->first; item != nullptr; item = item->next)
      types.push_back(item->text);
    return types;
  }

  void read_body_parameters(const std::vector<const JsonNode*>& parameters, const JsonNode& operation,
                            OperationDefinition& made) {
    std::vector<std::string_view> types = media_types(operation, "consumes");
    std::vector<RepresentationDefinition> representations;
    for (const JsonNode* parameter : parameters) {
      const std::string_view place = parameter->string("in");
      if (place != "body" && place != "formData") continue;
      const bool is_form = place == "formData";
      if (is_form && made.has_request_body) continue;
      made.has_request_body = true;
      made.requires_request_body = made.requires_request_body || parameter->is_true("required");
      if (types.empty()) types.push_back(is_form ? "application/x-www-form-urlencoded" : "application/json");
      for (const std::string_view type : types)
        representations.push_back(representation(type, is_form ? nullptr : parameter->find("schema")));
    }
    made.representations = api_.arena.copy(std::span<const RepresentationDefinition>(representations));
  }

  // ---- responses
  // ------------------------------------------------------------------------------------------------------------

  std::span<const ResponseDefinition> responses(const JsonNode& operation) {
    std::vector<ResponseDefinition> made;
    const JsonNode* all = operation.find("responses");
    for (const JsonNode* item = all == nullptr ? nullptr : all->first; item != nullptr; item = item->next) {
      const JsonNode* response = resolved(item);
      ResponseDefinition one;
      if (response == nullptr || !read_status(item->name, one)) continue;
      one.headers = response_headers(*response);
      one.representations = is_v2_ ? produced(operation, *response) : content(response->find("content"));
      made.push_back(one);
    }
    return api_.arena.copy(std::span<const ResponseDefinition>(made));
  }

  static bool read_status(std::string_view name, ResponseDefinition& response) {
    if (name == "default") return true;
    if (name.size() == 3 && is_ascii_digit(name[0]) && ascii_lower(name.substr(1)) == "xx") {
      response.first_status = (name[0] - '0') * 100;
      response.last_status = response.first_status + 99;
      return true;
    }
    std::int32_t status = 0;
    const auto result = std::from_chars(name.data(), name.data() + name.size(), status);
    response.first_status = response.last_status = status;
    return result.ec == std::errc{} && result.ptr == name.data() + name.size() && status > 0;
  }

  std::span<const ParameterDefinition> response_headers(const JsonNode& response) {
    std::vector<ParameterDefinition> made;
    const JsonNode* headers = response.find("headers");
    for (const JsonNode* item = headers == nullptr ? nullptr : headers->first; item != nullptr; item = item->next) {
      const JsonNode* header = resolved(item);
      if (header != nullptr) made.push_back(parameter_of(*header, item->name, "header"));
    }
    return api_.arena.copy(std::span<const ParameterDefinition>(made));
  }

  std::span<const RepresentationDefinition> produced(const JsonNode& operation, const JsonNode& response) {
    std::vector<RepresentationDefinition> made;
    const JsonNode* schema = response.find("schema");
    const JsonNode* examples = response.find("examples");
    std::vector<std::string_view> types = media_types(operation, "produces");
    if (types.empty() && schema != nullptr) types.push_back("application/json");
    if (schema == nullptr && examples == nullptr) return {};
    for (const std::string_view type : types) {
      made.push_back(representation(type, schema));
      const JsonNode* value = examples == nullptr ? nullptr : examples->find(type);
      if (value == nullptr) continue;
      const ExampleDefinition one = example({}, *value, made.back().content_type);
      made.back().examples = api_.arena.copy(std::span<const ExampleDefinition>(&one, 1));
    }
    return api_.arena.copy(std::span<const RepresentationDefinition>(made));
  }

  DescribedApi& api_;
  const JsonNode& root_;
  SchemaDocument document_;
  bool is_v2_;
};

}  // namespace

void read_openapi(DescribedApi& api, const JsonNode& root) { OpenApiReader(api, root).read(); }

}  // namespace portcullis
