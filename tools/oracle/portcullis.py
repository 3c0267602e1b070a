"""Runs texts in Portcullis: `eval --batch`."""
import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
NOW = "2024-05-17T10:20:30.1234567Z"  # as the clock of tests/engine/expressions


def command():
    return os.environ.get("PORTCULLIS", str(ROOT / "build" / "portcullis"))


def run(texts):
    """Outcomes of (text, is_block) pairs. A text that ends the process is {"crash": …}."""
    outcomes = []
    while len(outcomes) < len(texts):
        left = texts[len(outcomes):]
        lines = [json.dumps({"id": number, "kind": "statements" if is_block else "expression",
                             "expression": f"@{text}" if is_block else f"@({text})", "context": {"timestamp": NOW}})
                 for number, (text, is_block) in enumerate(left)]
        done = subprocess.run([command(), "eval", "--batch", "-"], input="\n".join(lines) + "\n", capture_output=True,
                              text=True, encoding="utf-8")
        for line in done.stdout.split("\n")[:-1]:
            outcome = json.loads(line.replace("<discarded>", "\"?\""))
            outcome.pop("id", None)
            outcomes.append(outcome)
        if len(outcomes) < len(texts):
            outcomes.append({"crash": f"the process ended with {done.returncode}: {done.stderr[-300:]}"})
    return outcomes
