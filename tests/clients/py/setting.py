"""What every script is told: where the server is and which model to ask."""

import json
import sys

BASE, MODEL = sys.argv[1:3]
WEATHER = {
    "type": "object",
    "properties": {"city": {"type": "string", "maxLength": 20}},
    "required": ["city"],
    "additionalProperties": False,
}
HELLO = [{"role": "user", "content": "hello"}]


def tell(**found: object) -> None:
    print(json.dumps(found))
