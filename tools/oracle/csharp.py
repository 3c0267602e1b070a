"""Compiles and runs C# texts with a real compiler: Mono's (Debian's packages), or the Roslyn of a .NET SDK.

Every text is a file of its own, so that one that does not parse harms no other; those that the compiler complains about are
left out and the rest is compiled again.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

HARNESS = pathlib.Path(__file__).resolve().parent / "Harness.cs"
NAMESPACES = ["System", "System.Collections.Generic", "System.Globalization", "System.IO", "System.Linq", "System.Net",
              "System.Security.Cryptography", "System.Security.Cryptography.X509Certificates", "System.Text",
              "System.Text.RegularExpressions", "System.Xml.Linq", "Newtonsoft.Json", "Newtonsoft.Json.Linq"]
# One by one: System.Xml.Formatting would hide Newtonsoft's.
XML_TYPES = ["NameTable", "XmlAttribute", "XmlAttributeCollection", "XmlDocument", "XmlElement", "XmlException", "XmlNamespaceManager",
             "XmlNode", "XmlNodeList", "XmlNodeType", "XmlText"]
USINGS = " ".join([f"using {name};" for name in NAMESPACES] + [f"using {name} = System.Xml.{name};" for name in XML_TYPES])
SECONDS = 120


def source_of(number, text, is_block):
    body = text[1:-1] if is_block else f"return (\n{text}\n);"
    return (f"{USINGS}\nstatic class Case_{number} {{ public static object Run() {{\n#line 1 \"case {number}\"\n{body}\n"
            f"#line default\n}} }}\n")


class Mono:
    """mcs and mono with Newtonsoft.Json, as Debian 12 has them."""
    name = "mono"
    per_batch = 400

    def __init__(self):
        if not shutil.which("mcs"):
            raise SystemExit("oracle: mcs is not installed (package mono-mcs)")
        found = sorted(pathlib.Path("/usr/lib/mono/gac/Newtonsoft.Json").glob("*/Newtonsoft.Json.dll")) + sorted(
            pathlib.Path("/usr/lib/cli").glob("newtonsoft*/Newtonsoft.Json.dll"))
        if not found:
            raise SystemExit("oracle: Newtonsoft.Json is not installed (package libnewtonsoft-json5.0-cil)")
        self.json = found[0]

    def prepare(self, folder):
        shutil.copy(self.json, folder / "Newtonsoft.Json.dll")

    def compile(self, folder, sources):
        response = folder / "sources.rsp"
        response.write_text("\n".join(f'"{path}"' for path in sources), encoding="utf-8")
        return subprocess.run(["mcs", "-nologo", "-langversion:7.2", "-warn:0", "-out:facts.exe", "-r:Newtonsoft.Json.dll",
                               "-r:System.Core.dll", "-r:System.Xml.dll", "-r:System.Xml.Linq.dll", "-r:System.Numerics.dll",
                               "-r:Microsoft.CSharp.dll", "@" + str(response)],
                              cwd=folder, capture_output=True, text=True)

    def command(self, folder):
        return ["mono", str(folder / "facts.exe")]


class DotNet:
    """An SDK folder (3.1 or newer): its Roslyn with C# 7.3, its runtime, its Newtonsoft.Json."""
    name = "dotnet"
    per_batch = 2000

    def __init__(self, folder):
        self.root = pathlib.Path(folder)
        self.sdk = sorted((self.root / "sdk").glob("[0-9]*"))[-1]
        runtime = sorted((self.root / "shared" / "Microsoft.NETCore.App").glob("[0-9]*"))[-1]
        self.version = runtime.name
        reference = sorted((self.root / "packs" / "Microsoft.NETCore.App.Ref").glob("*/ref/*"))
        self.libraries = sorted((reference[-1] if reference else runtime).glob("*.dll"))

    def prepare(self, folder):
        shutil.copy(self.sdk / "Newtonsoft.Json.dll", folder)
        (folder / "facts.runtimeconfig.json").write_text(json.dumps(
            {"runtimeOptions": {"framework": {"name": "Microsoft.NETCore.App", "version": self.version}}}))

    def compile(self, folder, sources):
        lines = [f"-r:{path}" for path in self.libraries] + [f'"{path}"' for path in sources]
        (folder / "sources.rsp").write_text("\n".join(lines), encoding="utf-8")
        return subprocess.run([str(self.root / "dotnet"), str(self.sdk / "Roslyn" / "bincore" / "csc.dll"), "-nologo",
                               "-langversion:7.3", "-nowarn:CS0000-CS9999", "-warn:0", "-out:facts.dll",
                               "-r:Newtonsoft.Json.dll", "@sources.rsp"], cwd=folder, capture_output=True, text=True)

    def command(self, folder):
        return [str(self.root / "dotnet"), str(folder / "facts.dll")]


def engine(name):
    """`mono`, `dotnet`, or by what there is: an SDK named by DOTNET_ROOT comes first."""
    root = os.environ.get("DOTNET_ROOT", "")
    if name == "dotnet" or (not name and root):
        if not root:
            raise SystemExit("oracle: name the SDK's folder with DOTNET_ROOT")
        return DotNet(root)
    return Mono()


def run(chosen, texts, report=lambda done: None):
    """Outcomes of (text, is_block) pairs, in the order given; {"error": first complaint} for what does not compile."""
    outcomes = []
    for start in range(0, len(texts), chosen.per_batch):
        outcomes += _batch(chosen, texts[start:start + chosen.per_batch])
        report(len(outcomes))
    return outcomes


def _batch(chosen, texts):
    outcomes = {}
    with tempfile.TemporaryDirectory(prefix="portcullis-oracle-") as name:
        folder = pathlib.Path(name)
        chosen.prepare(folder)
        for number, (text, is_block) in enumerate(texts):
            (folder / f"{number}.cs").write_text(source_of(number, text, is_block), encoding="utf-8")
        left = set(range(len(texts)))
        while left:
            complaints = _compile(chosen, folder, left)
            if not complaints:
                break
            for number, message in complaints.items():
                outcomes[number] = {"error": message}
            left -= set(complaints)
        if left:
            _run(chosen, folder, left, outcomes)
    return [outcomes[number] for number in range(len(texts))]


COMPLAINT = re.compile(r"case (\d+)(?:\"|\(|:).*?error (CS\d+: .*)")


def _compile(chosen, folder, numbers):
    """{number: complaint}; empty when it compiled."""
    done = chosen.compile(folder, [HARNESS] + [folder / f"{number}.cs" for number in sorted(numbers)])
    if done.returncode == 0:
        return {}
    complaints = {}
    for line in (done.stdout + done.stderr).splitlines():
        found = COMPLAINT.search(line) or re.search(r"\b(\d+)\.cs\(.*?error (CS\d+: .*)", line)
        if found and int(found[1]) in numbers:
            complaints.setdefault(int(found[1]), found[2])
    if complaints:
        return complaints
    # The compiler itself gave up: look for the text that does it by halves.
    if len(numbers) == 1:
        return {next(iter(numbers)): "the compiler failed: " + (done.stdout + done.stderr)[:300]}
    ordered = sorted(numbers)
    half = len(ordered) // 2
    for part in (ordered[:half], ordered[half:]):
        complaints.update(_compile(chosen, folder, set(part)))
    if not complaints:
        raise SystemExit("oracle: the compiler fails on all but not on either half:\n" + (done.stdout + done.stderr)[:2000])
    return complaints


def _run(chosen, folder, numbers, outcomes):
    """Runs; when a case ends the process, goes on behind it."""
    first = 0
    while True:
        try:
            done = subprocess.run(chosen.command(folder) + [str(first)], cwd=folder, capture_output=True, timeout=SECONDS)
            output = done.stdout
        except subprocess.TimeoutExpired as expired:
            output = expired.stdout or b""
        last = None
        for line in output.decode("utf-8", "replace").split("\n"):
            if not line.strip():
                continue
            number, _, outcome = line.partition(" ")
            last = int(number)
            outcomes[last] = json.loads(outcome) if outcome else {"crash": "the process ended or ran too long"}
        missing = [number for number in numbers if number not in outcomes]
        if not missing:
            return
        if last is None:
            raise SystemExit("oracle: the facts did not run:\n" + done.stderr.decode("utf-8", "replace")[:2000])
        first = last + 1
