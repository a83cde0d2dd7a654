"""What Tab offers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from localai.cli.sql.typing_in import completions

COMMANDS = ("\\tables", "\\schema", "\\sql")


def words() -> Iterator[str]:
    yield from ("orders", "order_items", "Ort", "Old Town", "Berlin")


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("how many or", ["orders", "order_items", "Ort"]),
        ("how many ORDERS", ["orders"]),
        ("how many orders", []),
        ("in 'Ber", ["Berlin"]),
        ("o", []),
        ("", []),
        ("\\s", ["\\schema", "\\sql"]),
        ("\\schema o", ["orders", "order_items", "Ort", "Old Town"]),
        ("\\schema ", ["orders", "order_items", "Ort", "Old Town", "Berlin"]),
    ],
)
def test_words_are_completed(text: str, offered: list[str]) -> None:
    assert [word for word, _ in completions(text, COMMANDS, words)] == offered
