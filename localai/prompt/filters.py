"""The names a chat template may use beside its messages; it must not know the messages.

They are those of transformers' chat templates and of llama.cpp's own template engine. The rest of
jinja2's are left out: each filter that pads, wraps or formats would need a bound of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, NoReturn

from jinja2.filters import FILTERS

from localai.errors import TemplateError
from localai.prompt import sandbox
from localai.prompt.sandbox import Sandbox, meter

_KEPT_FILTERS = (
    "abs capitalize count d default dictsort e escape first float int items last length list lower "
    "map max min reject rejectattr reverse round safe select selectattr sort string title trim "
    "unique upper"
).split()
_KEPT_GLOBALS = ("range", "dict", "namespace", "cycler", "joiner")


def environment() -> Sandbox:
    """A sandbox with transformers' rules for blocks, and the names above."""
    made = Sandbox(
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=sandbox.EXTENSIONS,
        finalize=_printed,
    )
    kept = {name: made.globals[name] for name in _KEPT_GLOBALS}
    made.globals = {**kept, "raise_exception": _raise_exception, "strftime_now": _strftime_now}
    made.filters = {name: _metered(FILTERS[name]) for name in _KEPT_FILTERS}
    made.filters |= {
        "tojson": _tojson,
        "indent": _indent,
        "join": sandbox.join,
        "replace": sandbox.replace,
    }
    return made


def _metered(function: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, with its arguments weighed first: many turn what they are given into text."""

    @wraps(function)
    def metered(*args: Any, **kwargs: Any) -> Any:
        sandbox.check_arguments(args, kwargs)
        meter.get().weigh(*args, *kwargs.values())
        return function(*args, **kwargs)

    return metered


def _printed(value: Any) -> Any:
    meter.get().weigh(value)
    return value


def _tojson(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    encoder = json.JSONEncoder(
        ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
    )
    pieces = []
    for piece in encoder.iterencode(value):
        meter.get().spend(len(piece))
        pieces.append(piece)
    return "".join(pieces)


def _indent(value: object, width: int = 4, first: bool = False, blank: bool = False) -> str:
    text = sandbox.join([value])
    meter.get().spend(width * (text.count("\n") + 1))
    result: str = FILTERS["indent"](text, width, first, blank)
    return result


def _raise_exception(message: object) -> NoReturn:
    text = sandbox.join([message])
    raise TemplateError(f"The chat template refuses the conversation: {text}")


def _strftime_now(format: str) -> str:
    return datetime.now().strftime(format)
