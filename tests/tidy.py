#!/usr/bin/python3
"""The house rules as a test. Prints every breach as FILE:LINE: what; status 1 if there is one.

Usage: tidy.py [FOLDER]   the checkout, by default the one this file lies in
       tidy.py --self-test   proves on made-up files that each rule can fail
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

FUNCTION_LINES = 70
LINE_COLUMNS = 100
FILE_LINES = 500
USUAL_FILE_LINES = 300
USUAL_SHARE = 0.9
NARROW = (".c", ".h", ".py", ".cmake", "CMakeLists.txt")
TOP_FOLDERS = ("harness", "stubs", "scenarios", "tests")
FORMATTER = "clang-format"

NO_FUNCTION = re.compile(r"^(struct|union|enum|typedef|static const|extern|#)\b(?!.*\) \{$)")


def tracked(top):
    """Files of the checkout: git's list, or all outside build folders when it is no clone."""
    listed = subprocess.run(["git", "-C", str(top), "ls-files", "-co", "--exclude-standard"],
                            capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        names = listed.stdout.splitlines()
    else:
        names = [str(path.relative_to(top)) for path in top.rglob("*")
                 if path.is_file() and "build" not in path.relative_to(top).parts[:1]]
    return sorted(name for name in names if (top / name).is_file())


def long_functions(lines):
    """(line, name, length) of each function that is too long. The code is clang-formatted, so that
    a function's closing brace is the first one at column 0."""
    start = None
    for number, line in enumerate(lines, 1):
        if start is None and line.endswith("{") and not NO_FUNCTION.match(line):
            if re.match(r"^\S", line) and "(" in line or re.match(r"^ .*\) \{$", line):
                start = number
                while start > 1 and lines[start - 1][:1].isspace():
                    start -= 1
        elif start is not None and line.startswith("}"):
            if number - start + 1 > FUNCTION_LINES:
                yield start, lines[start - 1].split("(")[0].split()[-1], number - start + 1
            start = None


def check_text(top, name, text, breaches):
    lines = text.split("\n")
    is_c = name.endswith((".c", ".h"))
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_COLUMNS and name.endswith(NARROW):
            breaches.append("%s:%d: %d columns, at most %d" % (name, number, len(line),
                                                               LINE_COLUMNS))
        if is_c and re.search(r"#\s*include\s*<assert\.h>", line):
            breaches.append("%s:%d: <assert.h> hangs a windowed program under Wine: "
                            "core/assert.h" % (name, number))
        if re.search(r"\b(TO" r"DO|FIX" r"ME)\b", line):
            breaches.append("%s:%d: something is left to do" % (name, number))
        for path in machine_paths(top):
            if path in line:
                breaches.append("%s:%d: a path of this machine: %s" % (name, number, path))
    if is_c:
        for number, function, length in long_functions(lines):
            breaches.append("%s:%d: %s has %d lines, at most %d" % (name, number, function, length,
                                                                    FUNCTION_LINES))
    if (is_c or name.endswith(".py")) and len(lines) - 1 > FILE_LINES:
        breaches.append("%s:1: %d lines, at most %d: two topics in one?" % (name, len(lines) - 1,
                                                                            FILE_LINES))


def machine_paths(top):
    """The checkout and the folder it lies in, unless that is a folder every machine has."""
    usual = {"/", "/tmp", "/root", "/home", "/src", "/opt", "/usr", "/usr/src", "/var/tmp"}
    paths = [str(path) + "/" for path in (top, top.parent) if str(path) not in usual]
    return paths if len(top.parts) > 2 else []


def check_sizes(names, top, breaches):
    """Files are mostly below 300 lines."""
    sizes = {name: len((top / name).read_bytes().splitlines()) for name in names
             if name.endswith((".c", ".h"))}
    usual = sum(size < USUAL_FILE_LINES for size in sizes.values())
    if sizes and usual < USUAL_SHARE * len(sizes):
        big = sorted(sizes, key=sizes.get)[-8:]
        breaches.append(".:0: %d of %d C files have %d lines or more, among them %s" % (
            len(sizes) - usual, len(sizes), USUAL_FILE_LINES, ", ".join(big)))


def check_format(names, top, breaches):
    sources = [name for name in names if name.endswith((".c", ".h"))]
    if not shutil.which(FORMATTER):
        breaches.append(".:0: %s is missing: install the Debian package of that name" % FORMATTER)
        return
    for at in range(0, len(sources), 50):
        done = subprocess.run([FORMATTER, "--dry-run", "--ferror-limit=1", *sources[at:at + 50]],
                              cwd=top, capture_output=True, text=True, check=False)
        breaches.extend(line.replace("warning: ", "").replace("error: ", "")
                        for line in done.stderr.splitlines() if "clang-format-violations" in line)


def check(top):
    breaches = []
    names = tracked(top)
    if not names:
        breaches.append("%s:0: no files found: nothing was checked" % top)
    for name in names:
        data = (top / name).read_bytes()
        if b"\0" not in data:
            check_text(top, name, data.decode(errors="replace"), breaches)
    for folder in TOP_FOLDERS:
        if not (top / folder / "README.md").is_file():
            breaches.append("%s/README.md:0: is missing: folder -> one line each" % folder)
    check_sizes(names, top, breaches)
    check_format(names, top, breaches)
    return breaches


def self_test():
    """Each rule, broken once."""
    long_function = "int f(void) {\n" + "  g();\n" * FUNCTION_LINES + "}\n"
    files = {
        "harness/long.c": (long_function, "f has 72 lines"),
        "harness/two.c": ("static int\nf(int a,\n  int b) {\n" + "  g();\n" * 80 + "}\n", "lines"),
        "harness/wide.c": ("int x; /* " + "x" * 100 + " */\n", "columns"),
        "stubs/a.c": ("#include <assert.h>\n", "assert.h"),
        "stubs/todo.py": ("# TO" "DO: later\n", "left to do"),
        "stubs/big.h": ("\n" * 600, "two topics"),
        "stubs/format.c": ("int   f( void );\n", "format"),
        "tests/README.md": ("", None),
    }
    with tempfile.TemporaryDirectory() as folder:
        top = pathlib.Path(folder).resolve() / "one" / "checkout"
        for name, (text, _) in files.items():
            (top / name).parent.mkdir(parents=True, exist_ok=True)
            (top / name).write_text(text)
        (top / "tests/path.py").write_text("P = '%s'\n" % (top / "x"))
        (top / ".clang-format").write_text("BasedOnStyle: LLVM\n")
        breaches = check(top)
    for name, (_, wanted) in files.items():
        if wanted and not any(line.startswith(name) and wanted in line for line in breaches):
            return ["%s: expected a breach with '%s'" % (name, wanted)]
    for wanted in ("tests/path.py:1: a path", "scenarios/README.md", "C files"):
        if wanted != "C files" and not any(wanted in line for line in breaches):
            return ["expected a breach with '%s'" % wanted]
    return []


def main():
    if sys.argv[1:] == ["--self-test"]:
        breaches = self_test()
    else:
        default = pathlib.Path(__file__).resolve().parents[1]
        breaches = check(pathlib.Path(sys.argv[1]).resolve() if sys.argv[1:] else default)
    print("\n".join(breaches) if breaches else "the house rules are kept")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
