"""A program that pulls the file named in PULL_FILE (JSON), for tests that need processes."""

from __future__ import annotations

import json
import os
import sys

from localai.errors import LocalAIError
from localai.weights.pull import pull
from localai.weights.store import Store
from localai.weights.transfer import Patience
from tests.weights import tiny


def main() -> None:
    file = tiny.file_spec(**json.loads(os.environ["PULL_FILE"]))

    def on_progress(done: int, total: int | None) -> None:
        print(done, flush=True)

    try:
        installed = pull(
            tiny.spec(file), file, Store(), on_progress=on_progress, patience=Patience(retries=1)
        )
    except LocalAIError as error:
        sys.exit(f"{type(error).__name__}: {error}")
    print(installed.path, flush=True)


if __name__ == "__main__":
    main()
