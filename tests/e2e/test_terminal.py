"""Colour and progress are for terminals alone."""

import os
import pty
import subprocess

import support


def on_a_terminal(rig, *arguments, **environment):
    """Runs mapirig on a pseudo-terminal and returns all it printed."""
    parent, child = pty.openpty()
    merged = {**rig.environment, "TERM": "xterm", **environment}
    process = subprocess.Popen([str(rig.binary), *map(str, arguments)], env=merged, stdin=child,
                               stdout=child, stderr=child, close_fds=True, start_new_session=True)
    os.close(child)
    printed = b""
    while True:
        try:
            piece = os.read(parent, 65536)
        except OSError:  # how Linux says that the other end is closed
            break
        if not piece:
            break
        printed += piece
    os.close(parent)
    assert process.wait(60 * support.SCALE) == 0
    return printed.decode()


def test_a_terminal_gets_progress_and_colour(rig, plain):
    printed = on_a_terminal(rig, "run", plain)
    assert "\r\x1b[K[1/1] plain" in printed, "one line, rewritten"
    assert "\x1b[32mpass" in printed and "1 pass" in printed


def test_no_color_is_honoured(rig, plain):
    printed = on_a_terminal(rig, "run", plain, NO_COLOR="1")
    assert "\x1b[3" not in printed and "\x1b[1m" not in printed and "1 pass" in printed


def test_a_dumb_terminal_gets_no_colour(rig, plain):
    assert "\x1b[3" not in on_a_terminal(rig, "run", plain, TERM="dumb")


def test_a_file_gets_neither(rig, plain):
    result = rig.run("run", plain)
    assert "\x1b" not in result.out and result.err == "", result
