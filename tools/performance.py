#!/usr/bin/env python3
"""Writes docs/performance.md and docs/performance.svg from what portcullis_workloads --json measured and from bench/baseline.json.
`./dev bench` calls it."""
import json
import pathlib
import platform
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGETS = {"W1": 2.5, "W2": 2.5, "W3": 1.8, "W4": 3.5, "W5": 4, "W6": 3.3, "W7": 2, "W8": 2}
COLOURS = {"portcullis": "#2563eb", "portcullis-c": "#60a5fa", "luajit": "#94a3b8", "v8": "#cbd5e1", "c#": "#e2e8f0"}


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    count = sum(1 for line in open("/proc/cpuinfo") if line.startswith("processor"))
    load = open("/proc/loadavg").read().split()[0]
    return f"{model}, {count} processors, Linux {platform.release()}, load {load} at the end of the run"


def commit():
    done = subprocess.run(["git", "-C", str(ROOT), "describe", "--always", "--dirty"], capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


def table(results, names):
    others = [name for name in names if name != "c++"]
    lines = ["| | C++ by hand | " + " | ".join(others) + " | number to reach |", "|---|---:|" + "---:|" * (len(others) + 1)]
    for workload in results["workloads"]:
        engines = workload["engines"]
        if "c++" not in engines:
            continue
        cells = [f"{workload['name']} {workload['title']}", f"{engines['c++']['nanoseconds']:.0f} ns"]
        for name in others:
            got = engines.get(name)
            cells.append(f"{got['ratio']:.2f} ({got['ratioLowerQuartile']:.2f}–{got['ratioUpperQuartile']:.2f})" if got else "wrong effects")
        target = TARGETS[workload["name"]]
        met = "portcullis" in engines and engines["portcullis"]["ratio"] <= target
        cells.append(f"{target} {'reached' if met else 'missed'}")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def bars(results, names):
    """One group of bars for each workload: the ratio to C++ by hand, on a logarithmic scale from 1 to 1000."""
    import math

    others = [name for name in names if name != "c++"]
    height, left, width = 14, 150, 520
    rows, y = [], 40
    for workload in results["workloads"]:
        rows.append(f'<text x="8" y="{y + height * len(others) / 2 + 4:.0f}">{workload["name"]} {workload["title"]}</text>')
        for name in others:
            got = workload["engines"].get(name)
            if got:
                size = max(1.0, width * math.log10(max(got["ratio"], 1)) / 3)
                rows.append(f'<rect x="{left}" y="{y}" width="{size:.1f}" height="{height - 2}" fill="{COLOURS.get(name, "#e5e7eb")}"/>')
                rows.append(f'<text x="{left + size + 4:.1f}" y="{y + height - 4}" class="small">{name} {got["ratio"]:.1f}</text>')
            y += height
        y += 10
    style = "text{font:12px sans-serif;fill:#1f2937}.small{font-size:10px}"
    head = f'<text x="8" y="20">Time of one request, as a multiple of C++ written by hand (logarithmic; shorter is better)</text>'
    body = "\n".join([head, *rows])
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 110}" height="{y}" role="img">\n<style>{style}</style>\n'
            f'<rect width="100%" height="100%" fill="white"/>\n{body}\n</svg>\n')


def counts():
    baseline = ROOT / "bench" / "baseline.json"
    lines = ["| | instructions | heap allocations |", "|---|---:|---:|"]
    for name, got in json.loads(baseline.read_text())["workloads"].items():
        lines.append(f"| {name} | {got['instructions']} | {got['allocations']:g} |")
    return "\n".join(lines)


def main():
    results = json.loads(pathlib.Path(sys.argv[1]).read_text())
    names = list(results["engines"])
    versions = "\n".join(f"- {name}: {version}" for name, version in results["engines"].items())
    skipped = [name for name in ("luajit", "v8", "c#") if name not in names]
    note = f"\nNot installed where this was measured, and skipped: {', '.join(skipped)}.\n" if skipped else ""
    (ROOT / "docs" / "performance.svg").write_text(bars(results, names))
    (ROOT / "docs" / "performance.md").write_text(f"""# Performance

Written by `./dev bench`, which measures again and writes this page anew.

Eight policies on eight requests (bench/data/README.md). Every engine's effects are compared with the expected ones before it is timed. Each
round runs every engine for a slice of 4 ms, beginning with another one each time; the ratio to C++ written by hand for that policy alone is
taken inside the round. Shown are the median of {results['rounds']} rounds and its quartiles. Portcullis makes the whole call of the backend in
that time (URL, all header lines); the others only what changes. `portcullis` is the C++ API, `portcullis-c` the C ABI, which also parses the
URL and copies the header lines in and out.

{table(results, names)}
{note}
![Ratios to C++ by hand](performance.svg)

Machine: {machine()}. Commit: {commit()}.

{versions}

## What no busy machine changes

One operation, one thread, fixed inputs: instructions as callgrind counts them, heap allocations. `./dev test optimized` compares them with
bench/baseline.json and fails when instructions grow by more than 3 % or allocations at all; W1, W2, W3, W6 and W7 must take nothing from the
heap. After a change that is meant to cost or save: `tools/guard.py build/optimized/portcullis_counts --update`.

{counts()}
""")
    print("wrote docs/performance.md and docs/performance.svg")


if __name__ == "__main__":
    main()
