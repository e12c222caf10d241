"""The JSON of `mapirig run` as design.md promises it, checked key by key: what is missing, what is
too much, what has another type, and sums that do not add up."""

OUTCOMES = ("pass", "fail", "not-exercised", "invalid")
VERDICTS = ("pass", "fail", "not-exercised", "n/a")
NUMBER = (int, float)
TEXT = (str,)
MAYBE_TEXT = (str, type(None))
MAYBE_INT = (int, type(None))

EVIDENCE = {"record": int, "ms": NUMBER, "thread": MAYBE_TEXT, "call": MAYBE_TEXT,
            "caller": MAYBE_TEXT, "source": MAYBE_TEXT}
RULE = {"id": TEXT, "verdict": TEXT, "severity": MAYBE_TEXT, "message": TEXT, "root": MAYBE_TEXT,
        "evidence": [EVIDENCE]}
FRAME = {"frame": TEXT, "source": MAYBE_TEXT}
# Beside design.md: what each thread that was found hanging does, could be woken by and waits for. A
# thread that runs (spinning, looping) has an empty stack: it is elsewhere at every look.
HANG = {"thread": TEXT, "state": TEXT, "call": MAYBE_TEXT, "ms": NUMBER, "record": int,
        "wakes": MAYBE_TEXT, "pending": MAYBE_TEXT, "waits_for": MAYBE_TEXT, "stack": [FRAME]}
HANG_STATES = ("blocked", "spinning", "looping", "suspended", "unknown")
EXPECTATION = {"text": TEXT, "met": bool, "message": TEXT}
SCENARIO = {"file": TEXT, "name": TEXT, "outcome": TEXT, "cause": TEXT, "message": TEXT,
            "exit_code": MAYBE_INT, "seconds": NUMBER, "replay": TEXT, "rules": [RULE],
            "expectations": [EXPECTATION], "hangs": [HANG]}
SUMMARY = {"pass": int, "fail": int, "not-exercised": int, "invalid": int, "retried": int,
           "seconds": NUMBER}
REPORT = {"version": int, "client": TEXT, "role": TEXT, "scenarios": [SCENARIO],
          "summary": SUMMARY}


def shape(value, wanted, where):
    if isinstance(wanted, dict):
        if not isinstance(value, dict):
            return ["%s is no object" % where]
        found = ["%s.%s is missing" % (where, key) for key in wanted.keys() - value.keys()]
        found += ["%s.%s is too much" % (where, key) for key in value.keys() - wanted.keys()]
        for key in wanted.keys() & value.keys():
            found += shape(value[key], wanted[key], "%s.%s" % (where, key))
        return found
    if isinstance(wanted, list):
        if not isinstance(value, list):
            return ["%s is no array" % where]
        return [problem for i, item in enumerate(value)
                for problem in shape(item, wanted[0], "%s[%d]" % (where, i))]
    if isinstance(value, bool) and wanted is not bool:
        return ["%s is a boolean" % where]
    return [] if isinstance(value, wanted) else ["%s is %r" % (where, value)]


def rule_problems(run):
    found = []
    failed = {rule["id"] for rule in run["rules"] if rule["verdict"] == "fail"}
    for rule in run["rules"]:
        name = "%s: %s" % (run["name"], rule["id"])
        if rule["verdict"] not in VERDICTS:
            found.append("%s has verdict %s" % (name, rule["verdict"]))
        if (rule["severity"] in ("error", "warning")) != (rule["verdict"] == "fail"):
            found.append("%s: severity %s with %s" % (name, rule["severity"], rule["verdict"]))
        if rule["root"] is not None and rule["root"] not in failed:
            found.append("%s follows from %s, which did not fail" % (name, rule["root"]))
        if rule["verdict"] == "fail" and not rule["evidence"]:
            found.append("%s fails without evidence" % name)
        if rule["verdict"] != "pass" and not rule["message"]:
            found.append("%s says nothing" % name)
    return found


def problems(report):
    """All that is wrong with a report; an empty list when it is as promised."""
    found = shape(report, REPORT, "report")
    if found:
        return found
    if report["version"] != 1:
        found.append("version is %r" % report["version"])
    for run in report["scenarios"]:
        if run["outcome"] not in OUTCOMES:
            found.append("%s has outcome %s" % (run["name"], run["outcome"]))
        if not run["cause"] or not run["message"] or not run["replay"]:
            found.append("%s has an empty cause, message or replay" % run["name"])
        found += rule_problems(run)
        found += ["%s: %s is %s" % (run["name"], hang["thread"], hang["state"])
                  for hang in run["hangs"] if hang["state"] not in HANG_STATES]
    for outcome in OUTCOMES:
        count = sum(run["outcome"] == outcome for run in report["scenarios"])
        if report["summary"][outcome] != count:
            found.append("summary says %d %s, there are %d" % (
                report["summary"][outcome], outcome, count))
    return found
