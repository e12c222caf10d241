"""./rig soak: the matrix client x scenario x rule (matrix.py) many times in a row, a line for each
round. One cell that disagrees once, or is unsteady, is a disagreement: exit status 1. So is one
whose verdicts are not those of the first round (alike.py).

With --busy every CPU has a process beside it that does nothing but compute, at the same priority
as the runs (not niced), for as long as the soak lasts.
"""

import argparse
import multiprocessing
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1] / "e2e")]

import alike    # noqa: E402
import matrix   # noqa: E402
import support  # noqa: E402

ROUNDS = 20
INTERRUPTED = 3
COMPUTE = "import os\nparent = os.getppid()\nwhile os.getppid() == parent:\n  sum(range(100000))"


def read_options(arguments):
    parser = argparse.ArgumentParser(prog="rig soak", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N",
                        help="how often (default %(default)s)")
    parser.add_argument("--busy", action="store_true", help="with every CPU kept busy meanwhile")
    parser.add_argument("-k", metavar="TEXT", default="", dest="part",
                        help="only clients whose name holds TEXT")
    parser.add_argument("--build", default=str(support.SOURCE / "build" / "dev"),
                        help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    options.clients = [name for name in sorted(matrix.CLIENTS) if options.part in name]
    if options.rounds < 1:
        parser.error("--rounds takes a number from 1")
    if not options.clients:
        parser.error("no client's name holds '%s'" % options.part)
    return options


class Busy:
    """A computing process for each CPU; they end with this one, however it ends."""

    def __init__(self, wanted):
        self.count = multiprocessing.cpu_count() if wanted else 0
        self.processes = []

    def __enter__(self):
        self.processes = [subprocess.Popen([sys.executable, "-c", COMPUTE])
                          for _ in range(self.count)]

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.wait()


def wrong(result):
    return len(result.disagreements()) + len(result.unsteady)


def soak(options, folder, rounds):
    """Returns the results of the rounds that were finished, and whether all were."""
    results = []
    try:
        for number in range(1, options.rounds + 1):
            (folder / str(number)).mkdir()
            rig = support.Rig(options.build, folder / str(number))
            began = time.monotonic()
            results.append(matrix.Matrix(rig).run(options.clients))
            rounds.add(results[-1].cells)
            print("round %d of %d, %.0f s: %s; so far %s" % (
                number, options.rounds, time.monotonic() - began, results[-1].table(),
                rounds.summary()), flush=True)
    except KeyboardInterrupt:
        return results, False
    return results, True


def main(arguments):
    options = read_options(arguments)
    print("soak: %d clients, %d round%s%s" % (
        len(options.clients), options.rounds, "" if options.rounds == 1 else "s",
        ", every CPU busy (%d computing processes, not niced)" % os.cpu_count()
        if options.busy else ""), flush=True)
    rounds = alike.Alike()
    with tempfile.TemporaryDirectory() as folder, Busy(options.busy):
        results, whole = soak(options, pathlib.Path(folder), rounds)
    cells = [cell for result in results for cell in result.disagreements() + result.unsteady]
    print("%s%d of %d rounds, %d cells: %d misses, %d false alarms, %d other disagreements in %d "
          "rounds; %d runs repeated, %d retried" % (
              "" if whole else "interrupted: ", len(results), options.rounds,
              sum(len(result.cells) for result in results),
              sum(len(cell.misses) for cell in cells), sum(len(cell.alarms) for cell in cells),
              sum(len(cell.others) for cell in cells),
              sum(wrong(result) > 0 for result in results),
              sum(result.repeated for result in results),
              sum(result.retried for result in results)))
    print("\n".join(["between rounds: %s" % rounds.summary(), *rounds.rows()]))
    if cells or rounds.verdicts:
        return 1
    return 0 if whole else INTERRUPTED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
