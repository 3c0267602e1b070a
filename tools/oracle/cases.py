"""Reads the facts of tests/expressions/*.cases, as tests/engine/expressions/expressions_test.cc does."""
import dataclasses
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "tests" / "expressions"


@dataclasses.dataclass
class Fact:
    file: str
    line: int
    text: str      # the expression, or a block in braces
    expected: str  # right of the arrow
    raises: bool
    source: str

    @property
    def is_block(self):
        return self.text.startswith("{") and self.text.endswith("}")

    @property
    def place(self):
        return f"{self.file}:{self.line}"


def split(line):
    """(text, expected, raises) of a line with the last ` => ` or ` !! `, else None."""
    value, failure = line.rfind(" => "), line.rfind(" !! ")
    at = max(value, failure)
    if at < 0:
        return None
    return line[:at].strip(), line[at + 4:].strip(), failure > value


def read(paths):
    facts = []
    for path in paths:
        source = ""
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            stripped = line.strip()
            if stripped.startswith("# source:"):
                source = stripped[len("# source:"):].strip()
            if not stripped or stripped.startswith("#"):
                continue
            parts = split(line)
            if parts is None:
                raise SystemExit(f"{path.name}:{number}: no ` => ` and no ` !! `")
            facts.append(Fact(path.name, number, *parts, source))
    return facts


def everything():
    return read(sorted(FOLDER.glob("*.cases")))


def escaped(text):
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def rendered(outcome):
    """An outcome (as `eval --batch` and the harness print them) in the words of a fact's right side."""
    if "error" in outcome:
        return "!! compile"
    if "exception" in outcome:
        return f"!! {outcome['exception']}: {outcome['message']}"
    if outcome["type"] == "null":
        return "=> null"
    value = outcome["value"]
    text = escaped(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f"=> {outcome['type']} {text}"


def wanted(fact):
    return f"{'!!' if fact.raises else '=>'} {fact.expected}"


def agrees(fact, outcome):
    """Does an outcome fulfil a fact? Without a message any will do."""
    want, got = wanted(fact), rendered(outcome)
    if want.strip() == got.strip():
        return True
    return fact.raises and ": " not in fact.expected and got.startswith(want + ":")
