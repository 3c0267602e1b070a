#!/usr/bin/env bash
# Tags in comments lead to a case or a decision that exists.
exec python3 "$SOURCE_DIR/tools/facts.py" --check
