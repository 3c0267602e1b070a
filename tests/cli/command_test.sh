#!/usr/bin/env bash
# The command as a user meets it: results, exit codes, where things are printed.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# expect NAME WANTED-EXIT WANTED-TEXT COMMAND…: the text is a fixed string of both outputs.
expect() {
  local name=$1 wanted_exit=$2 wanted=$3 output status
  shift 3
  output=$("$@" 2>&1 </dev/null)
  status=$?
  if [ "$status" -ne "$wanted_exit" ] || ! printf '%s' "$output" | grep -qF -- "$wanted"; then
    printf 'FAILED: %s: exit %s, wanted %s and "%s":\n%s\n' "$name" "$status" "$wanted_exit" "$wanted" "$output"
    failures=$((failures + 1))
  fi
}

p=$PORTCULLIS
expect 'a value' 0 'int 7' "$p" eval '@(1 + 2 * 3)'
expect 'bare C#' 0 'string ab' "$p" eval '"a" + "b"'
expect 'statements' 0 'int 3' "$p" eval '@{ var a = 1; return a + 2; }'
expect 'null' 0 'null' "$p" eval '@((string)null)'
expect 'as JSON' 0 '{"type":"int","value":"7"}' "$p" eval --json '@(7)'
expect 'an exception' 1 'FormatException: The input string' "$p" eval '@(int.Parse("x"))'
expect 'a mistake' 1 'did you mean' "$p" eval '@("abc".Substr(1))'
expect 'no expression' 2 'eval needs an expression' "$p" eval
expect 'no command' 2 'subcommand is required' "$p"
expect 'an unknown option' 2 '--nonsense' "$p" eval --nonsense
expect 'help' 0 'Exit codes' "$p" --help
expect 'version' 0 'portcullis 0' "$p" --version
expect 'no such file' 2 'there is no' "$p" run "$work/none.xml"
expect 'a runaway loop' 1 'steps' "$p" eval '@{ while (true) { } }'
expect 'a huge string' 1 'memory' "$p" eval "@(new string('x', 2000000000))"

# libcurl, libpq and SQLite are opened when they are needed: they would take most of the time of a short evaluation.
for library in libcurl libpq libsqlite3; do
  if readelf -d "$p" | grep -q "NEEDED.*$library"; then
    printf 'FAILED: the command loads %s at its start; cli/on_demand lacks a function that hosts/ calls\n' "$library"
    failures=$((failures + 1))
  fi
done

printf '%s\n' '{"id":1,"kind":"expression","expression":"@(1+1)"}' 'garbage' '{"id":2,"expression":"@(nope)"}' > "$work/batch.jsonl"
expect 'a batch' 0 '{"id":1,"type":"int","value":"2"}' "$p" eval --batch "$work/batch.jsonl"
expect 'a batch: a broken line does not stop it' 0 '"id":2' "$p" eval --batch "$work/batch.jsonl"

expect 'the seed policy' 0 'Authorization: Bearer ey' "$p" run "$SOURCE_DIR/examples/managed-identity"
expect 'its trace' 0 'authentication-managed-identity' "$p" run "$SOURCE_DIR/examples/managed-identity" --trace
expect 'its JSON' 0 '"backendRequests":[{"method":"POST"' "$p" run --json "$SOURCE_DIR/examples/managed-identity"

cat > "$work/scenario.json" <<'JSON'
{"scopes": {"global": "<policies><inbound><set-variable name=\"order\" value=\"global\" /></inbound><backend><forward-request /></backend><outbound /><on-error /></policies>",
            "api": "<policies><inbound><base /><include-fragment fragment-id=\"mark\" /></inbound></policies>"},
 "fragments": {"mark": "<fragment><set-header name=\"X-Mark\"><value>{{mark}}-@</value></set-header></fragment>"},
 "namedValues": {"mark": "a named value that is too long to be kept inside a string object"},
 "context": {"request": {"method": "GET", "url": "https://api.example/a"}},
 "world": {"backend": [{"reply": {"status": 201, "delayMs": 30}}]},
 "sequence": [{"advanceMs": 1000}]}
JSON
expect 'a scenario: scopes, fragments, named values' 0 '["X-Mark","a named value that is too long' "$p" run --json --scenario "$work/scenario.json"
expect 'a scenario: the world answers, its clock moves' 0 '"elapsedMs":30.0' "$p" run --json --scenario "$work/scenario.json"

cat > "$work/service.json" <<'JSON'
{"scopes": {"global": "<policies><inbound /><backend><forward-request /></backend><outbound /><on-error><set-header name=\"X-Error\"><value>@(context.LastError.Source + \" \" + context.LastError.Reason)</value></set-header></on-error></policies>",
            "product:gold": "<policies><inbound><base /><set-header name=\"X-Product\"><value>@(context.Product.Name)</value></set-header></inbound></policies>",
            "api": "<policies><inbound><base /></inbound></policies>",
            "api:orders": "<policies><inbound><set-variable name=\"never\" value=\"x\" /><base /><cors><allowed-origins><origin>https://a.example</origin></allowed-origins></cors></inbound></policies>",
            "operation:orders/one": "<policies><inbound><base /><set-header name=\"X-Id\"><value>@(context.Request.MatchedParameters[\"id\"])</value></set-header></inbound></policies>"},
 "service": {"apis": {"orders": {"displayName": "Orders", "path": "shop/orders", "serviceUrl": "https://backend.example/v1",
                                 "operations": {"one": {"method": "GET", "urlTemplate": "/{id}"}}}},
             "products": {"gold": {"displayName": "Gold", "apis": ["orders"]}},
             "subscriptions": {"s": {"scope": "/products/gold", "primaryKey": "key-1"}}},
 "context": {"request": {"url": "https://gateway.example/shop/orders/42?x=1", "headers": {"Ocp-Apim-Subscription-Key": "key-1"}}},
 "sequence": [{"context": {"request": {"url": "https://gateway.example/shop/orders/42"}}},
              {"context": {"request": {"url": "https://gateway.example/nowhere"}}},
              {"context": {"request": {"url": "https://gateway.example/shop/orders/42", "method": "OPTIONS",
                                       "headers": {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}}}}]}
JSON
expect 'a service: API, product and operation have their say' 1 '"url":"https://backend.example/v1/42?x=1","headers":[["Ocp-Apim-Subscription-Key","key-1"],["X-Product","Gold"],["X-Id","42"]' \
  "$p" run --json --scenario "$work/service.json"
expect 'a service: no key' 1 '["WWW-Authenticate","AzureApiManagementKey realm=\"https://gateway.example/shop/orders\",name=\"Ocp-Apim-Subscription-Key\",type=\"header\""]' "$p" run --json --scenario "$work/service.json"
expect 'a service: no operation' 1 '["X-Error","configuration OperationNotFound"]' "$p" run --json --scenario "$work/service.json"
expect 'a service: a preflight runs nothing but cors' 1 '["Access-Control-Allow-Origin","https://a.example"],["Vary","Origin"],["Access-Control-Allow-Methods","GET,POST"]],"body":null},"variables":{}' \
  "$p" run --json --scenario "$work/service.json"
expect 'a service: a mistake has its place' 2 'service.apis.a.protocols is a list of texts' "$p" run --scenario <(echo '{"service": {"apis": {"a": {"protocols": 7}}}}')
expect 'a service: contradictions are named' 0 'there is no API `ghost`' \
  "$p" run --scenario <(echo '{"service": {"apis": {"a": {"path": "", "subscriptionRequired": false, "operations": {"o": {"urlTemplate": "/*"}}}}, "products": {"p": {"apis": ["ghost"]}}}, "context": {"request": {"url": "https://g.example/"}}}')

cat > "$work/overlap.json" <<'JSON'
{"scopes": {"api": "<policies><inbound><base /></inbound><backend><limit-concurrency key=\"one\" max-count=\"1\"><forward-request /></limit-concurrency></backend></policies>"},
 "context": {"request": {"url": "https://api.example/a"}},
 "world": {"backend": [{"reply": {"status": 200, "delayMs": 100}}]},
 "sequence": [{"overlap": true, "advanceMs": 50}, {"overlap": true, "advanceMs": 60}]}
JSON
statuses() { "$p" run --json --scenario "$1" | python3 -c 'import json,sys; print([(s["response"]["status"], s["elapsedMs"]) for s in json.load(sys.stdin)["steps"]])'; }
expect 'requests that overlap' 0 '[(200, 100.0), (429, 0.0), (200, 100.0)]' statuses "$work/overlap.json"
expect 'time does not go back' 2 'sequence[0].advanceMs' "$p" run --scenario <(echo '{"sequence": [{"advanceMs": -1}]}')

cat > "$work/broken.xml" <<'XML'
<policies><inbound>
  <set-hedaer name="a" />
  <set-header nam="a"><value>@(context.Reqest.Url)</value></set-header>
  <include-fragment fragment-id="none" />
  <authentication-token-store token-id="t" />
</inbound></policies>
XML
expect 'check finds every mistake' 1 'did you mean `set-header`?' "$p" check "$work/broken.xml"
expect 'check: an attribute' 1 'has no attribute `nam`' "$p" check "$work/broken.xml"
expect 'check: a member' 1 '`Reqest`' "$p" check "$work/broken.xml"
expect 'check: a fragment' 1 'there is no fragment `none`' "$p" check "$work/broken.xml"
expect 'check: refused' 1 '`authentication-token-store`' "$p" check "$work/broken.xml"
expect 'check: the place' 1 "$work/broken.xml:2:4" "$p" check "$work/broken.xml"
expect 'check: JSON' 1 '"code": "PC2004"' "$p" check --format json "$work/broken.xml"
expect 'check: SARIF' 1 '"ruleId": "PC2004"' "$p" check --format sarif "$work/broken.xml"
expect 'check: good files' 0 '0 errors' "$p" check "$SOURCE_DIR/examples/managed-identity/policy.xml"

expect 'members: all types' 0 'sealed class System.Text.StringBuilder' "$p" members
expect 'members: one type' 0 'T Peek()' "$p" members Stack
expect 'members: an enum' 0 'OrdinalIgnoreCase = 5' "$p" members System.StringComparison
expect 'members: JSON' 0 '"signature": "string Substring(int startIndex)"' "$p" members string --json
expect 'members: a page' 0 '### StringBuilder' "$p" members --markdown
expect 'members: a slip' 1 'did you mean `StringBuilder`?' "$p" members StringBuidler

[ "$failures" -eq 0 ] && echo ok
exit "$((failures > 0))"
