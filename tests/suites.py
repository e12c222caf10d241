#!/usr/bin/python3
"""Compares the tests that ctest knows with the checked-in list: none may go missing in silence.

Usage: suites.py BUILD [stubs] [fuzz]   with what this build has

A line of suites.txt is a test's name, and behind it what a build must have for the test to exist.
"""

import json
import pathlib
import subprocess
import sys

LIST = pathlib.Path(__file__).with_name("suites.txt")


def expected(has):
    names = set()
    for line in LIST.read_text().splitlines():
        words = line.partition("#")[0].split()
        if words and set(words[1:]) <= has:
            assert words[0] not in names, "%s is listed twice" % words[0]
            names.add(words[0])
    return names


def known(build):
    listed = subprocess.run(["ctest", "--show-only=json-v1"], cwd=build, capture_output=True,
                            text=True, check=True)
    return {test["name"] for test in json.loads(listed.stdout)["tests"]}


def main():
    build, has = sys.argv[1], set(sys.argv[2:])
    wanted, found = expected(has), known(build)
    for name in sorted(wanted - found):
        print("%s is in tests/suites.txt and not among ctest's tests: it went missing" % name)
    for name in sorted(found - wanted):
        print("%s is among ctest's tests and not in tests/suites.txt: list it" % name)
    if not wanted:
        print("tests/suites.txt lists nothing")
    print("%d suites" % len(found))
    return 0 if wanted and wanted == found else 1


if __name__ == "__main__":
    sys.exit(main())
