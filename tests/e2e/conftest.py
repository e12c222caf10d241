"""Fixtures of the end-to-end tests. RIG_BUILD names the build folder (ctest sets it)."""

import os
import pathlib

import pytest

import support

CLIENTS = pathlib.Path(__file__).with_name("clients")


def pytest_sessionfinish(session, exitstatus):
    """A test that is skipped, or a run without tests, is a failure: silence is an error."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter.stats.get("skipped") and exitstatus == 0:
        reporter.write_line("ERROR: tests were skipped")
        session.exitstatus = 1


@pytest.fixture(scope="session")
def build():
    folder = os.environ.get("RIG_BUILD", str(support.SOURCE / "build" / "dev"))
    assert (pathlib.Path(folder) / "bin" / "mapirig").exists(), (
        "no mapirig in %s: build first, or set RIG_BUILD" % folder)
    return pathlib.Path(folder)


@pytest.fixture
def rig(build, tmp_path):
    return support.Rig(build, tmp_path)


@pytest.fixture
def client(tmp_path_factory):
    """Compiles a client of tests/e2e/clients by name, with its libraries."""
    def compile_client(name, *libraries, arch="x86_64"):
        folder = tmp_path_factory.mktemp("clients")
        return support.compile_pe(CLIENTS / (name + ".c"), folder / (name + ".exe"), *libraries,
                                  arch=arch)
    return compile_client


@pytest.fixture
def built(build):
    """A client of stubs/pumps, which the build makes, by name."""
    def find(name, arch="x86_64"):
        path = build / "bin" / arch / "clients" / (name + ".exe")
        assert path.exists(), "%s was not built" % path
        return path
    return find


@pytest.fixture
def scenario(tmp_path):
    """Writes a scenario file and returns its path."""
    def write(text, name="one.yaml"):
        path = tmp_path / name
        path.write_text(text)
        return path
    return write


@pytest.fixture
def plain(scenario):
    """The smallest scenario: start, log on, stop."""
    return scenario("name: plain\n", "plain.yaml")
