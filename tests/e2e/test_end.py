"""However a run ends, nothing of it stays: Ctrl-C, SIGKILL, two at once, a reader gone away."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

import pytest

import support
from support import wait_until

QUICK = 2.0  # design: Ctrl-C ends everything within 2 s


@pytest.fixture
def long_run(rig, plain, built, tmp_path):
    """A run whose client is up and would go on for a minute."""
    report = tmp_path / "long.json"

    def start(name="spins", *arguments):
        exe = built(name)
        process = rig.start("run", plain, "--client", exe, "--json", report, *arguments)
        wait_until(lambda: [1 for command in rig.left_running().values() if exe.name in command],
                   60, "the client runs")
        return process
    start.report = report
    return start


def folders(rig):
    return set(os.listdir(rig.prefixes())) if rig.prefixes().exists() else set()


def sessions(process):
    """Session files carry the process id of their mapirig."""
    return [name for name in os.listdir("/dev/shm") if "mapirig-%d-" % process.pid in name]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_within_two_seconds(rig, long_run, number):
    before = folders(rig)
    process = long_run()
    assert sessions(process), "the session's name is not what this test looks for"
    began = time.monotonic()
    process.send_signal(number)
    result = rig.finish(process)
    assert time.monotonic() - began < QUICK * support.SCALE
    assert result.status == 3 and "interrupted" in result.out, result
    assert rig.left_running() == {}
    run = json.loads(long_run.report.read_text())["scenarios"][0]
    assert (run["outcome"], run["cause"]) == ("invalid", "interrupted"), run
    assert folders(rig) == before and not sessions(process), "files are left"


def test_a_signal_ends_all_parallel_runs(rig, plain, scenario, built):
    exe = built("spins")
    process = rig.start("run", plain, scenario("name: other\n", "z.yaml"), "--client", exe, "-j", 2)
    wait_until(lambda: sum(exe.name in command for command in rig.left_running().values()) == 2,
               60, "both clients run")
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    result = rig.finish(process)
    assert time.monotonic() - began < QUICK * support.SCALE
    assert result.status == 3 and "interrupted: " in result.out, result
    assert rig.left_running() == {} and not sessions(process)


def test_ctrl_c_reaches_a_whole_process_group(rig, long_run):
    """A terminal sends SIGINT to every process of the group: Wine's must not be the first to go."""
    process = long_run()
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    result = rig.finish(process)
    assert time.monotonic() - began < QUICK * support.SCALE
    assert result.status == 3 and "interrupted" in result.out, result
    assert rig.left_running() == {}


def test_what_was_done_before_ctrl_c_is_reported(rig, plain, scenario, built, tmp_path):
    report = tmp_path / "part.json"
    slow = scenario("name: slow\nsteps:\n  - notify: {}\n    after: 50000\n", "slow.yaml")
    process = rig.start("run", plain, slow, "--json", report)
    wait_until(lambda: "pass" in process.rig_files[0].read_text(), 60, "the first is done")
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    result = rig.finish(process)
    assert result.status == 3, result
    names = [run["name"] for run in json.loads(report.read_text())["scenarios"]]
    assert names[0] == "plain" and "interrupted" in result.out


def test_killing_mapirig_leaves_nothing(rig, long_run):
    process = long_run("ignores-stop")
    process.kill()
    process.wait()
    wait_until(lambda: not rig.left_running(), 10, "everything ends when mapirig is killed")
    # What files a killed run leaves, the next run takes away.
    result = rig.run("run", long_run.report.with_name("plain.yaml"))
    assert result.status == 0, result
    assert folders(rig) == set()


def test_ctrl_c_while_the_template_is_made(rig, plain, tmp_path):
    """Making the first prefix takes 10 s: Ctrl-C must not wait for it, nor leave half of one."""
    rig.cache = tmp_path / "fresh"
    rig.environment["XDG_CACHE_HOME"] = str(rig.cache)
    process = rig.start("run", plain)
    wait_until(lambda: support.processes_in(rig.cache), 20, "wineboot runs")
    time.sleep(0.5)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    result = rig.finish(process)
    assert time.monotonic() - began < QUICK * support.SCALE
    assert result.status == 3 and "interrupted" in result.out, result
    assert support.processes_in(rig.cache) == {}
    assert rig.run("run", plain).status == 0, "the next run makes it anew"


def test_two_at_once(rig, plain, build, tmp_path):
    (tmp_path / "second").mkdir()
    other = support.Rig(build, tmp_path / "second")
    first, second = rig.start("run", plain), other.start("run", plain)
    results = rig.finish(first), other.finish(second)
    for result in results:
        assert result.status == 0 and "1 pass" in result.out, result
    assert rig.left_running() == {}


def test_output_into_a_pipe_ends_with_mapirig(rig, plain):
    """services.exe inherits the caller's stdout on a cold start: a reader would wait for it."""
    environment = rig.environment
    began = time.monotonic()
    done = subprocess.run([str(rig.binary), "run", str(plain)], env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=60 * support.SCALE, check=False)
    assert done.returncode == 0 and "1 pass" in done.stdout, done
    assert time.monotonic() - began < 30 * support.SCALE


def test_a_reader_that_went_away_leaves_nothing(rig, plain, built):
    read_end, write_end = os.pipe()
    process = subprocess.Popen([str(rig.binary), "run", str(plain), "-v"], env=rig.environment,
                               stdout=write_end, stderr=subprocess.DEVNULL)
    os.close(write_end)
    os.close(read_end)
    process.wait(60 * support.SCALE)
    wait_until(lambda: not rig.left_running(), 5, "nothing is left")


def test_no_display_is_needed(rig, plain):
    assert "DISPLAY" not in rig.environment
    assert rig.run("run", plain).status == 0


def test_an_ordinary_environment_is_enough(rig, plain, tmp_path):
    """No HOME, an unrelated DISPLAY, a WINEPREFIX of the user's that must stay untouched."""
    theirs = tmp_path / "their-prefix"
    result = rig.run("run", plain, environment={"WINEPREFIX": str(theirs), "DISPLAY": ":77",
                                                "WINEDEBUG": "+relay", "WINEARCH": "win32"})
    assert result.status == 0, result
    assert not theirs.exists()


def test_the_template_is_made_once(rig, plain):
    rig.run("run", plain)
    templates = [path for path in pathlib.Path(rig.cache / "mapirig").iterdir()
                 if path.name not in ("runs",)]
    stamps = {path: path.stat().st_mtime for path in templates}
    result = rig.run("run", plain)
    assert result.seconds < 8 * support.SCALE, "a warm run makes no prefix from scratch"
    assert stamps and {path: path.stat().st_mtime for path in templates} == stamps


def test_a_prefix_where_no_window_can_be_made(rig, plain, tmp_path):
    """Wine leaves a prefix so now and then; here its graphics driver is one that does not exist.
    Every run in it would tell that MAPIInitialize failed, as if the client were to blame."""
    assert rig.run("run", plain).status == 0  # now there is a template
    templates = [path for path in (rig.cache / "mapirig").glob("template-*") if path.is_dir()]
    rig.cache = tmp_path / "broken"
    rig.environment["XDG_CACHE_HOME"] = str(rig.cache)
    for template in templates:
        copy = rig.cache / "mapirig" / template.name
        shutil.copytree(template, copy, symlinks=True)
        text = (copy / "user.reg").read_bytes()
        assert text.count(b'"Graphics"="null"') == 1
        (copy / "user.reg").write_bytes(text.replace(b'"Graphics"="null"', b'"Graphics"="none"'))
    result = rig.run("run", plain)
    assert result.status == 3 and "no window can be made in this prefix" in result.err, result
