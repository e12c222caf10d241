"""What the simulator found, shown live: `mapirig run SCENARIO --client EXE --pump OBJ --replay ID`.
"""

import json
import shlex
import subprocess

import pytest

import support

SCENARIOS = support.SOURCE / "scenarios"
STUBS = support.SOURCE / "stubs"


def of(rig, client):
    """The client's program and its own objects."""
    folder = rig.build / "bin" / "x86_64"
    return folder / "clients" / (client + ".exe"), "%s:main" % (
        folder / "objects" / (client + ".a"))


def explore(rig, scenario, pump, *options):
    """The schedules that the simulator tells."""
    result, report = rig.run_json(scenario, "--pump", pump, *options, command="sim")
    assert report["scenarios"][0]["outcome"] == "fail", result
    return report["scenarios"][0]["sim"]["paths"]


def replay(rig, scenario, client, pump, identifier, *options):
    result, report = rig.run_json(scenario, "--client", client, "--pump", pump, "--replay",
                                  identifier, *options)
    return result, report["scenarios"][0]


def confirm(rig, scenario, client, *options, exe=None):
    """The first schedule that the simulator tells, live."""
    program, pump = of(rig, client)
    path = explore(rig, scenario, pump)[0]
    return path, *replay(rig, scenario, exe or program, pump, path["id"], *options)


def roots(report):
    return [rule["id"] for rule in report["rules"] if rule["verdict"] == "fail"
            and rule["severity"] == "error" and not rule["root"]]


@pytest.mark.parametrize("client, scenario, root, cause", [
    ("literal-pump", "pump/one-sent", "no-blocking-get", "stop-blocked"),
    ("drops-messages", "pump/one-notification", "dispatched", "rule-broken"),  # a lost one
    ("mask-posted-only", "pump/one-sent", "wake-mask", "rule-broken"),  # a sender waits
])
def test_a_finding_is_shown(rig, client, scenario, root, cause):
    path, result, live = confirm(rig, SCENARIOS / (scenario + ".yaml"), client)
    assert path["rules"].startswith(root), path
    assert (result.status, live["shown"], live["cause"]) == (1, True, cause), result
    assert roots(live) == [root], result
    assert "live      yes, as the simulator found it" in result.out, result


def test_the_command_that_the_simulator_prints_does_it(rig):
    program, pump = of(rig, "literal-pump")
    scenario = SCENARIOS / "pump" / "one-sent.yaml"
    path = explore(rig, scenario, pump)[0]
    words = shlex.split(path["live"])
    assert words[4] == "YOUR.exe", words
    shown = rig.run("sim", scenario, "--pump", pump)
    assert path["live"] in shown.out, shown
    result = rig.run(*words[1:4], program, *words[5:])
    assert result.status == 1 and "live      yes" in result.out, result


def test_a_bare_pump_of_the_object_is_shown_in_the_program(rig):
    program, pump = of(rig, "literal-pump")
    pump = pump.replace(":main", ":pump")
    scenario = SCENARIOS / "stop" / "stop-after-a-send.yaml"
    path = explore(rig, scenario, pump)[0]
    result, live = replay(rig, scenario, program, pump, path["id"])
    assert (result.status, live["shown"], roots(live)) == (1, True, ["no-blocking-get"]), result


def test_a_step_is_placed_and_the_scenario_kept(rig, tmp_path):
    kept = tmp_path / "kept.yaml"
    scenario = SCENARIOS / "stop" / "stop-after-a-send.yaml"
    _, result, live = confirm(rig, scenario, "literal-pump", "--write-scenario", kept)
    assert (result.status, live["shown"]) == (1, True), result
    text = kept.read_text()
    assert text.startswith("# Placed by mapirig") and "deadlock: no-blocking-get" in text, text
    assert text.endswith("  - stop: {}\n    when: {blocked: GetMessage}\n"), text
    lint = rig.run("lint", kept)
    assert lint.status == 0, lint
    program, pump = of(rig, "literal-pump")
    plain, report = rig.run_json(kept, "--client", program)
    assert plain.status == 1 and roots(report["scenarios"][0]) == ["no-blocking-get"], plain
    # And in the simulator: placed as it is, the stop is never answered, whatever else happens.
    simulated, report = rig.run_json(kept, "--pump", pump, command="sim")
    ends = {path["end"] for path in report["scenarios"][0]["sim"]["paths"]}
    assert simulated.status == 1 and ends == {"deadlock"}, simulated


def test_a_message_between_wake_and_retrieval_is_placed_at_the_return(rig, tmp_path):
    scenario = tmp_path / "bare.yaml"
    scenario.write_text("name: bare words\nsteps:\n  # the first\n  - notify:\n    when: settled\n"
                        "  - send   # the second\n  - notify\n\nexpect:\n  replies: 1\n")
    kept = tmp_path / "kept.yaml"
    _, result, live = confirm(rig, scenario, "literal-pump", "--write-scenario", kept)
    assert (result.status, live["shown"]) == (1, True), result
    assert ("  - send: {}   # the second\n    at: {return: MsgWaitForMultipleObjects}\n"
            "  - notify\n\nexpect:\n") in kept.read_text(), kept.read_text()


# ---- two threads ----

@pytest.fixture(scope="module")
def two_locks(tmp_path_factory):
    """A service whose sink and worker lock in opposite order: (the program, its objects)."""
    folder = tmp_path_factory.mktemp("two-locks")
    sources = [support.SOURCE / "tests" / "e2e" / "clients" / "two_locks.c",
               *(STUBS / "pumps" / "common" / (name + ".c")
                 for name in ("pump", "service", "session", "sink"))]
    objects = []
    for source in sources:
        objects.append(folder / (source.stem + ".o"))
        support.compile_pe(source, objects[-1], "-c", "-I%s" % STUBS,
                           "-I%s" % (support.SOURCE / "harness"))
    program = folder / "two-locks.exe"
    subprocess.run(["x86_64-w64-mingw32-gcc", "-o", program, *objects, "-lmapi32", "-lole32",
                    "-ladvapi32", "-luser32"], check=True)
    return program, "%s:main" % ",".join(map(str, objects))


def test_two_threads_are_held_in_the_order_that_hangs(rig, two_locks, tmp_path):
    program, pump = two_locks
    scenario = SCENARIOS / "pump" / "one-notification.yaml"
    path = explore(rig, scenario, pump)[0]
    assert path["end"] == "deadlock" and "take_both" in path["message"], path
    kept = tmp_path / "kept.yaml"
    result, live = replay(rig, scenario, program, pump, path["id"], "--write-scenario", kept)
    assert (result.status, live["shown"], live["cause"]) == (1, True, "stop-blocked"), result
    assert {hang["call"] for hang in live["hangs"]} >= {"WaitForSingleObject"}, live["hangs"]
    text = kept.read_text()
    assert "- hold: {name: mapirig-1}\n    at: {entry: WaitForObjects, nth: 2" in text, text
    assert "when: {blocked: WaitForObjects, thread: t2}" in text, text
    # By itself the sink is long done when the worker comes to the locks.
    plain, report = rig.run_json(kept, scenario, "--client", program)
    assert [item["cause"] for item in report["scenarios"]] == ["stop-blocked", "complete"], plain


# ---- what is not shown ----

def test_another_program_is_flagged(rig):
    scenario = SCENARIOS / "pump" / "one-sent.yaml"
    path, result, live = confirm(rig, scenario, "literal-pump", exe=of(rig, "reference-service")[0])
    assert (result.status, live["shown"], live["cause"]) == (3, False, "not-reproduced"), result
    assert live["outcome"] == "invalid", result
    assert "no-blocking-get does not fail there" in live["message"], live
    assert "never calls GetMessage behind the first stimulus" in live["message"], live
    assert "Is --client the program of these objects" in live["message"], live


def test_another_program_that_goes_wrong_alike_is_told(rig):
    """The same rule fails, by other calls: shown, and not in silence."""
    scenario = SCENARIOS / "pump" / "one-notification.yaml"
    _, result, live = confirm(rig, scenario, "changes-messages", exe=of(rig, "drops-messages")[0])
    assert (result.status, live["shown"]) == (1, True), result
    assert "; but its first initialising thread never calls" in live["confirmed"], live["confirmed"]


@pytest.mark.parametrize("options, words", [
    (("--bound", "spurious=1"), "is a wait that returns for nothing (--bound spurious)"),
    (("--dialect", "windows"), "under the Windows dialect"),
])
def test_what_wine_does_not_do_is_named_before_a_run(rig, options, words):
    program, pump = of(rig, "literal-pump")
    scenario = SCENARIOS / ("lifecycle/stop-when-ready.yaml" if "--bound" in options
                            else "pump/one-sent.yaml")
    path = explore(rig, scenario, pump, *options)[0]
    assert path["live"].startswith("not under Wine 8.0"), path
    result, live = replay(rig, scenario, program, pump, path["id"], *options)
    assert (result.status, live["cause"], live["shown"]) == (3, "not-replayable", False), result
    assert words in live["message"] and live["seconds"] == 0, live


def test_nothing_is_shown_of_a_schedule_without_a_fault(rig, tmp_path):
    """The schedule of a hang, of a program that was mended since: no longer one."""
    _, pump = of(rig, "literal-pump")
    scenario = SCENARIOS / "pump" / "one-sent.yaml"
    path = explore(rig, scenario, pump)[0]
    program, other = of(rig, "reference-service")
    result = rig.run("run", scenario, "--client", program, "--pump", other, "--replay", path["id"])
    assert result.status == 2 and "cannot be taken here" in result.err, result


@pytest.mark.parametrize("arguments, words", [
    (("--client", "EXE", "--replay", "ID"), "name the objects it was found in, --pump"),
    (("--pump", "OBJ", "--replay", "ID"), "needs the program made of"),
    (("--client", "EXE", "--pump", "OBJ"), "--pump goes with --replay ID"),
    (("--client", "EXE", "--pump", "OBJ", "--replay", "one sent message"),
     "--pump goes with --replay ID"),
    (("--client", "EXE", "--write-scenario", "kept.yaml"), "--write-scenario goes with --pump"),
    (("--client", "EXE", "--dialect", "windows"), "--dialect goes with --pump"),
    (("--client", "EXE", "--pump", "OBJ", "--replay", "IDx"), "is mistyped or cut short"),
    (("--client", "EXE", "--pump", "OBJ", "--replay", "s1-a2qa2q"), "of another version"),
    (("--client", "EXE", "--pump", "OBJ", "--replay", "ID", "--dialect", "wine"),
     "mapirig run: --dialect takes wine-8.0, windows or both"),
    (("--client", "EXE", "--pump", "OBJ", "--replay", "ID", "--write-scenario", "/none/x.yaml"),
     "/none/x.yaml"),
])
def test_bad_input(rig, arguments, words):
    program, pump = of(rig, "literal-pump")
    scenario = SCENARIOS / "pump" / "one-sent.yaml"
    identifier = explore(rig, scenario, pump)[0]["id"]
    names = {"EXE": program, "OBJ": pump, "ID": identifier, "IDx": identifier + "x"}
    given = [names.get(word, word) for word in arguments]
    result = rig.run("run", scenario, *given)
    assert result.status == 2 and words in result.err, result
    assert result.err.count("\n") == 1, result


def test_a_schedule_is_of_one_scenario(rig):
    program, pump = of(rig, "literal-pump")
    result = rig.run("run", SCENARIOS / "pump", "--client", program, "--pump", pump, "--replay",
                     "s3-a2-000")
    assert result.status == 2 and "name its file" in result.err, result


def test_steps_in_flow_style_are_refused(rig, tmp_path):
    scenario = tmp_path / "flow.yaml"
    scenario.write_text("name: flow\nsteps: [{send: {window: idle}, when: settled}, stop]\n")
    program, pump = of(rig, "literal-pump")
    path = explore(rig, scenario, pump)[0]
    result = rig.run("run", scenario, "--client", program, "--pump", pump, "--replay", path["id"])
    assert result.status == 2 and "in flow style" in result.err, result
    assert json.dumps(path["steps"]).count("stop to the client") == 1, path
