"""What the end-to-end tests share: calling mapirig, and looking for what it left behind.

Every call goes through Rig.run(), which fails a test whose call leaves a process in one of
mapirig's prefixes. Time-outs scale by the environment variable RIG_SCALE.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SCALE = float(os.environ.get("RIG_SCALE", "1"))


def processes_in(prefix_below):
    """Processes whose WINEPREFIX lies below this folder: {pid: command line}."""
    mark = ("WINEPREFIX=%s" % prefix_below).encode()
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            environment = (entry / "environ").read_bytes().split(b"\0")
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # it ended while we looked, or is not ours
            continue
        if any(line.startswith(mark) for line in environment):
            found[int(entry.name)] = command
    return found


def wait_until(condition, seconds, what):
    """Waits for a condition, not for a time."""
    end = time.monotonic() + seconds * SCALE
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError("%s: not within %.1f s" % (what, seconds * SCALE))


class Result:
    def __init__(self, status, out, err, seconds):
        self.status, self.out, self.err, self.seconds = status, out, err, seconds

    def __repr__(self):
        return "status %s after %.2f s\n--- stdout\n%s\n--- stderr\n%s" % (
            self.status, self.seconds, self.out, self.err)


class Rig:
    """The mapirig of one build, with a cache of its own for all tests of the build."""

    def __init__(self, build, folder):
        self.build = pathlib.Path(build).resolve()  # a run may have another working folder
        self.binary = self.build / "bin" / "mapirig"
        self.folder = pathlib.Path(folder)
        self.cache = self.build / "e2e-cache"
        self.cache.mkdir(exist_ok=True)
        self.environment = {
            key: value for key, value in os.environ.items()
            if key not in ("DISPLAY", "WAYLAND_DISPLAY", "WINEPREFIX", "NO_COLOR", "WINEDEBUG")}
        self.environment["XDG_CACHE_HOME"] = str(self.cache)
        self.started = 0

    def prefixes(self):
        return self.cache / "mapirig" / "runs"

    def left_running(self):
        return processes_in(self.prefixes())

    def start(self, *arguments, environment=None, cwd=None):
        """Starts mapirig with its output in files: what hangs on a pipe is a test of its own."""
        self.started += 1
        out = self.folder / ("out-%d" % self.started)
        err = self.folder / ("err-%d" % self.started)
        merged = dict(self.environment, **(environment or {}))
        with open(out, "wb") as out_file, open(err, "wb") as err_file:
            process = subprocess.Popen(
                [str(self.binary), *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=out_file,
                stderr=err_file, env=merged, cwd=cwd or self.folder, start_new_session=True)
        process.rig_files = (out, err, time.monotonic())
        return process

    def finish(self, process, timeout=60):
        out, err, began = process.rig_files
        try:
            status = process.wait(timeout * SCALE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError("mapirig did not end within %.0f s\n%s\n%s" % (
                timeout * SCALE, out.read_text(errors="replace"), err.read_text(errors="replace")))
        seconds = time.monotonic() - began
        return Result(status, out.read_text(errors="strict"), err.read_text(errors="strict"),
                      seconds)

    def run(self, *arguments, timeout=60, environment=None, cwd=None):
        before = set(self.left_running())
        result = self.finish(self.start(*arguments, environment=environment, cwd=cwd), timeout)
        left = {pid: command for pid, command in self.left_running().items() if pid not in before}
        assert not left, "processes left running: %s\n%r" % (left, result)
        return result

    def run_json(self, *arguments, command="run", **keywords):
        """Runs with --json and returns (result, the JSON)."""
        path = self.folder / ("result-%d.json" % (self.started + 1))
        result = self.run(command, *arguments, "--json", path, **keywords)
        assert path.exists(), "no JSON was written: %r" % result
        return result, json.loads(path.read_text())


def scaled(factor):
    """A --scale for a test that wants to be quicker or slower than usual."""
    return "%g" % max(0.1, factor * SCALE)


def compile_pe(source, target, *options, arch="x86_64"):
    compiler = shutil.which("%s-w64-mingw32-gcc" % arch)
    assert compiler, "%s-w64-mingw32-gcc is missing: install gcc-mingw-w64" % arch
    subprocess.run([compiler, "-g", "-O1", "-Wall", "-Wextra", "-Werror", "-o", str(target),
                    str(source), *map(str, options)], check=True)
    return target


def normalised(report):
    """A JSON report without what may differ between two runs: seconds, ms, record, addresses."""
    def visit(value, key):
        if isinstance(value, dict):
            return {name: visit(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [visit(item, key) for item in value]
        if key in ("seconds", "ms", "record"):
            return 0
        if isinstance(value, str):
            value = re.sub(r"0x[0-9A-Fa-f]+", "0x", value)
            value = re.sub(r"\b\d+(\.\d+)? (ms|s)\b", "N \\2", value)
            return re.sub(r"(record|stimulus) #?\d+", "\\1 N", value)
        return value
    return visit(report, None)


def differences(first, second, where=""):
    """Where two reports differ, one line for each place."""
    if isinstance(first, dict) and isinstance(second, dict):
        return [line for key in sorted(first.keys() | second.keys())
                for line in differences(first.get(key), second.get(key), where + "." + key)]
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        return [line for i, (a, b) in enumerate(zip(first, second))
                for line in differences(a, b, "%s[%d]" % (where, i))]
    return [] if first == second else ["%s: %r, then %r" % (where, first, second)]
