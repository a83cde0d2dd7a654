"""A strict reader of Prometheus' text format 0.0.4: whatever the page does not allow is a fault."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"'
LINE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? (\S+)")
ESCAPED = {r"\\": "\\", r"\"": '"', r"\n": "\n"}
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("",), "gauge": ("",)}

Labels = frozenset[tuple[str, str]]


@dataclass
class Read:
    """kind and help by family; samples by line name and labels."""

    kinds: dict[str, str] = field(default_factory=dict)
    helps: dict[str, str] = field(default_factory=dict)
    samples: dict[tuple[str, Labels], float] = field(default_factory=dict)

    def value(self, name: str, **labels: str) -> float | None:
        return self.samples.get((name, frozenset(labels.items())))

    def labelled(self, name: str) -> dict[Labels, float]:
        return {labels: value for (one, labels), value in self.samples.items() if one == name}

    def buckets(self, name: str, **labels: str) -> list[tuple[float, float]]:
        """(bound, count), in the order of the bounds."""
        found = []
        for each, value in self.labelled(f"{name}_bucket").items():
            pairs = dict(each)
            bound = float(pairs.pop("le"))
            if pairs == labels:
                found.append((bound, value))
        return sorted(found)


def read(text: str) -> Read:
    """Raises AssertionError where a line is wrong, doubled, or not below its family's head."""
    assert text.endswith("\n") and "\r" not in text
    told, family = Read(), ""
    for line in text.splitlines():
        if line.startswith("# HELP "):
            _, _, family, about = line.split(" ", 3)
            assert family not in told.helps and about, line
            told.helps[family] = about
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name == family and name not in told.kinds and kind in SUFFIXES, line
            told.kinds[name] = kind
        else:
            name, labels, value = _sample(line)
            assert name in {family + suffix for suffix in SUFFIXES[told.kinds[family]]}, line
            assert (name, labels) not in told.samples, f"doubled: {line}"
            told.samples[name, labels] = value
    assert told.kinds.keys() == told.helps.keys()
    _check_histograms(told)
    return told


def _sample(line: str) -> tuple[str, Labels, float]:
    match = LINE.fullmatch(line)
    assert match, line
    pairs = [
        (name, re.sub(r"\\.", lambda found: ESCAPED[found[0]], value))
        for name, value in re.findall(LABEL, match[2] or "")
    ]
    assert len(dict(pairs)) == len(pairs), line
    return match[1], frozenset(pairs), float(match[match.lastindex or 0])


def _check_histograms(told: Read) -> None:
    for family in (name for name, kind in told.kinds.items() if kind == "histogram"):
        for labels, count in told.labelled(f"{family}_count").items():
            buckets = told.buckets(family, **dict(labels))
            values = [value for _, value in buckets]
            assert values == sorted(values), family
            assert buckets[-1] == (float("inf"), count), family
            assert told.samples[f"{family}_sum", labels] > 0 or not count, family
