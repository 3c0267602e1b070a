#!/usr/bin/env python3
"""Collects what the code says about the outside world into docs/conformance.md.

Comments in the code, and the first lines of case files, carry one of three tags:
    source: PAGE#ANCHOR       a documented rule
    observed: FILE[:LINE]     documentation is silent or wrong; this case shows how it behaves
    deviates: ADR-NNNN        we differ on purpose; docs/decisions/NNNN-*.md says why
Without arguments the page is written again. With --check nothing is written: tags must lead somewhere.
"""
import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "conformance.md"
MARK = "<!-- Below this line tools/facts.py writes. -->"
FOLDERS = ["include", "base", "grammar", "engine", "policies", "service", "api", "hosts", "cli", "tests"]
SUFFIXES = {".cc", ".h", ".hpp", ".def", ".case", ".cases"}

# In code a tag stands in a comment; in a case file it opens a line. What is no page, case or record is prose.
TAG = re.compile(r"(?://.*?\b|^\s*(?:#\s*)?)(?:(source): ([a-z0-9]+[-/.#][\w./:#-]*)|(observed): (tests/[\w./:-]+)"
                 r"|(deviates): (ADR-\w+))")


def facts():
    """(tag, target, file, line) for each tag, in the order of the tree."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix not in SUFFIXES or not path.is_file():
                continue
            for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
                for match in TAG.finditer(line):
                    tag, target = (group for group in match.groups() if group)
                    yield tag, target.rstrip(".:,"), path.relative_to(ROOT).as_posix(), number


def dangling(tag, target):
    """What is wrong with where the tag leads, or None. Pages of the reference are outside the tree."""
    if tag == "deviates":
        number = re.fullmatch(r"ADR-(\d{4})", target)
        if not number or not list((ROOT / "docs" / "decisions").glob(number.group(1) + "-*.md")):
            return "no such decision record"
    if tag == "observed":
        name, _, line = target.partition(":")
        if not (ROOT / name).is_file():
            return "no such file"
        if line and not 0 < int(line) <= len((ROOT / name).read_bytes().splitlines()):
            return "the file has no such line"
    return None


def table(rows, heading):
    if not rows:
        return ["None yet."]
    lines = [f"| {heading} | where |", "|---|---|"]
    for target in sorted(rows):
        places = ", ".join(dict.fromkeys(f"`{place}`" for place in rows[target]))
        lines.append(f"| {target} | {places} |")
    return lines


def page(found):
    by_tag = {tag: collections.defaultdict(list) for tag in ("source", "observed", "deviates")}
    for tag, target, path, _ in found:
        by_tag[tag][target].append(path)
    lines = ["", "## Where we differ on purpose", "", *table(by_tag["deviates"], "decision")]
    lines += ["", "## What was observed", "", *table(by_tag["observed"], "case")]
    lines += ["", "## What is documented", "", *table(by_tag["source"], "reference page")]
    return "\n".join(lines) + "\n"


def main():
    found = list(facts())
    wrong = [f"{path}:{line}: {why}: {tag}: {target}" for tag, target, path, line in found
             if (why := dangling(tag, target))]
    if wrong:
        print("\n".join(wrong))
        return 1
    if "--check" not in sys.argv[1:]:
        head = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
        PAGE.write_text(head + MARK + "\n" + page(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
