"""Where an old engine does otherwise than .NET 8 and Newtonsoft.Json 13: tools/oracle/differences.txt, and what of it is a rule."""
import json
import pathlib
import re

import cases

LIST = pathlib.Path(__file__).resolve().parent / "differences.txt"
AGREES = "agree"
SURPRISE = "DIFFER, AND NOTHING SAYS WHY"


def read():
    """{(engine, text): reason}. In the file: `# reason`, then the expressions, each behind its engines."""
    known, reason = {}, ""
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            reason = line[1:].strip()
        elif line.strip():
            engines, _, text = line.partition(" ")
            for engine in engines.split(","):
                known[engine, text.strip()] = reason
    return known


def verdict(known, engine, fact, outcome):
    """AGREES, a reason, or SURPRISE."""
    outcome = modern(outcome)
    if "crash" not in outcome and cases.agrees(fact, outcome):
        return AGREES
    if (engine, fact.text) in known:
        return known[engine, fact.text]
    if "error" in outcome and not (fact.raises and fact.expected == "compile"):
        return rule_for_complaint(engine, outcome["error"]) or SURPRISE
    if "exception" in outcome and fact.raises and fact.expected.split(":")[0] == outcome["exception"]:
        return "the same exception, worded otherwise by the older library"
    if engine == "mono" and "type" in outcome and not fact.raises and same_reals(fact, outcome):
        return AGREES
    return SURPRISE


def modern(outcome):
    """The exception text as .NET Core 3.0 and later write it."""
    if "exception" not in outcome:
        return outcome
    message = re.sub(r"\r?\nParameter name: (\S+)", r" (Parameter '\1')", outcome["message"])
    return {**outcome, "message": message}


# What a compiler says when a library lacks a member or a type, or a language a construct.
NEWER_LIBRARY = ("CS0117", "CS1061", "CS0103", "CS0246", "CS1501", "CS1729", "CS0234", "CS1503", "CS1502", "CS1739", "CS0411",
                 "CS0122", "CS7036", "CS0305", "CS0308", "CS1929", "CS0539", "CS0311")


def rule_for_complaint(engine, complaint):
    if complaint.startswith(NEWER_LIBRARY):
        return "not in the older library"
    if engine == "mono":
        return "not understood by Mono's compiler"
    return None


def same_reals(fact, outcome):
    """Equal but for how many digits of a real number the old library writes."""
    name, _, text = fact.expected.partition(" ")
    if name != outcome["type"]:
        return False
    try:
        wanted = float(text) if name in ("double", "float") else json.loads(text)
    except ValueError:
        return False
    got = float(outcome["value"]) if name in ("double", "float") else outcome["value"]
    return close(wanted, got)


def close(a, b):
    if isinstance(a, float) and isinstance(b, float):
        return a == b or abs(a - b) <= 1e-14 * max(abs(a), abs(b)) or (a != a and b != b)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(close(x, y) for x, y in zip(a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        if a.get("type") != b.get("type"):
            return False
        if a.get("type") in ("double", "float"):
            return close(float(a["value"]), float(b["value"]))
        return close(a.get("value"), b.get("value"))
    return a == b
