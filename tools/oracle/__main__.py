"""./dev oracle: holds the expression facts, and generated programs, against a real C# compiler.

    ./dev oracle [FILE...]                  compile the facts of tests/expressions (or of these files) and compare
    ./dev oracle --fuzz N [--seed S]        generate N programs, run them here and there, shrink what differs
    ./dev oracle --fill < EXPRESSIONS       print a fact for each line, with the result of real C#

The compiler is Mono's with Newtonsoft.Json 6 (Debian's packages), or, when DOTNET_ROOT names the folder of an SDK, its Roslyn.
What old engines do otherwise than .NET 8 stands in tools/oracle/differences.txt with the reason.
"""
import argparse
import collections
import pathlib
import sys

import cases
import csharp
import differences
import fuzz
import portcullis


def compare(chosen, paths, verbose):
    facts = cases.read(paths) if paths else cases.everything()
    known = differences.read()
    outcomes = csharp.run(chosen, [(fact.text, fact.is_block) for fact in facts],
                          lambda done: print(f"  {done} of {len(facts)}", file=sys.stderr))
    counts, surprises = collections.Counter(), 0
    for fact, outcome in zip(facts, outcomes):
        verdict = differences.verdict(known, chosen.name, fact, outcome)
        counts[verdict] += 1
        if verdict == differences.SURPRISE:
            surprises += 1
            print(f"{fact.place}: {fact.text}\n  the fact says {cases.wanted(fact)}\n  {chosen.name} says   {described(outcome)}")
        elif verbose and verdict != differences.AGREES:
            print(f"{fact.place}: {fact.text}\n  {verdict}: {described(outcome)}")
    print(f"{len(facts)} facts, compiled with {chosen.name}:")
    for verdict, count in counts.most_common():
        print(f"  {count:5}  {verdict}")
    return 1 if surprises else 0


def described(outcome):
    if "crash" in outcome:
        return outcome["crash"]
    return cases.rendered(outcome) + (f" ({outcome['error']})" if "error" in outcome else "")


def fill(chosen, lines):
    """Facts for bare expressions; where Portcullis says otherwise a comment says what."""
    texts = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    pairs = [(text, text.startswith("{") and text.endswith("}")) for text in texts]
    theirs, ours = csharp.run(chosen, pairs), portcullis.run(pairs)
    differing = 0
    for text, real, mine in zip(texts, theirs, ours):
        if cases.rendered(real).strip() != (rendered := described_short(mine)).strip():
            differing += 1
            print(f"# portcullis: {rendered}" + (f"   [{mine.get('error')}]" if "error" in mine else ""))
            if "error" in real:
                print(f"# compiler: {real['error']}")
        print(f"{text} {described_short(real)}")
    print(f"{len(texts)} filled, {differing} differ", file=sys.stderr)
    return 0


def described_short(outcome):
    return "?? " + outcome["crash"] if "crash" in outcome else cases.rendered(outcome)


def main():
    parser = argparse.ArgumentParser(prog="./dev oracle", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    parser.add_argument("--engine", choices=["mono", "dotnet"])
    parser.add_argument("--fuzz", type=int, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=argparse.FileType("w"), help="write each difference that the fuzzer finds to this file at once")
    parser.add_argument("--fill", action="store_true")
    parser.add_argument("--verbose", action="store_true", help="show the listed differences too")
    options = parser.parse_args()
    chosen = csharp.engine(options.engine)
    if options.fuzz:
        return fuzz.run(chosen, options.fuzz, options.seed, options.log)
    if options.fill:
        return fill(chosen, sys.stdin)
    return compare(chosen, options.files, options.verbose)


if __name__ == "__main__":
    sys.exit(main())
