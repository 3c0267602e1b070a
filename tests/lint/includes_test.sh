#!/usr/bin/env bash
# Includes point one way.
exec python3 "$SOURCE_DIR/tools/check_includes.py"
