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

# These turn whatever they are given into text, so it is weighed before.
_TEXT_FILTERS = "capitalize e escape lower safe string title trim upper".split()
_FILTERS = (
    "abs count d default dictsort first float int items last length list map max min reject "
    "rejectattr reverse round select selectattr sort unique"
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
    made.filters = {
        **{name: _metered(FILTERS[name], weigh=False) for name in _FILTERS},
        **{name: _metered(FILTERS[name], weigh=True) for name in _TEXT_FILTERS},
        "tojson": _tojson,
        "indent": _indent,
        "join": sandbox.join,
        "replace": sandbox.replace,
    }
    return made


def _metered(function: Callable[..., Any], *, weigh: bool) -> Callable[..., Any]:
    @wraps(function)
    def metered(*args: Any, **kwargs: Any) -> Any:
        sandbox.check_arguments(args, kwargs)
        if weigh:
            meter.get().weigh(*args)
        result = function(*args, **kwargs)
        meter.get().spend_on(result)
        return result

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
