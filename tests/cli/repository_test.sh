#!/usr/bin/env bash
# `check` and `run` in a repository as APIOps extracts it: named values, fragments and descriptions come from where they lie.
set -uo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
# expect WHAT STATUS TEXT COMMAND...: the exit code, and a text in what it prints
expect() {
  local what=$1 status=$2 text=$3 got
  shift 3
  "$@" >"$work/out" 2>&1
  got=$?
  if [ "$got" != "$status" ] || ! grep -qF -- "$text" "$work/out"; then
    echo "FAILED: $what (exit $got, wanted $status and \`$text\`)"
    cat "$work/out"
    failures=$((failures + 1))
  fi
}
p=$PORTCULLIS
root=$work/artifacts

mkdir -p "$root/named values/Backend Url" "$root/named values/key" "$root/policy fragments/auth" "$root/apis/orders/operations/get-order" \
  "$root/workspaces/team/apis/inner" "$root/workspaces/team/named values/Backend Url"
echo '{"properties": {"displayName": "backend-url", "value": "https://orders.example"}}' >"$root/named values/Backend Url/namedValueInformation.json"
echo '{"properties": {"displayName": "secret-key", "secret": true}}' >"$root/named values/key/namedValueInformation.json"
echo '{"properties": {"displayName": "backend-url", "value": "https://team.example"}}' >"$root/workspaces/team/named values/Backend Url/namedValueInformation.json"
echo '<fragment><set-header name="X-Key"><value>{{secret-key}}</value></set-header></fragment>' >"$root/policy fragments/auth/policy.xml"
echo '<policies><inbound><include-fragment fragment-id="auth" /><set-backend-service base-url="{{backend-url}}" /></inbound></policies>' >"$root/apis/orders/policy.xml"
cp "$root/apis/orders/policy.xml" "$root/workspaces/team/apis/inner/policy.xml"
echo '<policies><inbound><base /><validate-parameters specified-parameter-action="prevent" unspecified-parameter-action="ignore" /><set-header name="A"><value>{{nowhere}}</value></set-header></inbound></policies>' >"$root/apis/orders/operations/get-order/policy.xml"

expect 'what a repository holds is found' 0 '3 files: 0 errors' "$p" check "$root/apis/orders/policy.xml" "$root/policy fragments" "$root/workspaces"
expect 'a value that it lacks is an error' 1 'nowhere' "$p" check "$root"
expect 'one file of it' 1 'nowhere' "$p" check "$root/apis/orders/operations/get-order/policy.xml"
expect 'run: the value' 0 'GET https://orders.example' "$p" run "$root/apis/orders/policy.xml" --json
expect 'run: a workspace has its own' 0 'https://team.example' "$p" run "$root/workspaces/team/apis/inner/policy.xml" --json
rm -r "$root/policy fragments/auth"
expect 'a fragment that is gone is an error' 1 'there is no fragment `auth`' "$p" check "$root/apis/orders/policy.xml"
exit $((failures > 0))
