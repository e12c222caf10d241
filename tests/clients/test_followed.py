"""Live runs, followed in the simulator (followed.py): a part of the clients, always the same.

followed.json names the cells where live and simulated part, each with how the follower ends, the
live record where they part, and the reason; "*" stands for all of a client's. An exception excuses
nothing else, and one that is followed after all is a failure too, so that the list stays true.
"""

import re
import struct

import pytest

import followed
import matrix
import support


@pytest.fixture(scope="module")
def cells(build, tmp_path_factory):
    rig = support.Rig(build, tmp_path_factory.mktemp("followed"))
    return followed.follow_all(rig, {name: followed.scenarios_of(name)
                                     for name in followed.chosen()})


def test_the_simulator_knows_every_live_run(cells, capsys):
    with capsys.disabled():
        print("\n%d clients: %s" % (len(followed.chosen()), followed.summary(cells)))
    wrong = [cell for cell in cells if cell.wrong()]
    assert len(cells) >= 80
    assert not wrong, "\n".join(cell.told() for cell in wrong)


def test_the_exceptions_are_ones(cells):
    agree = ["%s in %s" % (cell.client, cell.scenario) for cell in cells
             if cell.exception and cell.ends == "followed"]
    assert not agree, "these are followed by now: take them out of followed.json"
    known = {(name, scenario) for name in followed.CLIENTS
             for scenario in followed.scenarios_of(name) + ["*"]}
    unknown = [(client, scenario) for client, some in followed.EXCEPTIONS.items()
               for scenario in some if (client, scenario) not in known]
    assert not unknown, "no such cells"


@pytest.mark.parametrize("arguments, told", [
    (["--follow", "/none.session", "--pump", "PROGRAM:main"], "/none.session"),
    (["--follow", "SCENARIO", "--pump", "PROGRAM:main"], "not a session"),
    (["--follow", "SCENARIO", "--pump", "PROGRAM:pump"], "needs the whole program"),
    (["--follow", "SCENARIO", "--pump", "PROGRAM:main", "--replay", "s1-a"], "without --replay"),
    (["--follow", "SCENARIO", "--pump", "PROGRAM:main", "SCENARIO"], "without a scenario"),
    (["--follow", "SCENARIO", "--pump", "PROGRAM:main", "--shard", "1/2"], "without --shard"),
])
def test_bad_input(build, tmp_path, arguments, told):
    rig = support.Rig(build, tmp_path)
    program = rig.build / "bin" / "x86_64" / "objects" / "literal-pump.a"
    scenario = str(matrix.path_of("pump/one-sent"))
    result = rig.run("sim", *[argument.replace("PROGRAM", str(program)).replace(
        "SCENARIO", scenario) for argument in arguments])
    assert result.status == 2 and told in result.err, result


def test_another_programs_run_parts(build, tmp_path):
    """The follower is not content with anything: the session of one client, another's objects."""
    rig = support.Rig(build, tmp_path)
    sessions = followed.run_live(rig, "literal-pump", ["pump/one-sent"], tmp_path)
    cell = followed.follow(rig, "reference-service", "pump/one-sent", sessions["pump/one-sent"])
    assert cell.ends == "parted", cell.told()
    assert "  simulated " in cell.out and "  live " in cell.out, cell.told()


def test_a_time_that_is_none_parts(build, tmp_path):
    """The client puts the time into a message: another number there is no time of the run."""
    rig = support.Rig(build, tmp_path)
    path = followed.run_live(rig, "changes-messages", ["pump/one-notification"],
                             tmp_path)["pump/one-notification"]
    shown = rig.run("show", path).out
    time = re.search(r"TranslateMessage\(.*szMAPINotificationMsg, 0x([0-9A-F]+)", shown)
    told = struct.pack("<Q", int(time.group(1), 16))
    session = path.read_bytes()
    assert session.count(told) >= 3, shown
    for changed, ends in ((told, "followed"),
                          (struct.pack("<Q", int(time.group(1), 16) - 100000), "parted")):
        path.write_bytes(session.replace(told, changed))
        cell = followed.follow(rig, "changes-messages", "pump/one-notification", path)
        assert cell.ends == ends, cell.told()
    assert "differs    wParam" in cell.out, cell.told()


def test_who_never_comes_back_is_named(build, tmp_path):
    """Code that makes no call is followed as far as it can be seen, and the report says so."""
    rig = support.Rig(build, tmp_path)
    scenario = "flags/start-logon-stop"
    path = followed.run_live(rig, "spins", [scenario], tmp_path)[scenario]
    cell = followed.follow(rig, "spins", scenario, path)
    assert cell.ends == "followed", cell.told()
    assert re.search(r"^  note +t1 computes without making a call for .*, at pump\+0x", cell.out,
                     re.M), cell.told()
