// validate-odata-request: version, size, path and query options of a request by the OData specification, and by the
// API's model where there is one. source: validate-odata-request-policy
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/odata_url.h"
#include "policies/support/validation.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct ValidateODataRequest {
  std::string_view error_variable;
  std::string_view default_version = "4.0";
  std::string_view min_version;
  std::string_view max_version;
  std::int64_t max_size = -1;
};

constexpr AttributeSpec kAttributes[] = {
    optional<&ValidateODataRequest::error_variable>("error-variable-name"),
    optional<&ValidateODataRequest::default_version>("default-odata-version"),
    optional<&ValidateODataRequest::min_version>("min-odata-version"),
    optional<&ValidateODataRequest::max_version>("max-odata-version"),
    optional<&ValidateODataRequest::max_size>("max-size"),
};

struct Version {
  int major = 0;
  int minor = 0;
  auto operator<=>(const Version&) const = default;
};

/// `4.01` is minor 1: versions count as numbers.
std::optional<Version> read_version(std::string_view text) {
  Version version;
  text = trim_ascii(text);
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto number = [](std::string_view digits, int& value) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && end == digits.data() + digits.size() && value >= 0;
  };
  if (!number(text.substr(0, dot), version.major) || !number(text.substr(dot + 1), version.minor)) return std::nullopt;
  return version;
}

void check(Reader& reader, const Element& element, void* config) {
  const auto& odata = *static_cast<const ValidateODataRequest*>(config);
  for (const std::string_view name : {"default-odata-version", "min-odata-version", "max-odata-version"}) {
    const Attribute* version = element.find(name);
    if (version != nullptr && version->value.is_literal() && !read_version(version->value.trimmed()).has_value())
      reader.report(version->value.span, policy_code::kWrongLiteral,
                    joined("`", version->value.trimmed().substr(0, 40), "` is no version"), "write `4.0` or `4.01`");
  }
  if (element.find("max-size") != nullptr && odata.max_size < 0)
    reader.report(element.find("max-size")->value.span, policy_code::kWrongLiteral, "a size is not negative");
  if (reader.description() != nullptr && reader.description()->odata == nullptr)
    reader.warn(element.name_span, policy_code::kDescriptionGap,
                "the API has no OData model: names in paths and options are not checked",
                "give its $metadata document as the API's description");
}

class Check {
 public:
  Check(PolicyRun& run, const ValidateODataRequest& config, Validation& validation)
      : run_(run), config_(config), validation_(validation) {}

  void perform() {
    check_version();
    check_size();
    check_url();
  }

 private:
  void bad(std::string_view name, std::string_view type, std::string_view rule, std::string_view details) {
    validation_.add({name, type, rule, details, details, ValidationAction::kPrevent});
  }

  std::string_view header(std::string_view name) const {
    return run_.exchange().request.headers.joined(HeaderName(name), run_.arena());
  }

  void check_version() {
    std::string_view text = header("OData-Version");
    if (text.empty()) text = config_.default_version;
    const std::optional<Version> version = read_version(text);
    if (!version.has_value() || (*version != Version{4, 0} && *version != Version{4, 1}))
      return bad("OData-Version", "RequestHeader", "IncorrectMessage",
                 joined("The OData version ", text, " is not supported."));
    allows_bare_names_ = *version == Version{4, 1};
    const std::optional<Version> least = read_version(config_.min_version);
    const std::optional<Version> most = read_version(config_.max_version);
    if (least.has_value() && *version < *least)
      return bad(
          "OData-Version", "RequestHeader", "IncorrectMessage",
          joined("The OData version ", text, " is lower than the lowest that is accepted, ", config_.min_version, "."));
    if (most.has_value() && *most < *version)
      return bad("OData-Version", "RequestHeader", "IncorrectMessage",
                 joined("The OData version ", text, " is higher than the highest that is accepted, ",
                        config_.max_version, "."));
    const std::string_view wanted = header("OData-MaxVersion");
    if (wanted.empty()) return;
    const std::optional<Version> highest = read_version(wanted);
    if (!highest.has_value() || (least.has_value() && *highest < *least))
      bad("OData-MaxVersion", "RequestHeader", "IncorrectMessage",
          joined("The highest OData version of the request, ", wanted, ", is not accepted."));
  }

  void check_size() {
    if (config_.max_size < 0) return;
    std::string_view content;
    std::string_view problem;
    decoded_body(run_, run_.exchange().request, static_cast<std::size_t>(config_.max_size), content, problem);
    if (static_cast<std::int64_t>(content.size()) <= config_.max_size) return;
    const std::string start = joined("Request's body is ", content.size(), " bytes long and it exceeds the ");
    validation_.add({{},
                     "RequestBody",
                     "SizeLimit",
                     joined(start, "configured limit of ", config_.max_size, " bytes."),
                     joined(start, "limit of ", config_.max_size, " bytes."),
                     ValidationAction::kPrevent});
  }

  /// Below the service's root.
  std::string_view path() const {
    const ContextView& view = run_.exchange().view;
    std::string_view path = view.request.url.path;
    std::string_view base = view.api == nullptr ? std::string_view() : view.api->path;
    while (base.starts_with('/')) base.remove_prefix(1);
    while (base.ends_with('/')) base.remove_suffix(1);
    if (!base.empty() && path.size() > base.size() && equals_ignoring_ascii_case(path.substr(1, base.size()), base))
      path.remove_prefix(1 + base.size());
    const std::string_view version = view.api == nullptr ? std::string_view() : view.api->version;
    if (!version.empty() && path.size() > version.size() &&
        equals_ignoring_ascii_case(path.substr(1, version.size()), version) &&
        (path.size() == version.size() + 1 || path[version.size() + 1] == '/'))
      path.remove_prefix(1 + version.size());
    return path;
  }

  void check_url() {
    const ODataModel* model = run_.description() == nullptr ? nullptr : run_.description()->odata;
    ODataTarget target;
    if (model != nullptr) {
      const ODataProblem problem = check_odata_path(*model, path(), target);
      if (!problem.message.empty()) return bad(problem.name, "RequestUrl", "IncorrectMessage", problem.message);
    }
    std::vector<std::string_view> seen;
    for (const QueryParameter& parameter : query_parameters(run_.exchange().request.url, run_.arena()).items) {
      const std::string_view option = odata_option_name(parameter.name, allows_bare_names_);
      if (option.empty()) continue;  // the service's own
      if (!is_known_odata_option(option)) {
        bad(option, "QueryParameter", "Unspecified", joined("The query option ", option, " is unknown."));
        continue;
      }
      bool again = false;
      for (const std::string_view before : seen) again = again || before == option;
      if (again) {
        bad(option, "QueryParameter", "IncorrectMessage",
            joined("The query option ", option, " is given more than once."));
        continue;
      }
      seen.push_back(option);
      const ODataProblem problem = check_odata_option(option, parameter.value, target.type);
      if (!problem.message.empty()) bad(option, "QueryParameter", "IncorrectMessage", problem.message);
    }
  }

  PolicyRun& run_;
  const ValidateODataRequest& config_;
  Validation& validation_;
  bool allows_bare_names_ = false;
};

Outcome run(PolicyRun& run, const ValidateODataRequest& config) {
  Validation validation(run);
  Check(run, config, validation).perform();
  return validation.finish(config.error_variable, false);
}

void emit(FlowBuilder& flow, const Element&, const void* config) {
  constexpr auto kRun = [](PolicyRun& run_of, const FlowOp& op) {
    return run(run_of, *static_cast<const ValidateODataRequest*>(op.config));
  };
  const bool reads_body = static_cast<const ValidateODataRequest*>(config)->max_size >= 0;
  flow.emit({.run = kRun,
             .config = config,
             .needs = reads_body ? std::uint8_t{kNeedsRequestBody} : std::uint8_t{kNeedsNothing}});
}

constexpr ScopeSet kScopes = bit(Scope::kGlobal) | bit(Scope::kWorkspace) | bit(Scope::kProduct) | bit(Scope::kApi);

}  // namespace

const PolicySpec kValidateOdataRequest = policy<ValidateODataRequest, &run>("validate-odata-request", kAttributes)
                                             .in(kInboundOnly)
                                             .at(kScopes)
                                             .once()
                                             .checked_by(&check)
                                             .emitting(&emit);

}  // namespace portcullis
