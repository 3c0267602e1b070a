#!/usr/bin/env python3
"""Checks that includes point one way, as docs/style.md draws it, and that one folder wraps each third-party library.

Prints file:line and the rule for each wrong include; exit code 1 when there is one.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# An include points left or stays. Folders with the same rank may include each other.
LAYERS = ["base", "grammar", "engine", "policies", "service", "api", "hosts", "cli"]
ENGINE = {"unicode": 0, "types": 0, "program": 0, "run": 1, "json": 2, "xml": 2, "dotnet": 2, "exchange": 2, "liquid": 3, "bind": 3,
          "lower": 4, "policy": 5, "pipeline": 6}
# The shape of a value at run time: the type tables name it, the evaluator uses it.
VALUE_SHAPE = {"engine/run/slot.h", "engine/run/object.h"}

# Who may include which library. Everyone else sees our types.
LIBRARIES = {
    "boost/": ["grammar/csharp/"],
    "pugixml": ["grammar/document/"],
    "pcre2": ["engine/", "bench/"],
    "openssl/": ["engine/dotnet/", "policies/support/", "hosts/"],
    "nlohmann/": ["engine/exchange/", "service/", "api/", "hosts/", "cli/", "tests/", "fuzz/", "bench/"],
    "zlib": ["engine/exchange/", "policies/support/"],
    "brotli/": ["engine/exchange/"],
    "libxml/": ["policies/support/"],
    "libxslt/": ["policies/support/"],
    "yaml-cpp/": ["service/"],
    "curl/": ["hosts/", "cli/on_demand/"],
    "hiredis/": ["hosts/redis/"],
    "libpq": ["hosts/live/", "cli/on_demand/"],
    "sqlite3": ["hosts/live/", "tests/hosts/", "cli/on_demand/"],
    "CLI/": ["cli/"],
    "catch2/": ["tests/"],
    "benchmark/": ["bench/"],
}
# Locales, exceptions by default, code size: not in the library. Commands and tests may.
BANNED = {"<iostream>", "<regex>"}

INCLUDE = re.compile(r'^\s*#\s*include\s+(<[^>]+>|"[^"]+")')


def rank(path):
    """(layer, place inside the engine), or None for what is outside the layers."""
    parts = path.split("/")
    if parts[0] not in LAYERS:
        return None
    if path in VALUE_SHAPE:
        return LAYERS.index("engine"), 0
    inner = ENGINE.get(parts[1], -1) if parts[0] == "engine" and len(parts) > 2 else -1
    return LAYERS.index(parts[0]), inner


def wrong_arrow(source, included):
    """Why `source` may not include our own header `included`, or None."""
    if not (ROOT / included).is_file() and not (ROOT / "include" / included).is_file():
        return "there is no such file; includes are written from the root of the tree"
    here, there = rank(source), rank(included)
    if here is None or there is None:
        return None
    if there[0] > here[0]:
        return f"{LAYERS[here[0]]}/ may not include {LAYERS[there[0]]}/"
    # A .def is a list of names; whoever builds the whole table reads all of them.
    if there[0] == here[0] and there[1] > here[1] >= 0 and not included.endswith(".def"):
        return f"engine/{source.split('/')[1]}/ may not include engine/{included.split('/')[1]}/"
    if source.startswith("hosts/") and there[0] < LAYERS.index("hosts"):
        return "a host includes portcullis/... only, as every embedder does"
    return None


def wrong_library(source, included):
    for prefix, folders in LIBRARIES.items():
        if included.startswith(prefix) and not source.startswith(tuple(folders)):
            return f"only {', '.join(folders)} may include {prefix}"
    return None


def problems(path):
    source = path.relative_to(ROOT).as_posix()
    if source.startswith("engine/") and source.count("/") > 1 and source.split("/")[1] not in ENGINE:
        yield f"{source}: give the folder a place in ENGINE in tools/check_includes.py"
    public = source.startswith("include/")
    twin = path.with_suffix(".h")
    first = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        name = match.group(1)
        first = first or name
        ours = name.startswith('"')
        inner = name[1:-1]
        why = None
        if public and not inner.startswith("portcullis/") and (ours or "/" in inner or inner.startswith("pcre2")):
            why = "public headers include the standard library and portcullis/ only"
        elif ours and not inner.startswith("portcullis/"):
            why = wrong_arrow(source, inner)
        elif not ours and name in BANNED and rank(source) is not None:
            why = f"{name} is not used here"
        why = why or wrong_library(source, inner)
        if why:
            yield f"{source}:{number}: {why}: {name}"
    own = '"' + twin.relative_to(ROOT).as_posix() + '"'
    if path.suffix == ".cc" and twin.is_file() and first not in (None, own):
        yield f"{source}: includes its own header first, so that it is known to stand alone: {own}"


def main():
    found = []
    for folder in LAYERS + ["include", "tests", "fuzz", "bench"]:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".cc", ".h", ".hpp") and path.is_file():
                found.extend(problems(path))
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
