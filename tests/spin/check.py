#!/usr/bin/python3
"""Compares the explorer, on harness/win32 and on the engine, with SPIN on pump.pml: the same
problems, the same number of states, of hangs and of states in which a message lies unseen.

Usage: check.py PUMPS-PROGRAM
"""

import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys
import tempfile

MODEL = pathlib.Path(__file__).resolve().with_name("pump.pml")
SECONDS = 300

# What each pump must show, whoever looks: its name, can it hang, does a message ever lie unseen.
# From the measurements with which the rules of the queues were found (861 runs under Wine).
VERDICTS = {
    "drain": (False, False),
    "literal": (True, True),
    "literal-available": (True, False),
    "get-then-drain": (True, False),
    "one-peek": (False, True),
    "one-peek-available": (False, False),
    "bounded-drain": (False, True),
    "bounded-drain-available": (False, False),
    "stop-tested": (False, False),
    "mask-without-sent": (True, True),
    "mask-without-posted": (False, True),
    "wait-for-handle": (True, True),
    "get-only": (True, False),
}


def spin(defines, count):
    """(states, errors) of the model with these #defines; `count` names the assertion."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        (path / "pump.pml").write_text("#define %s\n%s%s" % (count, defines, MODEL.read_text()))
        for command in (["spin", "-a", "pump.pml"],
                        ["gcc", "-O0", "-w", "-DSAFETY", "-DNOREDUCE", "-o", "pan", "pan.c"]):
            done = subprocess.run(command, cwd=path, capture_output=True, text=True, check=False,
                                  timeout=SECONDS)
            if done.returncode != 0:
                sys.exit("%s failed:\n%s%s" % (" ".join(command), done.stdout, done.stderr))
        out = subprocess.run(["./pan", "-c0", "-n", "-m10000", "-w18"], cwd=path,
                             capture_output=True, text=True, check=False, timeout=SECONDS).stdout
    states = re.search(r"^\s*(\d+) states, stored", out, re.M)
    errors = re.search(r"errors: (\d+)", out)
    if not states or not errors or "error: max search depth" in out:
        sys.exit("pan said:\n" + out)
    return int(states.group(1)), int(errors.group(1))


def compare(problem):
    """A line for the report, and what is wrong. One kind of error is counted for each problem:
    hangs where the stop comes last, unseen messages where it may come at any time."""
    any_time = "unseen" in problem and "stop last" not in problem["name"]
    what = "unseen" if any_time else "hangs"
    states, errors = spin(problem["defines"], "COUNT_" + what.upper())
    wrong = ["%s: %d, SPIN: %d" % (key, problem[key], theirs)
             for key, theirs in (("states", states), ("reduced_states", states), (what, errors))
             if problem[key] != theirs]
    if problem["reduced_hangs"] != problem["hangs"]:
        wrong.append("hangs: %(hangs)d, with sleep sets: %(reduced_hangs)d" % problem)
    return "%-36s %6d states %4d %s" % (problem["name"], states, errors, what), wrong


def main():
    listed = subprocess.run([sys.argv[1]], capture_output=True, text=True, check=True,
                            timeout=SECONDS)
    problems = [json.loads(line) for line in listed.stdout.splitlines()]
    failed = False
    shown = {}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for problem, (line, wrong) in zip(problems, pool.map(compare, problems)):
            print(line + "".join("\n  WRONG " + text for text in wrong))
            failed = failed or bool(wrong)
            hangs, unseen = shown.get(problem["name"].split(",")[0], (False, False))
            shown[problem["name"].split(",")[0]] = (hangs or problem["hangs"] > 0,
                                                    unseen or problem.get("unseen", 0) > 0)
    for name in sorted(set(shown) | set(VERDICTS)):
        if shown.get(name) != VERDICTS.get(name):
            print("WRONG %s: (hangs, unseen) is %s, must be %s" % (name, shown.get(name),
                                                                   VERDICTS.get(name)))
            failed = True
    if not failed:
        print("%d problems, the same states and verdicts" % len(problems))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
