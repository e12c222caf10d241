"""The script `rig`, in a machine made of a folder: PATH holds a few real tools and stand-ins for
apt-get, cmake and the rest, which write down how they were called."""

import pathlib
import subprocess

import pytest

import support

RIG = support.SOURCE / "rig"
REAL = ("bash dirname id grep sed tr mkdir cat mktemp tail head rm find flock env chmod ln true"
        .split())
CMAKE = r"""#!/bin/bash
echo "cmake $*" >>"$CALLS"
[ -z "${BROKEN-}" ] || { echo "FAILED: core/x.c"; echo "x.c:1: error: no good"; exit 1; }
case $1 in
  -S) while [ "$1" != -B ]; do shift; done
      mkdir -p "$2/bin"; : >"$2/build.ninja"; echo "RIG_TESTS:BOOL=OFF" >"$2/CMakeCache.txt"
      echo "CMAKE_PROJECT_NAME:STATIC=mapirig" >>"$2/CMakeCache.txt"
      echo "CMAKE_HOME_DIRECTORY:INTERNAL=${HOME_DIRECTORY-$SOURCE}" >>"$2/CMakeCache.txt" ;;
  --build) printf '#!/bin/bash\necho "mapirig[$*]"; exit 7\n' >"$2/bin/mapirig"
      chmod +x "$2/bin/mapirig" ;;
esac
"""
APT = r"""#!/bin/bash
echo "apt-get $*" >>"$CALLS"
[ "$1" = install ] && [ -z "${USELESS-}" ] || exit 0
for tool in "$STORE"/*; do ln -sf "$tool" "$TOOLS"; done
"""


class Machine:
    def __init__(self, folder):
        self.tools, self.store = folder / "tools", folder / "store"
        self.calls = folder / "calls"
        self.environment = {"PATH": str(self.tools), "HOME": str(folder), "CALLS": str(self.calls),
                            "TOOLS": str(self.tools), "STORE": str(self.store),
                            "SOURCE": str(support.SOURCE),
                            "MAPIRIG_BUILD": str(folder / "build")}
        for made in (self.tools, self.store):
            made.mkdir()
        for name in REAL:
            found = next(p for p in ("/bin", "/usr/bin") if (pathlib.Path(p) / name).exists())
            (self.tools / name).symlink_to(pathlib.Path(found) / name)
        self.tool("cmake", CMAKE, self.store)
        for name in ("ninja", "gcc", "addr2line", "pkg-config", "x86_64-w64-mingw32-gcc",
                     "i686-w64-mingw32-gcc", "wineserver"):
            self.tool(name, "#!/bin/bash\n", self.store)
        self.tool("apt-get", APT)
        self.tool("id", "#!/bin/bash\necho 0\n")

    def tool(self, name, text, folder=None):
        path = (folder or self.tools) / name
        path.unlink(missing_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def install(self):
        for tool in self.store.iterdir():
            (self.tools / tool.name).symlink_to(tool)

    def rig(self, *arguments, **more):
        return subprocess.run(["/bin/bash", str(RIG), *arguments], text=True, capture_output=True,
                              stdin=subprocess.DEVNULL, env={**self.environment, **more},
                              timeout=60 * support.SCALE, check=False)

    def called(self):
        return self.calls.read_text().splitlines() if self.calls.exists() else []


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


@pytest.mark.parametrize("arguments", [("--no-install", "run"), ("run", "--no-install")])
def test_no_install_prints_the_command_and_stops(machine, arguments):
    done = machine.rig(*arguments)
    assert done.returncode == 3
    assert "apt-get install -y --no-install-recommends cmake ninja-build gcc" in done.stderr
    assert machine.called() == []


def test_what_is_missing_is_named_and_installed_without_recommends(machine):
    done = machine.rig("run", "a b", "--keep", "x")
    assert done.stdout == "mapirig[run a b --keep x]\n"
    assert done.returncode == 7  # mapirig's own
    assert "rig: installing Debian packages: cmake ninja-build gcc" in done.stderr
    calls = machine.called()
    assert calls[0] == "apt-get update"
    assert calls[1].startswith("apt-get install -y --no-install-recommends cmake ")
    assert "check" not in calls[1].split(), "a run does not need the tests' packages"


def test_an_installation_that_brings_nothing_is_told(machine):
    done = machine.rig("run", USELESS="1")
    assert done.returncode == 3
    assert "still missing after the installation: cmake" in done.stderr


def test_nothing_missing_asks_no_registry_and_builds_quietly(machine):
    machine.install()
    machine.rig("run")
    done = machine.rig("run")
    assert (done.returncode, done.stderr) == (7, "")
    assert not any(call.startswith("apt-get") for call in machine.called())
    assert sum("--preset" in call for call in machine.called()) == 1, "configured once"


def test_a_checkout_that_moved_is_built_anew(machine):
    machine.install()
    machine.rig("run", HOME_DIRECTORY="/somewhere/else")
    done = machine.rig("run")
    assert (done.returncode, done.stdout) == (7, "mapirig[run]\n")
    assert "the checkout has moved" in done.stderr
    assert machine.rig("run").stderr == ""
    assert sum("--preset" in call for call in machine.called()) == 2


def test_an_ordinary_user_without_sudo_gets_the_command_for_root(machine):
    machine.tool("id", "#!/bin/bash\necho 1000\n")
    done = machine.rig("run")
    assert done.returncode == 3
    assert "As root: apt-get update && env DEBIAN_FRONTEND=noninteractive apt-get" in done.stderr
    assert machine.called() == []


def test_sudo_that_wants_a_password_is_not_started(machine):
    machine.tool("id", "#!/bin/bash\necho 1000\n")
    machine.tool("sudo", "#!/bin/bash\n[ \"$1\" = -n ] && exit 1\necho sudo >>\"$CALLS\"\n")
    done = machine.rig("run")
    assert done.returncode == 3
    assert "sudo apt-get update && sudo env" in done.stderr
    assert machine.called() == []


def test_sudo_installs(machine):
    machine.tool("id", "#!/bin/bash\necho 1000\n")
    machine.tool("sudo", "#!/bin/bash\n[ \"$1\" != -n ] || shift\nexec \"$@\"\n")
    assert machine.rig("run").returncode == 7
    assert machine.called()[0] == "apt-get update"


def test_a_build_that_fails_shows_the_error_alone(machine):
    machine.install()
    done = machine.rig("run", BROKEN="1")
    assert done.returncode == 3
    assert "x.c:1: error: no good" in done.stderr
    assert "rig.log" in done.stderr
    assert done.stdout == ""


def test_help_needs_nothing(machine):
    done = machine.rig("--help")
    assert done.returncode == 0
    assert "./rig test" in done.stdout
    assert machine.called() == []


def test_doctor_installs_nothing(machine):
    done = machine.rig("doctor")
    assert done.returncode == 3
    assert "apt-get install -y --no-install-recommends cmake" in done.stderr
    assert machine.called() == []


def test_doctor_finds_this_machine_sound(rig):
    done = rig.run("doctor")
    assert done.status == 0, done.out
    assert "Runs will work." in done.out
    assert "MISSING" not in done.out


# ---- Wine's 32-bit half ----

FETCHES = r"""#!/bin/bash
echo "apt-get $*" >>"$CALLS"
case " $* " in *" update "*) exit 100 ;; esac # one list of several cannot be read
[ -z "${OFFLINE-}" ] || { echo "E: Unable to fetch"; exit 100; }
: >libwine_8.0_i386.deb
"""
UNPACKS = r"""#!/bin/bash
mkdir -p "$3/usr/lib/i386-linux-gnu/wine/i386-windows"
"""


@pytest.fixture
def debian(machine):
    machine.install()
    for name, text in (("apt-get", FETCHES), ("dpkg-deb", UNPACKS),
                       ("dpkg-query", "#!/bin/bash\nprintf 8.0~x\n"), ("mv", None)):
        if text is None:
            (machine.tools / name).symlink_to("/bin/" + name)
        else:
            machine.tool(name, text)
    return machine


def wine32_of(machine, tmp_path):
    machine.tool("cmake", CMAKE.replace('echo "mapirig[$*]"', 'echo "mapirig[$WINEDLLPATH]"'))
    return tmp_path / ".cache" / "mapirig" / "wine32-8.0~x"


def test_the_32_bit_half_of_wine_is_fetched_once_and_used(debian, tmp_path):
    folder = wine32_of(debian, tmp_path)
    assert debian.rig("run").stdout == "mapirig[]\n"
    done = debian.rig("wine32")
    assert (done.returncode, done.stdout) == (0, ""), done
    assert (folder / "i386-windows").is_dir() and list(folder.parent.iterdir()) == [folder], done
    downloads = [call for call in debian.called() if "download" in call]
    assert len(downloads) == 1 and "APT::Architecture=i386" in downloads[0], downloads
    assert downloads[0].endswith(" download libwine=8.0~x"), downloads
    assert debian.rig("run").stdout == "mapirig[%s]\n" % folder
    assert debian.rig("run", WINEDLLPATH="/mine").stdout == "mapirig[/mine]\n"
    assert debian.rig("wine32").returncode == 0
    assert len([call for call in debian.called() if "download" in call]) == 1


def test_what_cannot_be_fetched_is_told_and_leaves_nothing(debian, tmp_path):
    folder = wine32_of(debian, tmp_path)
    done = debian.rig("wine32", OFFLINE="1")
    assert done.returncode == 3 and "Unable to fetch" in done.stderr, done
    assert "dpkg --add-architecture i386" in done.stderr, done
    assert not list(folder.parent.iterdir())


def test_another_wine_than_debians_has_no_such_package(machine):
    machine.install()
    done = machine.rig("wine32")
    assert done.returncode == 3 and "only Debian's Wine" in done.stderr, done
