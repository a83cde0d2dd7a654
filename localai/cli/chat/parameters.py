"""The parameters of an answer: names, ranges, defaults; it must not know conversations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import click

from localai.cli.generate import SAMPLING
from localai.errors import InvalidRequest
from localai.request import Sampling

Value = float | int | tuple[str, ...]
Values = Mapping[str, Value]

RESETS = ("default", "off")


@dataclass(frozen=True, slots=True)
class Parameter:
    """low, high: None is no bound. default: in words, where none is set."""

    name: str
    low: float | None
    high: float | None
    whole: bool
    default: str
    what: str

    @property
    def range(self) -> str:
        if self.name == "stop":
            return "a text"
        if self.high is None:
            return f"{self.low:g} or more"
        # Not `g`: a seed has more digits than that shows.
        return f"{self.low:g} to {int(self.high)}"


_DEFAULTS = {
    "temperature": "0.6",
    "top_p": "1 (all)",
    "top_k": "all",
    "seed": "a new one each time",
    "repetition_penalty": "1 (off)",
    "frequency_penalty": "0 (off)",
    "presence_penalty": "0 (off)",
}


def _known() -> dict[str, Parameter]:
    found = [Parameter("max_tokens", 1, None, True, "by model", "Tokens to write at most.")]
    for dashed, kind, what in SAMPLING:
        assert isinstance(kind, click.FloatRange | click.IntRange)
        name = dashed.replace("-", "_")
        whole = isinstance(kind, click.IntRange)
        what = what.partition(" Default:")[0]
        found.append(Parameter(name, kind.min, kind.max, whole, _DEFAULTS[name], what))
    found.append(Parameter("stop", None, None, False, "none", "End the answer before this text."))
    return {one.name: one for one in found}


PARAMETERS = _known()


def parameter(name: str) -> Parameter:
    """The one of that name, dashes or underscores. Raises InvalidRequest."""
    name = name.lower().replace("-", "_")
    if name not in PARAMETERS:
        close = get_close_matches(name, PARAMETERS, n=1)
        raise InvalidRequest(
            f"There is no parameter {name}.",
            field=name,
            hint=f"Did you mean {close[0]}?" if close else f"There are: {', '.join(PARAMETERS)}.",
        )
    return PARAMETERS[name]


def value_of(name: str, given: object) -> Value:
    """A parameter's value out of text or JSON. Raises InvalidRequest naming what is allowed."""
    known = parameter(name)
    if known.name == "stop":
        return _stop(given)
    found: float | int | None = None
    if isinstance(given, str | int | float) and not isinstance(given, bool):
        try:
            found = int(given) if known.whole else float(given)
        except (ValueError, OverflowError):
            found = None
    if found is not None and isinstance(given, float) and found != given:
        found = None
    inside = found is not None and (known.low is None or found >= known.low)
    # The comparison is written so that no number (nan) fails it.
    if found is None or not inside or not (known.high is None or found <= known.high):
        kind = "a whole number" if known.whole else "a number"
        raise InvalidRequest(
            f"{known.name} is {given!r}; {kind}, {known.range}, is allowed.", field=known.name
        )
    return found


def _stop(given: object) -> tuple[str, ...]:
    texts = given if isinstance(given, list | tuple) else [given]
    if not texts or not all(isinstance(text, str) and text for text in texts):
        raise InvalidRequest(f"stop is {given!r}; texts are allowed.", field="stop")
    return tuple(texts)


def request_fields(values: Values, **changes: Any) -> dict[str, Any]:
    """The fields of a GenerateRequest that the values ask for. changes: fields of Sampling."""
    sampling = {k: v for k, v in values.items() if k not in ("max_tokens", "stop")}
    return {
        "max_tokens": values.get("max_tokens"),
        "stop": values.get("stop", ()),
        "sampling": Sampling(**{**sampling, **changes}),
    }


def told(values: Values) -> list[tuple[str, str]]:
    """Each parameter with its value, and its range and meaning."""
    return [
        (
            f"{one.name} = {shown(values[one.name]) if one.name in values else one.default}",
            f"{one.range}. {one.what}",
        )
        for one in PARAMETERS.values()
    ]


def shown(value: Value) -> str:
    if isinstance(value, tuple):
        return ", ".join(repr(text) for text in value)
    return str(value) if isinstance(value, int) else f"{value:g}"
