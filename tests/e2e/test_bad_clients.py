"""Clients that are no clients, and clients that misbehave: one clear line or a run that ends by
itself with its cause."""

import json
import os
import signal
import struct
import subprocess

import pytest

import support
from support import scaled, wait_until

MAPI = "-lmapi32"


def refused(rig, plain, path, *words):
    """Refused before Wine starts: status 2, one line."""
    result = rig.run("run", plain, "--client", path)
    assert result.status == 2 and result.out == "", result
    assert result.err.count("\n") == 1 and str(path) in result.err, result
    for word in words:
        assert word in result.err, result
    assert result.seconds < 3 * support.SCALE


def only(report):
    assert len(report["scenarios"]) == 1
    return report["scenarios"][0]


def test_a_file_that_is_missing(rig, plain, tmp_path):
    refused(rig, plain, tmp_path / "absent.exe")


def test_a_folder(rig, plain, tmp_path):
    refused(rig, plain, tmp_path)


@pytest.mark.parametrize("content", [b"", b"MZ", b"#!/bin/sh\nexit 0\n", b"\x7fELF" + bytes(200)])
def test_files_that_are_no_programs(rig, plain, tmp_path, content):
    path = tmp_path / "thing.exe"
    path.write_bytes(content)
    refused(rig, plain, path)


def test_a_program_cut_short_anywhere(rig, plain, client, tmp_path):
    whole = client("plain").read_bytes()
    path = tmp_path / "cut.exe"
    for size in (40, 64, 130, 300, 700, len(whole) // 4):
        path.write_bytes(whole[:size])
        refused(rig, plain, path)


def test_another_machine(rig, plain, client, tmp_path):
    data = bytearray(client("plain").read_bytes())
    header = struct.unpack_from("<I", data, 0x3C)[0]
    struct.pack_into("<H", data, header + 4, 0xAA64)  # ARM64
    path = tmp_path / "arm.exe"
    path.write_bytes(data)
    refused(rig, plain, path, "ARM64")


def test_a_library(rig, plain, build):
    refused(rig, plain, build / "bin/x86_64/mapi32.dll", "DLL")


def wine_runs_32_bit(rig):
    """What doctor says: Wine's 32-bit half is installed, or ./rig wine32 has fetched it."""
    return "32-bit clients run" in rig.run("doctor").out


def test_a_32_bit_client_runs_or_is_refused(rig, plain, client, tmp_path):
    exe = client("plain", arch="i686")
    if wine_runs_32_bit(rig):
        _, report = rig.run_json(plain, "--client", exe)
        assert only(report)["exit_code"] == 0x12345600
        folder = os.environ.get("WINEDLLPATH")
        repeat = only(report)["replay"]
        assert folder is None or repeat.startswith("env ") and folder in repeat, repeat
    else:
        refused(rig, plain, exe, "32-bit")
        refused(rig, plain, exe, "./rig wine32")


@pytest.mark.parametrize("name", ["crash", "crash-at-start"])
def test_a_client_that_crashes(rig, plain, built, name):
    result, report = rig.run_json(plain, "--client", built(name))
    run = only(report)
    assert (run["outcome"], run["cause"]) == ("fail", "crash"), run
    assert run["exit_code"] == 0xC0000005 and result.status == 1
    assert any(rule["verdict"] == "pass" for rule in run["rules"]), (
        "what was recorded before the crash is judged")


@pytest.mark.parametrize("linked", [True, False])
def test_a_client_that_never_calls_mapi(rig, plain, built, client, linked):
    exe = built("never-mapi") if linked else client("plain")
    result, report = rig.run_json(plain, "--client", exe)
    run = only(report)
    assert (run["outcome"], run["cause"]) == ("not-exercised", "no-mapi-call"), run
    assert result.status == 1, "a client without a MAPI call is no green build"


def test_output_is_shown_and_the_exit_code_is_whole(rig, plain, client):
    result, report = rig.run_json(plain, "--client", client("plain"))
    assert only(report)["exit_code"] == 0x12345600
    assert "hello from a program without MAPI" in result.out and "an error line" in result.out


def test_what_was_expected_to_pass_and_is_not_exercised_fails(rig, scenario, client):
    path = scenario("name: wants\nexpect:\n  rules:\n    init-nt-service: pass\n")
    result = rig.run("run", path, "--client", client("plain"))
    assert result.status == 1, result


def test_a_client_that_never_becomes_ready(rig, plain, built):
    result, report = rig.run_json(plain, "--client", built("never-ready"), "--scale", scaled(0.3))
    run = only(report)
    assert run["exit_code"] is None, "mapirig ended it"
    assert (run["outcome"], run["cause"]) == ("not-exercised", "never-ready"), run
    assert "MAPILogonEx" in run["message"] and "SERVICE_RUNNING" in run["message"], run
    assert result.status == 1, "a client that never came to its pump is no green build"


def test_a_client_that_ends_by_itself(rig, plain, built):
    run = only(rig.run_json(plain, "--client", built("exits-early"))[1])
    assert (run["outcome"], run["cause"]) == ("not-exercised", "ended-early"), run


@pytest.mark.parametrize("role", ["service", "console"])
def test_a_client_that_ignores_stop(rig, plain, built, role):
    result, report = rig.run_json(plain, "--client", built("ignores-stop"), "--as", role,
                                  "--scale", scaled(0.1), timeout=90)
    run = only(report)
    assert run["outcome"] == "fail" and run["cause"] in ("stop-ignored", "stop-blocked"), run
    assert run["exit_code"] is None and result.status == 1


def test_a_client_that_spins(rig, plain, built):
    result, report = rig.run_json(plain, "--client", built("spins"), "--timeout", "4", timeout=60)
    run = only(report)
    assert run["outcome"] != "pass" and run["exit_code"] is None, run
    assert result.status in (0, 1) and run["seconds"] < 20 * support.SCALE


def test_the_time_out_is_the_backstop(rig, plain, built):
    result, report = rig.run_json(plain, "--client", built("spins"), "--timeout", "2", timeout=60)
    run = only(report)
    assert (run["outcome"], run["cause"]) == ("fail", "timeout"), run
    assert result.status == 1 and 1.9 < run["seconds"] < 6 * support.SCALE


def test_a_method_that_is_not_supported_is_not_the_clients_fault(rig, plain, built):
    run = only(rig.run_json(plain, "--client", built("unsupported-method"))[1])
    assert (run["outcome"], run["cause"]) == ("not-exercised", "unsupported"), run
    assert "IMAPISession::GetMsgStoresTable" in run["message"], run
    assert "not supported by this version" in run["message"], run
    assert not [rule for rule in run["rules"] if rule["verdict"] == "fail"]


def test_a_client_killed_from_outside(rig, plain, built, tmp_path):
    exe = built("ignores-stop")
    report = tmp_path / "killed.json"
    process = rig.start("run", plain, "--client", exe, "--json", report)

    def victims():
        return [pid for pid, command in rig.left_running().items() if exe.name in command]

    for pid in wait_until(victims, 60, "the client runs"):
        os.kill(pid, signal.SIGKILL)
    result = rig.finish(process)
    assert result.status in (0, 1, 3) and result.seconds < 60 * support.SCALE, result
    assert not rig.left_running()
    run = only(json.loads(report.read_text()))
    assert run["outcome"] != "pass", run


def test_a_dll_that_is_missing_is_named(rig, plain, built):
    result, report = rig.run_json(plain, "--client", built("missing-dll"))
    run = only(report)
    assert (run["outcome"], run["cause"]) == ("invalid", "missing-dll"), run
    assert "mapirig-absent.dll" in run["message"] and result.status == 3


def test_a_start_without_a_first_record_is_retried_once(rig, plain, client):
    exe = client("early_exit")
    exe.with_name(exe.name + ".once").touch()
    result, report = rig.run_json(plain, "--client", exe)
    assert report["summary"]["retried"] == 1 and "1 retried" in result.out, result
    assert only(report)["cause"] == "no-mapi-call" and only(report)["exit_code"] == 0


def test_a_start_without_a_first_record_is_never_a_verdict(rig, plain, client):
    exe = client("early_exit")
    exe.with_name(exe.name + ".fail").touch()
    result, report = rig.run_json(plain, "--client", exe)
    run = only(report)
    assert (run["outcome"], run["cause"]) == ("invalid", "stub-not-loaded"), run
    assert report["summary"]["retried"] == 1 and result.status == 3
    assert {rule["verdict"] for rule in run["rules"]} <= {"not-exercised", "n/a"}


LOG = 131072  # records of the usual log


def test_a_full_log_is_run_again_with_a_larger_one(rig, plain, client):
    result, report = rig.run_json(plain, "--client", client("calls", "-luser32"), "--arg", 2 * LOG)
    assert only(report)["cause"] == "no-mapi-call" and only(report)["exit_code"] == 0, result
    assert report["summary"]["retried"] == 1, result
    assert "1 retried (with a log eight times as large)" in result.out, result


def test_a_log_that_is_full_again_is_invalid(rig, plain, client):
    result, report = rig.run_json(plain, "--client", client("calls", "-luser32"), "--arg", 10 * LOG)
    run = only(report)
    assert (run["outcome"], run["cause"]) == ("invalid", "log-full"), run
    assert str(8 * LOG) in run["message"] and result.status == 3, result
    assert report["summary"]["retried"] == 1


def test_output_that_is_hard_to_print(rig, plain, client, tmp_path):
    junit = tmp_path / "talk.xml"
    result, _ = rig.run_json(plain, "--client", client("talks", MAPI), "--junit", junit)
    assert "<a & \"b\">]]>" in result.out and "\x1b" not in result.out and "\x01" not in result.out
    subprocess.run(["xmllint", "--noout", str(junit)], check=True)
