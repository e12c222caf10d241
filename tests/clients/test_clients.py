"""Every client of stubs/pumps against its data (matrix.py): no misses, no false alarms; and every
rule of the catalogue has a client whose root cause is that rule alone, and one that keeps it.

The clients that pytest collected run side by side when the first of them is asked for; `-k NAME`
runs one. The table of misses and false alarms is printed at the end.
"""

import re

import pytest

import matrix
import support

UNSTEADY_MAX = 3  # cells that a busy machine may have disturbed once; `./rig soak` allows none


@pytest.fixture(scope="session")
def results(build, request, tmp_path_factory):
    names = []
    for item in request.session.items:
        name = getattr(item, "callspec", None) and item.callspec.params.get("name")
        if name in matrix.CLIENTS and name not in names:
            names.append(name)
    rig = support.Rig(build, tmp_path_factory.mktemp("matrix"))
    return matrix.Matrix(rig).run(names)


def rule_ids(rig):
    listing = rig.run("rules")
    ids = re.findall(r"^  ([a-z]+(?:-[a-z]+)*)  ", listing.out, re.M)
    assert len(ids) >= 18, listing
    return ids


def test_every_program_has_its_data(build):
    built = {path.stem for path in (build / "bin" / "x86_64" / "clients").glob("*.exe")}
    sources = {(path.parent.name, path.stem)
               for path in (support.SOURCE / "stubs" / "pumps").glob("*/*.c*")
               if path.parent.name not in ("common", "plugins")}
    data = {(entry["group"], name) for name, entry in matrix.CLIENTS.items()}
    assert sources == data, "stubs/pumps against expected/*.json"
    missing = {name for _, name in sources} - built
    assert not missing, "not built"


def test_32_bit_clients(rig, capsys):
    """They are built, and one of them keeps the rules where Wine runs 32-bit programs;
    RIG_ARCH=i686 runs the whole matrix with them. Elsewhere the refusal says why."""
    folder = rig.build / "bin" / "i686" / "clients"
    missing = [name for name in matrix.CLIENTS if not (folder / (name + ".exe")).exists()]
    assert not missing, "not built for i686"
    result = rig.run("run", "--client", folder / "reference-service.exe",
                     matrix.path_of("flags/start-logon-stop"))
    runs = result.status == 0
    assert runs or "this Wine runs only 64-bit ones" in result.out + result.err, result
    with capsys.disabled():
        print("\n%d clients built for i686, %s" % (
            len(matrix.CLIENTS), "run with RIG_ARCH=i686" if runs
            else "none of them run: there is no 32-bit Wine here"))


def test_every_rule_has_a_breaker(rig):
    """In some cell the rule is the only root."""
    alone = {cell["roots"][0].split(":")[0] for entry in matrix.CLIENTS.values()
             for cell in matrix.cells_of(entry).values() if len(cell["roots"]) == 1}
    ids = set(rule_ids(rig))
    assert not ids - alone, "no client is made to break these"
    used = {rule for entry in matrix.CLIENTS.values()
            for rule in matrix.rules_of(entry) + entry.get("consequences", [])}
    assert not used - ids, "these rules do not exist"


def test_every_named_cause_has_a_breaker(rig):
    """Every cause that the rule table calls exercised is shown by a client, as a root; and no
    client claims one that the table does not know, or calls not yet exercised."""
    table = matrix.causes(rig, rule_ids(rig))
    assert len(table) >= 3
    shown = set()
    for name, entry in matrix.CLIENTS.items():
        for cause in entry.get("shows", []):
            assert cause.split("/")[0] in matrix.rules_of(entry), "%s shows %s" % (name, cause)
            shown.add(cause)
    assert not shown - table.keys(), "the rule table does not name these causes"
    assert not {cause for cause in shown if not table[cause]}, "these are told as not exercised"
    assert not {cause for cause, exercised in table.items() if exercised} - shown, (
        "no client shows these causes")


@pytest.mark.parametrize("name", sorted(matrix.CLIENTS))
def test_client(results, name):
    cells = [cell for cell in results.cells if cell.client == name]
    assert cells, "%s was not run" % name
    wrong = [cell.row() + "\n  " + matrix.told(cell.report) for cell in cells
             if not cell.agrees()]
    assert not wrong, "\n".join(wrong)


def test_table(results, rig, capsys):
    with capsys.disabled():
        print("\n" + results.table())
    assert not results.disagreements()
    assert len(results.unsteady) <= UNSTEADY_MAX, results.table()
    kept = {rule["id"] for cell in results.cells for rule in cell.report["rules"]
            if rule["verdict"] == "pass"}
    assert not set(rule_ids(rig)) - kept, "no client is ever seen to keep these"
