#!/usr/bin/env bash
# Every row of policies/table.def has its file, and every file its row: <set-header> lives in policies/set_header.cc.
# A family under its older name has one file: <azure-openai-token-limit> lives in policies/llm_token_limit.cc.
set -euo pipefail
cd "$SOURCE_DIR"
[ -f policies/table.def ] || exit 77

listed=$(sed -n 's/^PC_POLICY([^"]*"\([^"]*\)").*/\1/p' policies/table.def | tr - _ | sed 's/^azure_openai_/llm_/' | sort -u)
present=$(find policies -maxdepth 1 -name '*.cc' ! -name table.cc -printf '%f\n' | sed 's/[.]cc$//' | sort)
failed=0
for name in $(comm -23 <(echo "$listed") <(echo "$present")); do
  echo "policies/table.def: a row without its file policies/$name.cc"
  failed=1
done
for name in $(comm -13 <(echo "$listed") <(echo "$present")); do
  echo "policies/$name.cc: no row in policies/table.def"
  failed=1
done
exit $failed
