#!/usr/bin/env python3
"""Calls every member of every type with null, empty, huge and negative arguments, as the member table lists them.

Each call gives a value or a .NET exception with a message; the process never ends, whatever the arguments.
"""
import json
import os
import re
import subprocess
import sys

COMMAND = os.environ["PORTCULLIS"]
CALLS_OF_A_MEMBER = 8

TYPE_ARGUMENTS = {"T": "int", "TKey": "string", "TValue": "int", "TSource": "int", "TResult": "int", "TElement": "int",
                  "TAccumulate": "int", "TInner": "int", "TOuter": "int", "TFirst": "int", "TSecond": "int", "TOutput": "int",
                  "TInput": "int", "TRest": "Tuple<int>", "TEnum": "DayOfWeek", "U": "int", "TCollection": "int"}
TYPE_ARGUMENTS.update({f"T{i}": "int" for i in range(1, 17)})

INTEGERS = ["0", "-1", "1", "MAX", "MIN", "7"]
POOLS = {
    "string": ['(string)null', '""', '"a"', "new string('x', 300)", '"\\ud800"', '"-1e400"', '"[{(\\\\"', '"2024-01-02T03:04:05Z"'],
    "object": ["(object)null", "(object)1", '(object)""', '(object)"a"', "(object)new int[0]", "new object()"],
    "bool": ["true", "false"],
    "char": ["'\\0'", "'a'", "'\\uffff'", "'\\ud800'"],
    "double": ["0.0", "-1.5", "double.NaN", "double.PositiveInfinity", "double.MinValue", "double.Epsilon"],
    "float": ["0f", "float.NaN", "float.MaxValue", "-1.5f"],
    "decimal": ["0m", "decimal.MaxValue", "decimal.MinValue", "-0.5m"],
    "DateTime": ["default(DateTime)", "DateTime.MaxValue", "new DateTime(2024, 2, 29)", "DateTime.UtcNow"],
    "DateTimeOffset": ["default(DateTimeOffset)", "DateTimeOffset.MaxValue", "DateTimeOffset.UtcNow"],
    "TimeSpan": ["default(TimeSpan)", "TimeSpan.MaxValue", "TimeSpan.MinValue", "TimeSpan.FromMilliseconds(1)"],
    "Guid": ["default(Guid)", "Guid.Parse(\"0f8fad5b-d9cb-469f-a165-70867728950e\")"],
    "Type": ["(Type)null", "typeof(int)", "typeof(string)", "typeof(List<int>)", "typeof(DayOfWeek)"],
}
LIMITS = {"sbyte": "sbyte", "byte": "byte", "short": "short", "ushort": "ushort", "int": "int", "uint": "uint", "long": "long",
          "ulong": "ulong"}
for _name in LIMITS:
    _unsigned = _name in ("byte", "ushort", "uint", "ulong")
    POOLS[_name] = [{"MAX": f"{_name}.MaxValue", "MIN": f"{_name}.MinValue"}.get(v, f"({_name}){v}" if not v.startswith("-") else f"({_name})({v})")
                    for v in INTEGERS if not (_unsigned and v == "-1")]

# Something to call instance members on, for types without a constructor that takes nothing or texts.
RECEIVERS = {
    "String": ['""', '"aXb"', '"\\ud83d\\ude00é"'], "Object": ["new object()", "(object)1"], "Array": ["(Array)new int[0]", "(Array)new[] {1, 2}"],
    "Boolean": ["true"], "Char": ["'a'", "'\\ud800'"], "Decimal": POOLS["decimal"], "Double": POOLS["double"], "Single": POOLS["float"],
    "Type": ["typeof(int)", "typeof(List<string>)"], "Enum": ["(Enum)DayOfWeek.Monday"], "Nullable<T>": ["(int?)null", "(int?)1"],
    "Regex": ['new Regex("(a)(b)?")'], "Match": ['Regex.Match("ab", "(a)(b)?")', 'Regex.Match("", "x")'], "Group": ['Regex.Match("ab", "(a)").Groups[1]'],
    "Capture": ['Regex.Match("ab", "(a)+").Groups[1].Captures[0]'], "CaptureCollection": ['Regex.Match("aa", "(a)+").Groups[1].Captures'],
    "GroupCollection": ['Regex.Match("ab", "(a)").Groups'], "MatchCollection": ['Regex.Matches("aba", "a")', 'Regex.Matches("", "x")'],
    "Encoding": ["Encoding.UTF8", "Encoding.Unicode", "Encoding.ASCII"], "StringComparer": ["StringComparer.Ordinal", "StringComparer.OrdinalIgnoreCase"],
    "Uri": ['new Uri("http://h/a?b#c")', 'new Uri("a", UriKind.Relative)'], "TimeZoneInfo": ["TimeZoneInfo.Utc", 'TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")'],
    "JToken": ['JToken.Parse("{\\"a\\":[1]}")', "(JToken)1", "(JToken)JValue.CreateNull()"], "JObject": ['JObject.Parse("{\\"a\\":1}")', "new JObject()"],
    "JArray": ['JArray.Parse("[1,\\"a\\",null]")', "new JArray()"], "JValue": ["new JValue(1)", 'new JValue("a")', "JValue.CreateNull()"],
    "JProperty": ['new JProperty("a", 1)'], "JContainer": ["(JContainer)new JArray(1)"], "IPAddress": ['IPAddress.Parse("::1")', "IPAddress.Any"],
    "XElement": ['XElement.Parse("<a b=\\"c\\">d<e/></a>")'], "XDocument": ['XDocument.Parse("<a/>")'], "XNode": ['(XNode)XElement.Parse("<a/>")'],
    "XContainer": ['(XContainer)XElement.Parse("<a><b/></a>")'], "XObject": ['(XObject)XElement.Parse("<a/>")'], "XName": ['(XName)"a"'],
    "XNamespace": ['(XNamespace)"u"'], "XAttribute": ['new XAttribute("a", 1)'], "HashAlgorithm": ["(HashAlgorithm)SHA256.Create()"],
    "SHA256": ["SHA256.Create()"], "MD5": ["MD5.Create()"], "SHA1": ["SHA1.Create()"], "SHA384": ["SHA384.Create()"], "SHA512": ["SHA512.Create()"],
    "SymmetricAlgorithm": ['SymmetricAlgorithm.Create("AES")'], "Aes": ["Aes.Create()"], "CultureInfo": ["CultureInfo.InvariantCulture"],
    "Version": ["new Version(1, 2)"], "Random": ["new Random(1)"], "Lazy<T>": ["new Lazy<int>(() => 1)"], "DBNull": ["DBNull.Value"],
    "Comparer<T>": ["Comparer<int>.Default"], "EqualityComparer<T>": ["EqualityComparer<int>.Default"],
    "IComparer<T>": ["(IComparer<int>)Comparer<int>.Default"], "IEqualityComparer<T>": ["(IEqualityComparer<int>)EqualityComparer<int>.Default"],
    "KeyValuePair<TKey, TValue>": ['new KeyValuePair<string, int>("a", 1)', "default(KeyValuePair<string, int>)"],
    "XmlDocument": ["new XmlDocument()"], "IContext": ["context"], "IRequest": ["context.Request"], "IUrl": ["context.Request.OriginalUrl"],
    "IEnumerable<T>": ["(IEnumerable<int>)new[] {1, 2}", "(IEnumerable<int>)new int[0]"], "IList<T>": ["(IList<int>)new List<int> {1}", "(IList<int>)new int[0]"],
    "ICollection<T>": ["(ICollection<int>)new List<int> {1}"], "IReadOnlyList<T>": ["(IReadOnlyList<int>)new[] {1}"], "ISet<T>": ["(ISet<int>)new HashSet<int> {1}"],
    "IReadOnlyCollection<T>": ["(IReadOnlyCollection<int>)new[] {1}"], "IEnumerator<T>": ["((IEnumerable<int>)new[] {1}).GetEnumerator()"],
    "IDictionary<TKey, TValue>": ["(IDictionary<string, int>)new Dictionary<string, int>()"],
    "IReadOnlyDictionary<TKey, TValue>": ["(IReadOnlyDictionary<string, int>)new Dictionary<string, int>()"],
    "IComparable": ["(IComparable)1"], "IFormattable": ["(IFormattable)1.5"], "IDisposable": ["(IDisposable)MD5.Create()"],
    "RSA": ["RSA.Create()"], "BigInteger": ["new BigInteger(5)"],
}
PLAIN = {"List<T>": "new List<int> {1, 2, 3}", "Dictionary<TKey, TValue>": 'new Dictionary<string, int> {{"a", 1}}', "HashSet<T>": "new HashSet<int> {1}",
         "Queue<T>": "new Queue<int>(new[] {1})", "Stack<T>": "new Stack<int>(new[] {1})", "SortedDictionary<TKey, TValue>": "new SortedDictionary<string, int>()",
         "SortedSet<T>": "new SortedSet<int> {1}", "StringBuilder": 'new StringBuilder("ab")', "XmlNamespaceManager": "new XmlNamespaceManager(new NameTable())"}
KEYWORDS = {"Int32": "int", "Int64": "long", "Int16": "short", "Byte": "byte", "SByte": "sbyte", "UInt16": "ushort", "UInt32": "uint", "UInt64": "ulong"}
# They would create keys again and again.
SLOW = re.compile(r"RSA\.Create|ImportEncrypted|ExportEncrypted")


def split_top(text):
    """Parts between commas outside of brackets."""
    parts, depth, start = [], 0, 0
    for at, c in enumerate(text):
        depth += c in "<([" 
        depth -= c in ">)]"
        if c == "," and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return [part.strip() for part in parts + [text[start:]] if part.strip()]


class Sweep:
    def __init__(self, types):
        self.types = types
        self.enums = {t["name"] for t in types if "enum " in t["declaration"]}
        self.structs = {t["name"] for t in types if "struct " in t["declaration"]}
        self.calls = []

    def close(self, text):
        return re.sub(r"\b(T|T[A-Z]\w*|T\d+|U)\b", lambda found: TYPE_ARGUMENTS.get(found[0], found[0]), text)

    def pool(self, kind):
        kind = kind.strip()
        if kind in POOLS:
            return POOLS[kind]
        if kind.endswith("?"):
            return [f"({kind})null"] + [f"({kind}){value}" for value in self.pool(kind[:-1])[:2]]
        if kind.endswith("[]"):
            values = self.pool(kind[:-2])
            return [f"({kind})null", f"new {kind[:-2]}[0]", f"new {kind} {{{', '.join(values[:2])}}}", f"new {kind} {{{', '.join(values[-3:])}}}"]
        generic = re.fullmatch(r"(IEnumerable|IList|ICollection|IReadOnlyList|IReadOnlyCollection|List|IOrderedEnumerable)<(.*)>", kind)
        if generic and generic[1] == "IOrderedEnumerable":
            return [f"new {generic[2]}[0].OrderBy(o => 1)"]
        if generic:
            return [f"({kind})null", f"new List<{generic[2]}>()", f"new List<{generic[2]}> {{{', '.join(self.pool(generic[2])[:3])}}}"]
        delegate = re.fullmatch(r"(Func|Action|Predicate|Comparison|Converter|MatchEvaluator)(?:<(.*)>)?", kind)
        if delegate:
            return [f"({kind})null", self.closure(delegate[1], split_top(delegate[2] or ""))]
        name = kind.split("<")[0]
        if kind in self.enums:
            return [f"({kind})0", f"({kind})(-1)", f"({kind})int.MaxValue", f"({kind})1"]
        receivers = self.receivers(next((t for t in self.types if t["name"].split("<")[0] == name), None), kind)
        if kind in self.structs:
            return [f"default({kind})"] + receivers
        return [f"({kind})null"] + receivers

    @staticmethod
    def closure(kind, arguments):
        if kind == "MatchEvaluator":
            return "m => null"
        result = {"Predicate": "bool", "Comparison": "int"}.get(kind)
        if kind in ("Func", "Converter"):
            arguments, result = arguments[:-1], arguments[-1]
        elif kind == "Comparison":
            arguments = arguments * 2
        names = ", ".join(f"p{i}" for i in range(len(arguments)))
        return f"({names}) => {{ }}" if kind == "Action" else f"({names}) => default({result})"

    def receivers(self, described, kind=None):
        if described is None:
            return []
        name = described["name"]
        if kind is not None and "<" in kind and self.close(name) != kind:
            return []
        if name in RECEIVERS:
            return RECEIVERS[name]
        if name in PLAIN:
            return [PLAIN[name]]
        if name in KEYWORDS:
            return POOLS[KEYWORDS[name]]
        if name in POOLS:
            return POOLS[name]
        if name in self.enums:
            return [f"({name})0", f"({name})int.MaxValue"]
        if any(re.fullmatch(r"new \w+\(\)", made["signature"]) for made in described.get("constructors", [])):
            return [f"new {self.close(name)}()"]
        if any(re.fullmatch(r"new \w+\(string \w+\)", made["signature"]) for made in described.get("constructors", [])):
            return [f'new {self.close(name)}("a")']
        return []

    def parameters(self, signature):
        """(kinds, modes) of the list in brackets, or None for what is not called here."""
        found = re.search(r"[(\[](.*)[)\]](?: \{.*)?$", signature)
        kinds, modes = [], []
        for part in split_top(found[1]) if found else []:
            part = part.split(" = ")[0]
            words = part.rsplit(" ", 1)[0].strip()
            mode = ""
            for word in ("this", "params", "out", "ref", "in"):
                if words.startswith(word + " "):
                    words, mode = words[len(word) + 1:], word
            kinds.append(self.close(words))
            modes.append(mode)
        return kinds, modes

    def arguments(self, kinds, modes):
        """Some lists of arguments: each place goes through its values while the others go on in step."""
        pools = [["_"] if mode == "out" else self.pool(kind) for kind, mode in zip(kinds, modes)]
        if any(not pool for pool in pools):
            return
        longest = max((len(pool) for pool in pools), default=1)
        for turn in range(min(longest, CALLS_OF_A_MEMBER)):
            yield [("out _" if mode == "out" else pool[(turn + place * (turn % 3)) % len(pool)])
                   for place, (pool, mode) in enumerate(zip(pools, modes))]
        for place, pool in enumerate(pools):
            for value in pool[:CALLS_OF_A_MEMBER] if len(pools) > 1 else []:
                yield ["out _" if mode == "out" else value if at == place else other[min(1, len(other) - 1)]
                       for at, (other, mode) in enumerate(zip(pools, modes))]

    def add(self, text, is_void=False):
        if SLOW.search(text):
            return
        self.calls.append(f"@{{ {text}; return 1; }}" if is_void else f"@({text})")

    def member(self, described, row):
        signature = row["signature"]
        if " operator " in signature or "ref " in signature:
            return
        kinds, modes = self.parameters(signature)
        is_static = signature.startswith("static ") or signature.startswith("const ")
        name = row["name"]
        is_extension = bool(modes) and modes[0] == "this"
        closed = self.close(described["name"])
        is_void = re.match(r"(static )?void ", signature) is not None
        if name == ".ctor":
            for arguments in self.arguments(kinds, modes):
                self.add(f"new {closed}({', '.join(arguments)})")
            return
        targets = [closed] if is_static else [f"({receiver})" for receiver in self.receivers(described)]
        generic = re.search(r"\b" + re.escape(name) + r"<([^>(]*)>\(", signature)
        call = name + (f"<{self.close(generic[1])}>" if generic else "")
        is_property = "{ get" in signature or signature.startswith("const ")
        for target in targets:
            if is_property and "[" in signature.split("{")[0] and " this[" in signature:
                for arguments in self.arguments(kinds, modes):
                    self.add(f"{target}[{', '.join(arguments)}]")
            elif is_property:
                self.add(f"{target}.{name}")
            elif is_extension:
                for arguments in self.arguments(kinds, modes):
                    self.add(f"{target}.{call}({', '.join(arguments)})", is_void)
            else:
                for arguments in self.arguments(kinds, modes):
                    self.add(f"{target}.{call}({', '.join(arguments)})", is_void)

    def build(self):
        for described in self.types:
            for group in ("constructors", "properties", "methods", "fields", "values"):
                for row in described.get(group, []):
                    if isinstance(row, dict) and "signature" in row:
                        self.member(described, row)
        return list(dict.fromkeys(self.calls))


def evaluate(calls):
    lines = [json.dumps({"id": number, "kind": "statements" if call.startswith("@{") else "expression", "expression": call,
                         "context": {"timestamp": "2024-05-17T10:20:30Z"}}) for number, call in enumerate(calls)]
    done = subprocess.run([COMMAND, "eval", "--batch", "-"], input="\n".join(lines) + "\n", capture_output=True, text=True,
                          encoding="utf-8", errors="surrogateescape")
    # A line that is cut off belongs to the call that ended the process.
    return done, [json.loads(line) for line in done.stdout.split("\n") if line.endswith("}")]


def main():
    types = json.loads(subprocess.run([COMMAND, "members", "--json"], capture_output=True, text=True, check=True).stdout)
    calls = Sweep(types).build()
    done, outcomes = evaluate(calls)
    failures = []
    if len(outcomes) != len(calls):
        failures.append(f"the process ended with {done.returncode} at {calls[len(outcomes)]}: {done.stderr[-2000:]}")
    compiled = 0
    for call, outcome in zip(calls, outcomes):
        if "error" in outcome:
            continue
        compiled += 1
        if "exception" in outcome and (not re.search(r"(Exception)$", outcome["exception"]) or not outcome.get("message")):
            failures.append(f"{call}: {outcome}")
    share = compiled / max(1, len(calls))
    print(f"{len(calls)} calls of {len(types)} types, {share:.0%} compile, {sum('exception' in o for o in outcomes)} raise")
    if len(calls) < 10000 or share < 0.7:
        failures.append("too few calls compile: the sweep no longer fits the table")
    if "--errors" in sys.argv:
        for call, outcome in zip(calls, outcomes):
            if "error" in outcome:
                print(call, "\n   ", outcome["error"])
    print("\n".join(failures[:40]))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
