"""The matrix client x scenario x rule: what is expected of every client of stubs/pumps, running it,
and where the judge disagrees.

expected/GROUP.json holds the clients of stubs/pumps/GROUP. A client's entry:
  role          service, console or desktop
  shows         causes of the rule table that the client is made to show: "rule/cause"; the
                rule is a root in one of its cells
  why           what the client is made to show, where its name does not say it
  cells         {scenario: roots}: the rules that fail there as a root cause, exactly these; an
                empty list means that no rule may fail. "*" stands for every scenario of the
                catalogue that is not named. Scenarios lie below scenarios/ or below this folder's
                scenarios/. A root may tell its severity, "no-filter:warning". A cell may be a
                mapping with `roots` and the keys `outcome` and `cause` of its own.
  never-calls   families of calls (`at: {entry: CALL}`) that the client has no use for: a scenario
                of "*" with a trigger at one of them ends as not-exercised, step-stuck
  consequences  rules that may fail as well, each as the consequence of one of the cell's roots
  may           rules that may or may not be a root, because the schedule decides; with `why`
  varies        rules that may pass in one run and find nothing to judge in another, because the
                client's own threads race; with `why`
  outcome, cause  how each of its runs ends; without it "fail" where a rule fails as an error, else
                "pass"
  dlls          the DLLs of its own that it loads: stubs/pumps/plugins, the simulator is given them
  state-cause   the cause that who sees the whole state comes to, as the simulator does, where it is
                a stronger one than `cause` (STRONGER): a live run sees that the client went on
                without ending, in a call that it does not know; who sees that no thread can ever
                go on says that it is blocked

A miss is an expected root that did not fail; a false alarm is any failure beyond the data.
"""

import concurrent.futures
import json
import os
import pathlib
import re

import support

HERE = pathlib.Path(__file__).parent
CATALOGUE = support.SOURCE / "scenarios"
KEYS = {"role", "shows", "why", "cells", "never-calls", "consequences", "may", "outcome",
        "cause", "state-cause", "dlls", "varies"}
STRONGER = {("stop-ignored", "stop-blocked")}  # what was seen, and what it was
ARCH = os.environ.get("RIG_ARCH", "x86_64")  # or i686, where Wine runs 32-bit programs
JOBS = int(os.environ.get("RIG_JOBS", 2 * os.cpu_count()))  # a breaker mostly waits
INVALID_TRIES = 3  # a run that the machine spoilt is no verdict: it is repeated, and counted
AGAIN = 3          # a cell that disagrees is looked at again, alone


def load():
    """{name: entry} of all groups; `group` is added to each."""
    clients = {}
    for path in sorted((HERE / "expected").glob("*.json")):
        for name, entry in json.loads(path.read_text()).items():
            assert name not in clients, "%s stands in two groups" % name
            assert not entry.keys() - KEYS, "%s: unknown keys %s" % (name, entry.keys() - KEYS)
            causes = (entry.get("cause"), entry.get("state-cause"))
            assert causes[1] is None or causes in STRONGER, "%s: no stronger cause" % name
            assert not entry.keys() & {"may", "varies"} or entry.get("why"), \
                "%s: say why its verdicts vary" % name
            clients[name] = dict(entry, group=path.stem)
    return clients


CLIENTS = load()


def catalogue():
    return sorted(str(path.relative_to(CATALOGUE).with_suffix(""))
                  for path in CATALOGUE.rglob("*.yaml"))


def path_of(scenario):
    path = CATALOGUE / (scenario + ".yaml")
    return path if path.exists() else HERE / "scenarios" / (scenario + ".yaml")


def triggers(scenario):
    """The families of calls at which steps of the scenario are performed."""
    return set(re.findall(r"^ +at: \{(?:entry|return): (\w+)", path_of(scenario).read_text(), re.M))


def cells_of(entry):
    """{scenario: cell} with "*" resolved; a cell is a mapping."""
    named = dict(entry["cells"])
    rest = named.pop("*", None)
    if rest is not None:
        stuck = {"roots": [], "outcome": "not-exercised", "cause": "step-stuck"}
        named = dict({scenario: stuck if triggers(scenario) & set(entry.get("never-calls", []))
                      else rest for scenario in catalogue()}, **named)
    return {scenario: cell if isinstance(cell, dict) else {"roots": cell}
            for scenario, cell in named.items()}


def rules_of(entry):
    """Every rule that the entry names as a root: those of its cells, then those that may be."""
    roots = [root.split(":")[0] for cell in cells_of(entry).values() for root in cell["roots"]]
    return roots + entry.get("may", [])


def causes(rig, rules):
    """{"rule/cause": exercised} of the rule table, as `mapirig rules ID` prints it."""
    table = {}
    for rule in rules:
        block = re.search(r"^(causes .*\n(?: .*\n)*)", rig.run("rules", rule).out, re.M)
        for lines in re.split(r"^.{12}(?=\S)", block.group(1), flags=re.M)[1:] if block else ():
            told = " ".join(lines.split())
            table["%s/%s" % (rule, told.partition(": ")[0])] = "(not yet exercised" not in told
    return table


def failures(report):
    return [rule for rule in report["rules"] if rule["verdict"] == "fail"]


def told(report):
    return "%s, %s: %s\n%s" % (
        report["outcome"], report["cause"], report["message"],
        "\n".join("    %s (%s, root %s): %s" % (rule["id"], rule["severity"], rule["root"],
                                               rule["message"]) for rule in failures(report)))


class Cell:
    """One client in one scenario: what was expected, what the judge said, who `sees_state` or
    not."""

    def __init__(self, client, scenario, expected, report, sees_state=False):
        self.stronger = sees_state and "state-cause" in CLIENTS[client]
        self.client, self.scenario, self.report = client, scenario, report
        self.misses, self.alarms, self.others = [], [], []
        self._compare(CLIENTS[client], expected)

    def _compare(self, entry, expected):
        wanted = {}
        for root in expected["roots"]:
            rule, _, severity = root.partition(":")
            wanted[rule] = severity
        failed = {rule["id"]: rule for rule in failures(self.report)}
        roots = {name for name, rule in failed.items() if rule["root"] is None}
        self.misses = sorted(wanted.keys() - roots)
        allowed = wanted.keys() | set(entry.get("may", []))
        for name, rule in failed.items():
            if rule["root"] is None:
                if name not in allowed:
                    self.alarms.append(name)
                elif wanted.get(name) and rule["severity"] != wanted[name]:
                    self.others.append("%s is a %s" % (name, rule["severity"]))
            elif name not in entry.get("consequences", []) or rule["root"] not in allowed:
                self.alarms.append("%s < %s" % (name, rule["root"]))
        has_error = any(rule["severity"] == "error" for rule in failed.values())
        outcome = expected.get("outcome", entry.get("outcome", "fail" if has_error else "pass"))
        cause = expected.get("cause", entry.get("cause", self.report["cause"]))
        if self.stronger:
            cause = entry["state-cause"]
        if (self.report["outcome"], self.report["cause"]) != (outcome, cause):
            self.others.append("%s, %s, not %s, %s" % (self.report["outcome"],
                                                       self.report["cause"], outcome, cause))

    def agrees(self):
        return not (self.misses or self.alarms or self.others)

    def spoilt(self):
        """The run is invalid, and that is not what the data say of it."""
        return self.report["outcome"] == "invalid" and not self.agrees()

    def row(self):
        return "%-28s %-36s miss: %s  false alarm: %s  %s" % (
            self.client, self.scenario, ", ".join(self.misses) or "-",
            ", ".join(self.alarms) or "-", "; ".join(self.others))


class Matrix:
    """The runs of one set of clients. Use results() once, then the lists."""

    def __init__(self, rig):
        self.rig = rig
        self.cells = []
        self.repeated = 0   # runs that the machine spoilt
        self.retried = 0    # runs that mapirig itself started again
        self.unsteady = []  # disagreed once, and agreed whenever they were looked at again

    def run(self, names):
        left_before = set(self.rig.left_running())
        with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
            for cells in pool.map(self._run_client, names):
                self.cells += cells
        for i, cell in enumerate(self.cells):
            if not cell.agrees():
                self.cells[i] = self._look_again(cell)
        left = self.rig.left_running().keys() - left_before
        assert not left, "processes left running: %s" % left
        return self

    def _run_client(self, name):
        cells = self._run_scenarios(name, cells_of(CLIENTS[name]))
        for _ in range(INVALID_TRIES - 1):
            spoilt = {cell.scenario: cells_of(CLIENTS[name])[cell.scenario]
                      for cell in cells if cell.spoilt()}
            if not spoilt:
                break
            self.repeated += len(spoilt)
            again = {cell.scenario: cell for cell in self._run_scenarios(name, spoilt)}
            cells = [again.get(cell.scenario, cell) for cell in cells]
        return cells

    def _run_scenarios(self, name, expected):
        scenarios = sorted(expected)
        missing = [scenario for scenario in scenarios if not path_of(scenario).exists()]
        assert not missing, "%s: no such scenarios: %s" % (name, missing)
        client = self.rig.build / "bin" / ARCH / "clients" / (name + ".exe")
        assert client.exists(), "%s was not built" % client
        path = self.rig.folder / ("%s-%d.json" % (name, self.rig.started))
        result = self.rig.finish(
            self.rig.start("run", "--quiet", "--client", client, "--as", CLIENTS[name]["role"],
                           "--json", path, *map(path_of, scenarios)), timeout=900)
        assert path.exists(), "%s: no JSON was written: %r" % (name, result)
        report = json.loads(path.read_text())
        self.retried += report["summary"]["retried"]
        assert len(report["scenarios"]) == len(scenarios), result
        by_path = {str(path_of(scenario)): scenario for scenario in scenarios}
        return [Cell(name, by_path[item["file"]], expected[by_path[item["file"]]], item)
                for item in report["scenarios"]]

    def _look_again(self, cell):
        expected = {cell.scenario: cells_of(CLIENTS[cell.client])[cell.scenario]}
        for _ in range(AGAIN):
            again = self._run_scenarios(cell.client, expected)[0]
            if not again.agrees():
                return again
        self.unsteady.append(cell)
        return again

    def disagreements(self):
        return [cell for cell in self.cells if not cell.agrees()]

    def summary(self):
        bad = self.disagreements()
        return ("%d clients, %d cells, %d verdicts: %d misses, %d false alarms, %d other "
                "disagreements; %d unsteady, %d runs repeated, %d retried" % (
                    len({cell.client for cell in self.cells}), len(self.cells),
                    sum(len(cell.report["rules"]) for cell in self.cells),
                    sum(len(cell.misses) for cell in bad), sum(len(cell.alarms) for cell in bad),
                    sum(len(cell.others) for cell in bad), len(self.unsteady), self.repeated,
                    self.retried))

    def table(self):
        """The summary, and a row for each cell that disagrees or did once."""
        lines = [self.summary()]
        lines += [cell.row() for cell in self.disagreements()]
        lines += ["unsteady: " + cell.row() for cell in self.unsteady]
        return "\n".join(lines)
