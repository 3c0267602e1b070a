#!/usr/bin/env bash
# docs/policies.md says what the validator reads; the exported XML schema is one, and takes the examples and an escaped document.
set -euo pipefail
[ -n "${PORTCULLIS:-}" ] && [ -x "$PORTCULLIS" ] || exit 77
cd "$SOURCE_DIR"
python3 tools/policies_page.py --check

command -v xmllint >/dev/null || exit 77
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$PORTCULLIS" schema --xsd >"$folder/policies.xsd"
cat >"$folder/good.xml" <<'XML'
<policies>
  <inbound>
    <base />
    <choose>
      <when condition="@(context.Request.Headers.ContainsKey(&quot;a&quot;))">
        <set-header name="X" exists-action="override"><value>{{v}}</value></set-header>
        <retry condition="@(false)" count="3" interval="@(1 + 1)"><set-variable name="a" value="1" /></retry>
      </when>
      <otherwise><include-fragment fragment-id="f" /></otherwise>
    </choose>
    <validate-content unspecified-content-type-action="@(&quot;prevent&quot;)" max-size="{{size}}" size-exceeded-action="detect">
      <content validate-as="json" action="prevent" case-insensitive-property-names="TRUE" />
    </validate-content>
    <set-body>text</set-body>
  </inbound>
  <backend><forward-request /></backend>
</policies>
XML
xmllint --nonet --noout --schema "$folder/policies.xsd" "$folder/good.xml" 2>"$folder/out" || { cat "$folder/out"; exit 1; }
for example in examples/*/policy.xml; do
  xmllint --noout "$example" 2>/dev/null || continue  # the raw style is no XML
  xmllint --nonet --noout --schema "$folder/policies.xsd" "$example" 2>"$folder/out" || { cat "$folder/out"; exit 1; }
done

refuses() {
  printf '%s' "$1" >"$folder/bad.xml"
  if xmllint --nonet --noout --schema "$folder/policies.xsd" "$folder/bad.xml" 2>/dev/null; then
    echo "the XML schema takes $1"
    exit 1
  fi
}
refuses '<policies><inbound><set-headr name="a" /></inbound></policies>'
refuses '<policies><inbound><set-header nam="a" /></inbound></policies>'
refuses '<policies><inbound><validate-status-code unspecified-status-code-action="prevent" /></inbound></policies>'
refuses '<policies><outbound><validate-status-code unspecified-status-code-action="block" /></outbound></policies>'
refuses '<policies><inbound><validate-content max-size="1" size-exceeded-action="detect" /></inbound></policies>'
