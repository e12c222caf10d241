"""scenarios/scenario.schema.json and the loader hold every scenario to the same verdict.

The corpus: the catalogue, the examples of scenarios/README.md, what the fuzzer starts from, and
mutations of all of them. What a schema cannot say is the list BEYOND: each entry with its reason
and an example that shows that the two really differ there; nothing else may differ.
"""

import json
import pathlib
import random
import re
import subprocess

import jsonschema
import pytest
import support
import yaml

SCHEMA = json.loads((support.SOURCE / "scenarios" / "scenario.schema.json").read_text())
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
SEED = 3
MUTATIONS = 600

# (why a schema cannot say it, the loader's words, a scenario that shows it)
STEPS = "name: x\nsteps:\n  - "
BEYOND = [
    ("a step refers to an earlier one",
     r"nothing to release|no gate for window", STEPS + "release"),
    ("steps refer to one another",
     r"a second (hold|gate|stop)|\d+ holds come before it", STEPS + "stop\n  - stop"),
    ("a step's control depends on the scenario's stop",
     r"'control' is for|is an event of a console|is a service control",
     STEPS + "stop: {control: ctrl-c}"),
    ("two numbers are compared", r"'timeout' \(\d+ ms\) must be longer",
     "name: x\ndeadline: 500\ntimeout: 400"),
    ("two faults are compared", r"a second fault for the same calls",
     "name: x\nmapi: [{call: Advise, take: 1}, {call: Advise, block: true}]"),
    ("names of messages, and their sums, are the program's list",
     r"is no message|out of range: from 1 to 0xFFFF|WM_QUIT has an action",
     STEPS + "post: {message: WM_NONSENSE}"),
    ("names of results are the program's list", r"is no result|must be an error, with the failure",
     "name: x\nmapi: [{call: Advise, fail: MAPI_E_NONSENSE}]"),
    ("a schema counts characters, Windows bytes", r"has \d+ bytes, at most",
     "name: " + "\u00e4" * 100),
    ("a data model keeps one of two equal keys", r"duplicate key", "name: x\nname: y"),
    ("a data model has neither anchors nor tags", r"are not supported|anchors|tags",
     "name: &a x"),
    ("a schema's 1.0 is an integer", r"must be a whole number", "name: x\ndeadline: 5.0"),
    ("YAML 1.2 reads 010 as 10, YAML 1.1 as 8", r"without leading zeros", "name: x\ndeadline: 010"),
    ("YAML writes true in three ways", r"'block' cannot be '(True|TRUE)'",
     "name: x\nmapi: [{call: Advise, block: TRUE}]"),
    ("names of variables differ by more than case", r"Windows ignores case",
     "name: x\nclient: {environment: {Path: a, PATH: b}}"),
    ("files are looked for", r"there is no (file|folder)|is a folder, not a file",
     "name: x\nclient: {files: [gone.dll]}"),
    ("limits of the whole file", r"more than 1,000 keys|more than 100,000 values",
     "name: x\nclient:\n  environment:\n"
     + "".join("    A%d: b\n" % number for number in range(1001))),
]

CORE = [(re.compile(r"~|null|Null|NULL|"), lambda text: None),
        (re.compile(r"true|True|TRUE"), lambda text: True),
        (re.compile(r"false|False|FALSE"), lambda text: False),
        (re.compile(r"[-+]?[0-9]+"), int),
        (re.compile(r"0x[0-9a-fA-F]+"), lambda text: int(text, 16)),
        (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float)]


def data_of(node):
    """A YAML node as an editor sees it: YAML 1.2's core schema."""
    if isinstance(node, yaml.MappingNode):
        return {key.value if isinstance(key, yaml.ScalarNode) else str(data_of(key)): data_of(value)
                for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [data_of(item) for item in node.value]
    if not node.style:  # plain
        for pattern, convert in CORE:
            if pattern.fullmatch(node.value):
                return convert(node.value)
    return node.value


def read(raw):
    """The data of a file; None for one that is no YAML. By libyaml: PyYAML's own parser knows
    no `idle?` inside brackets."""
    try:
        node = yaml.compose(raw.decode("utf-8"), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError):
        return None
    return None if node is None else data_of(node)


class Loader:
    def __init__(self, rig, folder):
        self.program, self.path = rig.build / "bin" / "mapirig", folder / "scenario.yaml"

    def problems(self, raw):
        """The messages that the loader refuses a file with; none when it accepts it."""
        self.path.write_bytes(raw)
        done = subprocess.run([self.program, "lint", self.path], capture_output=True,
                              timeout=60 * support.SCALE, check=False)
        lines = done.stdout.decode(errors="replace").splitlines()
        told = [line[len(str(self.path)):] for line in lines
                if ": error: " in line and line.startswith(str(self.path))]
        assert (done.returncode == 0) == (not told), (done, raw)
        return told


@pytest.fixture
def loader(rig, tmp_path):
    return Loader(rig, tmp_path)


def differences(raw, loader):
    """What the two disagree on, and is not in BEYOND."""
    data = read(raw)
    errors = ["no YAML"] if data is None else [e.message for e in VALIDATOR.iter_errors(data)]
    told = loader.problems(raw)
    if errors and not told:
        return ["the schema alone refuses: %s" % errors[0]]
    if told and not errors:
        return ["the loader alone refuses: %s" % line for line in told
                if not any(re.search(words, line) for _, words, _ in BEYOND)]
    return []


def examples():
    text = (support.SOURCE / "scenarios" / "README.md").read_text()
    for block in re.findall(r"\n```yaml\n(.*?)```\n", text, re.S):
        yield ("" if re.search(r"(?m)^name:", block) else "name: example\n") + block


def catalogue():
    return [path.read_text() for path in sorted((support.SOURCE / "scenarios").rglob("*.yaml"))]


def bases():
    """Good scenarios to mutate: the examples have every key, the catalogue its own style."""
    return [data for text in [*examples(), *catalogue()]
            for data in [read(text.encode())] if VALIDATOR.is_valid(data)]


STRANGE = [None, "", "nonsense", "any", "t64", -1, 0, 1, 64, 65, 10001, 1000001, 4294967295,
           4294967296, 1.5, True, False, [], {}, ["idle"], {"nonsense": 1}, "a\nb", "WM_APP+2",
           "GetMessage", "PeekMessage", "OnNotify", "pass", "t63"]


def places(data, path=()):
    """Every place in the data, the outermost first."""
    yield path
    children = data.items() if isinstance(data, dict) else \
        enumerate(data) if isinstance(data, list) else ()
    for key, value in children:
        yield from places(value, path + (key,))


def mutate(data, generator):
    """One change: a value, a key added, removed, renamed or moved, an item twice."""
    data = json.loads(json.dumps(data))
    path = generator.choice(list(places(data)))
    if not path:
        data[generator.choice(["quux", "steps", "window", "rules", "deadline"])] = \
            generator.choice(STRANGE)
        return data
    parent = data
    for key in path[:-1]:
        parent = parent[key]
    key, change = path[-1], generator.randrange(6)
    if change == 0:
        del parent[key]
    elif change == 1 and isinstance(parent[key], dict):
        parent[key][generator.choice(["quux", "count", "thread", "nth", "at", "after", "when",
                                      "post", "fail", "window", "name"])] = \
            generator.choice(STRANGE)
    elif change == 2 and isinstance(parent, dict):
        parent[generator.choice([key + "s", key[:-1] or "k", "event", "call"])] = parent.pop(key)
    elif change == 3 and isinstance(parent, list):
        parent.insert(key, parent[key])
    elif change == 4 and isinstance(parent[key], int) and not isinstance(parent[key], bool):
        parent[key] += generator.choice([-1, 1, 10, -1000, 100000])
    else:
        parent[key] = generator.choice(STRANGE)
    return data


def test_draft_07():
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def test_good_files(loader):
    """The catalogue and the reference's examples are good to both."""
    for text in [*examples(), *catalogue()]:
        assert not list(VALIDATOR.iter_errors(read(text.encode()))), text
        told = [line for line in loader.problems(text.encode())
                if "there is no" not in line]  # the example's files, which nobody has
        assert not told, text


@pytest.mark.parametrize("path", sorted((support.SOURCE / "tests/fuzz/corpus/scenario").iterdir()),
                         ids=lambda path: path.name)
def test_what_the_fuzzer_starts_from(path, loader):
    assert not differences(path.read_bytes(), loader)


def test_mutations(loader):
    generator = random.Random(SEED)
    texts = bases()
    assert len(texts) >= 30
    bad, verdicts = [], {True: 0, False: 0}
    for number in range(MUTATIONS):
        data = mutate(texts[number % len(texts)], generator)
        if generator.random() < 0.3:
            data = mutate(data, generator)
        raw = json.dumps(data).encode()  # JSON is YAML
        verdicts[VALIDATOR.is_valid(read(raw))] += 1
        bad += ["%s\n    %s" % (line, raw.decode()) for line in differences(raw, loader)]
    assert not bad, "%d differences:\n%s" % (len(bad), "\n".join(bad[:20]))
    assert min(verdicts.values()) > MUTATIONS // 10, "a corpus of one verdict: %s" % verdicts


@pytest.mark.parametrize("reason, words, text", BEYOND, ids=[entry[0] for entry in BEYOND])
def test_what_a_schema_cannot_say(reason, words, text, loader):
    """Each entry of the list differs, in the loader's words, and only there."""
    told = loader.problems(text.encode())
    assert told and all(re.search(words, line) for line in told), (reason, told)
    assert VALIDATOR.is_valid(read(text.encode())), reason


def test_a_difference_is_seen(loader):
    """The comparison itself can fail."""
    assert differences(b"name: x\nrole: nobody", loader) == []
    wrong = json.loads(json.dumps(SCHEMA))
    wrong["properties"]["role"] = {}
    global VALIDATOR
    right, VALIDATOR = VALIDATOR, jsonschema.Draft7Validator(wrong)
    try:
        assert "the loader alone refuses" in differences(b"name: x\nrole: nobody", loader)[0]
    finally:
        VALIDATOR = right
