#!/usr/bin/env bash
# What an embedder does: install the library, build examples/embed-cpp and examples/embed-c against the installed files only,
# by find_package and by pkg-config, and run them. Static, and shared where that was built.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix

if [ ! -d "$SOURCE_DIR/examples/embed-cpp" ] && [ ! -d "$SOURCE_DIR/examples/embed-c" ]; then
  echo "no examples/embed-* yet"
  exit 77
fi

cmake --install "$BUILD_DIR" --prefix "$prefix" >"$work/install.log" || { cat "$work/install.log"; exit 1; }
config=$(find "$prefix" -name PortcullisConfig.cmake)
pc_folder=$(dirname "$(find "$prefix" -name portcullis.pc)")
export PKG_CONFIG_PATH=$pc_folder

# The build folder's flags, so that a sanitizer build is linked as one.
flags=$(sed -n 's/^CMAKE_CXX_FLAGS:[A-Z]*=//p' "$BUILD_DIR/CMakeCache.txt" | tr ' ' '\n' | grep -e '^-fsanitize' | tr '\n' ' ' || true)

check() {  # check PROGRAM EXAMPLE
  local output
  output=$(cd "$SOURCE_DIR/examples/$2" && LD_LIBRARY_PATH=$(dirname "$pc_folder") "$1" 2>&1) || {
    printf '%s failed:\n%s\n' "$1" "$output"
    exit 1
  }
  if [ -f "$SOURCE_DIR/examples/$2/expected.txt" ]; then
    diff -u "$SOURCE_DIR/examples/$2/expected.txt" <(printf '%s\n' "$output")
  fi
  echo "ok: $1"
}

for example in embed-cpp embed-c; do
  source=$SOURCE_DIR/examples/$example
  [ -d "$source" ] || continue

  # A copy, so that nothing of the tree around it is found by accident.
  cp -r "$source" "$work/$example"
  cmake -S "$work/$example" -B "$work/$example-build" -G Ninja -D CMAKE_C_FLAGS="$flags" -D CMAKE_CXX_FLAGS="$flags" \
    -D Portcullis_DIR="$(dirname "$config")" >"$work/configure.log" 2>&1 || { cat "$work/configure.log"; exit 1; }
  cmake --build "$work/$example-build" >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
  check "$work/$example-build/$example" "$example"

  # shellcheck disable=SC2046,SC2086  # flags are words
  case $example in
    embed-cpp)
      c++ -std=c++20 -Wall -Wextra -Werror $flags "$work/$example"/*.cc -o "$work/$example-pc" \
        $(pkg-config --cflags --libs portcullis)
      ;;
    embed-c)
      cc -std=c11 -Wall -Wextra -Wpedantic -Werror $flags "$work/$example"/*.c -o "$work/$example-pc" \
        $(pkg-config --cflags --libs portcullis)
      ;;
  esac
  check "$work/$example-pc" "$example"
done
