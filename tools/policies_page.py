#!/usr/bin/env python3
"""Writes docs/policies.md: every policy as the validator reads it, with what its source file says about pages and deviations.

The tables come from `$PORTCULLIS schema --json`, so they cannot disagree with what `check` accepts. With --check nothing is written; exit code 1
when the page is out of date.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "policies.md"
HEAD = """# Policies

Made by `./dev docs` from the schema that `portcullis check` reads (`portcullis schema --json`, or `--xsd` for editors). Do not edit.

Every policy also takes `id`, which `context.LastError.PolicyId` shows when it fails. *Expression* says whether an attribute may be an expression
`@( … )` or `@{ … }`; named values `{{ … }}` may stand everywhere. A default is named where the schema knows it. Children may stand in any order.
"""


def first_comment(text):
    """The paragraph that a policy's file opens with."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("//"):
            break
        lines.append(line[2:].strip())
    paragraph = re.sub(r"\s+", " ", " ".join(lines))
    return re.sub(r"\s*(source|deviates|observed): \S+", "", paragraph).strip()


def cell(text):
    return str(text).replace("|", "\\|")


def type_of(item):
    if item.get("words"):
        return " \\| ".join(f"`{word}`" for word in item["words"])
    return item.get("type", "text")


def default_of(item):
    if "default" not in item:
        return ""
    value = item["default"]
    return f"`{str(value).lower() if isinstance(value, bool) else cell(value)}`"


def attribute_rows(attributes):
    if not attributes:
        return []
    rows = ["| attribute | type | required | default | expression |", "|---|---|---|---|---|"]
    for item in attributes:
        required = "yes" if item["required"] else ""
        expression = "yes" if item["expression"] else ""
        rows.append(f"| `{item['name']}` | {type_of(item)} | {required} | {default_of(item)} | {expression} |")
    return rows + [""]


def count_of(child):
    low, high = child["min"], child["max"]
    if high is None:
        return f"{low} or more"
    return str(low) if low == high else f"{low} to {high}"


def child_blocks(element, path):
    out = []
    children = element.get("children", [])
    if children:
        out += ["| child | times | holds |", "|---|---|---|"]
        for child in children:
            inner = child.get("element")
            if inner is None:
                holds = child.get("type", "text") + (" or expression" if child.get("expression") else "")
            else:
                holds = holds_of(inner) or "see below"
            out.append(f"| `<{child['name']}>` | {count_of(child)} | {holds} |")
        out.append("")
    for child in children:
        inner = child.get("element")
        if inner is None or not (inner["attributes"] or inner["children"]):
            continue
        name = f"{path}/{child['name']}"
        out += [f"`{name}`", ""] + attribute_rows(inner["attributes"]) + child_blocks(inner, name)
    return out


def holds_of(element):
    if element["holds"] == "any":
        return "any policies"
    if element["holds"] == "listed":
        return ", ".join(f"`{name}`" for name in element["policies"])
    if element["text"]:
        return "text or expression" if element.get("textExpression") else "text"
    return ""


def block_of(policy):
    name = policy["name"]
    # A family under its older name has one file.
    source = ROOT / "policies" / (name.replace("azure-openai-", "llm-").replace("-", "_") + ".cc")
    text = source.read_text(encoding="utf-8")
    out = [f"## {name}", ""]
    about = first_comment(text)
    about = re.sub(r"^[a-z-]+(?: and [a-z-]+)*: *", "", about)  # the element's own name, and its older one
    if about:
        out += [about[0].upper() + about[1:], ""]
    where = f"Sections: {', '.join(policy['sections'])}. Scopes: {', '.join(policy['scopes'])}."
    if not policy["sections"]:
        where = "In the document of a GraphQL resolver."
    if policy["oncePerSection"]:
        where += " Once in a section."
    out += [where, ""]
    content = holds_of(policy)
    if content:
        out += [f"Content: {content}.", ""]
    out += attribute_rows(policy["attributes"]) + child_blocks(policy, name)
    records = sorted(set(re.findall(r"deviates: ADR-(\d{4})", text)))
    for number in records:
        for record in sorted((ROOT / "docs" / "decisions").glob(number + "-*.md")):
            title = record.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
            out += [f"Differs from the platform: [{title}](decisions/{record.name}).", ""]
    return out


def page():
    command = os.environ.get("PORTCULLIS", str(ROOT / "build" / "portcullis"))
    schema = json.loads(subprocess.run([command, "schema", "--json"], check=True, capture_output=True).stdout)
    out = [HEAD]
    missing = [policy["name"] for policy in schema["policies"] if not policy["supported"] and "refused" not in policy]
    if missing:
        out += ["Known by name, and an error at load that says so: " + ", ".join(f"`{name}`" for name in missing) + ".", ""]
    for policy in schema["policies"]:
        if "refused" in policy:
            out += [f"Refused at load: `{policy['name']}`, because {policy['refused']}.", ""]
    for policy in schema["policies"]:
        if policy["supported"]:
            out += block_of(policy)
    return "\n".join(out).rstrip() + "\n"


def main():
    text = page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    print("docs/policies.md is out of date: ./dev docs writes it again")
    return 1


if __name__ == "__main__":
    sys.exit(main())
