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
import simulated
import support

ROLES = {"service", "console", "desktop"}
EXCEPTIONS = json.loads((matrix.HERE / "simulated.json").read_text())


def simulate(rig, name, scenarios, *options):
    """Of the client's cells those in `scenarios`; None: all."""
    expected = {scenario: cell for scenario, cell in simulated.cells_of(name).items()
                if scenarios is None or scenario in scenarios}
    return [matrix.Cell(name, scenario, expected[scenario], report, sees_state=True)
            for scenario, report in simulated.simulate(rig, name, expected, *options)]


def has_no_flood(name):
    return not any("flood" in scenario for scenario in simulated.cells_of(name))


def simulate_all(build, folder, scenarios, *options):
    """The floods first: each takes as long as a hundred other cells, and would go on alone."""
    rig = support.Rig(build, folder)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return [cell for some in pool.map(lambda name: simulate(rig, name, scenarios, *options),
                                          sorted(simulated.CLIENTS, key=has_no_flood))
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
                  len(simulated.CLIENTS), len(cells), sum(cell.agrees() for cell in cells),
                  sum(cell.agrees() and cell.stronger for cell in cells),
                  sum(map(excepted, cells)), len(wrong)))
    assert len(simulated.CLIENTS) >= 150 and len(cells) >= 300
    assert {matrix.CLIENTS[cell.client]["role"] for cell in cells} == ROLES
    assert not wrong, "\n".join(cell.row() + "\n  " + matrix.told(cell.report) for cell in wrong)


@pytest.mark.parametrize("cause, sees_state, agrees", [
    ("stop-ignored", False, True), ("stop-blocked", False, False),
    ("stop-ignored", True, False), ("stop-blocked", True, True)])
def test_a_stronger_cause_is_for_who_sees_the_state(cause, sees_state, agrees):
    name, scenario = "hang-pipe", simulated.COMMON[0]
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
    plain = [cell for cell in cells if cell.scenario in simulated.COMMON]
    guarded = simulate_all(build, tmp_path, simulated.COMMON, "--guard")
    wrong = ["%s in %s: %s, guarded %s: %s" % (
        cell.client, cell.scenario, cell.report["cause"], other.report["cause"],
        other.report["message"]) for cell, other in zip(plain, guarded, strict=True)
        if (cell.client, cell.scenario, cell.report["outcome"], cell.report["cause"]) !=
        (other.client, other.scenario, other.report["outcome"], other.report["cause"])]
    assert len(guarded) >= 150 and not wrong, "\n".join(wrong)
