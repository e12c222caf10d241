"""What the simulator finds in the clients of the corpus, shown live: every one whose simulated
verdict fails in a scenario has the schedule that shows it replayed under Wine (`mapirig run --pump
--replay`), and the live run must show the same.

confirmed.json names the findings that a live run does not show, each with how that run ends, its
cause, and the reason. An exception excuses nothing else, and one that is shown after all is a
failure too, so that the list stays true.

CI takes the cells below, one of every kind of finding; all of them are `./rig soak confirm`
(RIG_CONFIRM=all).
"""

import concurrent.futures
import json
import os
import shlex

import pytest

import matrix
import simulated
import support

EXCEPTIONS = json.loads((matrix.HERE / "confirmed.json").read_text())
# Beside what a client's data name: scenarios whose steps are the simulator's to place.
PLACED = ("stop/stop-after-a-send", "pump/both-windows", "pump/notification-and-send",
          "pump/thread-message")
ALL = os.environ.get("RIG_CONFIRM") == "all"
# One of each kind: a hang in the retrieval, lost notifications, senders, a second thread of the
# client's own, a result taken for another, a crash, a spin, flags, an order, a stop that is deaf.
SUBSET = {
    "literal-pump": ("pump/one-sent", "stop/stop-after-a-send"),
    "get-then-drain": ("stop/stop-after-a-send",),
    "drops-messages": ("pump/one-notification",),
    "hwnd-filter": ("pump/one-notification",),
    "mask-posted-only": ("pump/one-sent",),
    "apc-taken-for-message": ("work",),
    "first-thread-ends-first": ("flags/start-logon-stop",),
    "init-second-thread": ("pump/one-notification",),
    "crash": ("flags/start-logon-stop",),
    "deaf-to-stop": ("pump/one-notification",),
    "frees-twice": ("flags/start-logon-stop",),
    "logoff-before-unadvise": ("flags/start-logon-stop",),
    "logon-ui": ("flags/start-logon-stop",),
}


class Finding:
    """A schedule of the simulator's and the live run of it."""

    def __init__(self, client, scenario, path):
        self.client, self.scenario, self.path = client, scenario, path
        self.report = None

    def arguments(self, build):
        """Of the command that the report prints, the client's name filled in."""
        words = shlex.split(self.path["live"])
        assert words[1] == "run" and words[4] == "YOUR.exe", words
        client = build / "bin" / "x86_64" / "clients" / (self.client + ".exe")
        return words[1:4] + [str(client)] + words[5:]

    def shown(self):
        return self.report is not None and self.report["shown"]

    def exception(self):
        return EXCEPTIONS.get(self.client, {}).get(self.scenario)

    def excepted(self):
        exception, report = self.exception(), self.report
        ends = "no id" if report is None else report["cause"]
        return exception is not None and exception["ends"] == ends

    def told(self):
        report = self.report
        return "%s in %s: %s%s: %s" % (
            self.client, self.scenario, self.path["end"],
            ", " + self.path["rules"] if self.path["rules"] else "",
            "no id, it is too long" if report is None else "%s, %s" % (
                report["cause"], report["message"]))


def scenarios_of(name):
    if not ALL:
        return SUBSET.get(name, ())
    return sorted(simulated.cells_of(name, simulated.COMMON + PLACED))


def simulate(rig, name):
    return [Finding(name, scenario, report["sim"]["paths"][0])
            for scenario, report in simulated.simulate(rig, name, scenarios_of(name))
            if report["outcome"] == "fail" and report.get("sim") and report["sim"]["paths"]]


def replay(rig, finding):
    if finding.path["live"] is None:
        return finding
    path = rig.folder / ("%s in %s.json" % (finding.client, finding.scenario.replace("/", " ")))
    result = rig.finish(rig.start(*finding.arguments(rig.build), "--quiet", "--json", path),
                        timeout=600)
    assert path.exists(), "%s: no JSON was written: %r" % (finding.told(), result)
    finding.report = json.loads(path.read_text())["scenarios"][0]
    assert result.status == (1 if finding.shown() else 3), result
    return finding


@pytest.fixture(scope="module")
def findings(build, tmp_path_factory):
    rig = support.Rig(build, tmp_path_factory.mktemp("confirmed"))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [finding for some in pool.map(lambda name: simulate(rig, name), simulated.CLIENTS)
                 for finding in some]
        return list(pool.map(lambda finding: replay(rig, finding), found))


def test_what_the_simulator_finds_is_shown_live(findings, capsys):
    flagged = [finding for finding in findings if not finding.shown()]
    wrong = [finding for finding in flagged if not finding.excepted()]
    with capsys.disabled():
        print("\n%d findings, %d shown live, %d flagged (%d of them named with the reason)" % (
            len(findings), len(findings) - len(flagged), len(flagged),
            len(flagged) - len(wrong)))
    assert len(findings) >= (130 if ALL else len(SUBSET))
    assert not wrong, "\n".join(finding.told() for finding in wrong)


def test_the_exceptions_are_ones(findings):
    shown = ["%s in %s" % (finding.client, finding.scenario) for finding in findings
             if finding.exception() and finding.shown()]
    assert not shown, "these are shown by now: take them out of confirmed.json"
    known = {(finding.client, finding.scenario) for finding in findings}
    unknown = [(client, scenario) for client, some in EXCEPTIONS.items() for scenario in some
               if (client, scenario) not in known]
    assert not ALL or not unknown, "no such findings"
