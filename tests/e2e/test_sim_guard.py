"""`mapirig sim --guard`: memory bugs of a pump are found, with the schedule that causes them, and
nothing is said of a pump that has none."""

import json
import re

import pytest

import support
from test_sim import COMPILERS, compile_object, one

SOURCE = support.SOURCE / "tests" / "e2e" / "pumps" / "memory.c"
BOTH = """name: a sent and a posted message
steps:
- send: {window: idle}
- post: {window: idle}
- stop: {}
  when: settled
"""


def line_of(text):
    """The line of memory.c that holds the text."""
    return 1 + next(i for i, line in enumerate(SOURCE.read_text().splitlines()) if text in line)


def place(text):
    return "tests/e2e/pumps/memory.c:%d" % line_of(text)


@pytest.fixture(scope="module")
def objects(tmp_path_factory):
    folder = tmp_path_factory.mktemp("objects")
    return {name: compile_object(SOURCE, folder / (name + ".o"), compiler)
            for name, compiler in COMPILERS.items()}


@pytest.fixture
def sim(rig, tmp_path):
    def simulate(pump, *arguments):
        path = tmp_path / ("sim-%d.json" % rig.started)
        result = rig.run("sim", "--pump", pump, "--json", path, *arguments)
        return result, json.loads(path.read_text())["scenarios"]
    return simulate


def crash_of(found):
    (path,) = [path for path in found["sim"]["paths"] if path["end"] == "crash"]
    return path


def test_a_use_after_free_in_some_schedules_alone(rig, sim, objects, scenario):
    both = scenario(BOTH)
    pump = "%s:frees_when_nothing_came" % objects["gcc"]
    result, (found,) = sim(pump, both)
    assert found["cause"] != "crash", result  # nobody sees it without a guard
    result, (found,) = sim(pump, both, "--guard")
    assert (result.status, found["outcome"], found["cause"]) == (1, "fail", "crash"), result
    path = crash_of(found)
    message = " ".join(path["message"].split())
    assert "1 byte at byte 4 of a freed block of 20 bytes" in message, message
    for words, text in (("at", "the use"), ("allocated at", "char *notes = "),
                        ("freed at", "the free")):
        assert re.search(r"%s \S*%s\b" % (words, place(text)), message), (words, message)
    # The sent message alone wakes it, before the posted one is there: nothing else is in the
    # shortest schedule.
    steps = [step.split()[0] for step in path["steps"]]
    assert steps.count("director") == 2, path
    again = rig.run("sim", both, "--pump", pump, "--guard", "--dialect", path["dialect"],
                    "--replay", path["id"])
    assert again.status == 1 and place("the use") in again.out, again
    assert "--guard" in path["replay"], path
    for step in path["steps"]:
        assert step in again.out, (step, again)
    # The other order is no harm: the same replay id, cut before the end, is none either.
    posted, (fine,) = sim(pump, one("one-posted"), "--guard")
    assert posted.status == 0 and fine["sim"]["complete"], posted


@pytest.mark.parametrize("pump, name, words", [
    ("overruns", "posted-burst", "writes 4 bytes at just past the end of a block of 16 bytes"),
    ("frees_twice", "one-posted", "frees a block of 12 bytes a second time"),
    ("overruns_its_stack", "one-posted", "overran its stack"),
])
@pytest.mark.parametrize("compiler", sorted(COMPILERS))
@pytest.mark.parametrize("guard", ["--guard", "--guard=begin"])
def test_what_else_is_found(sim, objects, pump, name, words, compiler, guard):
    if guard == "--guard=begin" and pump == "overruns":
        words = "wrote at just past the end of a block of 16 bytes"
    result, (found,) = sim("%s:%s" % (objects[compiler], pump), one(name), guard)
    assert (result.status, found["cause"]) == (1, "crash"), result
    assert words in " ".join(result.out.split()), result
    assert guard in crash_of(found)["replay"], found


@pytest.mark.parametrize("guard", ["--guard", "--guard=begin"])
@pytest.mark.parametrize("compiler", sorted(COMPILERS))
def test_a_pump_without_a_bug(sim, objects, compiler, guard):
    scenarios = support.SOURCE / "scenarios" / "pump"
    result, plain = sim(str(objects[compiler]), scenarios, "-j", "2")
    guarded_result, guarded = sim(str(objects[compiler]), scenarios, "-j", "2", guard)
    assert result.status == guarded_result.status, guarded_result
    assert [s["cause"] for s in plain] == [s["cause"] for s in guarded], guarded_result
    assert all(s["sim"]["complete"] for s in guarded), guarded_result
    # What was freed and is not pointed at any more is forgotten: no state is told apart by it.
    more = sum(s["sim"]["states"] for s in guarded) / sum(s["sim"]["states"] for s in plain)
    assert 0.99 < more < 1.5, more


@pytest.mark.parametrize("mode", ["schedules", "random"])
def test_in_every_way_to_explore(sim, objects, scenario, mode):
    bound = ["--bound", "schedules=300"] if mode == "random" else []
    pump = "%s:frees_when_nothing_came" % objects["gcc"]
    result, (found,) = sim(pump, scenario(BOTH), "--guard", "--explore", mode, *bound)
    assert found["cause"] == "crash" and place("the use") in result.out, result


def test_a_side_that_is_none(rig, objects):
    result = rig.run("sim", one("one-posted"), "--pump", objects["gcc"], "--guard=ent")
    assert result.status == 2 and "did you mean end?" in result.err, result
