"""Where does it hang: clients that hang each in a way of their own, and what the report says of
them: the call, the function and line, who waits for whom, blocked or spinning. And what a look at a
thread costs it: little time, and nothing of its waits."""

import re

import pytest

import contract

from support import SCALE, SOURCE

# A look takes 0.2 to 0.6 ms on a quiet machine (5 are allowed); the best of several counts, for a
# busy one delays any of them.
LOOK_US = 5000 * SCALE
LOOKS = []  # of all clients below

# client: thread, call, what wakes it, whom it waits for, a frame and the line of its source.
BLOCKED = {
    "hang-section": ("t1", "EnterCriticalSection", "critical section", "a deadlock", "take_second",
                     "EnterCriticalSection(&second);"),
    "hang-srw-lock": ("t1", "AcquireSRWLockExclusive", "SRW lock", None, "pump",
                      "AcquireSRWLockExclusive(&lock);"),
    "hang-pipe": ("t1", "ReadFile", "the other end", None, "pump", "ReadFile("),
    "hang-sleep": ("t1", "Sleep", "nothing: it sleeps for ever", None, "pump", "Sleep(INFINITE);"),
    "hang-send": ("t1", "SendMessageW", "retrieve messages", "the answer of t2", "pump",
                  "SendMessageW("),
    "hang-join": ("t1", "WaitForSingleObject", "thread 0x", "a deadlock", "pump",
                  "WaitForSingleObject(CreateThread"),
    "hang-mutex": ("t1", "WaitForSingleObject", "last taken by t2", "the mutex that t2", "pump",
                   "WaitForSingleObject(mutex"),
    "hang-message-box": ("t1", "MessageBoxW", "presses a button", None, "pump", "MessageBoxW("),
    "hang-in-handler": ("t1", "AcquireSRWLockExclusive", "SRW lock", None, "handle",
                        "AcquireSRWLockExclusive(&lock);"),
}


@pytest.fixture
def hung(rig, built, tmp_path):
    """Runs a client until it is known to hang: (its text, its JSON scenario, the trace shown)."""
    def run(name, *arguments):
        scenario = tmp_path / "hang.yaml"
        scenario.write_text("name: hang\nsteps:\n  - stop: {}\n    after: 100\n")
        result, report = rig.run_json(scenario, "--client", built(name), "--keep",
                                      tmp_path / "kept", *arguments, timeout=120)
        assert contract.problems(report) == [], report
        shown = rig.run("show", *(tmp_path / "kept").glob("*.session"))
        return result.out, report["scenarios"][0], shown.out
    return run


def line_of(frame):
    """The text of the source line that a frame names."""
    path, number = frame["source"].rsplit(":", 1)
    return (SOURCE / path).read_text().splitlines()[int(number) - 1]


def looks_of(shown):
    """Microseconds of each look, and for which its thread was suspended."""
    return [tuple(map(int, found)) for found in re.findall(r"a look of (\d+) us, (\d+) suspended",
                                                            shown)]


@pytest.mark.parametrize("name", sorted(BLOCKED))
def test_blocked(hung, name):
    thread, call, wakes, waits, function, source = BLOCKED[name]
    text, scenario, shown = hung(name)
    hang = {item["thread"]: item for item in scenario["hangs"]}[thread]
    assert (hang["state"], hang["call"]) == ("blocked", call), hang
    assert wakes in hang["wakes"], hang
    assert (hang["waits_for"] is None) if waits is None else waits in hang["waits_for"], hang
    clients = [frame for frame in hang["stack"] if frame["source"]]
    assert clients[0]["frame"] == "%s.exe!%s" % (name, function), hang
    assert source in line_of(clients[0]), clients[0]
    names = [frame["frame"].split("!")[-1] for frame in clients]
    assert names[-2:] == ["client_session", "service_main"], "the stack is whole: %s" % names
    assert "SERVICE_CONTROL_STOP" in hang["pending"], hang
    assert "hang: %s has sat in %s for " % (thread, call) in " ".join(text.split()), text
    assert "blocked, not spinning" in text and clients[0]["source"] in text, text
    assert looks_of(shown), "each look tells what it cost"
    LOOKS.extend(looks_of(shown))


def test_a_look_costs_little(hung):
    while len(LOOKS) < 3:  # this test alone
        LOOKS.extend(looks_of(hung("hang-join")[2]))
    assert min(LOOKS)[0] <= LOOK_US, sorted(LOOKS)
    assert all(suspended <= whole for whole, suspended in LOOKS), sorted(LOOKS)


def test_both_threads_of_a_deadlock_are_told(hung):
    _, scenario, _ = hung("hang-section")
    others = [hang for hang in scenario["hangs"] if hang["thread"] != "t1"]
    assert [hang["call"] for hang in others] == ["EnterCriticalSection"], scenario["hangs"]
    assert "take_first" in " ".join(frame["frame"] for frame in others[0]["stack"]), others
    assert "a deadlock" in others[0]["waits_for"], others


def test_spinning_is_told_from_blocked(hung):
    text, scenario, shown = hung("spins")
    hang = {item["thread"]: item for item in scenario["hangs"]}["t1"]
    assert (hang["state"], hang["call"], hang["wakes"]) == ("spinning", None, None), hang
    assert "without a recorded call (spinning" in " ".join(text.split()), text
    assert re.search(r"spins\.exe!pump, \S*stubs/pumps/pump/spins\.c:", text), text


def test_a_look_leaves_the_thread_as_it_was(rig, built, tmp_path):
    """Blocked for D in the middle of a run, looked at, and ends properly afterwards."""
    scenario = tmp_path / "look.yaml"
    scenario.write_text("name: look\nsteps:\n  - post: {}\n  - stop: {}\n    after: 1500\n")
    _, report = rig.run_json(scenario, "--client", built("no-pump"), "--keep", tmp_path)
    run = report["scenarios"][0]
    assert [hang["call"] for hang in run["hangs"]] == ["WaitForMultipleObjects"], run
    assert "1 posted message" in run["hangs"][0]["pending"], run
    assert run["exit_code"] == 0, run
    shown = rig.run("show", *tmp_path.glob("*.session")).out
    assert re.search(r"} WaitForMultipleObjects -> WAIT_OBJECT_0", shown), shown
    assert len(looks_of(shown)) == 1 and looks_of(shown)[0][1] <= looks_of(shown)[0][0], shown


def test_nothing_is_told_of_a_client_that_does_not_hang(rig, plain):
    result, report = rig.run_json(plain)
    assert report["scenarios"][0]["hangs"] == [] and "hang:" not in result.out, result
