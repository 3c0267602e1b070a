#!/usr/bin/env bash
# run_example.sh FOLDER: `portcullis run FOLDER` succeeds, and prints FOLDER/expected.txt where there is one.
set -euo pipefail
folder=$1
cd "$(dirname "$folder")"
output=$("$PORTCULLIS" run "$(basename "$folder")" </dev/null)
if [ -f "$folder/expected.txt" ]; then
  diff -u "$folder/expected.txt" <(printf '%s\n' "$output")
fi
