"""JSON and JUnit are contracts; replay repeats; judging again gives the same."""

import json
import pathlib
import shlex
import subprocess

import pytest

import contract

from support import differences, normalised

XSD = pathlib.Path(__file__).with_name("junit.xsd")


@pytest.fixture
def failing(rig, plain, built):
    """A run with findings: (result, report)."""
    return rig.run_json(plain, "--client", built("init-without-nt-service"))


def test_json_of_the_reference_service(rig, plain):
    result, report = rig.run_json(plain)
    assert contract.problems(report) == []
    assert result.status == 0 and report["scenarios"][0]["outcome"] == "pass", result
    assert report["client"].endswith("reference-service.exe") and report["role"] == "service"


def test_json_of_findings(failing):
    result, report = failing
    assert contract.problems(report) == []
    assert result.status == 1


def test_the_contract_check_can_fail(failing):
    _, report = failing
    for spoil in (lambda r: r.pop("version"), lambda r: r.update(extra=1),
                  lambda r: r["scenarios"][0].update(outcome="passed"),
                  lambda r: r["scenarios"][0]["rules"][0].pop("root"),
                  lambda r: r["summary"].update({"pass": 7})):
        copy = json.loads(json.dumps(report))
        spoil(copy)
        assert contract.problems(copy) != []


def test_evidence_names_source_lines(rig, plain, built):
    _, report = rig.run_json(plain, "--client", built("init-without-nt-service"))
    evidence = [item for rule in report["scenarios"][0]["rules"] for item in rule["evidence"]
                if rule["verdict"] == "fail"]
    assert evidence, report
    assert any(item["source"] and ".c:" in item["source"] for item in evidence), evidence
    assert any(item["caller"] and "!" in item["caller"] for item in evidence), evidence


def test_without_debug_information_module_and_offset_remain(rig, plain, built, tmp_path):
    bare = tmp_path / "bare.exe"
    subprocess.run(["x86_64-w64-mingw32-strip", "-o", str(bare),
                    str(built("init-without-nt-service"))], check=True)
    _, report = rig.run_json(plain, "--client", bare)
    callers = [item["caller"] for rule in report["scenarios"][0]["rules"]
               for item in rule["evidence"] if item["caller"]]
    assert callers and all(caller.startswith("bare.exe+0x") for caller in callers), callers


@pytest.mark.parametrize("name", ["reference-service", "init-without-nt-service"])
def test_junit_is_valid(rig, plain, built, tmp_path, name):
    path = tmp_path / "junit.xml"
    rig.run("run", plain, "--client", built(name),
            "--junit", path)
    checked = subprocess.run(["xmllint", "--noout", "--schema", str(XSD), str(path)],
                             capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    text = path.read_text()
    assert ("<failure" in text) == (name != "reference-service")


def test_junit_schema_can_fail(tmp_path):
    path = tmp_path / "bad.xml"
    path.write_text('<testsuites><testsuite name="x" tests="1"/></testsuites>')
    checked = subprocess.run(["xmllint", "--noout", "--schema", str(XSD), str(path)],
                             capture_output=True)
    assert checked.returncode != 0


def test_two_runs_differ_in_nothing_but_times(rig, scenario):
    path = scenario("name: some\nsteps:\n  - notify: {count: 3}\n    when: settled\n"
                    "  - send: {window: idle}\n    when: settled\n")
    first = rig.run_json(path)[1]
    second = rig.run_json(path)[1]
    for report in (first, second):
        report["scenarios"][0]["replay"] = ""
    assert differences(normalised(first), normalised(second)) == []


def test_replay_repeats(rig, scenario, built):
    path = scenario("name: it's $HOME\n", "odd name's.yaml")
    exe = built("init-without-nt-service")
    _, report = rig.run_json(path, "--client", exe, "--as", "service", "--deadline", "700")
    replay = shlex.split(report["scenarios"][0]["replay"])
    assert replay[1] == "run" and "--deadline" in replay
    again = rig.run_json(*replay[2:])[1]
    assert differences(normalised(again["scenarios"][0]["rules"]),
                       normalised(report["scenarios"][0]["rules"])) == []


def test_judging_a_kept_session_again_gives_the_same(rig, scenario, built, tmp_path):
    path = scenario("name: kept\nsteps:\n  - notify: {}\n    when: settled\n")
    exe = built("init-without-nt-service")
    ran, report = rig.run_json(path, "--client", exe, "--keep", tmp_path / "kept" / "deep")
    session = tmp_path / "kept" / "deep" / "kept.session"
    assert session.exists() and str(session) in ran.out
    judged, again = rig.run_json(session, command="judge")
    assert judged.status == ran.status
    assert contract.problems(again) == []
    for one in (report, again):
        one["scenarios"][0]["replay"] = ""
        one["scenarios"][0]["seconds"] = one["summary"]["seconds"] = 0
    assert differences(again, report) == []


def test_the_text_report_says_what_where_when_why_and_how_to_mend(rig, plain, built):
    result = rig.run("run", plain, "--client", built("init-without-nt-service"))
    assert result.status == 1, result
    for word in ("init-nt-service (error)", "what ", "where ", "when ", "why ", "mend ", "repeat ",
                 "--verbose lists them", "1 of 1 scenario"):
        assert word in result.out, (word, result)
    verbose = rig.run("run", plain, "-v")
    assert "not-exercised" in verbose.out
    quiet = rig.run("run", plain, "--quiet")
    assert "plain" not in quiet.out and "1 pass" in quiet.out


def test_show_follows_the_pump(rig, scenario, tmp_path):
    path = scenario("name: shown\nsteps:\n  - send: {window: idle}\n    when: settled\n")
    rig.run("run", path, "--keep", tmp_path)
    shown = rig.run("show", tmp_path / "shown.session")
    assert shown.status == 0 and "\x1b" not in shown.out, shown
    for word in ("reference-service.exe", "role      service", "MAPI_NT_SERVICE", "QS_ALLINPUT",
                 "MWMO_INPUTAVAILABLE", "> send", "<", "the idle window got", "SERVICE_RUNNING",
                 "READY", "WAIT_OBJECT_0"):
        assert word in shown.out, (word, shown.out)


def test_strict_and_x(rig, plain, scenario, built):
    exe = built("init-without-nt-service")
    other = scenario("name: other\n", "z.yaml")
    result, report = rig.run_json(plain, other, "--client", exe, "-x")
    assert result.status == 1 and len(report["scenarios"]) == 1
    assert "1 of 2 scenarios" in result.out


def test_jobs_keep_the_order(rig, scenario):
    paths = [scenario("name: s%d\n" % i, "s%d.yaml" % i) for i in range(5)]
    result, report = rig.run_json(*paths, "-j", "2")
    assert [item["name"] for item in report["scenarios"]] == ["s%d" % i for i in range(5)]
    assert result.status == 0
    lines = [line.split()[1] for line in result.out.splitlines() if line.startswith("pass ")]
    assert lines == ["s%d" % i for i in range(5)]


