#!/usr/bin/env python3
"""Compares what one operation of each workload costs with bench/baseline.json: instructions as callgrind counts them (one thread,
fixed inputs) within a margin, heap allocations exactly. Times are never compared.

  tools/guard.py PROGRAM             compare; exit 1 when something costs more
  tools/guard.py PROGRAM --update    write the baseline anew, after a change that is meant to cost or save

PROGRAM is portcullis_counts of an optimised build (`./dev test optimized` leaves it in build/optimized).
Exit 77 (skipped) without valgrind.
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
BASELINE = ROOT / "bench" / "baseline.json"
MARGIN = 0.03
NO_HEAP = ("W1", "W2", "W3", "W6", "W7")


def measure(program):
    data = str(ROOT / "bench" / "data")
    plain = subprocess.run([program, data], check=True, capture_output=True, text=True).stdout
    allocations = {name: float(count) for name, count in re.findall(r"^(W\d) allocations ([\d.]+)$", plain, re.M)}
    operations = int(re.search(r"^operations (\d+)$", plain, re.M).group(1))
    with tempfile.TemporaryDirectory() as folder:
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", program, data]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"guard: {' '.join(command)} failed:\n{done.stderr}")
        instructions = {}
        for dump in pathlib.Path(folder).iterdir():
            text = dump.read_text(errors="replace")
            name = re.search(r"^desc: Trigger: Client Request: (W\d)$", text, re.M)
            total = re.search(r"^(?:summary|totals): (\d+)", text, re.M)
            if name and total:
                instructions[name.group(1)] = round(int(total.group(1)) / operations)
    if not instructions:
        sys.exit("guard: callgrind wrote no dump of a workload; was portcullis_counts built without valgrind's headers?")
    return {name: {"instructions": instructions[name], "allocations": allocations.get(name)} for name in sorted(instructions)}


def compare(now, before):
    worse, better = [], []
    for name, was in before["workloads"].items():
        got = now[name]
        change = got["instructions"] / was["instructions"] - 1
        if change > MARGIN:
            worse.append(f"{name}: {got['instructions']} instructions, {change:+.1%} (baseline {was['instructions']})")
        elif change < -MARGIN:
            better.append(f"{name}: {got['instructions']} instructions, {change:+.1%}")
        if got["allocations"] is not None and got["allocations"] > was["allocations"]:
            worse.append(f"{name}: {got['allocations']} heap allocations (baseline {was['allocations']})")
        if name in NO_HEAP and got["allocations"]:
            worse.append(f"{name}: {got['allocations']} heap allocations, and it must take none")
    return worse, better


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    if shutil.which("valgrind") is None:
        print("guard: valgrind is not installed")
        return 77
    now = measure(options.program)
    if options.update:
        BASELINE.write_text(json.dumps({"margin": MARGIN, "workloads": now}, indent=2) + "\n")
        print(f"wrote {BASELINE.relative_to(ROOT)}")
        return 0
    for name, got in now.items():
        print(f"{name}  {got['instructions']:>9} instructions  {got['allocations']} allocations")
    worse, better = compare(now, json.loads(BASELINE.read_text()))
    for line in better:
        print(f"cheaper than the baseline, which may be written anew (tools/guard.py {options.program} --update): {line}")
    for line in worse:
        print(f"MORE THAN BEFORE {line}")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
