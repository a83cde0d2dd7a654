"""What `format` means as GBNF, inside JSON quotes; it must not know schemas.

Each is a plain part of its standard: RFC 3339 without leap seconds, RFC 9562, RFC 5321 without
quoted local parts, RFC 1123, RFC 4291, RFC 3986 and 3987 in ASCII, RFC 6570, RFC 6901, and regular
expressions without groups. Formats that are not here are remarks, as JSON Schema has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_H, _B = "[0-9a-fA-F]", '([0-9] | [1-9] [0-9] | "1" [0-9]{2} | "2" [0-4] [0-9] | "25" [0-5])'
# Python's dates begin with the year 1, and so do those of most who read them.
_YEAR = '("000" [1-9] | "00" [1-9] [0-9] | "0" [1-9] [0-9]{2} | [1-9] [0-9]{3})'
_FOURTHS = '("0" [48] | [2468] [048] | [13579] [26])'
_LEAP = f'([0-9]{{2}} {_FOURTHS} | {_FOURTHS} "00")'
_MONTHS = (
    '(("0" [13578] | "1" [02]) "-" ("0" [1-9] | [12] [0-9] | "3" [01]) | '
    '("0" [469] | "11") "-" ("0" [1-9] | [12] [0-9] | "30") | '
    '"02-" ("0" [1-9] | "1" [0-9] | "2" [0-8]))'
)
_DATE = f'({_YEAR} "-" {_MONTHS} | {_LEAP} "-02-29")'
_CLOCK = '([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9] ":" [0-5] [0-9] ("." [0-9]{1,6})?'
_ZONE = '("Z" | [-+] ([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9])'
_HOST = "[a-zA-Z0-9] ([a-zA-Z0-9] | [-] [a-zA-Z0-9]){0,30}"
_NAME = f'{_HOST} ("." {_HOST}){{0,4}}'
_IPV4 = f'{_B} ("." {_B}){{3}}'
_ATOM = "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~\\x2D]{1,20}"
_EMAIL = f'{_ATOM} ("." {_ATOM}){{0,2}} "@" {_HOST} ("." {_HOST}){{1,3}}'
_PART = f'([a-zA-Z0-9._~!$&\'()*+,;=:@-] | "%" {_H}{{2}})'
_AFTER = f'("?" ({_PART} | [/?]){{0,80}})? ("#" ({_PART} | [/?]){{0,40}})?'
_PATH = f'("/" {_PART}{{0,60}}){{0,8}}'
_URI = (
    f'[a-zA-Z] [a-zA-Z0-9+.-]{{0,11}} ":" '
    f'("//" {_NAME} (":" [1-9] [0-9]{{0,3}})? {_PATH} | {_PART}{{1,60}} {_PATH}) {_AFTER}'
)
_RELATIVE = f"({_URI} | {_PATH} {_AFTER})"
_TOKEN = '([^"/~\\\\\\x00-\\x1F\\x7F] | "~" [01])'
_POINTER = f'("/" {_TOKEN}{{0,40}}){{0,8}}'
_SIMPLE = '([a-zA-Z0-9 _/-] | "." | "[a-z]" | "[0-9]" | "\\\\\\\\" [dws])'


def _ipv6() -> str:
    """Eight groups; `::` stands for one group or more; the last two may be an IPv4 address."""
    group, last = f"{_H}{{1,4}}", f"({_H}{{1,4}} | {_IPV4})"
    ways = [f'{group} (":" {group}){{7}}', f'{group} (":" {group}){{5}} ":" {_IPV4}']
    for before in range(7):
        left = f'{group} (":" {group}){{{before - 1}}}' if before > 1 else group * before
        most = 5 - before
        right = f'({group} ":"){{0,{most}}} {last}' if most > 0 else group
        ways.append(f'{left} "::" ({right})?')
    return "(" + " | ".join(ways) + ")"


def _duration() -> str:
    def some(units: str) -> str:
        """Numbers with these units in their order, none left out in between, as RFC 3339 has it."""
        runs = [units[i:j] for i in range(len(units)) for j in range(i + 1, len(units) + 1)]
        return " | ".join(" ".join(f'[0-9]{{1,4}} "{unit}"' for unit in run) for run in runs)

    time = f'"T" ({some("HMS")})'
    return f'"P" (({some("YMD")}) ({time})? | {time} | [0-9]{{1,4}} "W")'


FORMATS: Final[Mapping[str, str]] = {
    "date": _DATE,
    "time": f"{_CLOCK} {_ZONE}",
    "date-time": f'{_DATE} "T" {_CLOCK} {_ZONE}',
    "duration": _duration(),
    "uuid": f'{_H}{{8}} "-" {_H}{{4}} "-" {_H}{{4}} "-" {_H}{{4}} "-" {_H}{{12}}',
    "ipv4": _IPV4,
    "ipv6": _ipv6(),
    "hostname": _NAME,
    "idn-hostname": _NAME,
    "email": _EMAIL,
    "idn-email": _EMAIL,
    "uri": _URI,
    "iri": _URI,
    "uri-reference": _RELATIVE,
    "iri-reference": _RELATIVE,
    "uri-template": f'{_URI} ("{{" [a-z] [a-z0-9_]{{0,20}} "}}"){{0,3}}',
    "json-pointer": _POINTER,
    "relative-json-pointer": f'("0" | [1-9] [0-9]{{0,3}}) ("#" | {_POINTER})',
    "regex": f'("^")? {_SIMPLE}{{0,60}} ("$")?',
}
"""Format -> the expression of its texts."""
LENGTHS: Final[Mapping[str, tuple[int, int]]] = {
    "date": (10, 10),
    "time": (9, 21),
    "date-time": (20, 32),
    "uuid": (36, 36),
    "ipv4": (7, 15),
    "ipv6": (2, 45),
}
"""Characters of the shortest and the longest, where limits beside the format may ask for fewer."""
