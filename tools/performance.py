#!/usr/bin/env python3
"""Writes docs/performance.md and its pictures from what portcullis_workloads --json and portcullis_curves --benchmark_out measured, and
from bench/baseline.json. `./dev bench` calls it.

  tools/performance.py WORKLOADS.json CURVES.json
"""
import json
import math
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


def duration(nanoseconds):
    for limit, unit, size in ((1e4, "ns", 1), (1e7, "µs", 1e3), (1e10, "ms", 1e6)):
        if nanoseconds < limit:
            return f"{nanoseconds / size:.3g} {unit}" if nanoseconds / size < 1000 else f"{nanoseconds / size:.0f} {unit}"
    return f"{nanoseconds / 1e9:.3g} s"


def read_curves(path):
    """{name: {argument: benchmark}}; names without arguments have one under None. Times in ns."""
    scale = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
    curves = {}
    for benchmark in json.loads(pathlib.Path(path).read_text())["benchmarks"]:
        if benchmark.get("error_occurred"):
            sys.exit(f"performance: {benchmark['name']}: {benchmark['error_message']}")
        parts = benchmark["name"].split("/")
        numbers = [int(part) for part in parts[1:] if part.isdigit()]
        for member in ("real_time", "cpu_time"):
            benchmark[member] *= scale[benchmark["time_unit"]]
        key = numbers[0] if numbers else None
        if parts[0] == "workload":
            key = (numbers[0], benchmark["threads"])
        curves.setdefault(parts[0], {})[key] = benchmark
    return curves


def size_name(size):
    for limit, unit in ((1_000_000, "MB"), (1000, "kB")):
        if size >= limit:
            return f"{size / limit:g} {unit}"
    return f"{size} B"


def growth(curves, name, title, unit, each=None):
    """One row of sizes, one of times; with `each`, what one more costs from the first size to the last."""
    curve = curves[name]
    sizes = sorted(curve)
    lines = ["| " + title + " | " + " | ".join(unit(size) for size in sizes) + " |" + (f" {each} |" if each else "")]
    lines.append("|---|" + "---:|" * (len(sizes) + bool(each)))
    row = "| time of one evaluation | " + " | ".join(duration(curve[size]["cpu_time"]) for size in sizes) + " |"
    if each:
        row += f" {duration((curve[sizes[-1]]['cpu_time'] - curve[sizes[0]]['cpu_time']) / (sizes[-1] - sizes[0]))} |"
    return "\n".join([*lines, row])


def threads(curves):
    curve = curves["workload"]
    counts = sorted({count for _, count in curve})
    lines = ["| evaluations a second | " + " | ".join(f"{count} thread{'s' if count > 1 else ''}" for count in counts) + " |"]
    lines.append("|---|" + "---:|" * len(counts))
    for workload in sorted({number for number, _ in curve}):
        first = curve[workload, 1]["items_per_second"]
        cells = [f"{curve[workload, count]['items_per_second']:,.0f}" + (f" (× {curve[workload, count]['items_per_second'] / first:.2f})" if count > 1 else "")
                 for count in counts]
        lines.append(f"| W{workload} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def reached(value, target):
    return "reached" if value <= target else "missed"


def loading(curves):
    one, document = curves["load_expression"][None]["cpu_time"], curves["load_document"][None]["cpu_time"]
    thousand = curves["load_thousand"][None]["cpu_time"]
    memory = curves["memory_of_ten_thousand"][None]["residentBytes"]
    lines = ["| | measured | to reach |", "|---|---:|---:|",
             f"| one expression, text to program | {duration(one)} | 10 µs {reached(one, 1e4)} |",
             f"| a document of 1.5 kB with seven expressions | {duration(document)} | 50 µs {reached(document, 5e4)} |",
             f"| 1,000 documents | {duration(thousand)} | 200 ms {reached(thousand, 2e8)} |",
             f"| 10,000 loaded documents, resident | {memory / 1e6:.0f} MB | 200 MB {reached(memory, 2e8)} |"]
    if "process_eval" in curves:
        more = curves["process_eval"][None]["real_time"] - curves["process_nothing"][None]["real_time"]
        lines.append(f"| `portcullis eval '@(1)'`, more than a program that does nothing | {duration(more)} | 3 ms {reached(more, 3e6)} |")
    return "\n".join(lines)


def curves_picture(curves):
    """Time over size, both logarithmic."""
    names = {"policies": ("policies", "#2563eb"), "headers": ("header lines", "#16a34a"), "json_body": ("bytes of a JSON body that is read", "#dc2626"),
             "unread_body": ("bytes of a body that nobody reads", "#94a3b8")}
    left, top, width, height = 70, 40, 560, 300
    most = max(benchmark["cpu_time"] for name in names for benchmark in curves[name].values())
    decades_x, low, high = 7, 2, math.ceil(math.log10(most))

    def x(size):
        return left + width * math.log10(size) / decades_x

    def y(nanoseconds):
        return top + height * (high - math.log10(nanoseconds)) / (high - low)

    rows = []
    for decade in range(low, high + 1):
        rows.append(f'<line x1="{left}" y1="{y(10**decade):.1f}" x2="{left + width}" y2="{y(10**decade):.1f}" class="grid"/>')
        rows.append(f'<text x="{left - 6}" y="{y(10**decade) + 4:.1f}" text-anchor="end">{duration(10**decade)}</text>')
    for decade in range(decades_x + 1):
        rows.append(f'<text x="{x(10**decade):.1f}" y="{top + height + 18}" text-anchor="middle">{10**decade:,}</text>')
    for index, (name, (title, colour)) in enumerate(names.items()):
        points = [(x(size), y(benchmark["cpu_time"])) for size, benchmark in sorted(curves[name].items())]
        rows.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in points)}"/>')
        rows.extend(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in points)
        rows.append(f'<text x="{left + 12}" y="{top + 14 + 16 * index}" style="fill:{colour}">{title}</text>')
    style = "text{font:12px sans-serif;fill:#1f2937}.grid{stroke:#e5e7eb}"
    head = '<text x="8" y="20">Time of one evaluation over size (both logarithmic)</text>'
    body = "\n".join([head, *rows])
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 40}" height="{top + height + 34}" role="img">\n<style>{style}</style>\n'
            f'<rect width="100%" height="100%" fill="white"/>\n{body}\n</svg>\n')


def curves_section(curves):
    count = "{:,}".format
    return f"""## How cost grows

Processor time, Google Benchmark, one thread. A policy is a `set-variable` that looks up a header line; a body is an array of small objects, the
expression reads one member behind it.

![Time over size](performance-curves.svg)

{growth(curves, "policies", "policies", count, "one more")}

{growth(curves, "headers", "header lines of the request", count, "one more")}

{growth(curves, "json_body", "JSON body that is read", size_name)}

{growth(curves, "unread_body", "body that no policy reads", size_name)}

A body that no policy reads is neither buffered nor parsed: tests/api/unread_body_test.cc lets it lie in memory that must not be touched.

## Threads

The program, the requests and the stores are shared.

{threads(curves)}

## Loading, memory, start

{loading(curves)}
"""


def main():
    results = json.loads(pathlib.Path(sys.argv[1]).read_text())
    names = list(results["engines"])
    versions = "\n".join(f"- {name}: {version}" for name, version in results["engines"].items())
    skipped = [name for name in ("luajit", "v8", "c#") if name not in names]
    note = f"\nNot installed where this was measured, and skipped: {', '.join(skipped)}.\n" if skipped else ""
    curves = read_curves(sys.argv[2])
    (ROOT / "docs" / "performance.svg").write_text(bars(results, names))
    (ROOT / "docs" / "performance-curves.svg").write_text(curves_picture(curves))
    (ROOT / "docs" / "performance.md").write_text(f"""# Performance

Written by `./dev bench`, which measures again and writes this page anew. What your own policies cost says `portcullis bench`
(docs/interfaces.md).

Eight policies on eight requests (bench/data/README.md). Every engine's effects are compared with the expected ones before it is timed. Each
round runs every engine for a slice of 4 ms, beginning with another one each time; the ratio to C++ written by hand for that policy alone is
taken inside the round. Shown are the median of {results['rounds']} rounds and its quartiles. Every engine says what
changes of the request (Portcullis with `changes_only`). `portcullis` is the C++ API, `portcullis-c` the C ABI, which also parses the
URL and copies the header lines in and out.

{table(results, names)}
{note}
![Ratios to C++ by hand](performance.svg)

Machine: {machine()}. Commit: {commit()}.

{versions}

{curves_section(curves)}
## What no busy machine changes

One operation, one thread, fixed inputs: instructions as callgrind counts them, heap allocations. `./dev test` compares them with
bench/baseline.json and fails when instructions grow by more than 3 % or allocations at all; W1, W2, W3, W6 and W7 must take nothing from the
heap. After a change that is meant to cost or save: `tools/guard.py build/optimized/portcullis_counts --update`.

{counts()}
""")
    print("wrote docs/performance.md, docs/performance.svg and docs/performance-curves.svg")


if __name__ == "__main__":
    main()
