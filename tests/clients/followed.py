"""Live runs followed in the simulator: every client once under Wine, each cell's session kept, and
then `mapirig sim --follow`: is there a schedule of the simulated program with the same normalised
trace (harness/sim/follow/follow_norm.h)?

./rig soak follow runs all cells, round after round: another run is another schedule.
"""

import argparse
import concurrent.futures
import json
import pathlib
import re
import sys
import tempfile
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1] / "e2e")]

import matrix     # noqa: E402
import simulated  # noqa: E402
import support    # noqa: E402

EXCEPTIONS = json.loads((matrix.HERE / "followed.json").read_text())
CLIENTS = sorted(matrix.CLIENTS)
ENDS = {0: "followed", 1: "parted", 2: "refused", 3: "invalid"}
JOBS = matrix.JOBS


# Clients of which following has found where the simulator was wrong, or that need all of it: starts
# in another order, windows of MAPI's own thread or a message box's, times in messages, crashes,
# loops that a director gives up on.
PARTED_ONCE = {"accelerators", "alertable", "changes-messages", "crash", "dialog-messages",
               "guards-with-mutex", "hang-message-box", "ignores-input", "initializes-in-pairs",
               "many-mapi-threads", "multithread-no-pump", "peek-spin", "shares-its-session",
               "spins", "unbounded-drain", "unsupported-method", "waiting-sink"}


def chosen():
    """The clients of the test: every sixth, those of which more can be said, and those that are no
    services. All of them: ./rig soak follow."""
    return [name for i, name in enumerate(CLIENTS)
            if i % 6 == 0 or name in EXCEPTIONS or name in PARTED_ONCE or
            matrix.CLIENTS[name]["role"] != "service"]


def scenarios_of(name):
    """The cells that test_simulated.py judges, too."""
    return sorted(simulated.cells_of(name))


class Cell:
    """One live run, followed."""

    def __init__(self, client, scenario, result):
        self.client, self.scenario, self.out = client, scenario, result.out + result.err
        self.ends = ENDS.get(result.status, "status %s" % result.status)
        shown = re.search(r"^  live +(.*)$", result.out, re.M)
        self.live = shown.group(1) if shown else ""
        named = EXCEPTIONS.get(client, {})
        self.exception = named.get(scenario, named.get("*"))

    def excepted(self):
        """It ends as its exception says, at the record that it says."""
        return self.exception is not None and self.ends == self.exception["ends"] and \
            self.exception["live"] in self.live

    def wrong(self):
        return self.ends != "followed" and not self.excepted()

    def told(self):
        return "%s in %s: %s\n%s" % (self.client, self.scenario, self.ends, self.out)


def run_live(rig, name, scenarios, folder):
    """{scenario: session file} of one run of each; what came of it is no matter here."""
    client = rig.build / "bin" / "x86_64" / "clients" / (name + ".exe")
    assert client.exists(), "%s was not built" % client
    report = folder / "report.json"
    paths = [matrix.path_of(scenario) for scenario in scenarios]
    result = rig.finish(rig.start(
        "run", "--quiet", "--client", client, "--as", matrix.CLIENTS[name]["role"],
        "--keep", folder, "--json", report, *paths), timeout=600)
    assert report.exists(), "%s: no JSON was written: %r" % (name, result)
    sessions = {}
    for path in folder.glob("*.session"):
        shown = rig.finish(rig.start("show", path)).out
        file = re.search(r"^scenario +(.*)$", shown, re.M).group(1)
        sessions[file] = path
    found = {scenario: sessions.get(str(path)) for scenario, path in zip(scenarios, paths)}
    assert all(found.values()), "%s: no session was kept: %s, %r" % (name, found, result)
    return found


def follow(rig, name, scenario, session):
    result = rig.finish(rig.start("sim", "--follow", session, "--pump",
                                  simulated.program_of(rig, name)), timeout=600)
    return Cell(name, scenario, result)


def follow_client(rig, name, scenarios, keep=None):
    folder = pathlib.Path(keep or rig.folder) / (name + "-%d" % rig.started)
    folder.mkdir(parents=True)
    sessions = run_live(rig, name, scenarios, folder)
    return [follow(rig, name, scenario, sessions[scenario]) for scenario in scenarios]


def follow_all(rig, cells, keep=None):
    """The cells of {client: scenarios}."""
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        return [cell for some in pool.map(
            lambda name: follow_client(rig, name, cells[name], keep), sorted(cells))
            for cell in some]


def summary(cells):
    return "%d cells: %d followed, %d named exceptions, %d parted" % (
        len(cells), sum(cell.ends == "followed" for cell in cells),
        sum(cell.excepted() for cell in cells), sum(cell.wrong() for cell in cells))


def main(arguments):
    parser = argparse.ArgumentParser(prog="rig soak follow", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1, metavar="N", help="(default %(default)s)")
    parser.add_argument("-k", metavar="TEXT", default="", dest="part",
                        help="only clients whose name holds TEXT")
    parser.add_argument("--keep", metavar="DIR", help="keep the sessions there")
    parser.add_argument("--build", default=str(support.SOURCE / "build" / "dev"),
                        help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    cells_of = {name: scenarios_of(name) for name in CLIENTS if options.part in name}
    if options.rounds < 1 or not cells_of:
        parser.error("--rounds takes a number from 1" if options.rounds < 1 else
                     "no client's name holds '%s'" % options.part)
    wrong = 0
    for number in range(1, options.rounds + 1):
        with tempfile.TemporaryDirectory() as folder:
            rig = support.Rig(pathlib.Path(options.build).resolve(), folder)
            began = time.monotonic()
            keep = pathlib.Path(options.keep).resolve() / str(number) if options.keep else None
            cells = follow_all(rig, cells_of, keep)
        bad = [cell for cell in cells if cell.wrong()]
        wrong += len(bad)
        print("round %d of %d, %.0f s: %s" % (number, options.rounds, time.monotonic() - began,
                                              summary(cells)), flush=True)
        for cell in bad:
            print(cell.told(), flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
