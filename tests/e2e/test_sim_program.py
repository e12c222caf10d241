"""Whole programs in the simulator: the clients' own objects (bin/x86_64/objects), from main on,
with MAPI and the service control manager of the stub. What is found there is what a live run finds.
"""

import pytest

import support

SCENARIOS = support.SOURCE / "scenarios"


def simulate(rig, client, *scenarios):
    program = "%s:main" % (rig.build / "bin/x86_64/objects" / (client + ".a"))
    files = [SCENARIOS / (scenario + ".yaml") for scenario in scenarios]
    result, report = rig.run_json(*files, "--pump", program, command="sim")
    return result, report["scenarios"]


def roots(scenario):
    return sorted(rule["id"] for rule in scenario["rules"]
                  if rule["verdict"] == "fail" and not rule["root"])


def test_the_reference_service_keeps_every_rule(rig):
    result, scenarios = simulate(rig, "reference-service", "flags/start-logon-stop",
                                 "pump/one-notification", "pump/one-sent", "stop/shutdown-control",
                                 "stop/interrogate", "stop/stop-after-a-send",
                                 "lifecycle/logon-fails-once", "lifecycle/logoff-takes-time",
                                 "lifecycle/stop-before-the-first-wait")
    assert result.status == 0, result
    assert [scenario["outcome"] for scenario in scenarios] == ["pass"] * 9, result


@pytest.mark.parametrize("client, scenario, root", [
    ("logon-without-no-mail", "flags/start-logon-stop", "logon-no-mail"),
    ("init-null", "flags/start-logon-stop", "init-nt-service"),
    ("init-wrong-version", "flags/start-logon-stop", "init-version"),
    ("frees-twice", "flags/start-logon-stop", "buffers-freed"),
    ("literal-pump", "pump/one-sent", "no-blocking-get"),
    ("modal-loop-in-sink", "pump/one-notification", "no-blocking-get"),
    ("get-message-only", "flags/start-logon-stop", "stop-latency"),
    ("hang-in-handler", "flags/start-logon-stop", "stop-latency"),
])
def test_what_a_live_run_finds_is_found(rig, client, scenario, root):
    result, (found,) = simulate(rig, client, scenario)
    assert result.status == 1 and roots(found) == [root], result


@pytest.mark.parametrize("client, status, cause", [
    ("crash-at-start", 1, "crash"),
    ("crash", 1, "crash"),
    ("never-mapi", 0, "no-mapi-call"),
    ("exits-early", 0, "ended-early"),
    ("loads-mapi", 0, "complete"),  # MAPI by GetProcAddress alone
])
def test_how_a_program_ends(rig, client, status, cause):
    result, (found,) = simulate(rig, client, "flags/start-logon-stop")
    assert (found["cause"], result.status) == (cause, status), result


@pytest.mark.parametrize("client, role, expected", [
    ("console-program", "console", []),
    ("desktop-program", "desktop", []),
    ("nt-service-always", "console", ["nt-service-only-in-service"]),
])
def test_a_program_at_a_desk_is_stopped_by_its_console(rig, tmp_path, client, role, expected):
    scenario = tmp_path / "desk.yaml"
    scenario.write_text("name: at a desk\nrole: %s\n"
                        "steps:\n  - stop: {}\n    when: settled\n" % role)
    program = "%s:main" % (rig.build / "bin/x86_64/objects" / (client + ".a"))
    result, report = rig.run_json(scenario, "--pump", program, command="sim")
    assert roots(report["scenarios"][0]) == expected, result
    assert result.status == (1 if expected else 0), result


def test_a_console_handler_that_returns_early_is_told(rig, tmp_path):
    """Its window may be closed before Windows ends the process, or not: passing once is no pass."""
    scenario = tmp_path / "shutdown.yaml"
    scenario.write_text("name: the machine shuts down\nrole: desktop\n"
                        "steps:\n  - stop: {control: shutdown}\n    when: settled\n")
    program = "%s:main" % (rig.build / "bin/x86_64/objects/desktop-program.a")
    result, report = rig.run_json(scenario, "--pump", program, command="sim")
    (found,) = report["scenarios"]
    assert (found["outcome"], found["cause"]) == ("not-exercised", "console-unhandled"), result
    rules = {rule["id"]: rule["verdict"] for rule in found["rules"]}
    assert rules["init-balanced"] == "pass", "no schedule in which the client could clean up"
