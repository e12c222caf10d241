"""Session files that are damaged, cut or no sessions: told with the place, status 2, no crash."""

import random

import pytest

import support

HEADER = 4096
RECORD = 64


@pytest.fixture(scope="module")
def session(build, tmp_path_factory):
    """A good session file, made once."""
    folder = tmp_path_factory.mktemp("session")
    rig = support.Rig(build, folder)
    path = folder / "good.yaml"
    path.write_text("name: good\nsteps:\n  - notify: {count: 3}\n    when: settled\n")
    result = rig.run("run", path, "--keep", folder)
    assert result.status == 0, result
    return (folder / "good.session").read_bytes()


def both(rig, path):
    """judge and show on a file; returns their results after checking that neither crashed."""
    results = [rig.run(command, path) for command in ("judge", "show")]
    for result in results:
        assert result.status in (0, 1, 2, 3), "crashed: %r" % result
    return results


def refused(rig, path):
    for result in both(rig, path):
        assert result.status == 2 and str(path) in result.err, result
        assert result.err.count("\n") == 1, result


@pytest.mark.parametrize("content", [b"", b"x", b"MAPIRIG\x1a", b"name: a scenario\n" * 400,
                                     bytes(8192)])
def test_files_that_are_no_sessions(rig, tmp_path, content):
    path = tmp_path / "no.session"
    path.write_bytes(content)
    refused(rig, path)


def test_a_folder_and_a_missing_file(rig, tmp_path):
    refused(rig, tmp_path)
    refused(rig, tmp_path / "absent.session")


def test_sessions_cut_short(rig, session, tmp_path):
    path = tmp_path / "cut.session"
    for size in (7, 100, HEADER - 1, HEADER, HEADER + 10, len(session) // 2, len(session) - 1):
        path.write_bytes(session[:size])
        refused(rig, path)


def test_another_version_is_told(rig, session, tmp_path):
    path = tmp_path / "new.session"
    path.write_bytes(session[:8] + b"\x63\x00\x00\x00" + session[12:])
    refused(rig, path)
    assert "99" in rig.run("show", path).err


def test_a_damaged_record_is_told_in_its_place(rig, session, tmp_path):
    path = tmp_path / "bad.session"
    log = int.from_bytes(session[48:56], "little")
    data = bytearray(session)
    calls = [at for at in range((len(data) - log) // RECORD) if data[log + at * RECORD + 4] == 3]
    data[log + calls[1] * RECORD + 4] = 200  # the kind of a completed call's record
    path.write_bytes(data)
    shown = rig.run("show", path)
    assert shown.status == 2 and "record %d" % calls[1] in shown.out, shown
    assert "%6d  damaged" % calls[1] in shown.out
    assert "= " in shown.out, "what can be read is shown"


def test_any_bytes_never_crash(rig, session, tmp_path):
    """Damage with a fixed seed: a crash would be a negative status or 128 and more."""
    chance = random.Random(20050217)
    path = tmp_path / "fuzz.session"
    for _ in range(60):
        data = bytearray(session)
        for _ in range(chance.choice((1, 4, 40))):
            place = chance.randrange(len(data) if chance.random() < 0.7 else HEADER)
            data[place] = chance.choice((0, 0xFF, chance.randrange(256)))
        path.write_bytes(data)
        both(rig, path)


def test_good_and_bad_files_together(rig, session, tmp_path):
    good, bad = tmp_path / "good.session", tmp_path / "bad.session"
    good.write_bytes(session)
    bad.write_bytes(session[:1000])
    result = rig.run("judge", bad, good)
    assert result.status == 2 and str(bad) in result.err and "pass" in result.out, result
