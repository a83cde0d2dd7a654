"""A jinja2 for templates that strangers wrote: no way out, bounded work; it must not know messages.

jinja2's immutable sandbox keeps a template from reaching Python. What it does not bound is work,
so here every loop turn, call, filter and text operation spends from a meter of time and characters.
"""

from __future__ import annotations

import time
from collections.abc import Callable, ItemsView, KeysView, ValuesView
from contextvars import ContextVar
from functools import partial
from typing import Any, NoReturn

from jinja2 import nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace
from jinja2.visitor import NodeTransformer

from localai.errors import TemplateError

WAY_OUT = "Is the file from a source you trust? `raw` sends a prompt without any template."

_MAX_ARGUMENT = 100_000  # whole numbers passed to a function: counts, widths, precisions
_MAX_INTEGER_BITS = 4096
_TEXT_METHODS = frozenset(
    "capitalize count endswith find index isalnum isalpha isdecimal isdigit islower isnumeric "
    "isspace isupper join lower lstrip partition removeprefix removesuffix replace rfind rindex "
    "rpartition rsplit rstrip split splitlines startswith strip title upper".split()
)


class Meter:
    """What one prompt may still spend: seconds on the clock, and characters or list items."""

    def __init__(self, seconds: float, characters: int) -> None:
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._left = characters

    def spend(self, characters: int = 1) -> None:
        """Raises TemplateError when nothing is left."""
        self._left -= characters
        if self._left < 0:
            refuse("makes more text than any conversation needs")
        if time.monotonic() > self._deadline:
            refuse(f"is not done after {self._seconds:g} s")

    def spend_on(self, made: object) -> None:
        """Spend the length of a text or list that was just made."""
        self.spend(len(made) if isinstance(made, (str, list)) else 1)

    def weigh(self, *values: object) -> None:
        """Spend the length of the text that these values would print as.

        The walk ends when nothing is left: a list that holds one part a million times over is
        refused before anything tries to print it.
        """
        waiting: list[object] = list(values)
        while waiting:
            value = waiting.pop()
            if isinstance(value, Namespace):
                refuse("uses a namespace as text")
            if isinstance(value, dict):
                value = value.items()
            if isinstance(value, (list, tuple, ItemsView, KeysView, ValuesView)):
                waiting.extend(value)
            self.spend(len(value) + 1 if isinstance(value, str) else 1)


meter: ContextVar[Meter] = ContextVar("meter")


def refuse(what: str) -> NoReturn:
    """Raise TemplateError for a template that does what is not allowed here."""
    raise TemplateError(f"The chat template {what}.", hint=WAY_OUT)


def check_arguments(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Raise TemplateError for a whole number that no chat template needs."""
    for value in (*args, *kwargs.values()):
        if isinstance(value, int) and abs(value) > _MAX_ARGUMENT:
            refuse(f"passes a number above {_MAX_ARGUMENT} to a function")


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment; `meter` must be set where it compiles and renders."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        blocks: list[nodes.For | nodes.Macro | nodes.CallBlock] = []
        for kind in (nodes.For, nodes.Macro, nodes.CallBlock):
            blocks += tree.find_all(kind)
        for block in blocks:
            # A turn costs the fixed text it may print: that is printed without any call.
            cost = 1 + sum(len(data.data) for data in block.find_all(nodes.TemplateData))
            block.body.insert(0, nodes.ExprStmt(_call("tick", nodes.Const(cost))))
            block.set_lineno(block.lineno)
        _Concatenations().visit(tree)
        tree.set_environment(self)
        return tree

    def tick(self, cost: int) -> None:
        """A turn of a loop, or one run of a macro."""
        meter.get().spend(cost)

    def concatenate(self, *values: object) -> str:
        """The `~` operator."""
        return join(values)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, str) and attr not in _TEXT_METHODS:
            return False
        return super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        return None if super().wrap_str_format(value) is None else partial(_format, value.__self__)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "%" and isinstance(left, str):
            refuse("formats text with %, which can pad it to any width")
        meter.get().spend(_cost(operator, left, right))
        return super().call_binop(context, operator, left, right)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        check_arguments(args, kwargs)
        text = getattr(obj, "__self__", None)
        if isinstance(text, str) and obj.__name__ == "join":
            return join(args[0], text)
        if isinstance(text, str) and obj.__name__ == "replace":
            return replace(text, *args)
        result = super().call(context, obj, *args, **kwargs)
        meter.get().spend_on(result)
        return result


def join(values: Any, separator: object = "") -> str:
    """The filter, method and operator that join texts, the sum of their lengths spent first."""
    parts = list(values)
    between = str(separator)
    meter.get().weigh(*parts)
    meter.get().spend(len(between) * len(parts))
    return between.join(map(str, parts))


def replace(value: object, old: str, new: str, count: int = -1) -> str:
    """The filter and the method; the length of the outcome is spent first."""
    meter.get().weigh(value)
    text = str(value)
    meter.get().spend(text.count(old) * len(new))
    return text.replace(old, new, count)


class Generation(Extension):
    """`{% generation %}`, with which training marks the assistant's text: only its body counts."""

    tags = {"generation"}

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


EXTENSIONS = (loopcontrols, Generation)


class _Concatenations(NodeTransformer):
    """`a ~ b` is compiled to a plain join: turned into a call, it can be metered."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        call = _call("concatenate", *node.nodes)
        call.set_lineno(node.lineno)
        return call


def _call(method: str, *args: nodes.Expr) -> nodes.Call:
    return nodes.Call(nodes.EnvironmentAttribute(method), list(args), [], None, None)


def _format(text: str, *values: object, **_: object) -> str:
    """`str.format` with plain `{}` gaps; other gaps pad, or reach into what they are given."""
    pieces = text.split("{}")
    if "{" in "".join(pieces) or len(pieces) != len(values) + 1:
        refuse("formats text with more than plain {} gaps")
    gaps = (*values, "")
    return join([part for pair in zip(pieces, gaps, strict=True) for part in pair])


def _cost(operator: str, left: Any, right: Any) -> int:
    """Characters, items or bytes that the outcome of left `operator` right may have."""
    if isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() * (max(right, 1) if operator == "**" else 1)
        if bits + (operator == "*") * right.bit_length() > _MAX_INTEGER_BITS:
            refuse("computes with numbers of more than a thousand digits")
        return 1
    if operator == "*":
        return max(_length(left), 1) * max(_length(right), 1)
    return _length(left) + _length(right)


def _length(value: Any) -> int:
    if isinstance(value, (str, list, tuple)):
        return len(value)
    return value if isinstance(value, int) else 1
