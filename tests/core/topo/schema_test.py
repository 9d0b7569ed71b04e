"""The published schema accepts every ready network and the good examples, and refuses every bad one.

usage: schema_test.py SOURCE_ROOT
"""
import json
import pathlib
import sys

import jsonschema


def main(root):
    ready = root / "topologies"
    examples = root / "tests/core/topo"
    schema = json.loads((ready / "schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)

    good = [(path.name, json.loads(path.read_text())) for path in sorted(ready.glob("*.json")) if path.name != "schema.json"]
    good += [(f"good example {i}", t) for i, t in enumerate(json.loads((examples / "good_examples.json").read_text()))]
    bad = json.loads((examples / "bad_examples.json").read_text())

    failures = 0
    for name, topology in good:
        for error in validator.iter_errors(topology):
            print(f"{name}: {error.json_path}: {error.message}")
            failures += 1
    for topology in bad:
        if validator.is_valid(topology):
            print(f"accepted, but bad: {json.dumps(topology)}")
            failures += 1
    print(f"{len(good)} good and {len(bad)} bad networks, {failures} failures")
    return 1 if failures else 0


sys.exit(main(pathlib.Path(sys.argv[1])))
