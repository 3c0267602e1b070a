#!/usr/bin/env bash
# bench: what it says about a policy, and when a comparison fails. Figures are only looked at where they cannot depend on the machine.
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
# holds NAME FILE CONDITION: of the JSON in FILE, as `j`.
holds() {
  python3 - "$2" "$3" <<'PY' || { echo "FAILED: $1: not $3"; failures=$((failures + 1)); }
import json, sys
j = json.load(open(sys.argv[1]))
sys.exit(0 if eval(sys.argv[2]) else 1)
PY
}
bench() { "$PORTCULLIS" bench --seconds 0.02 --rounds 3 --threads "${threads:-1}" "$@"; }

expect 'a folder' 0 'Cost by policy' bench "$SOURCE_DIR/examples/managed-identity"
expect 'no policy' 2 'bench needs a policy' bench
expect 'no such file' 2 'there is no' bench "$work/none.xml"
expect 'nonsense' 2 '--rounds' "$PORTCULLIS" bench --rounds 0 "$SOURCE_DIR/examples/managed-identity"

cat > "$work/costs.xml" <<'XML'
<policies>
  <inbound>
    <base />
    <set-variable name="cheap" value="@(context.Request.Method)" />
    <choose>
      <when condition="@(context.Request.Method == "PUT")">
        <set-variable name="never" value="@(1 + 1)" />
      </when>
      <when condition="@(context.Request.Method == "POST")">
        <set-variable name="dear" value="@{
          var sum = 0;
          for (var i = 0; i < 3000; i++) { sum += i % 7; }
          return sum;
        }" />
      </when>
    </choose>
    <rate-limit-by-key calls="1" renewal-period="60" counter-key="@(context.Request.IpAddress)" />
    <send-request mode="new" response-variable-name="answer" timeout="5">
      <set-url>https://side.example/</set-url>
      <set-method>GET</set-method>
    </send-request>
    <set-header name="X-Status" exists-action="override"><value>@(((IResponse)context.Variables["answer"]).StatusCode.ToString())</value></set-header>
    <set-body>@(context.Request.Body.As<string>() + "!")</set-body>
  </inbound>
</policies>
XML
printf 'POST https://api.example/a\nContent-Type: text/plain\n\nhello\n' > "$work/request.http"
echo '{"calls": [{"reply": {"status": 204}, "times": 1}]}' > "$work/answers.json"

expect 'an answer that nobody gave' 2 'no answer is given' bench "$work/costs.xml" "$work/request.http"
expect 'limits are not reached, answers do not run out, bodies are read again' 0 '200 OK' bench "$work/costs.xml" "$work/request.http" --answers "$work/answers.json"
threads=3 bench "$work/costs.xml" "$work/request.http" --answers "$work/answers.json" --json > "$work/costs.json" 2> "$work/problems"
[ ! -s "$work/problems" ] || { echo "FAILED: not steady: $(cat "$work/problems")"; failures=$((failures + 1)); }
holds 'all goes well' "$work/costs.json" 'j["response"]["status"] == 200 and j["failure"] is None'
holds 'time' "$work/costs.json" 'j["load"]["nanoseconds"] > 0 and 0 < j["evaluation"]["nanoseconds"]["least"] <= j["evaluation"]["nanoseconds"]["median"] <= j["evaluation"]["nanoseconds"]["upperQuartile"]'
holds 'counts' "$work/costs.json" '(j["evaluation"]["allocations"] or 0) <= 2 and j["evaluation"]["arenaBytes"] > 100 and j["evaluation"]["steps"] >= 3000'
holds 'threads' "$work/costs.json" '[t["threads"] for t in j["throughput"]] == [1, 2, 3] and all(t["evaluationsPerSecond"] > 0 for t in j["throughput"])'
holds 'policies at their lines' "$work/costs.json" '[(p["policy"], p["place"].split(":")[-2], p["times"]) for p in j["policies"] if p["scope"] == "api" and p["policy"] != "send-request"] == [("set-variable", "4", 1), ("choose", "5", 2), ("set-variable", "10", 1), ("rate-limit-by-key", "17", 1), ("set-method", "20", 1), ("set-header", "22", 1), ("set-body", "23", 1)] or print(j["policies"])'
holds 'the call that waits' "$work/costs.json" 'any(p["policy"] == "send-request" and p["place"].endswith(":18:5") and p["nanoseconds"] > 0 for p in j["policies"])'
holds 'expressions at their places, those that ran' "$work/costs.json" '[":".join(e["place"].split(":")[-2:]) for e in j["expressions"]] == ["4:39", "6:24", "9:24", "10:42", "17:67", "22:65", "23:15"] or print(j["expressions"])'
holds 'the dear line is the dearest' "$work/costs.json" 'max(j["expressions"], key=lambda e: e["nanoseconds"])["place"].endswith(":10:42") and max(j["policies"], key=lambda p: p["nanoseconds"])["place"].split(":")[-2] == "10"'
holds 'its share' "$work/costs.json" '0.3 < max(e["share"] for e in j["expressions"]) < 1.5'

# A megabyte is given; what needs more takes it from the heap.
cat > "$work/big.xml" <<'XML'
<policies><inbound><set-variable name="big" value="@(new string('x', 1500000).ToUpper().Length)" /></inbound></policies>
XML
bench "$work/big.xml" --json > "$work/big.json"
holds 'the heap' "$work/big.json" 'j["evaluation"]["allocations"] is None or j["evaluation"]["allocations"] >= 1'
# with FILE CHANGE: a baseline with other figures.
with() { python3 -c 'import json,sys; j = json.load(open(sys.argv[1])); e = j["evaluation"]; exec(sys.argv[2]); print(json.dumps(j))' "$1" "$2"; }
if grep -q '"allocations": null' "$work/big.json"; then
  echo 'allocations are not counted in this build: not compared'
else
  expect 'the same' 0 'the same' bench "$work/big.xml" --compare "$work/big.json"
  expect 'more allocations' 1 'WORSE' bench "$work/big.xml" --compare <(with "$work/big.json" 'e["allocations"] *= 0.9')
  expect 'within the margin' 0 'allocations' bench "$work/big.xml" --compare <(with "$work/big.json" 'e["allocations"] *= 0.98')
  expect 'fewer' 0 'allocations' bench "$work/big.xml" --compare <(with "$work/big.json" 'e["allocations"] *= 2')
  expect 'from nothing' 1 'from nothing' bench "$work/big.xml" --compare <(with "$work/big.json" 'e["allocations"] = 0')
  expect 'times are not compared' 0 'the same' bench "$work/big.xml" --compare <(with "$work/big.json" 'e["nanoseconds"]["median"] /= 1000')
  expect 'in JSON' 1 '"worse": true' bench "$work/big.xml" --json --compare <(with "$work/big.json" 'e["allocations"] = 0')
fi
if grep -q '"instructions": null' "$work/big.json"; then
  expect 'what is not counted is said' 0 'not counted here' bench "$work/big.xml"
else
  expect 'more instructions' 1 'WORSE' bench "$work/big.xml" --compare <(with "$work/big.json" 'e["instructions"] *= 0.9')
fi
expect 'nothing to compare' 2 'could be compared' bench "$work/big.xml" --compare <(with "$work/big.json" 'e["instructions"] = e["allocations"] = None')
expect 'no baseline' 2 'no output of' bench "$work/big.xml" --compare <(echo '{}')
echo '<policies><inbound><set-hedaer /></inbound></policies>' > "$work/wrong.xml"
expect 'a mistake' 1 'set-header' bench "$work/wrong.xml"

[ "$failures" -eq 0 ] && echo ok
exit "$((failures > 0))"
