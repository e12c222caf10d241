"""The stand-in's MAPI: its exports in both bitnesses, and its answers (mapi_contract.c)."""

import pathlib
import re
import subprocess

import pytest

import support

HERE = pathlib.Path(__file__).parent
LIST = support.SOURCE / "stubs" / "mapi32" / "exports.h"
ARCHES = ("x86_64", "i686")
# What mingw-w64's library for x86_64 has beside names of functions.
NO_FUNCTIONS = {"ord_8"}


def listed():
    """{name: bytes an x86 callee pops, or None when the caller pops}."""
    entries = re.findall(r"^  X\((\w+), (\d+), ([A-Z0-9]+), \d+\)", LIST.read_text(), re.M)
    names = {name: None if kind in ("VARIADIC", "CMC") else int(size)
             for name, size, kind in entries}
    assert len(names) == len(entries), "a name is listed twice"
    return names


def tool(arch, name, *arguments):
    return subprocess.run(["%s-w64-mingw32-%s" % (arch, name), *map(str, arguments)], check=True,
                          capture_output=True, text=True).stdout


def exported(build, arch):
    text = tool(arch, "objdump", "-p", build / "bin" / arch / "mapi32.dll")
    table = text.split("[Ordinal/Name Pointer] Table", 1)[1].split("\n\n", 1)[0]
    return set(re.findall(r"\] (\S+)", table))


def importable(arch):
    """{name: bytes or None} of the toolchain's own import library."""
    library = tool(arch, "gcc", "-print-file-name=libmapi32.a").strip()
    symbols = re.findall(r" T (\S+)$", tool(arch, "nm", library), re.M)
    assert len(symbols) > 150
    found = {}
    for symbol in symbols:
        if arch == "i686":
            assert symbol.startswith("_")
            symbol = symbol[1:]
        name, _, size = symbol.partition("@")
        if name not in NO_FUNCTIONS:
            found[name] = int(size) if size else found.get(name)
    return found


def test_every_name_of_windows_is_listed():
    windows = [line for line in (HERE / "windows-exports.txt").read_text().split("\n")
               if line and not line.startswith("#")]
    assert len(windows) == 161
    assert not set(windows) - set(listed())


@pytest.mark.parametrize("arch", ARCHES)
def test_both_forms_are_exported(build, arch):
    wanted = set()
    for name, size in listed().items():
        wanted.add(name)
        if size is not None:
            wanted.add("%s@%d" % (name, size))
    assert exported(build, arch) == wanted


@pytest.mark.parametrize("arch", ARCHES)
def test_the_toolchains_import_library_resolves(build, arch):
    names = listed()
    missing = set(importable(arch)) - exported(build, arch)
    assert not missing, "a client linked with -lmapi32 imports these, and they are not there"
    wrong = {name: (size, names[name]) for name, size in importable(arch).items()
             if size is not None and names[name] != size}
    assert not wrong, "argument bytes differ from the library's: a 32-bit stack would go wrong"


@pytest.mark.parametrize("arch", ARCHES)
def test_the_contract_links(tmp_path, arch):
    support.compile_pe(HERE / "mapi_contract.c", tmp_path / "contract.exe", "-lmapi32", "-lole32",
                       arch=arch)


def test_the_contract_holds(rig, tmp_path):
    client = support.compile_pe(HERE / "mapi_contract.c", tmp_path / "contract.exe", "-lmapi32",
                                "-lole32")
    scenario = tmp_path / "plain.yaml"
    scenario.write_text("name: the contract of MAPI\nrole: console\n")
    result, report = rig.run_json("--client", client, scenario)
    assert report["scenarios"][0]["exit_code"] == 0, result
