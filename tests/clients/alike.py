"""Whether rounds of the matrix are alike: the same JSON for a cell, less seconds, ms, record and
addresses.

What differs is told apart: a *verdict* that is another one (of a rule, or the outcome and its
cause), which is wrong unless the client's entry names the rule in `varies` or `may`, because its
own threads race; and *words*, where the verdicts are the same and their reasons or evidence are
not, which is counted and shown.
"""

import support
from matrix import CLIENTS


def verdicts(report):
    """{what: verdict} of a scenario's report: each rule by its id, and the run by its outcome."""
    told = {rule["id"]: (rule["verdict"], rule["severity"], rule["root"])
            for rule in report["rules"]}
    return dict(told, outcome=(report["outcome"], report["cause"]))


class Alike:
    def __init__(self):
        self.first = {}     # {(client, scenario): report of the first round}
        self.verdicts = {}  # {(client, scenario): {what: the verdicts that were seen}}
        self.words = {}     # {(client, scenario): one line of difference}

    def add(self, cells):
        """Another round's; returns the cells with a verdict that no round before had there."""
        new = []
        for cell in cells:
            key = (cell.client, cell.scenario)
            report = support.normalised(cell.report)
            first = self.first.setdefault(key, report)
            lines = support.differences(first, report)
            if not lines:
                continue
            if self._other_verdicts(key, verdicts(first), verdicts(report)):
                new.append(key)
            elif key not in self.verdicts:
                self.words.setdefault(key, lines[0])
        return new

    def _other_verdicts(self, key, first, now):
        free = set(CLIENTS[key[0]].get("varies", [])) | set(CLIENTS[key[0]].get("may", []))
        new = False
        for what in sorted((first.keys() | now.keys()) - free):
            if first.get(what) != now.get(what):
                seen = self.verdicts.setdefault(key, {}).setdefault(what, [first.get(what)])
                if now.get(what) not in seen:
                    seen.append(now.get(what))
                    new = True
        return new

    def summary(self):
        return "%d cells with other verdicts, %d with other words" % (
            len(self.verdicts), len(self.words.keys() - self.verdicts.keys()))

    def rows(self):
        """A line for each verdict that varied, and one for each cell whose words did."""
        rows = ["other verdicts: %-28s %-36s %s: %s" % (
            *key, what, ", then ".join(" ".join(str(part) for part in verdict or ("absent",)
                                                if part is not None) for verdict in seen))
                for key, varied in sorted(self.verdicts.items())
                for what, seen in sorted(varied.items())]
        return rows + ["other words: %-31s %-36s %s" % (*key, line)
                       for key, line in sorted(self.words.items()) if key not in self.verdicts]
