"""Ask a database questions in plain words, from Python, offline.

    python examples/ask_database.py                     # the shop beside this file
    python examples/ask_database.py sales.csv "What is the average price?"

The model is the best of those on this disk; `@localai/sql-tiny` comes with the package.
"""

from __future__ import annotations

import sys
from pathlib import Path

from localai import LocalAI, LocalAIError

SHOP = Path(__file__).parent / "shop.db"
QUESTIONS = ("How many customers are there?", "How many orders does each customer have?")


def main(database: str | Path, questions: tuple[str, ...]) -> int:
    """Ask each question and print its SQL, what that does, and the rows."""
    with LocalAI() as ai:
        for question in questions:
            print(f"\n{question}")
            try:
                answer = ai.sql(database, question, max_rows=20)
            except LocalAIError as error:
                print(f"  {error}", file=sys.stderr)
                return 1
            if answer.sql is None:
                print(f"  No answer: {answer.reason}")
                continue
            print(f"  {answer.sql}\n  ({answer.explanation})")
            print("  " + " | ".join(answer.columns))
            for row in answer.rows:
                print("  " + " | ".join("NULL" if cell is None else str(cell) for cell in row))
            if answer.truncated:
                print("  ... and more")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else SHOP, tuple(sys.argv[2:]) or QUESTIONS))
