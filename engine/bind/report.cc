// How the binder speaks: one report for each cause, and bounds on depth and work.
#include <algorithm>

#include "base/text.h"
#include "engine/bind/binder.h"

namespace portcullis::binding {

namespace {

// Types that C# programmers reach for and policies do not have. The names alone: nothing of them can be used.
constexpr std::string_view kKnownElsewhere[] = {
    "Activator", "Aes", "AppDomain", "Assembly", "AsyncLocal", "Barrier", "BinaryReader", "BinaryWriter", "Buffer", "CancellationToken",
    "ConcurrentDictionary", "Console", "Cookie", "DateOnly", "Debug", "Debugger", "Directory", "DirectoryInfo", "Dns", "ECDsa",
    "Environment", "ExpandoObject", "File", "FileInfo", "FileStream", "GC", "HttpClient", "HttpContent", "HttpContext", "HttpMethod",
    "HttpRequestMessage", "HttpResponseMessage", "HttpUtility", "HttpWebRequest", "ImmutableArray", "Interlocked",
    "JsonDocument", "JsonSerializer", "LinkedList", "Marshal", "MemoryStream", "MethodInfo", "Monitor", "Mutex",
    "ObservableCollection", "Parallel", "Path", "Process", "PropertyInfo", "RandomNumberGenerator", "RSACng", "Semaphore",
    "SemaphoreSlim", "Socket", "SortedList", "Span", "Stopwatch", "Stream", "StreamReader",
    "StreamWriter", "StringContent", "Task", "TcpClient", "TextReader", "TextWriter", "Thread", "ThreadPool", "TimeOnly", "Timer",
    "Trace", "ValueTask", "WeakReference", "WebClient", "WebRequest", "XmlConvert", "XmlReader",
    "XmlSerializer", "XmlWriter", "XPathDocument"};

bool is_known_elsewhere(std::string_view name) {
  return std::find(std::begin(kKnownElsewhere), std::end(kKnownElsewhere), name) != std::end(kKnownElsewhere);
}

constexpr std::string_view kNamespacesElsewhere[] = {
    "System.Activities", "System.Buffers", "System.ComponentModel", "System.Configuration", "System.Data", "System.Diagnostics", "System.Drawing",
    "System.IO", "System.Net.Http", "System.Net.Mail", "System.Net.Sockets", "System.Reflection", "System.Runtime", "System.Security.Principal",
    "System.Text.Json", "System.Threading", "System.Web", "System.Windows"};

bool is_namespace_elsewhere(std::string_view name) {
  return std::find(std::begin(kNamespacesElsewhere), std::end(kNamespacesElsewhere), name) != std::end(kNamespacesElsewhere);
}

}  // namespace

bool Operand::is_error() const {
  return kind == Form::kError || (kind == Form::kValue && value->type->kind == TypeKind::kError) ||
         (kind == Form::kType && type->kind == TypeKind::kError);
}

Binder::Binder(BindContext& context) : context_(context), types_(context.types), arena_(context.arena) {}

Diagnostic& Binder::error(BindingError code, Span span, std::string message) {
  Diagnostic diagnostic;
  diagnostic.code = static_cast<std::uint16_t>(code);
  diagnostic.span = span;
  diagnostic.message = std::move(message);
  std::vector<Diagnostic>& list = captured_diagnostics_ != nullptr ? *captured_diagnostics_ : pending_;
  list.push_back(std::move(diagnostic));
  return list.back();
}

Diagnostic& Binder::warning(BindingError code, Span span, std::string message) {
  Diagnostic& diagnostic = error(code, span, std::move(message));
  diagnostic.severity = Severity::kWarning;
  return diagnostic;
}

Expression* Binder::error_node(Span span) { return node<bound::Simple>(bound::ExpressionKind::kError, types_.error_type(), span); }

Operand Binder::error_operand(Span span) { return {.kind = Form::kError, .span = span, .value = error_node(span)}; }

bool Binder::enter(Span span) {
  if (++depth_ > context_.options.max_depth) {
    if (!gave_up_) {
      error(BindingError::kTooDeep, span, joined("the expression nests more than ", context_.options.max_depth, " levels deep"));
    }
    gave_up_ = true;
    return false;
  }
  if (++work_ > context_.options.max_work) {
    if (!gave_up_) {
      error(BindingError::kTooComplex, span, joined("compiling this takes more than ", context_.options.max_work, " steps")).help =
          "give the parameters of nested lambdas types, or split the expression";
    }
    gave_up_ = true;
    return false;
  }
  return true;
}

std::string Binder::quoted(const Type& type) const {
  std::string text = "`";
  append_csharp_name(text, type);
  text.push_back('`');
  return text;
}

std::string Binder::describe(const Operand& operand) const {
  switch (operand.kind) {
    case Form::kError: return "an error";
    case Form::kValue: return operand.value->type->kind == TypeKind::kNull ? "`null`" : quoted(*operand.value->type);
    case Form::kType: return joined("the type ", quoted(*operand.type));
    case Form::kNamespace: return joined("the namespace `", operand.name, "`");
    case Form::kMethods: return joined("the method `", operand.methods->name, "`");
    case Form::kLambda: return "a lambda";
    case Form::kThrow: return "`throw`";
    case Form::kDefault: return "`default`";
    case Form::kTuple: return "a tuple";
    case Form::kArray: return "an array initialiser";
  }
  return {};
}

void Binder::report_unknown_name(const ast::NameExpression* name) {
  const std::string_view text = name->name.text;
  if (is_known_elsewhere(text)) {
    error(BindingError::kTypeNotAvailable, name->name.span, joined("`", text, "` is not available in policy expressions"));
    return;
  }
  Diagnostic& report = error(BindingError::kUnknownName, name->name.span, joined("there is no variable or type `", text, "` here"));
  std::vector<std::string_view> candidates{"context"};
  for (const Scope* scope = scope_; scope != nullptr; scope = scope->parent) {
    for (const Symbol* symbol = scope->symbols; symbol != nullptr; symbol = symbol->next) candidates.push_back(symbol->name);
  }
  std::string_view close = closest(text, candidates);
  if (close.empty()) {
    candidates.clear();
    for (const Type* type : types_.all()) {
      if (types_.find(type->name, type->arguments.size()) == type) candidates.push_back(type->name);
    }
    close = closest(text, candidates);
  }
  if (!close.empty()) report.help = joined("did you mean `", close, "`?");
}

void Binder::report_unknown_type(std::string_view name, Span span, std::size_t arity) {
  const std::size_t dot = name.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? name : name.substr(dot + 1);
  if (is_known_elsewhere(last) || is_namespace_elsewhere(name)) {
    error(BindingError::kTypeNotAvailable, span, joined("`", name, "` is not available in policy expressions"));
    return;
  }
  for (std::size_t other = 0; other <= 4; ++other) {
    if (other == arity) continue;
    if (const Type* type = types_.find(last, other); type != nullptr) {
      error(BindingError::kTypeArgumentCount, span,
            arity == 0 ? joined("`", name, "` needs ", other, other == 1 ? " type argument" : " type arguments")
                       : joined("`", name, "` does not take ", arity, arity == 1 ? " type argument" : " type arguments"))
          .help = joined("write ", quoted(*type));
      return;
    }
  }
  Diagnostic& report = error(BindingError::kUnknownType, span, joined("there is no type `", name, "`"));
  std::vector<std::string_view> candidates;
  for (const Type* type : types_.all()) {
    if (type->arguments.size() == arity) candidates.push_back(type->name);
  }
  if (const std::string_view close = closest(last, candidates); !close.empty()) report.help = joined("did you mean `", close, "`?");
}

void Binder::report_unknown_member(const Type& type, std::string_view name, Span span, bool is_static) {
  Diagnostic& report = error(BindingError::kUnknownMember, span, joined(quoted(type), " has no member `", name, "`"));
  report.label = joined("not a member of ", quoted(type));
  std::vector<std::string_view> candidates;
  for (const Type* at = &type; at != nullptr; at = at->base) {
    for (const MemberInfo* member : types_.declared(*at)) {
      if (member->is_static == is_static && member->kind != MemberKind::kOperator && member->kind != MemberKind::kConstructor &&
          !member->is_extension) {
        candidates.push_back(member->name);
      }
    }
  }
  for (const Type* parent : type.interfaces) {
    for (const MemberInfo* member : types_.declared(*parent)) candidates.push_back(member->name);
  }
  for (const std::string_view field : type.names) candidates.push_back(field);
  for (const EnumValue& value : type.kind == TypeKind::kEnum ? types_.enum_values(type) : std::span<const EnumValue>{}) {
    candidates.push_back(value.name);
  }
  std::vector<const MemberInfo*> extensions;
  if (!is_static) {
    for (const Type* owner : types_.all()) {
      if (!owner->is_static) continue;
      for (const MemberInfo* member : types_.declared(*owner)) {
        if (!member->is_extension || extensions_for(type, {&member, 1}).empty()) continue;
        extensions.push_back(member);
        candidates.push_back(member->name);
      }
    }
  }
  const std::string_view close = closest(name, candidates);
  if (close.empty()) return;
  std::vector<const MemberInfo*> found;
  for (const MemberInfo* member : find_members(types_, arena_, type, close)) found.push_back(member);
  for (const MemberInfo* member : extensions) {
    if (member->name == close) found.push_back(member);
  }
  if (found.empty()) {
    report.help = joined("did you mean `", close, "`?");
    return;
  }
  // Of several overloads the one that takes as many arguments as the author wrote.
  const auto takes_them = [&](const MemberInfo* member) { return member->parameters.size() == call_arity_ + (member->is_extension ? 1 : 0); };
  const MemberInfo* best = found.front();
  for (const MemberInfo* member : found) {
    const bool better = takes_them(member) != takes_them(best) ? takes_them(member)
                                                               : member->type_parameters.size() < best->type_parameters.size();
    if (better) best = member;
  }
  report.help = "did you mean `";
  append_signature(report.help, *best);
  report.help += "`?";
}

void Binder::report_no_conversion(const Expression* value, const Type& to, Span span, bool is_explicit) {
  const Type& from = *value->type;
  if (from.kind == TypeKind::kError || to.kind == TypeKind::kError) return;
  const std::string what = from.kind == TypeKind::kNull ? "`null`" : quoted(from);
  if (from.kind == TypeKind::kVoid) {
    error(BindingError::kNoValue, span, "this call has no value");
    return;
  }
  if (is_explicit) {
    error(BindingError::kNoConversion, span, joined(what, " cannot be cast to ", quoted(to)));
    return;
  }
  const bool is_narrow = is_integral(underlying(to)) && !to.is(Known::kInt32) && !to.is(Known::kInt64) && !to.is(Known::kChar);
  if (as_constant(value) != nullptr && is_narrow && (from.is(Known::kInt32) || (from.is(Known::kInt64) && to.is(Known::kUInt64)))) {
    error(BindingError::kConstantDoesNotFit, span, joined("the constant does not fit into ", quoted(to)));
    return;
  }
  Diagnostic& report = error(BindingError::kNoImplicitConversion, span, joined(what, " does not convert to ", quoted(to)));
  report.label = joined("expected ", quoted(to));
  const Conversion possible = find_conversion(value, to, true);
  if (is_nullable(from) && &underlying(from) == &to) {
    report.help = "it may be null: add `?? …` or use `.Value`";
  } else if (possible) {
    report.help = joined("a cast converts it: `(", csharp_name(to), ")…`");
  } else if (to.is(Known::kString) && from.kind != TypeKind::kNull) {
    report.help = "add `.ToString()`";
  }
}

void Binder::report_resolution(const Resolution& resolution, std::string_view name, Span name_span, Span whole,
                               std::span<const MemberInfo* const> candidates, std::span<const CallArgument> arguments) {
  BindingError code = BindingError::kBadArgument;
  Span span = name_span;
  const auto at_argument = [&] {
    return resolution.argument < arguments.size() && arguments[resolution.argument].span.size() > 0 ? arguments[resolution.argument].span
                                                                                                      : name_span;
  };
  switch (resolution.outcome) {
    case Outcome::kFound: return;
    case Outcome::kNoCandidates: code = BindingError::kUnknownMember; break;
    case Outcome::kWrongArgumentCount: code = BindingError::kArgumentCount; break;
    case Outcome::kUnknownName: code = BindingError::kUnknownArgumentName; span = at_argument(); break;
    case Outcome::kBadArgument: span = at_argument(); break;
    case Outcome::kBadMode: code = BindingError::kArgumentMode; span = at_argument(); break;
    case Outcome::kAmbiguous: code = BindingError::kAmbiguous; break;
    case Outcome::kConstraint:
    case Outcome::kCannotInfer: code = BindingError::kCannotInfer; break;
    case Outcome::kTypeArgumentCount: code = BindingError::kTypeArgumentCount; break;
  }
  if (span.size() == 0) span = whole;
  Diagnostic& report = error(code, span, explain(resolution, name, candidates, arguments));
  if (resolution.outcome == Outcome::kBadArgument && resolution.expected != nullptr) {
    report.label = joined("expected ", quoted(*resolution.expected));
  }
  if (resolution.outcome == Outcome::kCannotInfer) {
    report.help = joined("write the type arguments: `", name, "<…>(…)`");
    return;
  }
  if (resolution.outcome == Outcome::kAmbiguous) return;
  if (candidates.size() > 1 && candidates.size() <= 4) {
    for (const MemberInfo* candidate : candidates) {
      std::string note = "there is `";
      append_signature(note, *candidate);
      note.push_back('`');
      report.notes.push_back(std::move(note));
    }
  } else if (const MemberInfo* hint = portcullis::closest(resolution, candidates); hint != nullptr) {
    report.help = candidates.size() == 1 ? "it is `" : "did you mean `";
    append_signature(report.help, *hint);
    report.help += candidates.size() == 1 ? "`" : "`?";
  }
}

}  // namespace portcullis::binding
