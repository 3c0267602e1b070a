#!/usr/bin/env bash
# `run --redis`: two runs share a counter, and a server that is away fails no request.
set -euo pipefail
folder=$(mktemp -d)
port=$((20000 + RANDOM % 20000))
redis-server --port "$port" --bind 127.0.0.1 --save '' --dir "$folder" --logfile "$folder/log" &
server=$!
trap 'kill -9 "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done

cat >"$folder/scenario.json" <<'JSON'
{"scopes": {"api": "<policies><inbound><rate-limit-by-key calls=\"1\" renewal-period=\"300\" counter-key=\"k\" /></inbound><backend /></policies>"},
 "context": {"request": {"url": "https://gw.example/x"}}}
JSON
status() { "$PORTCULLIS" run --scenario "$folder/scenario.json" --json "$@" 2>"$folder/errors" | grep -o '"status":[0-9]*' | head -1 || true; }
expect() {
  [ "$1" = "$2" ] || {
    echo "expected $1, got $2"
    cat "$folder/errors"
    exit 1
  }
}
expect '"status":200' "$(status --redis "redis://127.0.0.1:$port")"
expect '"status":429' "$(status --redis "redis://127.0.0.1:$port")"
expect '"status":429' "$(PORTCULLIS_REDIS="127.0.0.1:$port,abortConnect=False" status)"
expect '"status":200' "$(status)"
kill -9 "$server"
expect '"status":200' "$(status --redis "redis://127.0.0.1:$port?connectTimeout=200")"
grep -q 'portcullis: redis: .* operations were not done there' "$folder/errors"
if "$PORTCULLIS" run --scenario "$folder/scenario.json" --redis http://x >"$folder/out" 2>"$folder/errors"; then exit 1; else [ $? = 2 ]; fi
grep -q 'the scheme is redis' "$folder/errors"
