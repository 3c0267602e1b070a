// Composes the documents of a chain of scopes into one flow for each section.
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "base/text.h"
#include "engine/pipeline/program.h"
#include "engine/policy/codes.h"
#include "engine/pipeline/schema_reader.h"
#include "engine/pipeline/unreachable.h"

namespace portcullis {

using namespace policy_code;  // NOLINT(google-build-using-namespace): the codes read as words

bool FragmentOrder::operator()(std::string_view a, std::string_view b) const {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](char x, char y) { return ascii_lower(x) < ascii_lower(y); });
}

namespace {

constexpr std::uint32_t kMaxFragmentDepth = 16;
constexpr std::string_view kDefaultGlobal = "<policies><inbound /><backend><forward-request /></backend><outbound /><on-error /></policies>";

struct LoadedDocument {
  Scope scope = Scope::kApi;
  Document document;
  const Element* sections[kSectionCount] = {};
};

struct OwnedFragment {
  std::string id;
  Document document;
};

/// Writes one section of the chain; nested documents and fragments are spliced into the same list.
class SectionBuilder final : public FlowBuilder {
 public:
  SectionBuilder(const LoadInput& input, Program& program, Diagnostics& diagnostics, SchemaReader& reader,
                 std::span<const LoadedDocument> chain, std::vector<std::unique_ptr<OwnedFragment>>& fragments)
      : input_(input), program_(program), diagnostics_(diagnostics), reader_(reader), chain_(chain), fragments_(fragments) {}

  std::span<const FlowOp> build(Section section);
  std::uint8_t needs() const { return needs_; }

  Arena& arena() override { return program_.arena; }
  Diagnostics& diagnostics() override { return diagnostics_; }
  Reader& reader() override { return reader_; }
  std::uint32_t here() const override { return static_cast<std::uint32_t>(ops_.size()); }
  std::uint32_t emit(FlowOp op) override;
  FlowOp& at(std::uint32_t position) override { return ops_[position]; }
  void children(const Element& element) override;
  void child(const Element& element) override { policy(element); }
  void each_child(const Element& element, const std::function<void(const Element&)>& visit) override;
  void listed_children(const Element& element, std::span<const std::string_view> names, Section section, bool as_written) override;
  /// The document's scope is not known: policies that only some scopes allow are let pass.
  void ignore_scope() { any_scope_ = true; }
  /// The policies of a fragment that stands alone.
  void fragment_alone(const Document& document);
  /// The flow of a resolver.
  std::span<const FlowOp> resolver(const Document& document);

 private:
  void scope_section(std::size_t index);
  void section_children(const LoadedDocument& loaded, const Element& section, std::size_t index);
  void policy(const Element& element);
  void include_fragment(const Element& element);
  const Document* read_fragment(const Element& element, std::string_view id);
  bool may_stand(const Element& element, const PolicySpec& spec);
  bool is_configuration(const Element& child) const;
  void report_unknown(const Element& element);
  std::size_t begin_splice(const Element& element);
  void end_splice(std::size_t splice) { splices_[splice].end = here(); }
  const StepInfo* make_step(const Element& element);
  const StepInfo* step_at_path();

  const LoadInput& input_;
  Program& program_;
  Diagnostics& diagnostics_;
  SchemaReader& reader_;
  std::span<const LoadedDocument> chain_;  // narrowest first
  std::vector<std::unique_ptr<OwnedFragment>>& fragments_;
  Section section_ = Section::kInbound;
  Scope scope_ = Scope::kApi;
  std::vector<FlowOp> ops_;
  std::vector<Splice> splices_;
  std::vector<std::shared_ptr<const SourceText>> step_sources_;
  std::uint8_t needs_ = kNeedsNothing;
  // Of the element being compiled.
  const PolicySpec* spec_ = nullptr;
  const StepInfo* step_ = nullptr;
  std::uint8_t element_needs_ = kNeedsNothing;
  std::string path_;
  std::vector<std::string> including_;
  std::set<std::string_view> once_;
  std::span<const std::string_view> listed_;  // inside a part of a resolver: what may stand there
  bool alone_ = false;
  bool is_resolver_ = false;
  bool any_scope_ = false;
};

std::span<const FlowOp> SectionBuilder::build(Section section) {
  section_ = section;
  scope_section(0);
  warn_unreachable(ops_, splices_, step_sources_, diagnostics_);
  const std::span<FlowOp> ops = program_.arena.copy(std::span<const FlowOp>(ops_));
  return ops;
}

// A missing section inherits, an empty one does not. source: policy-documents.md#3
void SectionBuilder::scope_section(std::size_t index) {
  if (index >= chain_.size()) return;
  const LoadedDocument& loaded = chain_[index];
  const Element* section = loaded.sections[static_cast<std::size_t>(section_)];
  if (section == nullptr) return scope_section(index + 1);
  section_children(loaded, *section, index);
}

void SectionBuilder::section_children(const LoadedDocument& loaded, const Element& section, std::size_t index) {
  const auto enter = [&] {
    scope_ = loaded.scope;
    diagnostics_.set_source(loaded.document.source());
    reader_.stand_in(section_, scope_);
  };
  bool has_base = false;
  std::set<std::string_view> outer_once;
  once_.swap(outer_once);
  enter();
  const std::string outer_path = std::exchange(path_, {});
  each_child(section, [&](const Element& element) {
    if (element.name != "base") return policy(element);
    if (has_base) {
      reader_.report(element.name_span, kMisplacedBase, joined("`<base />` stands twice in `", name_of(section_), "`"),
                     "keep one: twice would run the outer scope's policies twice");
      return;
    }
    has_base = true;
    for (const Attribute& attribute : element.attributes) {
      reader_.report(attribute.name_span, kUnknownAttribute, joined("`base` has no attribute `", attribute.name, "`"), {});
    }
    const std::size_t splice = begin_splice(element);
    scope_section(index + 1);
    end_splice(splice);
    enter();
  });
  path_ = outer_path;
  once_.swap(outer_once);
}

void SectionBuilder::children(const Element& element) {
  each_child(element, [&](const Element& child) {
    if (child.name == "base") {
      reader_.report(child.name_span, kMisplacedBase, joined("`<base />` may not stand inside `", element.name, "`"),
                     "it stands directly in a section");
    } else if (!is_configuration(child)) {
      policy(child);
    }
  });
}

// The children that the policy being compiled reads as its configuration are no policies.
bool SectionBuilder::is_configuration(const Element& child) const {
  if (spec_ == nullptr) return false;
  return std::any_of(spec_->element.children.begin(), spec_->element.children.end(), [&](const ChildSpec& known) { return known.name == child.name; });
}

void SectionBuilder::each_child(const Element& element, const std::function<void(const Element&)>& visit) {
  std::vector<std::pair<std::string_view, int>> counts;
  const std::string outer = path_;
  for (const Element& child : element.elements()) {
    const auto known = std::find_if(counts.begin(), counts.end(), [&](const auto& entry) { return entry.first == child.name; });
    const int ordinal = known == counts.end() ? (counts.emplace_back(child.name, 1), 1) : ++known->second;
    path_ = joined(outer, outer.empty() ? "" : "/", child.name, "[", ordinal, "]");
    visit(child);
  }
  path_ = outer;
}

void SectionBuilder::listed_children(const Element& element, std::span<const std::string_view> names, Section section, bool as_written) {
  const Section outer_section = std::exchange(section_, section);
  const std::span<const std::string_view> outer_listed = std::exchange(listed_, names);
  const bool outer_kind = std::exchange(is_resolver_, true);
  reader_.stand_in(section_, scope_);
  if (as_written) {
    each_child(element, [&](const Element& child) {
      if (std::find(names.begin(), names.end(), child.name) != names.end()) policy(child);
    });
  }
  for (std::size_t i = 0; i < names.size() && !as_written; ++i) {
    each_child(element, [&](const Element& child) {
      if (child.name == names[i]) policy(child);
    });
  }
  section_ = outer_section;
  listed_ = outer_listed;
  is_resolver_ = outer_kind;
  reader_.stand_in(section_, scope_);
}

// A branch inside the policy: the same element, a longer path ("choose[1]/when[2]").
const StepInfo* SectionBuilder::step_at_path() {
  StepInfo* step = program_.arena.make<StepInfo>(*step_);
  step->path = program_.arena.copy(std::string_view(path_));
  return step;
}

std::size_t SectionBuilder::begin_splice(const Element& element) {
  splices_.push_back({.begin = here(), .span = element.name_span, .source = diagnostics_.source(), .element = element.name});
  return splices_.size() - 1;
}

const StepInfo* SectionBuilder::make_step(const Element& element) {
  StepInfo* step = program_.arena.make<StepInfo>();
  step->element = program_.arena.copy(element.name);
  if (const Attribute* id = element.find("id"); id != nullptr && id->value.is_literal()) step->policy_id = program_.arena.copy(id->value.trimmed());
  step->path = program_.arena.copy(std::string_view(path_));
  step->scope = scope_;
  step->section = section_;
  step->span = element.start_tag;
  if (step_sources_.empty() || step_sources_.back() != diagnostics_.source()) step_sources_.push_back(diagnostics_.source());
  step->source = diagnostics_.source().get();
  step->in_fragment = !including_.empty();
  return step;
}

std::uint32_t SectionBuilder::emit(FlowOp op) {
  op.step = step_->path == path_ ? step_ : step_at_path();
  if (op.spec == nullptr) op.spec = spec_;
  op.needs = static_cast<std::uint8_t>(op.needs | element_needs_ | reader_.take_needs());
  needs_ = static_cast<std::uint8_t>(needs_ | op.needs);
  ops_.push_back(op);
  return here() - 1;
}

namespace {
Outcome run_plain_op(PolicyRun& run, const FlowOp& op) { return op.spec->run(run, op.config); }

// Runs until the first suspension. A task that ends at once costs one arena frame.
Outcome run_task_op(PolicyRun& run, const FlowOp& op) {
  const Task task = op.spec->start(run, op.config);
  return task.done() ? task.outcome() : Outcome::kSuspend;
}
}  // namespace

void SectionBuilder::policy(const Element& element) {
  if (element.name == "include-fragment") return include_fragment(element);
  const auto found = std::find_if(input_.policies.begin(), input_.policies.end(), [&](const PolicySpec* spec) { return spec->name == element.name; });
  if (found == input_.policies.end()) return report_unknown(element);
  const PolicySpec& spec = **found;
  if (!spec.refusal.empty()) {
    reader_.report(element.name_span, kMissingPolicy, joined("`", element.name, "` is refused: ", spec.refusal), "remove it, or run this document on the managed gateway");
    return;
  }
  if (!listed_.empty() && std::find(listed_.begin(), listed_.end(), element.name) == listed_.end()) {
    reader_.report(element.name_span, kWrongSection, joined("`", element.name, "` may not stand in this part of a resolver"), {});
    return;
  }
  if (!may_stand(element, spec)) return;
  const PolicySpec* outer_spec = spec_;
  const StepInfo* outer_step = step_;
  const std::uint8_t outer_needs = element_needs_;
  spec_ = &spec;
  step_ = make_step(element);
  static_cast<void>(reader_.take_needs());
  const void* config = reader_.read_config(element, spec.element);
  element_needs_ = reader_.take_needs();
  if (spec.emit != nullptr) {
    spec.emit(*this, element, config);
  } else {
    emit({.run = spec.run != nullptr ? &run_plain_op : &run_task_op, .config = config});
  }
  spec_ = outer_spec;
  step_ = outer_step;
  element_needs_ = outer_needs;
}

bool SectionBuilder::may_stand(const Element& element, const PolicySpec& spec) {
  bool good = true;
  if (spec.sections == 0 && !is_resolver_ && !alone_) {
    reader_.report(element.name_span, kWrongSection, joined("`", element.name, "` stands in the document of a resolver only"),
                   "a resolver is a document of its own, for one field of a GraphQL API");
    return false;
  }
  if (is_resolver_) return true;
  if (!alone_ && (spec.sections & bit(section_)) == 0) {
    std::string help = "it may stand in: ";
    bool first = true;
    for (std::size_t i = 0; i < kSectionCount; ++i) {
      if ((spec.sections & (1U << i)) == 0) continue;
      append(help, first ? "`" : ", `", name_of(static_cast<Section>(i)), "`");
      first = false;
    }
    reader_.report(element.name_span, kWrongSection, joined("`", element.name, "` may not stand in `", name_of(section_), "`"), help);
    good = false;
  }
  if (!alone_ && !any_scope_ && (spec.scopes & bit(scope_)) == 0) {
    std::string help = "it may stand at: ";
    bool first = true;
    for (std::size_t i = 0; i < kScopeCount; ++i) {
      if ((spec.scopes & (1U << i)) == 0) continue;
      append(help, first ? "" : ", ", name_of(static_cast<Scope>(i)));
      first = false;
    }
    reader_.report(element.name_span, kWrongScope, joined("`", element.name, "` may not stand in a document of ", name_of(scope_), " scope"), help);
    good = false;
  }
  if (spec.once_per_section && !once_.insert(spec.name).second) {
    reader_.report(element.name_span, kRepeatedPolicy, joined("`", element.name, "` may stand once in a section"), {});
    good = false;
  }
  return good;
}

void SectionBuilder::report_unknown(const Element& element) {
  std::vector<std::string_view> names;
  for (const PolicySpec* spec : input_.policies) names.push_back(spec->name);
  names.push_back("include-fragment");
  const std::string_view close = closest(element.name, names);
  reader_.report(element.name_span, kUnknownPolicy, joined("there is no policy `", element.name, "`"),
                 close.empty() ? std::string() : joined("did you mean `", close, "`?"));
}

// ---- fragments ----------------------------------------------------------------------------------------------------------

void SectionBuilder::include_fragment(const Element& element) {
  for (const Attribute& attribute : element.attributes) {
    if (attribute.name != "fragment-id" && attribute.name != "id") {
      reader_.report(attribute.name_span, kUnknownAttribute, joined("`include-fragment` has no attribute `", attribute.name, "`"), "it has: `fragment-id`");
    }
  }
  const Attribute* id = element.find("fragment-id");
  if (id == nullptr) {
    reader_.report(element.name_span, kMissingAttribute, "`include-fragment` lacks its attribute `fragment-id`", "write <include-fragment fragment-id=\"…\" />");
    return;
  }
  std::string_view name;
  reader_.read_value(id->value, name);
  if (name.empty()) return;
  if (alone_ || !including_.empty()) {
    const auto again = std::find_if(including_.begin(), including_.end(), [&](const std::string& open) { return equals_ignoring_ascii_case(open, name); });
    if (again != including_.end()) {
      reader_.report(id->value.span, kFragmentCycle, joined("fragment `", name, "` includes itself"), {});
      return;
    }
    if (!input_.allow_nested_fragments) {
      reader_.report(element.name_span, kNestedFragment, "a fragment may not include another fragment", "move its policies here, or allow nested fragments");
      return;
    }
    if (including_.size() >= kMaxFragmentDepth) {
      reader_.report(element.name_span, kNestedFragment, joined("fragments are nested deeper than ", kMaxFragmentDepth), {});
      return;
    }
  }
  const Document* fragment = read_fragment(element, name);
  if (fragment == nullptr || alone_) return;
  // The step's place stays the including document's; what is wrong inside is reported in the fragment.
  including_.emplace_back(name);
  const std::shared_ptr<const SourceText> source = diagnostics_.source();
  const std::string outer = path_;
  const std::size_t splice = begin_splice(element);
  diagnostics_.set_source(fragment->source());
  children(fragment->root());
  end_splice(splice);
  path_ = outer;
  diagnostics_.set_source(source);
  including_.pop_back();
}

const Document* SectionBuilder::read_fragment(const Element& element, std::string_view id) {
  const Span span = element.find("fragment-id")->value.span;
  for (const auto& loaded : fragments_) {
    if (equals_ignoring_ascii_case(loaded->id, id)) return &loaded->document;
  }
  const auto found = input_.fragments->find(id);
  if (found == input_.fragments->end()) {
    std::vector<std::string_view> names;
    for (const auto& [name, text] : *input_.fragments) names.push_back(name);
    const std::string_view close = closest(id, names);
    reader_.report(span, kUnknownFragment, joined("there is no fragment `", id, "`"),
                   close.empty() ? std::string() : joined("did you mean `", close, "`?"));
    return nullptr;
  }
  const std::shared_ptr<const SourceText> outer = diagnostics_.source();
  diagnostics_.set_source(found->second);
  Parsed<Document> document = read_document(found->second, *input_.named_values, diagnostics_);
  if (document.has_value() && document->kind() != Document::Kind::kFragment) {
    reader_.report(document->root().name_span, kUnknownFragment, joined("`", id, "` is no fragment: its root is `<", document->root().name, ">`"), "the root of a fragment is <fragment>");
    diagnostics_.set_source(outer);
    return nullptr;
  }
  diagnostics_.set_source(outer);
  if (!document.has_value()) return nullptr;
  program_.sources.push_back(found->second);
  fragments_.push_back(std::make_unique<OwnedFragment>(OwnedFragment{std::string(id), std::move(document).value()}));
  return &fragments_.back()->document;
}

void SectionBuilder::fragment_alone(const Document& document) {
  alone_ = true;
  diagnostics_.set_source(document.source());
  reader_.stand_in(Section::kInbound, Scope::kApi);
  children(document.root());
  warn_unreachable(ops_, splices_, step_sources_, diagnostics_);
}

std::span<const FlowOp> SectionBuilder::resolver(const Document& document) {
  is_resolver_ = true;
  section_ = Section::kBackend;
  diagnostics_.set_source(document.source());
  reader_.stand_in(section_, scope_);
  policy(document.root());
  const std::span<FlowOp> ops = program_.arena.copy(std::span<const FlowOp>(ops_));
  return ops;
}

// ---- documents ------------------------------------------------------------------------------------------------------------

void find_sections(LoadedDocument& loaded, Diagnostics& diagnostics) {
  constexpr std::string_view kNames[] = {"inbound", "backend", "outbound", "on-error"};
  for (const Element& child : loaded.document.root().elements()) {
    const auto* name = std::find(std::begin(kNames), std::end(kNames), child.name);
    if (name == std::end(kNames)) {
      const std::string_view close = closest(child.name, {"inbound", "backend", "outbound", "on-error"});
      diagnostics.add({.code = kUnknownSection, .span = child.name_span, .message = joined("`<policies>` has no section `", child.name, "`"),
                       .help = close.empty() ? "its sections are `inbound`, `backend`, `outbound` and `on-error`" : joined("did you mean `<", close, ">`?")});
      continue;
    }
    const Element*& slot = loaded.sections[name - std::begin(kNames)];
    if (slot != nullptr) {
      diagnostics.add({.code = kDuplicateSection, .span = child.name_span, .message = joined("section `", child.name, "` stands twice"), .help = "put its policies into one"});
      continue;
    }
    for (const Attribute& attribute : child.attributes) {
      diagnostics.add({.code = kUnknownAttribute, .span = attribute.name_span, .message = joined("section `", child.name, "` has no attributes")});
    }
    if (child.text.has_value() && !child.text->trimmed().empty()) {
      diagnostics.add({.code = kUnexpectedText, .span = child.text->span, .message = joined("section `", child.name, "` takes no text")});
    }
    slot = &child;
  }
  for (const Attribute& attribute : loaded.document.root().attributes) {
    diagnostics.add({.code = kUnknownAttribute, .severity = Severity::kWarning, .span = attribute.name_span, .message = joined("`policies` has no attribute `", attribute.name, "`")});
  }
}

void load_resolvers(const LoadInput& input, Program& program, Diagnostics& diagnostics, SchemaReader& reader,
                    std::vector<std::unique_ptr<OwnedFragment>>& fragments) {
  std::vector<ResolverFlow> flows;
  for (const ResolverDocument& resolver : input.resolvers) {
    diagnostics.set_source(resolver.source);
    program.sources.push_back(resolver.source);
    Parsed<Document> document = read_document(resolver.source, *input.named_values, diagnostics);
    if (!document.has_value()) continue;
    if (document->kind() != Document::Kind::kResolver) {
      diagnostics.add({.code = kUnknownSection, .span = document->root().name_span, .message = joined("a resolver's root is a data source, not `<", document->root().name, ">`"),
                       .help = "it is one of: `http-data-source`, `sql-data-source`, `cosmosdb-data-source`, `graphql-data-source`"});
      continue;
    }
    SectionBuilder builder(input, program, diagnostics, reader, {}, fragments);
    const std::span<const FlowOp> ops = builder.resolver(*document);
    flows.push_back({.type = program.arena.copy(std::string_view(resolver.type)), .field = program.arena.copy(std::string_view(resolver.field)), .ops = ops, .start = 0});
  }
  program.resolvers = program.arena.copy(std::span<const ResolverFlow>(flows));
  // The query is read before it is executed.
  if (!flows.empty()) program.needs[static_cast<std::size_t>(Section::kBackend)] |= kNeedsRequestBody;
}

/// Policies of which one without the other does nothing; several names may stand for the same.
struct Pair {
  std::string_view first, second;
  std::string_view why_first_alone, why_second_alone;
};
constexpr Pair kPairs[] = {{"semantic-cache-lookup", "semantic-cache-store",
                            "nothing is ever found: no llm-semantic-cache-store stands in outbound of this chain",
                            "nothing is stored: no llm-semantic-cache-lookup in inbound of this chain makes a vector of the prompt"}};

const StepInfo* step_of(const Program& program, std::string_view name_end) {
  for (const std::span<const FlowOp> ops : program.sections) {
    for (const FlowOp& op : ops) {
      if (op.spec != nullptr && op.spec->name.ends_with(name_end)) return op.step;
    }
  }
  return nullptr;
}

// Only the whole chain says what is missing: a document by itself may inherit it.
void warn_of_halves(const Program& program, Diagnostics& diagnostics) {
  for (const Pair& pair : kPairs) {
    const StepInfo* first = step_of(program, pair.first);
    const StepInfo* second = step_of(program, pair.second);
    if ((first == nullptr) == (second == nullptr)) continue;
    const StepInfo& alone = first != nullptr ? *first : *second;
    const auto source = std::find_if(program.sources.begin(), program.sources.end(), [&](const auto& one) { return one.get() == alone.source; });
    if (source == program.sources.end()) continue;
    diagnostics.set_source(*source);
    diagnostics.add({.code = policy_code::kSuspicious, .severity = Severity::kWarning, .span = alone.span,
                     .message = joined("`", alone.element, "` by itself: ", first != nullptr ? pair.why_first_alone : pair.why_second_alone)});
  }
}

}  // namespace

std::shared_ptr<const Program> load_program(const LoadInput& input, Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.error_count();
  auto program = std::make_shared<Program>();
  program->types = input.types;
  program->description = input.description;
  if (input.description != nullptr && !input.operation_id.empty())
    program->operation = input.description->find_operation(input.operation_id, {}, {});
  std::vector<ScopeDocument> documents(input.documents.begin(), input.documents.end());
  const bool has_global = std::any_of(documents.begin(), documents.end(), [](const ScopeDocument& document) { return document.scope == Scope::kGlobal; });
  if (!has_global) documents.push_back({Scope::kGlobal, std::make_shared<SourceText>("global (default)", std::string(kDefaultGlobal))});
  std::sort(documents.begin(), documents.end(), [](const ScopeDocument& a, const ScopeDocument& b) { return a.scope > b.scope; });

  std::vector<LoadedDocument> chain;
  for (const ScopeDocument& scope_document : documents) {
    diagnostics.set_source(scope_document.source);
    program->sources.push_back(scope_document.source);
    Parsed<Document> document = read_document(scope_document.source, *input.named_values, diagnostics);
    if (!document.has_value()) continue;
    if (document->kind() != Document::Kind::kPolicies) {
      diagnostics.add({.code = kUnknownSection, .span = document->root().name_span, .message = joined("a policy document's root is `<policies>`, not `<", document->root().name, ">`")});
      continue;
    }
    chain.push_back({.scope = scope_document.scope, .document = std::move(document).value(), .sections = {}});
  }
  for (LoadedDocument& loaded : chain) {
    diagnostics.set_source(loaded.document.source());
    find_sections(loaded, diagnostics);
  }
  SchemaReader reader(*program, diagnostics, input.strict_members);
  reader.know_loggers(input.loggers);
  std::vector<std::unique_ptr<OwnedFragment>> fragments;
  for (std::size_t i = 0; i < kSectionCount; ++i) {
    SectionBuilder builder(input, *program, diagnostics, reader, chain, fragments);
    program->sections[i] = builder.build(static_cast<Section>(i));
    program->needs[i] = builder.needs();
  }
  load_resolvers(input, *program, diagnostics, reader, fragments);
  if (diagnostics.error_count() > errors_before) return nullptr;
  warn_of_halves(*program, diagnostics);
  return program;
}

// Any scope and section may turn out to be its own, so only what holds for all of them is judged.
void check_document(const LoadInput& input, std::shared_ptr<const SourceText> source, Diagnostics& diagnostics) {
  diagnostics.set_source(source);
  const ReadOptions options{.keep_unknown_named_values = input.keep_unknown_named_values};
  Parsed<Document> document = read_document(source, *input.named_values, diagnostics, options);
  if (!document.has_value()) return;
  Program program;
  program.types = input.types;
  program.description = input.description;
  SchemaReader reader(program, diagnostics, input.strict_members);
  reader.know_loggers(input.loggers);
  std::vector<std::unique_ptr<OwnedFragment>> fragments;
  if (document->kind() == Document::Kind::kFragment) {
    SectionBuilder(input, program, diagnostics, reader, {}, fragments).fragment_alone(*document);
    return;
  }
  if (document->kind() == Document::Kind::kResolver) {
    SectionBuilder(input, program, diagnostics, reader, {}, fragments).resolver(*document);
    return;
  }
  std::vector<LoadedDocument> chain;
  chain.push_back({.scope = Scope::kApi, .document = std::move(document).value(), .sections = {}});
  find_sections(chain.front(), diagnostics);
  for (std::size_t i = 0; i < kSectionCount; ++i) {
    SectionBuilder builder(input, program, diagnostics, reader, chain, fragments);
    builder.ignore_scope();
    builder.build(static_cast<Section>(i));
  }
}

}  // namespace portcullis
