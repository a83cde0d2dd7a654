"""A lightweight local runtime for language models.

from localai import LocalAI

with LocalAI() as ai:
    print(ai.run("@localai/sql-tiny", {"prompt": "..."})["response"])
"""

from __future__ import annotations

import importlib
import logging
from typing import TYPE_CHECKING, Any

from localai import errors
from localai.errors import LocalAIError
from localai.reply import (
    Event,
    Failed,
    Finished,
    Notice,
    Progress,
    TextDelta,
    ToolCallDelta,
    Usage,
)

if TYPE_CHECKING:
    from localai.inprocess import (
        AsyncEventStream,
        AsyncLocalAI,
        EventStream,
        KnownFile,
        KnownModel,
        LocalAI,
        RuntimeConfig,
    )

__version__ = "0.1.0"
__all__ = [
    "AsyncEventStream",
    "AsyncLocalAI",
    "Event",
    "EventStream",
    "Failed",
    "Finished",
    "KnownFile",
    "KnownModel",
    "LocalAI",
    "LocalAIError",
    "Notice",
    "Progress",
    "RuntimeConfig",
    "TextDelta",
    "ToolCallDelta",
    "Usage",
    "__version__",
    "errors",
]

# A library is silent unless its host configures logging.
logging.getLogger("localai").addHandler(logging.NullHandler())

_LAZY = (
    "AsyncEventStream", "AsyncLocalAI", "EventStream", "KnownFile", "KnownModel", "LocalAI",
    "RuntimeConfig",
)  # fmt: skip


def __getattr__(name: str) -> Any:
    # The doors pull in the registry, msgspec and jinja2: only who opens one pays for it.
    if name in _LAZY:
        return getattr(importlib.import_module("localai.inprocess"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_LAZY])
