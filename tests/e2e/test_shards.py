"""Shards of a run and their merge: every scenario in one shard, and together what one run gives."""

import json
import re

import pytest

import contract
from support import differences, normalised

NAMES = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"]


@pytest.fixture
def several(scenario):
    return [scenario("name: %s\n" % name, "%d.yaml" % i) for i, name in enumerate(NAMES)]


@pytest.fixture
def reports(rig, several, tmp_path):
    """The JSON of shards 1 to 3 of 3, by their paths."""
    paths = []
    for index in (1, 2, 3):
        paths.append(tmp_path / ("shard-%d.json" % index))
        result = rig.run("run", *several, "--shard", "%d/3" % index, "--json", paths[-1])
        assert result.status == 0, result
    return paths


def names(path):
    return [run["name"] for run in json.loads(path.read_text())["scenarios"]]


def change(path, target, **keys):
    """A copy of a shard's JSON with other values; those of its shard are named shard_..."""
    report = json.loads(path.read_text())
    for key, value in keys.items():
        place, key = (report["shard"], key[6:]) if key.startswith("shard_") else (report, key)
        place[key] = value
    target.write_text(json.dumps(report))
    return target


def test_shards_merge_into_what_one_run_gives(rig, several, reports):
    found = [name for path in reports for name in names(path)]
    assert sorted(found) == sorted(NAMES), "each scenario in exactly one shard"
    for path in reports:
        assert names(path) == [name for name in NAMES if name in names(path)], "in their order"
    whole = rig.run_json(*several)[1]
    merged = rig.run("merge", *reversed(reports))
    assert merged.status == 0 and merged.err == "", merged
    joined = json.loads(merged.out)
    assert contract.problems(joined) == []
    assert differences(normalised(joined), normalised(whole)) == []
    target = reports[0].with_name("joined.json")
    told = rig.run("merge", *reports, "--json", target)
    assert target.read_text() == merged.out, "the order of the files does not matter"
    assert "6 of 6 scenarios in 3 shards: 6 pass, 0 fail" in told.out, told


def test_a_scenario_that_is_added_moves_no_other(rig, several, scenario, reports):
    more = [scenario("name: a new one %d\n" % i, "more-%d.yaml" % i) for i in range(3)]
    target = reports[0].with_name("more.json")
    rig.run("run", *more, *several, "--shard", "1/3", "--json", target)
    assert [name for name in names(target) if name in NAMES] == names(reports[0])


def test_an_empty_shard_says_so(rig, plain, tmp_path):
    paths = [tmp_path / ("%d.json" % index) for index in (1, 2)]
    results = [rig.run("run", plain, "--shard", "%d/2" % (index + 1), "--json", paths[index])
               for index in (0, 1)]
    assert [result.status for result in results] == [0, 0], results
    empty = [result for result in results if "nothing to run" in result.out]
    assert len(empty) == 1 and "none of the 1 scenarios" in empty[0].out, results
    merged = rig.run("merge", *paths)
    assert merged.status == 0 and len(json.loads(merged.out)["scenarios"]) == 1, merged


def test_the_exit_status_is_that_of_one_run(rig, scenario, built, tmp_path):
    files = [scenario("name: %s\n" % name, name + ".yaml") for name in NAMES[:2]]
    paths = [tmp_path / ("%d.json" % index) for index in (1, 2)]
    for index, path in enumerate(paths):
        rig.run("run", *files, "--client", built("init-without-nt-service"), "--shard",
                "%d/2" % (index + 1), "--json", path)
    merged = rig.run("merge", *paths)
    assert merged.status == 1 and json.loads(merged.out)["summary"]["fail"] == 2, merged
    invalid = change(paths[0], tmp_path / "invalid.json", shard_exit_status=3)
    assert rig.run("merge", invalid, paths[1]).status == 3


def test_what_cannot_be_joined_is_refused(rig, reports, tmp_path):
    first, second, third = reports
    whole = json.loads(first.read_text())
    del whole["shard"]
    no_shard, no_json, other = (tmp_path / name for name in ("whole", "text", "other"))
    no_shard.write_text(json.dumps(whole))
    no_json.write_text("{")
    cases = [
        ((first, second), "shard 3/3 is missing"),
        ((first, second, third, second), "shard 2/3 is there twice"),
        ((first, tmp_path / "absent.json", third), "absent.json"),
        ((first, second, no_json), "not JSON"),
        ((first, second, no_shard), "is no shard"),
        ((first, second, change(third, other, client="other.exe")), "client"),
    ]
    for files, words in cases:
        refuse(rig, files, words)
    for keys, words in [
            ({"role": "console"}, "role"), ({"version": 2}, "version 1"),
            ({"shard_mapirig": "9"}, "mapirig"), ({"shard_count": 4}, "a shard of 3"),
            ({"shard_list": "0"}, "different lists"), ({"shard_all": 7}, "different lists"),
            ({"shard_positions": []}, "damaged"), ({"shard_exit_status": 9}, "damaged"),
            ({"shard_positions": [-1] * len(names(third))}, "damaged"),
            ({"scenarios": 3}, "damaged"), ({"shard": 3}, "damaged")]:
        refuse(rig, (first, second, change(third, other, **keys)), words)


def refuse(rig, files, words):
    result = rig.run("merge", *files)
    assert result.status == 2 and result.out == "" and words in result.err, (words, result)
    assert result.err.count("\n") == 1 and result.err.startswith("mapirig merge: "), result


def test_replay_runs_the_one_scenario(rig, several):
    for name in ("gamma", several[2]):
        result, report = rig.run_json(*several, "--replay", name)
        assert [run["name"] for run in report["scenarios"]] == ["gamma"], result
    missing = rig.run("run", *several, "--replay", "gam")
    assert missing.status == 2 and "none of 6 scenarios" in missing.err, missing
    twice = rig.run("run", several[2], *several, "--replay", "gamma")
    assert twice.status == 2 and re.search("2 scenarios have this name", twice.err), twice
