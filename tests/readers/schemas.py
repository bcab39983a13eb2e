"""Documents of --json, and the schemas in docs/schemas themselves, as another validator sees them.

Usage: schemas.py DOCUMENT...    each the output of a command with --json
"""

import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

FOLDER = Path(__file__).parents[2] / "docs" / "schemas"
SCHEMAS = {path.name: json.loads(path.read_text()) for path in FOLDER.glob("*.json")}
REGISTRY = Registry().with_resources((name, Resource.from_contents(schema)) for name, schema in SCHEMAS.items())

for name, schema in SCHEMAS.items():
    Draft202012Validator.check_schema(schema)

for path in sys.argv[1:]:
    document = json.loads(Path(path).read_text())
    name = document["command"] + ".json"
    validator = Draft202012Validator({"$ref": name}, registry=REGISTRY)
    validator.validate(document)
    assert not validator.is_valid({**document, "another": 1}), f"{name} allows any field"
    print(f"{path}: fits docs/schemas/{name}")
