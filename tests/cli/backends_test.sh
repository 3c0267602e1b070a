#!/usr/bin/env bash
# `service.backends` of a scenario: a pool's members answer in turn, with credentials from named values; mistakes have a place.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/scenario.json" <<'JSON'
{"scopes": {"api": "<policies><inbound><set-backend-service backend-id=\"p\" /></inbound><backend><forward-request /></backend></policies>"},
 "namedValues": {"key": "secret"},
 "service": {"backends": {"a": {"url": "https://a.example", "credentials": {"header": {"x-key": ["{{key}}"]}}}, "b": {"url": "https://b.example"},
   "p": {"type": "Pool", "pool": {"services": [{"id": "/backends/a"}, {"id": "b"}]}}}},
 "context": {"request": {"url": "https://gw.example/x"}}, "sequence": [{}]}
JSON
"$PORTCULLIS" run --scenario "$folder/scenario.json" --json >"$folder/out"
grep -q '"url":"https://a.example/x"' "$folder/out"
grep -q '\["x-key","secret"\]' "$folder/out"
grep -q '"url":"https://b.example/x"' "$folder/out"
refused() {
  printf '{"service": {"backends": %s}}' "$1" >"$folder/bad.json"
  if "$PORTCULLIS" run --scenario "$folder/bad.json" >"$folder/out" 2>"$folder/errors"; then exit 1; fi
  grep -qF "$2" "$folder/errors" || { cat "$folder/errors"; exit 1; }
}
refused '{"a": {"url": "a.example"}}' 'service.backends.a url is an absolute http or https URL'
refused '{"a": {"url": "https://a.example?x=1"}}' 'service.backends.a url has a query string'
refused '{"Dapr": {"url": "https://a.example"}}' 'service.backends.Dapr has an id that is reserved'
refused '{"p": {"type": "Pool", "pool": {"services": [{"id": "x"}]}}}' 'service.backends.p has the member `x`, which is not there'
refused '{"p": {"type": "Pool", "pool": {"services": [{"id": "p"}]}}}' 'service.backends.p has the member `p`, which is a pool itself'
refused '{"a": {"url": "https://a", "circuitBreaker": {"rules": [{"failureCondition": {"count": 1, "interval": "1m"}, "tripDuration": "PT1M"}]}}}' 'interval is an ISO 8601 duration'
refused '{"a": {"url": "https://a", "circuitBreaker": {"rules": [{"failureCondition": {"interval": "PT1M"}, "tripDuration": "PT1M"}]}}}' 'neither count nor percentage'
refused '{"a": {"url": "https://a", "credentials": {"header": {"k": "{{none}}"}}}}' 'uses the named value `none`, which is not given'
