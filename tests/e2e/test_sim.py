"""`mapirig sim`: bare pumps, compiled here as a user would, in every schedule of a scenario."""

import json
import re
import shutil
import subprocess

import pytest

import support
from support import differences, normalised

SCENARIOS = support.SOURCE / "scenarios" / "pump"
PUMPS = support.SOURCE / "tests" / "e2e" / "pumps"
GCC = ["x86_64-w64-mingw32-gcc"]
# As MSVC would, with mingw's headers in place of the Windows SDK's.
CLANG = ["clang", "--target=x86_64-pc-windows-msvc", "-fgnuc-version=12.0", "-fms-extensions",
         "-isystem", "/usr/share/mingw-w64/include"]
COMPILERS = {"gcc": GCC, "clang": CLANG}


def compile_object(source, target, compiler, *options):
    assert shutil.which(compiler[0]), "%s is missing" % compiler[0]
    subprocess.run([*compiler, "-O1", "-g", "-Wall", "-Wno-infinite-recursion", *options, "-c",
                    str(source), "-o", str(target)], check=True, stderr=subprocess.PIPE)
    return target


@pytest.fixture(scope="module")
def objects(tmp_path_factory):
    """Every source of pumps/ by each compiler: objects["gcc"]["pumps"]."""
    folder = tmp_path_factory.mktemp("objects")
    return {name: {source.stem: compile_object(source, folder / ("%s-%s.o" % (name, source.stem)),
                                               compiler)
                   for source in sorted(PUMPS.glob("*.c"))}
            for name, compiler in COMPILERS.items()}


@pytest.fixture
def pumps(objects):
    return objects["gcc"]["pumps"]


@pytest.fixture
def sim(rig, tmp_path):
    """Simulates; answers the result and the scenarios of its JSON (None: there is none)."""
    def simulate(pump, *arguments):
        path = tmp_path / ("sim-%d.json" % rig.started)
        result = rig.run("sim", "--pump", pump, "--json", path, *arguments)
        return result, json.loads(path.read_text())["scenarios"] if path.exists() else None
    return simulate


def roots(scenario):
    return sorted(rule["id"] for rule in scenario["rules"]
                  if rule["verdict"] == "fail" and not rule["root"])


def one(name):
    return SCENARIOS / (name + ".yaml")


# ---- what is found ----

@pytest.mark.parametrize("compiler", sorted(COMPILERS))
def test_the_hang_of_the_literal_pump(sim, objects, compiler):
    result, (found,) = sim("%s:literal" % objects[compiler]["pumps"], one("one-sent"))
    assert (result.status, found["outcome"], found["cause"]) == (1, "fail", "stop-blocked"), result
    assert roots(found) == ["no-blocking-get"], result
    explored = found["sim"]
    assert explored["complete"] and explored["states"] < 100, explored
    (path,) = explored["paths"]
    assert (path["end"], path["dialects"]) == ("deadlock", "both dialects"), path
    assert [step.split()[0] for step in path["steps"]] == \
        ["main", "main", "director", "main", "main", "director"], path
    assert "GetMessageW, and does not return" in path["steps"][4], path
    # clang writes CodeView for MSVC's target, as cl.exe does: it has names for us, and no lines.
    place = "tests/e2e/pumps/pumps.c:%d" % line_of("GetMessageW(&message, NULL, 0, 0) <=") \
        if compiler == "gcc" else "!literal"
    assert place in result.out, result


def line_of(text):
    lines = (PUMPS / "pumps.c").read_text().splitlines()
    return 1 + next(i for i, line in enumerate(lines) if text in line)


@pytest.mark.parametrize("compiler", sorted(COMPILERS))
def test_a_pump_that_keeps_the_rules(sim, objects, compiler):
    result, scenarios = sim("%s" % objects[compiler]["pumps"], "-j", "2")
    assert result.status == 0 and len(scenarios) == len(list(SCENARIOS.glob("*.yaml"))), result
    for scenario in scenarios:
        assert (scenario["outcome"], scenario["sim"]["complete"]) == ("pass", True), scenario
        others = [rule for rule in scenario["rules"] if rule["id"].startswith(("init-", "logon-"))]
        assert others and all(rule["verdict"] == "not-exercised" for rule in others), scenario


LITERAL = ["drain-before-wait", "no-blocking-get"]


@pytest.mark.parametrize("pump, scenario, cause, root, end", [
    ("literal", "withdrawn-send", "stop-blocked", ["no-blocking-get"], "deadlock"),
    ("literal", "posted-burst", "rule-broken", LITERAL, "complete"),
    ("literal", "one-posted", "complete", LITERAL, None),  # warnings
    ("spins", "one-posted", "rule-broken", ["no-busy-wait"], "livelock"),
    ("two_look", "one-sent", "stop-ignored", ["no-busy-wait", "stop-latency"], "livelock"),
    ("awaits_a_worker", "one-sent", "complete", [], None),
])
def test_each_kind_of_end(sim, pumps, pump, scenario, cause, root, end):
    result, (found,) = sim("%s:%s" % (pumps, pump), one(scenario))
    assert (found["cause"], roots(found)) == (cause, root), result
    ends = {path["end"] for path in found["sim"]["paths"]}
    assert end in ends if end else not ends, found["sim"]


@pytest.mark.parametrize("compiler", sorted(COMPILERS))
@pytest.mark.parametrize("mode", ["states", "schedules"])
def test_a_variable_is_seen_as_it_is_between_two_calls(sim, objects, compiler, mode):
    pumps = objects[compiler]["pumps"]
    result, (found,) = sim("%s:flag_before_its_event" % pumps, one("one-posted"), "--explore", mode)
    assert (found["outcome"], found["sim"]["complete"]) == ("pass", True), result
    result, (found,) = sim("%s:flag_behind_its_event" % pumps, one("one-posted"), "--explore", mode)
    assert (result.status, found["cause"]) == (1, "stop-blocked"), result
    assert "deadlock" in {path["end"] for path in found["sim"]["paths"]}, found["sim"]


def test_a_flood_starves_the_stop(sim, pumps, scenario):
    flood = scenario("name: flood\nsteps:\n- flood: {window: idle}\n  when: settled\n"
                     "- stop: {}\n")
    result, (found,) = sim("%s:drains" % pumps, flood)
    assert roots(found) == ["stop-latency"] and found["outcome"] == "fail", result
    assert "starvation" in {path["end"] for path in found["sim"]["paths"]}, found["sim"]
    result, (found,) = sim(str(pumps), flood)
    assert found["outcome"] == "pass" and found["sim"]["complete"], result


def test_what_depends_on_the_dialect_says_so(sim, pumps):
    result, (found,) = sim("%s:waits_twice" % pumps, one("one-notification"))
    assert result.status == 1, result
    assert {path["dialects"] for path in found["sim"]["paths"]} == {"windows alone"}, result
    result, (found,) = sim("%s:waits_twice" % pumps, one("one-notification"), "--dialect",
                           "wine-8.0")
    assert result.status == 0 and found["sim"]["dialects"] == "wine-8.0", result


@pytest.mark.parametrize("mode", ["schedules", "random", "random-uniform"])
def test_the_other_ways_to_explore(sim, pumps, mode):
    bound = ["--bound", "schedules=200"] if mode.startswith("random") else []
    result, (found,) = sim("%s:literal" % pumps, one("one-sent"), "--explore", mode, *bound)
    assert result.status == 1 and roots(found) == ["no-blocking-get"], result
    assert found["sim"]["complete"] == (mode == "schedules"), found["sim"]
    result, (found,) = sim(str(pumps), one("one-sent"), "--explore", mode, *bound)
    assert result.status == 0, result
    assert ("a sample" in result.out) == mode.startswith("random"), result


# ---- replay ----

def test_a_replay_prints_the_schedule_and_its_records(rig, sim, pumps):
    pump = "%s:literal" % pumps
    result, (found,) = sim(pump, one("one-sent"))
    path = found["sim"]["paths"][0]
    assert path["replay"] in result.out, result
    again = rig.run("sim", one("one-sent"), "--pump", pump, "--replay", path["id"])
    assert again.status == 1, again
    for step in path["steps"]:
        assert step in again.out, (step, again)
    assert "never returns" in again.out and "BLOCKED" in again.out, again
    assert "no-blocking-get (error)" in again.out, again


@pytest.mark.parametrize("identifier, times, words", [
    ("s3-!!", 1, "mistyped"), ("s3-", 1, "mistyped"), ("", 1, "no replay id"),
    ("s1-a2qa2q", 1, "another version"), ("s9-aa", 1, "another version"),
    ("a", 9000, "no replay id")])
def test_a_bad_replay_id_is_refused(rig, pumps, identifier, times, words):
    result = rig.run("sim", one("one-sent"), "--pump", pumps, "--replay", identifier * times)
    assert result.status == 2 and words in result.err, result
    assert result.err.count("\n") == 1, result


def first_id(rig, pump, scenario):
    path = rig.folder / "first.json"
    rig.run("sim", scenario, "--pump", pump, "--json", path, "--quiet")
    return json.loads(path.read_text())["scenarios"][0]["sim"]["paths"][0]["id"]


def test_an_id_with_a_letter_changed_is_told(rig, pumps):
    pump = "%s:literal" % pumps
    identifier = first_id(rig, pump, one("one-sent"))
    changed = identifier.replace("q", "r", 1)
    assert changed != identifier
    result = rig.run("sim", one("one-sent"), "--pump", pump, "--replay", changed)
    assert result.status == 2 and "mistyped" in result.err, result


def test_a_schedule_of_another_pump_is_told(rig, pumps):
    identifier = first_id(rig, "%s:literal" % pumps, one("one-sent"))
    result = rig.run("sim", one("one-sent"), "--pump", pumps, "--replay", identifier)
    assert result.status == 2 and "cannot be taken here" in result.err, result


def test_a_replay_is_of_one_scenario(rig, pumps):
    result = rig.run("sim", SCENARIOS, "--pump", pumps, "--replay", "s3-a2-000")
    assert result.status == 2 and "takes one scenario" in result.err, result


# ---- programs that go wrong ----

@pytest.mark.parametrize("pump, cause, words", [
    ("crashes", "crash", "an access violation at 0x8"),
    ("never_yields", "stop-ignored", "computes without making a call"),
    ("recurses", "crash", "overran its stack"),
    ("divides", "crash", "division by zero"),
    ("jumps", "crash", "an access violation at 0x1234"),
])
def test_one_clear_finding_each(sim, objects, pump, cause, words):
    result, (found,) = sim("%s:pump_%s" % (objects["gcc"]["faulty"], pump), one("one-posted"))
    assert (result.status, found["cause"]) == (1, cause), result
    assert words in result.out and "pump_" + pump in result.out or pump == "recurses", result
    assert len(found["sim"]["paths"]) == 1, found["sim"]


def test_a_pump_that_writes_over_everything_harms_nobody(sim, objects):
    result, (found,) = sim("%s:pump_writes_on" % objects["gcc"]["faulty"], one("one-posted"))
    assert result.status in (1, 3) and found["outcome"] in ("fail", "invalid"), result


def test_a_call_that_is_not_simulated_is_named(sim, objects):
    pump = "%s:pump_asks_for_a_file" % objects["gcc"]["faulty"]
    result, (found,) = sim(pump, one("posted-quit"))
    assert (result.status, found["cause"]) == (3, "call-not-simulated"), result
    assert "CreateFileA, called from pump_asks_for_a_file" in result.out, result
    assert re.search(r"^1 name is not simulated: CreateFileA$", result.out, re.M), result


def test_a_pump_that_ends_its_process(sim, objects):
    result, (found,) = sim("%s:pump_ends_the_process" % objects["gcc"]["faulty"],
                           one("one-posted"))
    assert found["exit_code"] == 7, result
    assert roots(found) == ["wait-result-compare"], result  # it leaves for input


@pytest.fixture
def bad(tmp_path, objects):
    """A file that is no object for the simulator, by name."""
    def make(name):
        path = tmp_path / (name + ".o")
        whole = objects["gcc"]["pumps"].read_bytes()
        if name == "i386":
            compile_object(PUMPS / "pumps.c", path, ["i686-w64-mingw32-gcc"])
        elif name == "text":
            path.write_text("not an object\n")
        elif name == "empty":
            path.write_bytes(b"")
        elif name == "cut":
            path.write_bytes(whole[:len(whole) // 2])
        elif name == "elf":
            path.write_bytes(b"\x7fELF" + whole)
        elif name == "folder":
            path.mkdir()
        return path
    return make


@pytest.mark.parametrize("name, words", [
    ("i386", "i386"), ("text", "no COFF object"), ("empty", "empty"), ("cut", "cut"),
    ("elf", "ELF"), ("folder", "folder"), ("missing", "does not exist")])
def test_a_file_that_is_no_object_is_refused(rig, bad, name, words):
    path = bad(name)
    result = rig.run("sim", one("one-posted"), "--pump", path)
    assert result.status == 2 and result.out == "", result
    assert result.err.count("\n") == 1 and str(path) in result.err and words in result.err, result


@pytest.mark.parametrize("arguments, words", [
    ([], "--pump my_pump.obj:RunPump"),
    (["--pump", "PUMP:litteral"], "did you mean literal?"),
    (["--pump", "PUMP:9x"], "no name of a function"),
    (["--pump", "PUMP,"], "a path is empty"),
    (["--pump", "PUMP", "--dialect", "wine-8"], "did you mean wine-8.0?"),
    (["--pump", "PUMP", "--explore", "state"], "did you mean states?"),
    (["--pump", "PUMP", "--bound", "steps=4"], "--bound takes states"),
    (["--pump", "PUMP", "--bound", "states"], "NAME=N"),
    (["--pump", "PUMP", "--bound", "states=many"], "takes a number"),
    (["--pump", "PUMP", "--seed", "-1"], "--seed takes"),
    (["--pump", "PUMP", "--client", "x.exe"], "mapirig run --client"),
    (["--pump", "PUMP", "-k", "nothing-is-called-so"], "selects none"),
])
def test_a_bad_command_line(rig, pumps, arguments, words):
    filled = [argument.replace("PUMP", str(pumps)) for argument in arguments]
    result = rig.run("sim", one("one-posted"), *filled)
    assert result.status == 2 and words in result.err and "Traceback" not in result.err, result
    assert result.out == "", result


# ---- scenarios that cannot be simulated, and bounds ----

def test_what_a_bare_pump_cannot_have_is_refused_by_name(sim, rig, pumps, scenario):
    control = scenario("name: a control\nsteps:\n- control: pause\n  when: settled\n", "a.yaml")
    result = rig.run("sim", control, "--pump", pumps)
    assert result.status == 2 and "line 3: `control`" in result.err, result
    result, scenarios = sim(str(pumps), control, one("one-posted"))
    assert result.status == 0 and len(scenarios) == 2, result
    assert [s["cause"] for s in scenarios] == ["not-simulated", "complete"], result
    assert "line 3: `control`" in result.out, result


@pytest.mark.parametrize("bound", ["states=5", "depth=3"])
def test_a_bound_that_was_hit_is_no_pass(sim, pumps, bound):
    result, (found,) = sim(str(pumps), one("sends-at-once"), "--bound", bound)
    assert (result.status, found["cause"]) == (3, "bound-hit"), result
    assert not found["sim"]["complete"] and found["sim"]["bound"] == bound.split("=")[0], found
    assert bound.split("=")[0] in found["message"], found


def test_a_finding_beats_a_bound(sim, pumps):
    result, (found,) = sim("%s:literal" % pumps, one("one-sent"), "--bound", "states=6,depth=100")
    assert result.status == 1 and found["sim"]["bound"] == "states", result


# ---- many of them ----

def test_runs_are_alike_whatever_the_jobs(rig, pumps, tmp_path):
    reports = []
    for jobs in ("1", "3"):
        path = tmp_path / ("jobs-%s.json" % jobs)
        result = rig.run("sim", SCENARIOS, "--pump", "%s:literal" % pumps, "-j", jobs, "-k", "send",
                         "--json", path)
        assert result.status == 1, result
        reports.append(normalised(json.loads(path.read_text())))
    assert differences(*reports) == []


def test_shards_join_to_the_whole(rig, pumps, tmp_path):
    arguments = ["sim", "--pump", "%s:literal" % pumps, "-k", "send", "--json"]
    whole = tmp_path / "whole.json"
    parts = [tmp_path / ("part-%d.json" % i) for i in (1, 2)]
    assert rig.run(*arguments, whole).status == 1
    for i, part in enumerate(parts):
        assert rig.run(*arguments, part, "--shard", "%d/2" % (i + 1)).status in (0, 1)
    joined = tmp_path / "joined.json"
    result = rig.run("merge", *parts, "--json", joined)
    assert result.status == 1, result
    assert differences(normalised(json.loads(whole.read_text())),
                       normalised(json.loads(joined.read_text()))) == []


def test_junit_has_the_schedule(rig, pumps, tmp_path):
    path = tmp_path / "junit.xml"
    result = rig.run("sim", one("one-sent"), "--pump", "%s:literal" % pumps, "--junit", path)
    assert result.status == 1 and "deadlock under both dialects" in path.read_text(), result


def test_it_is_quick(sim, pumps):
    result, (found,) = sim("%s:literal" % pumps, one("one-sent"))
    assert found["sim"]["seconds"] < 0.010 * support.SCALE, found["sim"]
