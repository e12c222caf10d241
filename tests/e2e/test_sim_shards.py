"""Shards of `mapirig sim`, their merge, and workers on one scenario: what several find is what one
finds. GNU parallel runs the shards over ssh as README tells, on an sshd of this test's own."""

import getpass
import json
import os
import pathlib
import re
import shlex
import signal
import socket
import struct
import subprocess
import time

import pytest

import support
from support import differences, normalised
from test_sim import PUMPS, GCC, compile_object, one

# Sums over shards, and what depends on who explored what first.
NUMBERS = ("transitions", "schedules", "states", "depth", "bytes", "omission", "seconds", "shards")


@pytest.fixture(scope="module")
def pump(tmp_path_factory):
    return compile_object(PUMPS / "pumps.c", tmp_path_factory.mktemp("objects") / "pump.obj", GCC)


def told(path):
    """A report without numbers that a sum has otherwise."""
    report = normalised(json.loads(path.read_text()))
    for scenario in report["scenarios"]:
        for key in NUMBERS:
            scenario["sim"].pop(key)
    return report


@pytest.fixture
def shards(rig, tmp_path):
    """Runs each of `count` shards; answers their files."""
    def run(count, *arguments):
        files = [tmp_path / ("%d.jsonl" % (index + 1)) for index in range(count)]
        for index, path in enumerate(files):
            result = rig.run("sim", *arguments, "--shard", "%d/%d" % (index + 1, count), "--json",
                             path)
            assert result.status in (0, 1), result
        return files
    return run


@pytest.mark.parametrize("mode, count", [
    (["--explore", "states"], 2), (["--explore", "states"], 3), (["--explore", "schedules"], 3),
    (["--explore", "random", "--bound", "schedules=100"], 3)])
def test_shards_of_one_scenario_join_to_the_whole(rig, pump, shards, tmp_path, mode, count):
    arguments = [one("sends-at-once"), "--pump", "%s:waits_twice" % pump, *mode]
    whole, joined = tmp_path / "whole.json", tmp_path / "joined.json"
    status = rig.run("sim", *arguments, "--json", whole).status
    files = shards(count, *arguments)
    result = rig.run("merge", *reversed(files), "--json", joined)
    assert result.status == status and result.err == "", result
    assert differences(told(whole), told(joined)) == []
    printed = rig.run("merge", *files)
    assert printed.status == status, printed
    assert normalised(json.loads(printed.out)) == normalised(json.loads(joined.read_text()))
    if "random" in mode:
        explored = json.loads(printed.out)["scenarios"][0]["sim"]
        assert explored["schedules"] == 2 * 100, "no run twice"


def test_a_replay_id_is_good_after_a_merge(rig, pump, shards):
    files = shards(2, one("one-sent"), "--pump", "%s:literal" % pump)
    merged = rig.run("merge", *files)
    (path,) = json.loads(merged.out)["scenarios"][0]["sim"]["paths"]
    again = rig.run(*shlex.split(path["replay"])[1:])
    assert again.status == 1, again
    for step in path["steps"]:
        assert step in again.out, (step, again)


WORD = (1 << 64) - 1
START = 0x6a09e667f3bcc908
KEYS = 0x9e3779b97f4a7c15, 0xd1b54a32d192ed03


def fold(one, other):
    product = one * other
    return (product & WORD) ^ (product >> 64)


def digest(line):
    """Of its bytes, padded to a multiple of 32, as harness/core/hash.h says."""
    one, two = KEYS[0] ^ len(line), KEYS[1]
    blocks = line + bytes(-len(line) % 32)
    for at in range(0, len(blocks), 32):
        words = struct.unpack_from("<4Q", blocks, at)
        one = fold(one ^ words[0], KEYS[1] ^ words[1])
        two = fold(two ^ words[2], KEYS[0] ^ words[3])
    return fold(one ^ KEYS[0], two ^ KEYS[1]) ^ one


def check_of(lines):
    """The check of a shard's lines before the last, as its end has it."""
    check = START
    for line in lines:
        check = (fold(check ^ digest(line), KEYS[0]) + len(line)) & WORD
    return "%016x" % check


def header(**keys):
    """A shard whose header says this, and whose check is right: of another run, not damaged."""
    def change(text):
        lines = text.rstrip("\n").split("\n")
        end = json.loads(lines[-1])
        assert end["check"] == check_of(line.encode() for line in lines[:-1])
        lines[0] = json.dumps(dict(json.loads(lines[0]), **keys), separators=(",", ":"),
                              ensure_ascii=False)
        end["check"] = check_of(line.encode() for line in lines[:-1])
        return "\n".join(lines[:-1] + [json.dumps(end)]) + "\n"
    return change


@pytest.mark.parametrize("change, status, words", [
    (lambda text: text[:len(text) // 2], 3, "or the copy is cut"),
    (lambda text: "".join(text.splitlines(keepends=True)[:-1]), 3, "shard 2/2 was killed"),
    (lambda text: text[:-20], 3, "or the copy is cut"),
    (lambda text: text.replace("deadlock", "deadlack").replace('"states":', '"states":1', 2), 3,
     "is damaged in line"),
    (lambda text: "", 2, "is no shard of `mapirig sim`"),
    (lambda text: "{}\n", 2, "is no shard of `mapirig sim`"),
    (header(mapirig="9"), 2, "another version of mapirig"),
    (header(version=2), 2, "another version"),
    (header(program="0"), 2, "another program"),
    (header(bounds={"states": 1}), 2, "another bounds"),
    (header(scenarios=[]), 2, "another scenarios"),
    (header(count=3), 2, "another number of shards"),
    (header(index=1), 2, "shard 1/2 is there twice"),
])
def test_a_file_that_does_not_belong_is_told(rig, pump, shards, change, status, words):
    files = shards(2, one("one-sent"), "--pump", "%s:literal" % pump)
    files[1].write_text(change(files[1].read_text()))
    result = rig.run("merge", *files)
    assert result.status == status and words in result.err, result
    assert result.out == "" and result.err.count("\n") == 1, result
    assert str(files[1]) in result.err, result


@pytest.mark.parametrize("more", range(32))
def test_the_check_is_right_for_lines_of_every_length(rig, pump, shards, more):
    files = shards(2, one("one-sent"), "--pump", "%s:literal" % pump)
    change = header(mapirig="9" * (1 + more))
    files[1].write_text(change(files[1].read_text()))
    result = rig.run("merge", *files)
    assert result.status == 2 and "another version of mapirig" in result.err, result


def test_a_shard_that_is_missing_or_of_another_run_is_told(rig, pump, shards, tmp_path):
    files = shards(2, one("one-sent"), "--pump", "%s:literal" % pump)
    result = rig.run("merge", files[0])
    assert result.status == 2 and "shard 2/2 is missing" in result.err, result
    result = rig.run("merge", files[0], files[1], files[0])
    assert result.status == 2 and "is there twice" in result.err, result
    result = rig.run("merge", files[0], tmp_path / "absent")
    assert result.status == 2 and "cannot read" in result.err, result
    for arguments, words in [
            ([one("one-posted"), "--pump", "%s:literal" % pump], "another scenarios"),
            ([one("one-sent"), "--pump", pump], "another function"),
            ([one("one-sent"), "--pump", "%s:literal" % pump, "--bound", "early=1"],
             "another bounds")]:
        rig.run("sim", *arguments, "--shard", "2/2", "--json", files[1])
        result = rig.run("merge", *files)
        assert result.status == 2 and words in result.err, result


@pytest.mark.parametrize("mode", ["states", "schedules", "random"])
def test_workers_find_what_one_finds(rig, pump, tmp_path, mode):
    bound = ["--bound", "schedules=100"] if mode == "random" else []
    paths = []
    for jobs in ("1", "4"):
        paths.append(tmp_path / ("%s.json" % jobs))
        rig.run("sim", one("sends-at-once"), "--pump", "%s:waits_twice" % pump, "--explore", mode,
                *bound, "-j", jobs, "--json", paths[-1])
    assert differences(told(paths[0]), told(paths[1])) == []
    explored = [json.loads(path.read_text())["scenarios"][0]["sim"] for path in paths]
    key = "schedules" if mode == "random" else "states"
    assert explored[0][key] == explored[1][key], "each once, whoever came first"
    assert explored[0]["complete"] == explored[1]["complete"], explored


def children(process):
    task = "/proc/%d/task/%d" % (process.pid, process.pid)
    return pathlib.Path(task, "children").read_text().split()


@pytest.mark.parametrize("which", [0, 3])
def test_a_worker_that_dies_is_told(rig, pump, which):
    """An exploration of hours, of which one of four workers is killed: the others end, too."""
    process = rig.start("sim", one("one-sent"), "--pump", "%s:waits_twice" % pump, "--dialect",
                        "wine-8.0", "--explore", "random", "--bound", "schedules=%d" % 10**9,
                        "-j", "4")
    while len(children(process)) < 4:
        assert process.poll() is None, rig.finish(process)
        time.sleep(0.01)
    os.kill(int(children(process)[which]), signal.SIGKILL)
    result = rig.finish(process)
    assert result.status == 3 and "simulator-failed" in result.out, result
    assert "ended by signal 9" in " ".join(result.out.split()), result


def test_a_device_keeps_its_name(rig, pump):
    """Standard output is a regular file here: the report goes into it, and not in its place."""
    result = rig.run("sim", one("one-sent"), "--pump", pump, "--quiet", "--json", "/dev/stdout")
    assert result.status == 0 and '"version": 1' in result.out, result
    assert pathlib.Path("/dev/stdout").is_symlink()


# ---- GNU parallel ----

SSHD = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile {folder}/pid
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
"""


@pytest.fixture
def machine(tmp_path):
    """An sshd of our own; answers ssh's command line for it."""
    folder = tmp_path / "ssh"
    folder.mkdir(mode=0o700)
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)],
                       check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = folder / "config"
    config.write_text(SSHD.format(port=port, folder=folder))
    if os.getuid() == 0:
        pathlib.Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    log = folder / "log"
    server = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", str(config)],
                              stdin=subprocess.DEVNULL, stderr=open(log, "wb"))
    ssh = "ssh -F none -p %d -i %s -o BatchMode=yes -o StrictHostKeyChecking=no " \
          "-o UserKnownHostsFile=%s" % (port, folder / "user", folder / "known")
    try:
        support.wait_until(lambda: server.poll() is None and b"listening" in log.read_bytes(), 20,
                           "sshd listens: %s" % log.read_text())
        yield "%s %s@127.0.0.1" % (ssh, getpass.getuser())
    finally:
        server.terminate()
        server.wait(10)


def documented():
    """The two commands of README: parallel's, and the merge."""
    text = (support.SOURCE / "README.md").read_text()
    found = re.findall(r"^\$ (parallel --sshlogin .*)\n\$ (mapirig merge .*)$", text, re.M)
    assert len(found) == 1, "README has one command for GNU parallel, with its merge"
    return found[0]


def test_gnu_parallel_as_documented(rig, pump, machine, tmp_path):
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "scenario.yaml").write_bytes(one("sends-at-once").read_bytes())
    source = (PUMPS / "pumps.c").read_text().replace("waits_twice", "RunPump")
    (tmp_path / "pump.c").write_text(source)
    compile_object(tmp_path / "pump.c", folder / "pump.obj", GCC)
    parallel, merge = documented()
    # The machines' names alone are other ones; mapirig is in their PATH.
    parallel = parallel.replace("machine1,machine2", shlex.quote("2/" + machine))
    parallel = parallel.replace("'mapirig ", "'PATH=%s:$PATH mapirig " % rig.binary.parent)
    environment = dict(rig.environment, HOME=str(tmp_path / "home"),
                       PATH="%s:%s" % (rig.binary.parent, os.environ["PATH"]))
    (tmp_path / "home" / ".parallel").mkdir(parents=True)
    (tmp_path / "home" / ".parallel" / "will-cite").touch()
    done = subprocess.run(parallel, shell=True, cwd=folder, env=environment, text=True,
                          capture_output=True, timeout=300 * support.SCALE, check=False)
    files = sorted(path.name for path in folder.glob("*.jsonl"))
    assert files == ["1.jsonl", "2.jsonl", "3.jsonl", "4.jsonl"], done
    joined = subprocess.run(merge, shell=True, cwd=folder, env=environment, text=True,
                            capture_output=True, timeout=60 * support.SCALE, check=False)
    whole = folder / "whole.json"
    alone = rig.run("sim", "scenario.yaml", "--pump", "pump.obj:RunPump", "--explore", "schedules",
                    "--json", whole, cwd=folder)
    assert joined.returncode == alone.status, (joined, alone)
    left, right = told(whole), told(folder / "all.json")
    assert differences(*map(without_places, (left, right))) == []
    assert left["scenarios"][0]["sim"]["paths"], "there is something to be found"


def without_places(value):
    """Each machine has its own folder, and source lines are told where the objects are."""
    if isinstance(value, dict):
        return {key: without_places(item) for key, item in value.items()
                if key not in ("file", "source", "replay")}
    return [without_places(item) for item in value] if isinstance(value, list) else value
