"""Generates well-typed programs, runs them here and in real C#, and shrinks what differs to something short."""
import collections
import dataclasses
import json
import random
import re
import sys

import cases
import csharp
import differences
import portcullis
from grammar import GROWN, LEAVES, RESULTS, STATEMENTS, VARIABLES

def is_loose(text):
    """Would what follows or comes before bind to a part of the text only?"""
    depth, quote, at = 0, None, 0
    if text[0] in "-~!" or text.startswith("new ") and text.endswith("]"):
        return True
    while at < len(text):
        c = text[at]
        if quote:
            at += c == "\\"
            quote = None if c == quote else quote
        elif c in "\"'":
            quote = c
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
            if depth == 0 and c == ")" and text[0] == "(" and at + 1 < len(text) and text[at + 1] not in ".[?":
                return True
        elif depth == 0 and c == " " and not text.startswith("new") and not text.startswith("from"):
            return True
        at += 1
    return False


GROWN = {kind: [f"({text})" if is_loose(text) else text for text in texts] for kind, texts in GROWN.items()}
LEAVES = {kind: [f"({text})" if is_loose(text) else text for text in texts] for kind, texts in LEAVES.items()}
TOKEN = re.compile(r"§([a-z_]+)(?:\{(\$[^}]*)\})?|\$([a-z]\w*)")
MOST_TEXT = 1500


@dataclasses.dataclass
class Node:
    kind: str
    parts: list  # texts and nodes
    names: dict  # what may be used here: name -> kind

    def text(self):
        return "".join(part if isinstance(part, str) else part.text() for part in self.parts)

    def size(self):
        return 1 + sum(part.size() for part in self.parts if isinstance(part, Node))

    def walk(self):
        yield self
        for part in self.parts:
            if isinstance(part, Node):
                yield from part.walk()

    def replaced(self, old, new):
        if self is old:
            return new
        return Node(self.kind, [part if isinstance(part, str) else part.replaced(old, new) for part in self.parts], self.names)


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.fresh = 0

    def program(self):
        """(root, is_block)"""
        self.fresh = 0
        if self.random.random() < 0.55:
            return self.grow(self.random.choice(RESULTS), self.random.randint(2, 4), {}), False
        return self.block(), True

    def block(self):
        names = {name: kind for name, (_, kind) in VARIABLES.items()}
        parts = ["{ var r = new StringBuilder(); "]
        for name, (declared, kind) in VARIABLES.items():
            parts += [f"{declared} {name} = ", self.grow(kind, self.random.randint(0, 1), {}), "; "]
        for _ in range(self.random.randint(1, 4)):
            parts += [self.grow("stmt", 3, names), " "]
        used = self.random.choice(["string", "int", "boxed", "token", "decimal", "long"])
        parts += ["return r + \"|\" + i0 + s0 + l0 + d0 + m0 + b0 + y0 + u0 + n0 + string.Join(\",\", list) + jo.Count + ",
                  self.grow(used, 1, names), "; }"]
        return Node("block", parts, {})

    def grow(self, kind, depth, names):
        if kind == "stmt":
            return self.filled(kind, self.random.choice(STATEMENTS), depth, names)
        own = [name for name, what in names.items() if what == kind]
        if own and self.random.random() < 0.45:
            return Node(kind, [self.random.choice(own)], names)
        if depth <= 0 or not GROWN[kind] or self.random.random() < 0.15:
            return Node(kind, [self.random.choice(LEAVES[kind])], names)
        return self.filled(kind, self.random.choice(GROWN[kind]), depth - 1, names)

    def filled(self, kind, template, depth, names):
        own, parts, at = {}, [], 0

        def name_of(written):
            if written not in own:
                self.fresh += 1
                own[written] = f"{written}{self.fresh}_"
            return own[written]

        for found in TOKEN.finditer(template):
            parts.append(template[at:found.start()])
            at = found.end()
            if found[3]:
                parts.append(name_of(found[3]))
                continue
            inner = dict(names)
            for pair in (found[2] or "").split(","):
                if pair:
                    written, _, what = pair.partition(":")
                    inner[name_of(written[1:])] = what
            parts.append(self.grow(found[1], depth - (1 if kind == "stmt" else 0), inner))
        parts.append(template[at:])
        return Node(kind, parts, names)


# ---- what counts as a difference --------------------------------------------------------------------------------------

def key(outcome):
    """What is compared; messages of exceptions are not, they are counted apart."""
    if "crash" in outcome:
        return "crash"
    if "error" in outcome:
        return "!! compile"
    if "exception" in outcome:
        return "!! " + outcome["exception"]
    return cases.rendered(outcome)


def differ(real, ours):
    if "crash" in ours:
        return True
    if "crash" in real:
        return False  # the other side gave up: nothing to compare with
    if key(real) == key(ours):
        return False
    if re.match(r"CS0463|CS0031.*'decimal'", real.get("error", "")):
        return False  # decimal constants that overflow: C# refuses them, we raise (differences.txt)
    if "type" in real and "type" in ours and real["type"] == ours["type"]:
        return not (same_numbers(real["value"], ours["value"]))
    # Our own limits are no difference of meaning.
    return not ("exception" in ours and re.search(r"more than the \d+ (steps|bytes)|levels allowed", ours["message"]))


def same_numbers(a, b):
    return a == b


def both(chosen, texts):
    return csharp.run(chosen, texts), portcullis.run(texts)


# ---- shrinking --------------------------------------------------------------------------------------------------------

def smaller(root):
    """Simpler programs of the same kind, most promising first."""
    nodes = list(root.walk())
    for node in sorted(nodes, key=lambda one: -one.size()):
        for inner in node.walk():
            if inner is not node and inner.kind == node.kind and set(inner.names) <= set(node.names) | set(VARIABLES):
                yield root.replaced(node, inner)
        if node.kind == "stmt" and node.text() != ";":
            yield root.replaced(node, Node("stmt", [";"], node.names))
        elif node.kind in LEAVES:
            text = node.text()
            for leaf in LEAVES[node.kind][:2]:
                if len(leaf) < len(text):
                    yield root.replaced(node, Node(node.kind, [leaf], node.names))


def shrink(chosen, found, rounds=6, breadth=30):
    """found: [(root, is_block, real, ours)]; each with the smallest program that still differs."""
    for _ in range(rounds):
        tries, owners = [], []
        for number, (root, is_block, _, _) in enumerate(found):
            seen = set()
            for candidate in smaller(root):
                text = candidate.text()
                if text in seen or len(text) >= len(root.text()):
                    continue
                seen.add(text)
                tries.append((candidate, is_block))
                owners.append(number)
                if len(seen) >= breadth:
                    break
        if not tries:
            break
        real, ours = both(chosen, [(root.text(), is_block) for root, is_block in tries])
        better = False
        best = {}
        for owner, (root, is_block), theirs, mine in zip(owners, tries, real, ours):
            # A program that no longer compiles on one side is another difference, unless that is what it was about.
            was_compile = "error" in found[owner][2] or "error" in found[owner][3]
            if not differ(theirs, mine) or (("error" in theirs or "error" in mine) and not was_compile):
                continue
            if owner not in best or len(root.text()) < len(best[owner][0].text()):
                best[owner] = (root, is_block, theirs, mine)
        for owner, smallest in best.items():
            found[owner] = smallest
            better = True
        if not better:
            break
    return found


# ---- the run ----------------------------------------------------------------------------------------------------------

def run(chosen, count, seed, log=None, most_shown=40):
    """log: a file to which every difference is written as found, as it is, one JSON object a line."""
    known = differences.read()
    ran = compiled = 0
    found, messages = [], collections.Counter()
    samples = {}
    per_round = chosen.per_batch
    for start in range(0, count, per_round):
        programs = []
        for number in range(start, min(start + per_round, count)):
            root, is_block = Generator(f"{seed}/{number}").program()
            if len(root.text()) <= MOST_TEXT or is_block:
                programs.append((root, is_block))
        real, ours = both(chosen, [(root.text(), is_block) for root, is_block in programs])
        ran += len(programs)
        for (root, is_block), theirs, mine in zip(programs, real, ours):
            compiled += "error" not in theirs
            theirs = differences.modern(theirs)
            if differ(theirs, mine):
                if log:
                    log.write(json.dumps({"text": root.text(), "real": theirs, "ours": mine}) + "\n")
                    log.flush()
                found.append((root, is_block, theirs, mine))
            elif "exception" in theirs and "exception" in mine and theirs["message"] != mine["message"]:
                pair = (theirs["exception"], theirs["message"], mine["message"])
                messages[pair] += 1
                samples.setdefault(pair, root.text())
        print(f"  {ran} programs, {compiled} compile, {len(found)} differ", file=sys.stderr)
    total = len(found)
    found = shrink(chosen, sorted(found, key=lambda one: len(one[0].text()))[:120]) if found else []
    shown = show(chosen, known, found, most_shown)
    print(f"\n{ran} programs (seed {seed}), {compiled} of them compile; {total} differ, {shown} of those kinds shown")
    if messages:
        print(f"{sum(messages.values())} exceptions of the same type with another message:")
        for (name, theirs, mine), times in messages.most_common(25):
            print(f"  {times:5} {name}\n        real: {theirs[:160]!r}\n        ours: {mine[:160]!r}\n        {samples[name, theirs, mine][:200]}")
    return 1 if found else 0


def show(chosen, known, found, most):
    shown, seen = 0, set()
    for root, _, theirs, mine in sorted(found, key=lambda one: len(one[0].text())):
        text = root.text()
        if text in seen or (chosen.name, text) in known:
            continue
        seen.add(text)
        shown += 1
        if shown <= most:
            complaint = theirs.get("error") or mine.get("error") or ""
            print(f"{text}\n    real: {described(theirs)}\n    ours: {described(mine)}" + (f"\n    ({complaint[:200]})" if complaint else ""))
    return shown


def described(outcome):
    return outcome["crash"] if "crash" in outcome else cases.rendered(outcome)[:300]
