from __future__ import annotations

from pathlib import Path

import pytest

from localai.errors import InvalidRequest
from localai.sql.notes import Notes


@pytest.fixture
def notes(tmp_path: Path) -> Notes:
    return Notes(tmp_path, "/shop.db")


def test_notes_belong_to_their_database(notes: Notes, tmp_path: Path) -> None:
    assert notes.all() == ()
    assert not notes.path.exists()
    assert notes.add("  revenue means\nprice * quantity ")
    assert notes.add("a VIP is a customer with 10 orders")
    assert Notes(tmp_path, "/other.db").add("nothing to see")
    assert notes.all() == ("revenue means price * quantity", "a VIP is a customer with 10 orders")


def test_the_same_note_is_kept_once(notes: Notes) -> None:
    assert notes.add("revenue means price")
    assert not notes.add("revenue  means price")
    assert len(notes.all()) == 1


def test_a_note_is_removed_by_its_number(notes: Notes) -> None:
    for text in ("one", "two", "three"):
        notes.add(text)
    assert notes.remove(2) == "two"
    assert notes.all() == ("one", "three")
    for number in (0, 3, -1):
        with pytest.raises(InvalidRequest, match="1 to 2"):
            notes.remove(number)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 501])
def test_what_is_no_note_is_refused(notes: Notes, text: str) -> None:
    with pytest.raises(InvalidRequest):
        notes.add(text)


def test_a_damaged_file_is_set_aside(notes: Notes) -> None:
    notes.path.write_bytes(b"no database at all " * 50)
    assert notes.all() == ()
    assert "damaged" in notes.remarks[0]
    assert notes.add("still here")
