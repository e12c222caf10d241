"""`./rig soak` itself, on one client: a line for each round, and the exit status."""

import matrix
import soak

CLIENT = "init-wrong-version"


def run(capsys, build, *arguments):
    status = soak.main(["--build", str(build), "-k", CLIENT, *arguments])
    return status, capsys.readouterr().out


def test_rounds_that_agree(build, capsys):
    status, out = run(capsys, build, "--rounds", "2", "--busy")
    assert status == 0, out
    assert "soak: 1 clients, 2 rounds, every CPU busy" in out
    assert out.count("0 misses, 0 false alarms, 0 other") == 3, "two rounds and the summary"
    assert "round 2 of 2" in out and "\n2 of 2 rounds" in out, out


def test_a_disagreement_is_told_and_gives_1(build, capsys, monkeypatch):
    entry = matrix.CLIENTS[CLIENT]
    cells = {scenario: dict(cell, roots=["pump-runs"])
             for scenario, cell in matrix.cells_of(entry).items()}
    monkeypatch.setitem(matrix.CLIENTS, CLIENT, dict(entry, cells=cells))
    status, out = run(capsys, build, "--rounds", "1")
    assert status == 1, out
    assert "miss: pump-runs" in out and "in 1 rounds" in out, out
