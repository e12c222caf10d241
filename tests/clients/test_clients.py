"""Every client of stubs/pumps against expected.json: a keeper breaks nothing, a breaker shows the
rule it is made for, the consequences its data allows, and nothing else; and every rule of the
catalogue has both a keeper and a breaker.

A client's entry:
  role          service or console
  keeps         true: no rule may fail, in its scenarios or else the whole catalogue
  roots         the rules it breaks; the first is the one it is made for, and each must be seen as a
                root at least once in its scenarios
  consequences  rules that may fail, each as the consequence of one of its roots
  scenarios     which scenarios show it, below scenarios/ (or below this folder's scenarios/)
  outcome       with `cause`: how each of its runs ends; without it a breaker's runs fail
"""

import json
import pathlib
import re

import pytest

import support

HERE = pathlib.Path(__file__).parent
EXPECTED = json.loads((HERE / "expected.json").read_text())["clients"]
CATALOGUE = support.SOURCE / "scenarios"
KEEPERS = sorted(name for name, entry in EXPECTED.items() if entry.get("keeps"))
BREAKERS = sorted(name for name, entry in EXPECTED.items() if entry.get("roots"))
OTHERS = sorted(set(EXPECTED) - set(KEEPERS) - set(BREAKERS))


def path_of(scenario):
    path = CATALOGUE / (scenario + ".yaml")
    return path if path.exists() else HERE / "scenarios" / (scenario + ".yaml")


RUNS = {}  # what was run already: the reference service is asked about twice


def run(rig, name, scenarios, role=None):
    key = (name, role or EXPECTED[name]["role"], tuple(map(str, scenarios)))
    if key not in RUNS:
        RUNS[key] = run_now(rig, *key)
    return RUNS[key]


def run_now(rig, name, role, scenarios):
    client = rig.build / "bin" / "x86_64" / "clients" / (name + ".exe")
    assert client.exists(), "%s was not built" % client
    result, report = rig.run_json("--client", client, "--as", role, *scenarios,
                                  timeout=300)
    assert report["scenarios"], result
    return report["scenarios"]


def failures(scenario):
    return [rule for rule in scenario["rules"] if rule["verdict"] == "fail"]


def told(scenario):
    return "%s: %s, %s: %s\n%s" % (
        scenario["name"], scenario["outcome"], scenario["cause"], scenario["message"],
        "\n".join("  %s (%s, root %s): %s" % (rule["id"], rule["severity"], rule["root"],
                                             rule["message"]) for rule in failures(scenario)))


def rule_ids(rig):
    listing = rig.run("rules")
    ids = re.findall(r"^  ([a-z]+(?:-[a-z]+)*)  ", listing.out, re.M)
    assert len(ids) >= 18, listing
    return ids


def test_every_program_has_its_data(build):
    built = {path.stem for path in (build / "bin" / "x86_64" / "clients").glob("*.exe")}
    sources = {path.stem for path in (support.SOURCE / "stubs" / "pumps").glob("*.c")}
    assert built == sources == set(EXPECTED)


def test_every_rule_has_a_breaker(rig):
    made_for = {EXPECTED[name]["roots"][0] for name in BREAKERS}
    ids = set(rule_ids(rig))
    assert not ids - made_for, "no client is made to break these"
    used = {rule for entry in EXPECTED.values()
            for rule in entry.get("roots", []) + entry.get("consequences", [])}
    assert not used - ids, "these rules do not exist"


def test_every_rule_has_a_keeper(rig):
    kept = set()
    for role in ("service", "console"):
        for scenario in run(rig, "reference-service", [CATALOGUE], role):
            assert scenario["outcome"] in ("pass", "not-exercised"), told(scenario)
            kept |= {rule["id"] for rule in scenario["rules"] if rule["verdict"] == "pass"}
    assert not set(rule_ids(rig)) - kept, "the reference service is never seen to keep these"


@pytest.mark.parametrize("name", KEEPERS)
def test_keeper(rig, name):
    named = [path_of(item) for item in EXPECTED[name].get("scenarios", [])]
    for scenario in run(rig, name, named or [CATALOGUE]):
        assert not failures(scenario), told(scenario)
        assert scenario["outcome"] == "pass", told(scenario)


@pytest.mark.parametrize("name", BREAKERS)
def test_breaker(rig, name):
    entry = EXPECTED[name]
    seen = set()
    for scenario in run(rig, name, [path_of(item) for item in entry["scenarios"]]):
        assert scenario["outcome"] == entry.get("outcome", "fail"), told(scenario)
        assert scenario["cause"] == entry.get("cause", scenario["cause"]), told(scenario)
        for rule in failures(scenario):
            if rule["root"] is None:
                assert rule["id"] in entry["roots"], told(scenario)
                seen.add(rule["id"])
            else:
                assert rule["id"] in entry.get("consequences", []), told(scenario)
                assert rule["root"] in entry["roots"], told(scenario)
    assert seen == set(entry["roots"]), "a rule that it breaks was not found"


@pytest.mark.parametrize("name", OTHERS)
def test_misbehaving_client(rig, name):
    entry = EXPECTED[name]
    for scenario in run(rig, name, [path_of(item) for item in entry["scenarios"]]):
        assert (scenario["outcome"], scenario["cause"]) == (entry["outcome"], entry["cause"]), (
            told(scenario))
        assert not failures(scenario), told(scenario)
