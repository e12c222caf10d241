"""Pumps compiled natively against harness/sim/native, for AddressSanitizer: what it reports is a
finding with the schedule that causes it. The command is the README's."""

import json
import re
import subprocess

import pytest

import support
from test_sim import GCC, compile_object, one
from test_sim_guard import BOTH, SOURCE, crash_of, place

README = support.SOURCE / "README.md"
STUBS = support.SOURCE / "stubs"
CLIENT = support.SOURCE / "tests" / "e2e" / "native" / "client.c"
REFERENCE = STUBS / "pumps" / "common" / "pump.c"


def documented():
    """The one command that the README gives, for the shell."""
    (command,) = re.findall(r"^\$ (gcc -shared(?:.*\\\n)*.*)$", README.read_text(), re.M)
    assert "pump.c" in command and "pump.so" in command, command
    return command


def compile_native(target, *sources, options=""):
    command = documented().replace("pump.c", " ".join(map(str, sources)) + options)
    command = command.replace("pump.so", str(target))
    return subprocess.run(["sh", "-c", command], cwd=support.SOURCE, stderr=subprocess.PIPE,
                          text=True, check=False)


def library(target, *sources, options=""):
    made = compile_native(target, *sources, options=options)
    assert made.returncode == 0, made.stderr
    return target


@pytest.fixture(scope="module")
def memory(tmp_path_factory):
    return library(tmp_path_factory.mktemp("native") / "memory.so", SOURCE)


@pytest.fixture
def sim(rig, tmp_path):
    def simulate(pump, *arguments):
        path = tmp_path / ("sim-%d.json" % rig.started)
        result = rig.run("sim", "--pump", pump, "--json", path, *arguments)
        return result, json.loads(path.read_text())["scenarios"]
    return simulate


def test_a_use_after_free_in_some_schedules_alone(rig, sim, memory, scenario):
    both = scenario(BOTH)
    pump = "%s:frees_when_nothing_came" % memory
    result, (found,) = sim(pump, both)
    assert (result.status, found["outcome"], found["cause"]) == (1, "fail", "crash"), result
    assert found["sim"]["complete"] and found["sim"]["explore"] == "schedules", found["sim"]
    path = crash_of(found)
    message = " ".join(path["message"].split())
    assert "heap-use-after-free: " in message and "inside of 20-byte region" in message, message
    for words, text in (("at", "the use"), ("allocated at", "char *notes = "),
                        ("freed at", "the free")):
        assert re.search(r"%s \S*%s\b" % (words, place(text)), message), (words, message)
    again = rig.run("sim", both, "--pump", pump, "--dialect", path["dialect"], "--replay",
                    path["id"])
    assert again.status == 1 and place("the use") in again.out, again
    for step in path["steps"]:
        assert step in again.out, (step, again)
    # One of the two alone does no harm.
    fine, scenarios = sim(pump, one("one-posted"), one("one-sent"))
    assert fine.status == 0 and all(s["sim"]["complete"] for s in scenarios), fine


@pytest.mark.parametrize("pump, words", [
    ("overruns", "heap-buffer-overflow: writes 4 bytes"),
    ("frees_twice", "double-free"),
    ("overruns_its_stack", "overran its stack"),
])
def test_what_else_is_found(sim, memory, scenario, pump, words):
    five = scenario("name: five\nsteps:\n- post: {window: idle, count: 5}\n- stop: {}\n"
                    "  when: settled\n")
    result, (found,) = sim("%s:%s" % (memory, pump), five, "--dialect", "windows")
    assert (result.status, found["cause"]) == (1, "crash"), result
    assert words in " ".join(result.out.split()), result


STACK = """#include <windows.h>
static volatile char *kept;
__attribute__((noinline)) static void lookAround(DWORD from) {
  volatile char local[16];
  local[from & 15] = 1;
  kept = local;
}
void pump(const HANDLE *handles, DWORD count) {
  volatile int numbers[4] = {0};
  MSG message;
  DWORD used = 0;
  lookAround(count);
  while (MsgWaitForMultipleObjects(count, handles, FALSE, INFINITE, QS_ALLINPUT) != WAIT_OBJECT_0)
    while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
      numbers[used++] = 1; /* the fifth message is too many */
      DispatchMessageW(&message);
    }
}
"""


def test_a_frame_is_watched_over_all_its_waits(sim, scenario, tmp_path):
    (tmp_path / "stack.c").write_text(STACK)
    pump = library(tmp_path / "stack.so", tmp_path / "stack.c")
    for count, cause in ((4, "complete"), (5, "crash")):
        scene = scenario("name: some\nsteps:\n- post: {window: idle, count: %d}\n- stop: {}\n"
                         "  when: settled\n" % count)
        _, (found,) = sim(pump, scene, "--dialect", "windows")
        assert found["cause"] == cause, found
    path = crash_of(found)
    assert "stack-buffer-overflow: writes 4 bytes" in path["message"], path
    assert "stack.c:15" in path["message"], path


def test_a_pump_without_a_bug(sim, memory):
    result, scenarios = sim(str(memory), one("one-sent"), one("sends-apart"), one("quit-flag"))
    assert result.status == 0 and all(s["sim"]["complete"] for s in scenarios), result


# ---- the corpus ----

# Whole programs' parts, which no bare pump has: sessions, dialogs.
NOT_NATIVE = {
    "accelerators": "WM_COMMAND", "console-program": "MAPI_INIT_VERSION",
    "desktop-program": "MAPI_INIT_VERSION", "dialog-messages": "WS_EX_CONTROLPARENT",
    "many-mapi-threads": "MAPIINIT_0", "multithread-no-pump": "MAPI_MULTITHREAD_NOTIFICATIONS",
    "multithread-waits": "MAPIINIT_0", "worker-notifies-itself": "IMAPISession",
}


def corpus():
    return sorted(source for folder in ("pump", "good")
                  for source in (STUBS / "pumps" / folder).glob("*.c")
                  if re.search(r"^void pump\(", source.read_text(), re.M))


def test_the_headers_do_for_the_corpus(tmp_path):
    failed = {}
    sources = corpus()
    for source in sources:
        made = compile_native(tmp_path / (source.stem + ".so"), source,
                              options=" -w -Werror=implicit-function-declaration -I stubs")
        if made.returncode != 0:
            failed[source.stem] = made.stderr
    assert len(sources) >= 65, sources
    assert failed.keys() == NOT_NATIVE.keys(), failed
    for name, word in NOT_NATIVE.items():
        assert word in failed[name], failed[name]


@pytest.mark.parametrize("name", [
    "literal-pump", "one-message-per-wake", "drain-until-empty", "get-then-drain", "hwnd-filter",
    "thread-messages-only", "uses-timer", "alertable", "wait-all", "mask-posted-only"])
def test_it_is_judged_as_the_object_is(sim, tmp_path, name):
    (source,) = [source for source in corpus() if source.stem == name]
    native = library(tmp_path / "native.so", source, CLIENT, REFERENCE, options=" -w -I stubs")
    objects = [compile_object(one_source, tmp_path / ("%d.o" % i), GCC, "-w", "-I", str(STUBS))
               for i, one_source in enumerate((source, CLIENT, REFERENCE))]
    scene = one("one-sent")
    result, (found,) = sim("%s:pump" % native, scene, "--dialect", "wine-8.0")
    other, (expected,) = sim("%s:pump" % ",".join(map(str, objects)), scene, "--dialect",
                             "wine-8.0")
    assert found["sim"]["complete"], result
    assert (found["outcome"], found["cause"]) == (expected["outcome"], expected["cause"]), \
        (result, other)


# ---- what is refused ----

@pytest.mark.parametrize("arguments, words", [
    (["--guard"], "no --guard"),
    (["--explore", "states"], "--explore schedules"),
])
def test_what_cannot_be_had(rig, memory, arguments, words):
    result = rig.run("sim", one("one-posted"), "--pump", memory, *arguments)
    assert result.status == 2 and words in result.err and result.out == "", result


@pytest.mark.parametrize("symbol, words", [
    ("nothing", "no function 'nothing'"), ("main", "a whole program is run from its objects")])
def test_a_symbol_that_is_not_there(rig, memory, symbol, words):
    result = rig.run("sim", one("one-posted"), "--pump", "%s:%s" % (memory, symbol))
    assert result.status == 2 and words in result.err and result.err.count("\n") == 1, result


def test_a_library_without_the_sanitizer(rig, tmp_path):
    plain = tmp_path / "plain.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-fshort-wchar", "-isystem",
                    str(support.SOURCE / "harness/sim/native"), str(SOURCE), "-o", str(plain)],
                   check=True)
    result = rig.run("sim", one("one-posted"), "--pump", plain)
    assert result.status == 2 and "-fsanitize=address" in result.err, result
    assert result.err.count("\n") == 1, result


def test_a_call_that_is_not_simulated(rig, tmp_path):
    source = tmp_path / "file.c"
    source.write_text("#include <windows.h>\nRIG_WIN(BOOL, DeleteFileA, LPCSTR);\n"
                      "void pump(const HANDLE *handles, DWORD count) {\n"
                      "  (void)handles, (void)count;\n  DeleteFileA(\"x\");\n}\n")
    result = rig.run("sim", one("one-posted"), "--pump", library(tmp_path / "file.so", source))
    assert result.status == 2 and "calls DeleteFileA, which is not simulated" in result.err, result
