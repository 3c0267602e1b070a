#!/usr/bin/env bash
# Descriptions and schemas reach the policies: from files beside a policy, and from a scenario's `service`.
set -euo pipefail
[ -n "${PORTCULLIS:-}" ] && [ -x "$PORTCULLIS" ] || exit 77
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

expect() { # expect NAME TEXT: the output holds the text
  grep -qF -- "$2" output || { echo "$1: expected $2, got:"; cat output; exit 1; }
}

cat >policy.xml <<'XML'
<policies><inbound><base />
<validate-content unspecified-content-type-action="prevent" max-size="1000" size-exceeded-action="prevent">
<content type="application/json" validate-as="json" action="prevent" schema-id="order" /></validate-content>
</inbound></policies>
XML
mkdir schemas
echo '{"required": ["a"]}' >schemas/order.json
printf 'POST https://h.example/orders\nContent-Type: application/json\n\n{}\n' >request.http
"$PORTCULLIS" run . >output 2>&1 && { echo "the body is not validated"; exit 1; }
expect "schemas/ beside the policy" 'Required properties are missing from object: a.'
"$PORTCULLIS" check . >output 2>&1 || { echo "check refuses a schema that is there"; cat output; exit 1; }
mv schemas/order.json schemas/ordre.json
"$PORTCULLIS" check . >output 2>&1 && { echo "check takes a schema that is not there"; exit 1; }
expect "a schema that is not there" 'did you mean'

cat >scenario.json <<'JSON'
{"scopes": {"api": "<policies><inbound><base /><validate-parameters specified-parameter-action=\"prevent\" unspecified-parameter-action=\"ignore\" /></inbound></policies>"},
 "service": {"apis": {
   "one": {"path": "one", "serviceUrl": "https://b.example", "subscriptionRequired": false,
           "openapi": {"openapi": "3.0.0", "paths": {"/x/{id}": {"get": {"operationId": "get", "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}]}}}}},
   "two": {"path": "two", "serviceUrl": "https://b.example", "subscriptionRequired": false, "operations": {"get": {"method": "GET", "urlTemplate": "/x/{id}"}},
           "openapi": "openapi: 3.0.0\npaths: {\"/x/{id}\": {get: {parameters: [{name: id, in: path, required: true, schema: {type: boolean}}]}}}"}}},
 "context": {"request": {"method": "GET", "url": "https://g.example/one/x/five"}},
 "sequence": [{"context": {"request": {"method": "GET", "url": "https://g.example/two/x/5"}}},
              {"context": {"request": {"method": "GET", "url": "https://g.example/two/x/true"}}}]}
JSON
"$PORTCULLIS" run --scenario scenario.json --json >output 2>&1 || true
expect "the API's own description" 'Could not convert string to integer: five.'
expect "the other API's" 'Could not convert string to boolean: 5.'
# `one` lists no operations: they are the description's.
[ "$(grep -o '"status":400' output | wc -l)" = 2 ] || { echo "two requests of three are refused"; cat output; exit 1; }

"$PORTCULLIS" schema --json >output
expect "schema --json" '"name": "validate-content"'
"$PORTCULLIS" schema --json --xsd >output 2>&1 && { echo "schema takes both formats"; exit 1; }
"$PORTCULLIS" schema >output
expect "schema" 'unspecified-content-type-action (required): word or expression: ignore, prevent, detect'
