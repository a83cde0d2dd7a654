"""The command that runs a module of this package in a Python of its own; it must not know SQL."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from localai.errors import DatabaseError

NAMED = "LOCALAI_PYTHON"

# The new process finds the very package that runs here, wherever this program found it, and its
# dependencies where they are found here; its own standard library comes first. The packages are
# made bare: their __init__ is for people who import them, and costs 60 ms.
START = """\
import sys
root, module, *paths = sys.argv[1:]
sys.path += [path for path in paths if path not in sys.path]
for name, folder in ("localai", root), ("localai.sql", root + "/sql"):
    package = sys.modules[name] = type(sys)(name)
    package.__path__ = [folder]
__import__(module)
sys.modules[module].main()
"""


def command(module: str) -> list[str]:
    """The words that start `module`'s main() in a new interpreter.

    LOCALAI_PYTHON names one; else it is the one that runs, or, where another program has Python
    inside, the one that belongs to its standard library. Raises DatabaseError where there is none.
    """
    named = os.environ.get(NAMED)
    if getattr(sys, "frozen", False) and named:
        # Its modules lie in an archive that only the frozen program can read.
        return [named, "-m", module]
    root = str(Path(__file__).parent.parent)
    paths = [os.path.abspath(path) for path in sys.path if isinstance(path, str)]
    # PYTHONHOME says where a moved interpreter has its standard library: -I would not read it.
    alone = ["-s", "-P"] if "PYTHONHOME" in os.environ else ["-I"]
    return [named or _python(), *alone, "-S", "-c", START, root, module, *paths]


def _python() -> str:
    if not getattr(sys, "frozen", False):
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        for path in (
            Path(sys.executable or os.devnull),
            *(Path(sys.exec_prefix, "bin", name) for name in (version, "python3")),
            Path(sys.exec_prefix, "python.exe"),
        ):
            if path.stem.lower().startswith(("python", "pypy")) and path.is_file():
                return str(path)
    raise DatabaseError(
        "A database is asked in a process of its own, and this program has no Python interpreter "
        f"to start one with (sys.executable is {sys.executable or 'empty'}).",
        hint=f"Name a Python {sys.version_info[0]}.{sys.version_info[1]} that has localai "
        f"installed in the environment variable {NAMED}.",
    )
