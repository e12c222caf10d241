"""The command line without Wine: help, refusals by name, exit status 2 before anything starts."""

import subprocess

import pytest

COMMANDS = ("run", "sim", "judge", "show", "rules", "lint", "merge", "doctor")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_and_version_of_every_sub_command(rig, command):
    helped = rig.run(command, "--help")
    assert helped.status == 0 and "mapirig " + command in helped.out and helped.err == "", helped
    version = rig.run(command, "--version")
    assert version.status == 0 and version.out.startswith("mapirig 0"), version


def test_help_and_version_alone(rig):
    assert rig.run("--version").out.startswith("mapirig 0")
    helped = rig.run("--help")
    assert helped.status == 0
    for command in COMMANDS:
        assert "mapirig " + command in helped.out
    nothing = rig.run()
    assert nothing.status == 2 and "mapirig run" in nothing.err and nothing.out == ""


@pytest.mark.parametrize("command", ["explore", "new", "record"])
def test_planned_sub_commands_are_refused_by_name(rig, command):
    result = rig.run(command, "x")
    assert result.status == 2, result
    assert "`%s` does not exist" % command in result.err, result
    assert result.err.count("\n") == 1


@pytest.mark.parametrize("option", [
    "--sarif", "--tap", "--html", "--github", "--scm", "--baseline", "--watch"])
def test_planned_options_are_refused_by_name(rig, option):
    for form in ([option, "value"], [option + "=value"], [option]):
        result = rig.run("run", *form)
        assert result.status == 2, result
        assert option + " does not exist" in result.err and ": " in result.err, result
        assert result.err.count("\n") == 1


@pytest.mark.parametrize("arguments, wanted", [
    (["rnu"], "did you mean `mapirig run`"),
    (["run", "--jsn", "x"], "did you mean --json"),
    (["run", "--clinet=x"], "did you mean --client"),
    (["run", "--as", "servce"], "did you mean service"),
    (["judge", "--jnuit", "x"], "did you mean --junit"),
    (["run", "-z"], "'-z'"),
    (["--strict"], "'--strict'"),
])
def test_what_is_unknown_gets_the_nearest_name(rig, arguments, wanted):
    result = rig.run(*arguments)
    assert result.status == 2 and wanted in result.err and result.out == "", result


@pytest.mark.parametrize("arguments", [
    ["--deadline", "0"], ["--deadline", "-5"], ["--deadline", "1s"], ["--deadline"],
    ["--timeout", "0"], ["--timeout", "1.5"], ["--scale", "0"], ["--scale", "nan"],
    ["--scale", "x"], ["-j", "0"], ["-j", "many"], ["-j"], ["--quiet=yes"], ["--as", "x"],
    ["--shard"], ["--shard", "2"], ["--shard", "0/3"], ["--shard", "4/3"], ["--shard", "1/0"],
    ["--shard", "1/3x"], ["--shard", "-1/3"], ["--shard", "1/100000"], ["--replay"]])
def test_values_out_of_range_are_told(rig, arguments):
    result = rig.run("run", *arguments)
    assert result.status == 2 and arguments[0].split("=")[0] in result.err, result
    assert result.err.count("\n") == 1 and result.err.startswith("mapirig run: ")


def test_every_error_of_every_scenario_comes_at_once(rig, scenario):
    first = scenario("name: a\nstpes: []\nrole: servce\n", "a.yaml")
    second = scenario("name: b\nsteps:\n  - pots: {}\n", "b.yaml")
    missing = first.with_name("absent.yaml")
    result = rig.run("run", first, second, missing, "--client", first.with_name("no.exe"))
    assert result.status == 2 and result.out == "", result
    assert "%s:2:1: " % first in result.err and "steps" in result.err
    assert "%s:3:" % first in result.err and "service" in result.err
    assert "%s:3:" % second in result.err and "post" in result.err
    assert str(missing) in result.err
    assert "no.exe" in result.err  # the client is checked in the same breath
    assert result.seconds < 2, "errors must come before Wine starts"


def test_a_pattern_that_selects_nothing_is_an_error(rig, plain):
    result = rig.run("run", plain, "-k", "zebra")
    assert result.status == 2 and "zebra" in result.err and "1 scenario" in result.err, result


def test_a_folder_without_scenarios_is_an_error(rig, tmp_path):
    (tmp_path / "empty").mkdir()
    result = rig.run("run", tmp_path / "empty")
    assert result.status == 2 and "empty" in result.err, result


@pytest.mark.parametrize("option", ["--json", "--junit"])
def test_a_report_that_cannot_be_written_is_told_first(rig, plain, tmp_path, option):
    for target in (tmp_path / "absent" / "x", tmp_path):
        result = rig.run("run", plain, option, target)
        assert result.status == 2 and str(target) in result.err, result
        assert result.out == "", "nothing may have been run"


def test_a_keep_folder_that_cannot_be_made_is_told_first(rig, plain):
    result = rig.run("run", plain, "--keep", plain / "below-a-file")
    assert result.status == 2 and "folder" in result.err and result.out == "", result


def test_a_report_that_could_not_be_printed_is_no_success(rig):
    with open("/dev/full", "w", encoding="ascii") as full:
        done = subprocess.run([rig.binary, "rules"], env=rig.environment, stdout=full,
                              stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 3 and "standard output" in done.stderr


def test_judge_show_and_merge_need_a_file(rig):
    assert rig.run("merge").status == 2
    assert rig.run("judge").status == 2
    assert rig.run("show").status == 2
    assert rig.run("show", "a", "b").status == 2
