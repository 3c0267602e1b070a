#include "bench/workloads/prepared.h"

#include <string>

#include "hosts/files/owned_context.h"

namespace portcullis::bench {

void prepare(const Input& input, Prepared& prepared) {
  for (const auto& [name, value] : input.headers) prepared.headers.push_back({name, value});
  for (const auto& [name, value] : input.parameters) prepared.parameters.push_back({name, value});
  prepared.subscription.id = input.subscription;
  RequestView& request = prepared.context.request;
  request.method = input.method;
  request.url = {.scheme = input.scheme, .host = input.host, .port = 443, .path = input.path, .query = input.query};
  request.headers = prepared.headers;
  request.matched_parameters = prepared.parameters;
  request.ip_address = input.ip;
  request.body = {BodyState::kBuffered, input.body};
  prepared.context.subscription = &prepared.subscription;
  prepared.context.timestamp = StoppedClock::kUnixEpoch + kNowMilliseconds * 10'000;
  hosts::parse_guid(std::string(input.request_id), prepared.context.request_id);
}

}  // namespace portcullis::bench
