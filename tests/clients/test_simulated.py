"""The simulator against the live matrix: every client as a whole program from its own objects, as
the service, console or desktop program that its data say, in the scenarios that they name and a few
of the catalogue. It must be judged as the data say that a live run is (matrix.py), with the causes
of who sees the state.

simulated.json names the cells where it is not, each with how it ends there, outcome and cause, and
the reason. An exception excuses nothing else, and one that agrees after all is a failure too, so
that the list stays true.
"""

import concurrent.futures
import json
import os

import pytest

import matrix
import support

COMMON = ("flags/start-logon-stop", "pump/one-notification", "pump/one-sent")
ROLES = {"service", "console", "desktop"}
BOUND = "states=300000"  # a flood has millions: that the bound was hit is told
EXCEPTIONS = json.loads((matrix.HERE / "simulated.json").read_text())
CLIENTS = sorted(matrix.CLIENTS)


def cells_of(name):
    cells = matrix.cells_of(matrix.CLIENTS[name])
    named = matrix.CLIENTS[name]["cells"].keys() - {"*"}
    return {scenario: cell for scenario, cell in cells.items()
            if scenario in named or scenario in COMMON}


def path_for(rig, name, scenario):
    """The scenario's file; for a client that is no service a copy that says its role."""
    path = matrix.path_of(scenario)
    role = matrix.CLIENTS[name]["role"]
    if role == "service":
        return path
    copy = rig.folder / name / (scenario.replace("/", "-") + ".yaml")
    copy.parent.mkdir(exist_ok=True)
    copy.write_text("role: %s\n%s" % (role, path.read_text()))
    return copy


def simulate(rig, name, scenarios, *options):
    expected = {scenario: cell for scenario, cell in cells_of(name).items()
                if scenarios is None or scenario in scenarios}
    if not expected:
        return []
    by_path = {str(path_for(rig, name, scenario)): scenario for scenario in expected}
    path = rig.folder / (name + "".join(options) + ".json")
    objects = rig.build / "bin" / "x86_64" / "objects"
    program = ",".join([str(objects / (name + ".a"))] + [
        str(objects / (dll + ".dll.a")) for dll in matrix.CLIENTS[name].get("dlls", [])])
    result = rig.finish(rig.start(
        "sim", "--quiet", "--bound", BOUND, *options, "--pump", "%s:main" % program, "--json", path,
        *sorted(by_path)), timeout=600)
    assert path.exists(), "%s: no JSON was written: %r" % (name, result)
    cells = [matrix.Cell(name, by_path[item["file"]], expected[by_path[item["file"]]], item,
                         sees_state=True)
             for item in json.loads(path.read_text())["scenarios"]]
    assert len(cells) == len(expected), result
    return cells


def simulate_all(build, folder, scenarios, *options):
    rig = support.Rig(build, folder)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return [cell for some in pool.map(lambda name: simulate(rig, name, scenarios, *options),
                                          CLIENTS)
                for cell in some]


@pytest.fixture(scope="module")
def cells(build, tmp_path_factory):
    return simulate_all(build, tmp_path_factory.mktemp("simulated"), None)


def exception_of(cell):
    return EXCEPTIONS.get(cell.client, {}).get(cell.scenario)


def excepted(cell):
    exception = exception_of(cell)
    ends = "%s, %s" % (cell.report["outcome"], cell.report["cause"])
    return exception is not None and ends == exception["ends"]


def test_the_simulator_agrees_with_the_live_matrix(cells, capsys):
    wrong = [cell for cell in cells if not cell.agrees() and not excepted(cell)]
    with capsys.disabled():
        print("\n%d clients in the simulator, %d cells: %d agree with the live matrix (%d by a "
              "stronger cause), %d are named exceptions, %d disagree" % (
                  len(CLIENTS), len(cells), sum(cell.agrees() for cell in cells),
                  sum(cell.agrees() and cell.stronger for cell in cells),
                  sum(map(excepted, cells)), len(wrong)))
    assert len(CLIENTS) >= 150 and len(cells) >= 300
    assert {matrix.CLIENTS[cell.client]["role"] for cell in cells} == ROLES
    assert not wrong, "\n".join(cell.row() + "\n  " + matrix.told(cell.report) for cell in wrong)


@pytest.mark.parametrize("cause, sees_state, agrees", [
    ("stop-ignored", False, True), ("stop-blocked", False, False),
    ("stop-ignored", True, False), ("stop-blocked", True, True)])
def test_a_stronger_cause_is_for_who_sees_the_state(cause, sees_state, agrees):
    name, scenario = "hang-pipe", COMMON[0]
    rules = [{"id": "stop-latency", "verdict": "fail", "severity": "error", "root": None}]
    report = {"outcome": "fail", "cause": cause, "message": "", "rules": rules}
    expected = matrix.cells_of(matrix.CLIENTS[name])[scenario]
    assert matrix.Cell(name, scenario, expected, report, sees_state).agrees() == agrees


def test_the_exceptions_are_ones(cells):
    agree = ["%s in %s" % (cell.client, cell.scenario) for cell in cells
             if exception_of(cell) and cell.agrees()]
    assert not agree, "these agree by now: take them out of simulated.json"
    known = {(cell.client, cell.scenario) for cell in cells}
    unknown = [(client, scenario) for client, some in EXCEPTIONS.items() for scenario in some
               if (client, scenario) not in known]
    assert not unknown, "no such cells"


def test_a_guarded_heap_changes_nothing(cells, build, tmp_path):
    """None of the clients has a bug of memory but frees-twice, whose blocks MAPI looks after."""
    plain = [cell for cell in cells if cell.scenario in COMMON]
    guarded = simulate_all(build, tmp_path, COMMON, "--guard")
    wrong = ["%s in %s: %s, guarded %s: %s" % (
        cell.client, cell.scenario, cell.report["cause"], other.report["cause"],
        other.report["message"]) for cell, other in zip(plain, guarded, strict=True)
        if (cell.client, cell.scenario, cell.report["outcome"], cell.report["cause"]) !=
        (other.client, other.scenario, other.report["outcome"], other.report["cause"])]
    assert len(guarded) >= 150 and not wrong, "\n".join(wrong)
