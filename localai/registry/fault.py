"""How a registry error is worded: file, model, key, value, what is allowed; it must not decide."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from localai.errors import RegistryError

_ALLOWED = {
    "id": "an ID begins with @cf/, @hf/, @local/, @localai/ or qianfan:, and goes on with letters, "
    "digits, '.', '_', '-' and single '/', at most 200 characters",
    "aliases": "letters, digits, '.', '_', '-', and single '/' or ':', at most 200 characters",
    "spellings": "lists of names (such as aliases may be), keyed by workers_ai, qianfan or openai",
    "quant": "a GGUF quantization in capitals, such as Q4_K_M, IQ4_XS, Q8_0, F16 or BF16",
    "repository": "owner/name on the Hub",
    "revision": "a commit, branch or tag of the repository",
    "bytes": "the exact size in bytes, a whole number from 1",
    "gigabytes": "the rounded size in 10^9 bytes, above 0",
    "sha256": "64 lower-case hexadecimal digits",
    "terms_url": "an address that begins with http:// or https://",
}


def shorten(text: str, length: int = 80) -> str:
    """A text fit for one line of a message: no control characters, at most `length` characters."""
    cut = text if len(text) <= length else text[: length - 1] + "…"
    return "".join(character if character.isprintable() else "?" for character in cut)


def fault(
    source: str, name: str, key: str, problem: str, hint: str = "", *, kind: str = "model"
) -> RegistryError:
    """The error for one key of one model (or adapter, the `kind`) of the file `source`."""
    return RegistryError(f"{source}: {kind} {name}: {key}: {problem}.", hint=hint)


def explain(
    error: msgspec.ValidationError,
    table: Mapping[str, object],
    source: str,
    keys: Mapping[str, tuple[str, ...]],
    *,
    kind: str = "model",
    identity: str = "id",
    allowed: Mapping[str, str] = _ALLOWED,
) -> RegistryError:
    """msgspec's complaint about `table` in our words; `keys` holds each inner table's keys.

    identity: the key that names a table of this kind. allowed: what its keys may hold.
    """
    # "Expected `int` - at `$.files[0].bytes`"; of a wrong key: "... - at `key` in `$.spellings`".
    text = str(error)
    place = re.search(r" - at `(key` in `)?\$\.(.*)`\Z", text)
    where = place[2] if place else ""
    text = text[: place.start()] if place else text
    steps = re.findall(r"\w+|\.\.\.", where)
    nameless = "without an id" if identity == "id" else f"without a {identity}"
    name = shorten(str(table.get(identity, nameless)))
    if unknown := re.search(r"unknown field `(.*)`", text, re.DOTALL):
        inner = next((step for step in steps if step in keys), "")
        key = f"{where}.{shorten(unknown[1])}".lstrip(".")
        hint = f"Allowed: {', '.join(keys[inner])}."
        return fault(source, name, key, "unknown key", hint, kind=kind)
    if missing := re.search(r"missing required field `(\w+)`", text):
        key = f"{where}.{missing[1]}".lstrip(".")
        return fault(source, name, key, "missing", "It is needed.", kind=kind)
    named = [allowed[step] for step in steps if step in allowed]
    value = shorten(repr(_value(table, steps)))
    hint = f"Allowed: {named[-1]}." if named else f"{text}."
    return fault(source, name, where, f"{value} is not allowed", hint, kind=kind)


def _value(table: object, steps: list[str]) -> object:
    # msgspec writes [...] for a key of a free table: there the whole of it is shown.
    for step in steps:
        if isinstance(table, Mapping) and step in table:
            table = table[step]
        elif isinstance(table, list) and step.isdigit():
            table = table[int(step)]
    return table
