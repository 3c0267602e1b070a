// The SQL server of a scripted world: rows by rules, what was asked is recorded.
#include "hosts/scripted/world.h"

namespace portcullis::hosts {

Json sql_record(const SqlCall& call) {
  Json record = {{"connection", std::string(call.connection_string)},
                 {"statement", std::string(call.statement)},
                 {"parameters", Json::object()}};
  for (const SqlCall::Parameter& parameter : call.parameters) {
    record["parameters"][std::string(parameter.name)] = Json::parse(parameter.json, nullptr, false);
    if (!parameter.sql_type.empty()) record["types"][std::string(parameter.name)] = std::string(parameter.sql_type);
  }
  if (call.use_managed_identity) record["useManagedIdentity"] = true;
  if (!call.client_id.empty()) record["clientId"] = std::string(call.client_id);
  if (!call.scope.empty()) record["scope"] = std::string(call.scope);
  return record;
}

Json event_record(const SubscriptionEvent& event) {
  return {{"field", std::string(event.field)}, {"data", Json::parse(event.json, nullptr, false)}};
}

// {"match": {"statement": part of it}, "reply": rows} or {"fail": "why"}
World::Timed World::answer_sql(EffectId id, const SqlCall& call, Recorded& record) {
  record.sql_calls.push_back(sql_record(call));
  for (Rule& rule : sql_) {
    const std::string wanted = rule.match.is_object() ? rule.match.value("statement", "") : std::string();
    if (rule.times == 0 || call.statement.find(wanted) == std::string_view::npos) continue;
    if (rule.times > 0) --rule.times;
    if (rule.fail.is_string())
      return {{id, FailureReply{FailureReply::Kind::kConnection, keep(rule.fail.get<std::string>())}}, {}};
    return {{id, BodyReply{keep(rule.reply.is_string() ? rule.reply.get<std::string>() : rule.reply.dump())}}, {}};
  }
  if (missing_.empty())
    missing_ =
        "sql-data-source runs a statement, and no answer is given: add {\"sql\": [{\"reply\": [{\"column\": 1}]}]} to "
        "the answers, or use --live";
  return {{id, FailureReply{FailureReply::Kind::kUnavailable, keep(missing_)}}, {}};
}

}  // namespace portcullis::hosts
