"""The clients of the corpus in the simulator: what the tests that simulate them share. A client is
a whole program, from the objects of its .exe and of its own DLLs.
"""

import json

import matrix

COMMON = ("flags/start-logon-stop", "pump/one-notification", "pump/one-sent")
BOUND = "states=300000"  # a flood has millions: that the bound was hit is told
CLIENTS = sorted(matrix.CLIENTS)


def cells_of(name, common=COMMON):
    """{scenario: cell} of the scenarios that the client's data name, and of `common`."""
    named = matrix.CLIENTS[name]["cells"].keys() - {"*"}
    return {scenario: cell for scenario, cell in matrix.cells_of(matrix.CLIENTS[name]).items()
            if scenario in named or scenario in common}


def program_of(rig, name):
    """What `--pump` takes."""
    objects = rig.build / "bin" / "x86_64" / "objects"
    dlls = [dll + ".dll" for dll in matrix.CLIENTS[name].get("dlls", [])]
    return ",".join(str(objects / (part + ".a")) for part in [name] + dlls) + ":main"


def path_for(rig, name, scenario):
    """The scenario's file; for a client that is no service a copy that says its role."""
    path = matrix.path_of(scenario)
    role = matrix.CLIENTS[name]["role"]
    if role == "service":
        return path
    copy = rig.folder / name / (scenario.replace("/", "-") + ".yaml")
    copy.parent.mkdir(exist_ok=True)
    copy.write_text("role: %s\n%s" % (role, path.read_text()))
    return copy


def simulate(rig, name, scenarios, *options):
    """[(scenario, its JSON)] of `mapirig sim`, one for each of the scenarios."""
    if not scenarios:
        return []
    by_path = {str(path_for(rig, name, scenario)): scenario for scenario in scenarios}
    path = rig.folder / (name + "".join(options) + ".json")
    result = rig.finish(rig.start(
        "sim", "--quiet", "--bound", BOUND, *options, "--pump", program_of(rig, name), "--json",
        path, *sorted(by_path)), timeout=600)
    assert path.exists(), "%s: no JSON was written: %r" % (name, result)
    reports = [(by_path[item["file"]], item)
               for item in json.loads(path.read_text())["scenarios"]]
    assert len(reports) == len(by_path), result
    return reports
