"""Two runs of the catalogue differ in nothing but times, records and addresses, one after the other
or side by side."""

import pytest

from support import differences, normalised

TRIES = 3  # a machine that was late makes a run invalid, which is no verdict: it is run again


def verdicts(rig, exe, jobs):
    for _ in range(TRIES):
        result, report = rig.run_json("--client", exe, "-j", jobs, "--quiet", timeout=300)
        if report["summary"]["invalid"] == 0:
            return result.status, normalised(dict(report, summary={
                key: value for key, value in report["summary"].items() if key != "retried"}))
    raise AssertionError("invalid again and again: %r" % result)


@pytest.mark.parametrize("name", ["reference-service", "init-without-nt-service"])
def test_runs_of_the_catalogue_are_alike(rig, built, name):
    exe = built(name)
    first = verdicts(rig, exe, 1)
    assert len(first[1]["scenarios"]) >= 28
    for jobs in (1, 2, 2):
        status, report = verdicts(rig, exe, jobs)
        assert status == first[0] and differences(first[1], report) == [], "-j %d" % jobs
