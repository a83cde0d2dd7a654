"""Tells how a file of text is encoded, and turns it into UTF-8; it must not know what it says."""

from __future__ import annotations

import codecs
import gzip
import os
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

LOOKED_AT = 4 << 20  # bytes
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16's, which it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What Windows programs write where they do not write UTF-8, in Western Europe and America.
WINDOWS = "cp1252"
# UTF-8 with bytes in it that are not; another of Python's names for it, so that it is converted.
BROKEN = "utf-8-sig"
TOLD = {
    WINDOWS: "read as Windows-1252, as it is not UTF-8: if letters look wrong, convert it",
    BROKEN: "not all of it is UTF-8: what is not is shown as \ufffd",
}


def opened(path: Path) -> BinaryIO:
    """The file's bytes, unpacked where it is gzipped."""
    return gzip.open(path, "rb") if is_gzip(path) else path.open("rb")  # type: ignore[return-value]


def is_gzip(path: Path) -> bool:
    """Whether the file is gzipped, whatever its name."""
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def encoding_of(path: Path) -> str:
    """Python's name of the encoding: from the mark at the beginning, or by whether it is UTF-8."""
    with opened(path) as file:
        start = file.read(LOOKED_AT)
    for mark, encoding in MARKS:
        if start.startswith(mark):
            return encoding
    try:
        # The last character may be cut in half.
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return not_utf8(path)
    return "utf-8"


def not_utf8(path: Path) -> str:
    """The encoding of a file that is not all UTF-8, by whether most of its letters would be."""
    with opened(path) as file:
        text = file.read(LOOKED_AT).decode("utf-8", "replace")
    letters = sum(not char.isascii() for char in text)
    return BROKEN if letters > 2 * text.count("\ufffd") else WINDOWS


def as_utf8(path: Path, encoding: str) -> Path:
    """A temporary copy in UTF-8; the caller removes it."""
    number, name = tempfile.mkstemp(prefix="localai-", suffix=".csv")
    with opened(path) as source, os.fdopen(number, "wb") as target:
        reader = codecs.getreader(encoding)(source, "replace")
        writer = codecs.getwriter("utf-8")(target)
        shutil.copyfileobj(reader, writer, 1 << 20)
    return Path(name)
