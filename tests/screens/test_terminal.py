"""`localai chat` and `localai sql` on a terminal's screen: colours, widths, keys, Ctrl-C, pipes."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.gguf_models import tiny_llama
from tests.screens.tmux import Tmux

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")

ROOT = Path(__file__).parent.parent.parent
LOCALAI = (sys.executable, "-m", "localai")
SCRIPTED = (sys.executable, "-m", "tests.screens.scripted_chat")
TEMPLATE = (
    "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
MODEL = "@local/talker"

ANSWER = """\
# A heading

Some **bold** words, *emphasis* and `code`, in a paragraph that is long enough to be wrapped at
whatever width a terminal has, with nothing lost.

- first item
- second item with a [link](https://example.org)

```python
def hello(name):
    return f"hello {name}"
```

| name | price |
|------|------:|
| tea  |  3.50 |

The end.
"""

Open = Callable[..., Tmux]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a user who has added a model that talks nonsense without an end."""
    from click.testing import CliRunner

    from localai.cli import localai

    base = tmp_path_factory.mktemp("home")
    env = {f"LOCALAI_{name}_DIR": str(base / name.lower()) for name in ("CONFIG", "DATA", "MODELS")}
    env |= {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "NO_COLOR": "", "LANG": "C.UTF-8"}
    file = tiny_llama(
        base / "talker.gguf", context=32_768, layers=6, embedding=256, chat_template=TEMPLATE
    )
    added = CliRunner(env=env).invoke(localai, ["add", str(file), "--id", MODEL])
    assert added.exit_code == 0, added.output
    return env


@pytest.fixture
def terminal(home: dict[str, str]) -> Iterator[Open]:
    opened: list[Tmux] = []

    def start(command: Sequence[str], *, columns: int = 80, rows: int = 24, **env: str) -> Tmux:
        opened.append(Tmux(command, {**home, **env}, columns=columns, rows=rows))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


@pytest.fixture
def says(tmp_path: Path) -> Path:
    file = tmp_path / "answer.md"
    file.write_text(ANSWER, "utf-8")
    return file


def chat(terminal: Open, *args: str, columns: int = 80, rows: int = 24, **env: str) -> Tmux:
    shown = terminal([*LOCALAI, "chat", *args], columns=columns, rows=rows, **env)
    shown.until(r"(?m)^> *$")
    return shown


def scripted(terminal: Open, says: Path, *, columns: int = 80, rows: int = 40, **env: str) -> Tmux:
    command = [*SCRIPTED, "chat", MODEL]
    shown = terminal(command, columns=columns, rows=rows, SAYS=str(says), **env)
    shown.until(r"(?m)^> *$")
    return shown


def words(text: str) -> list[str]:
    return text.split()


def test_a_conversation(terminal: Open, home: dict[str, str]) -> None:
    talk = chat(terminal, "--max-tokens", "30")  # the best chat model that is here
    assert MODEL in talk.screen()
    talk.type("hello you", "Enter")
    shown = talk.until(r"30 tokens, [\d.]+ tokens/s, [\d.]+ s to the first,\s+seed\s+\d+")
    assert "max_tokens N" in shown
    talk.type("/set temperature 0.2", "Enter")
    talk.until("temperature: 0.2")
    talk.type("/retry", "Enter")
    talk.until(r"(?s)(30 tokens.*){2}")
    leave(talk)
    lines = Path(home["LOCALAI_DATA_DIR"]) / "chat-lines"
    assert stat.S_IMODE(lines.stat().st_mode) == 0o600
    assert "hello you" in lines.read_text("utf-8")


def leave(talk: Tmux) -> None:
    """End a program at its prompt; before that stands, Ctrl-D would be the terminal's own."""
    talk.until(r">\Z")
    talk.type("", "C-d")
    talk.until("left=0")


def cleared(talk: Tmux) -> None:
    """Take the typed text back; what is typed before the next prompt stands would be echoed."""
    talk.type("", "C-c")
    talk.until(r"\n>\Z")


def test_lines_come_back_and_are_completed(terminal: Open, home: dict[str, str]) -> None:
    first = chat(terminal, "--max-tokens", "5")
    first.type("remember me", "Enter")
    first.until("5 tokens")
    first.type("/exit", "Enter")
    first.until("left=0")
    talk = chat(terminal, "--max-tokens", "5")
    talk.type("", "Up")
    talk.until("> /exit")
    talk.type("", "Up")
    talk.until("> remember me")
    cleared(talk)
    talk.type("/sy")
    talk.until("what the model should be")  # the menu says what it does
    talk.type("", "Tab")
    talk.until("> /system")
    cleared(talk)
    talk.type("/set temper")
    talk.until(r"(?s)/set temper.*\n +temperature")
    talk.type("", "Tab")
    talk.until("> /set temperature")
    cleared(talk)
    talk.type("/model talk")
    talk.until(r"(?s)/model talk.*\n +@local/talker")
    talk.type("", "Tab")
    talk.until(f"> /model {MODEL}")
    cleared(talk)
    saved = Path(home["LOCALAI_DATA_DIR"]) / "a-long-name.json"
    talk.type(f"/save {saved}", "Enter")
    talk.until("Wrote 0 messages")
    talk.type(f"/load {saved.parent}/a-lo")
    talk.until(r"\n +a-long-name.json")
    talk.type("", "Tab")
    talk.until(r"a-long-name\.json\s*\Z")


@pytest.mark.parametrize("columns", [40, 80])
def test_markdown_is_coloured_wrapped_and_whole(terminal: Open, says: Path, columns: int) -> None:
    talk = scripted(terminal, says, columns=columns)
    talk.type("go", "Enter")
    shown = talk.until(r"to\s+the\s+first,")
    styled = talk.screen(styled=True)
    for code in ("\x1b[1m", "\x1b[3m", "\x1b[36m", "\x1b[4m", "\x1b[2m"):
        assert code in styled
    answer = shown[shown.index("A heading") : shown.index("The end.")]
    assert max(map(len, answer.split("\n"))) <= columns
    # Every word of the paragraph stands whole on some line.
    said = [re.sub(r"[*`]", "", word) for word in words(ANSWER.split("\n\n")[1])]
    at = answer.index("Some bold")
    assert words(answer[at:])[: len(said)] == said
    assert '    return f"hello {name}"' in answer
    assert "\N{BULLET} first item" in answer
    assert "price" in answer and "3.50" in answer and "|" not in answer


def test_an_answer_longer_than_the_screen_is_all_there(terminal: Open, tmp_path: Path) -> None:
    says = tmp_path / "long.md"
    lines = [f"line number {at} of **this** answer" for at in range(200)]
    says.write_text("\n".join(lines), "utf-8")
    talk = scripted(terminal, says, rows=10)
    talk.type("go", "Enter")
    talk.until("to the first,")
    everything = talk.screen(all_lines=True)
    found = re.findall(r"(?m)^line number (\d+) of this answer$", everything)
    assert found == [str(at) for at in range(200)]


def test_a_change_of_size_in_the_middle_loses_nothing(terminal: Open, tmp_path: Path) -> None:
    says = tmp_path / "long.md"
    count = 300
    says.write_text(" ".join(f"word{at}" for at in range(count)) + "\n\nThe end.", "utf-8")
    talk = scripted(terminal, says, columns=80, rows=30, PAUSE="0.006")
    talk.type("go", "Enter")
    talk.until("word30")
    talk.resize(40, 20)
    talk.until("word200", all_lines=True)
    talk.resize(100, 30)
    talk.until("to the first,")
    everything = talk.screen(all_lines=True)
    assert re.findall(r"word(\d+)", everything) == [str(at) for at in range(count)]
    late = everything[everything.index("word180") : everything.index("word199")]
    assert max(map(len, late.split("\n"))) < 40


def test_ctrl_c_stops_the_answer_and_not_the_program(terminal: Open) -> None:
    talk = chat(terminal, "--max-tokens", "30000")
    talk.type("go on for ever", "Enter")
    time.sleep(0.8)
    talk.type("", "C-c")
    talk.until(r"(?s)Stopped: \d+ tokens.*\n>\Z")
    talk.type("half a line")
    talk.until(r"> half a line\Z")
    talk.type("", "C-c")
    talk.until(r"half a line\n>\Z")
    talk.type("", "C-c")
    talk.until(r"(?s)Ctrl-D or /exit leaves.*\n>\Z")
    talk.type("/set max_tokens 5", "Enter")
    talk.until("max_tokens: 5")
    talk.type("and now", "Enter")
    talk.until(r"(?m)^5 tokens")
    leave(talk)


def test_ctrl_c_leaves_no_mark_in_an_answer(terminal: Open, tmp_path: Path) -> None:
    # A model of random weights may say ^C itself: this one says nothing but words.
    says = tmp_path / "long.md"
    says.write_text(" ".join(f"word{at}" for at in range(2000)), "utf-8")
    talk = scripted(terminal, says, PAUSE="0.005")
    talk.type("go", "Enter")
    talk.until("word50")
    talk.type("", "C-c")
    shown = talk.until("Stopped:")
    assert "^C" not in shown


def test_what_is_typed_during_an_answer_waits_for_its_end(terminal: Open, says: Path) -> None:
    talk = scripted(terminal, says, PAUSE="0.02")
    talk.type("go", "Enter")
    talk.until("A heading")
    talk.type("/help", "Enter")
    shown = talk.until("begin a new conversation")
    answer = shown[shown.index("A heading") : shown.index("The end.")]
    assert "/help" not in answer


def test_many_lines_are_one_message(terminal: Open, tmp_path: Path) -> None:
    talk = chat(terminal, "--max-tokens", "3", rows=50)
    file = tmp_path / "talk.json"
    talk.type("first\\", "Enter")
    talk.type("second", "M-Enter")
    talk.type("third", "Enter")
    talk.until("3 tokens")
    talk.paste("pasted\n\n  lines\n")
    talk.until("  lines")
    talk.type("", "Enter")
    talk.until(r"(?s)(3 tokens.*){2}")
    talk.type('"""', "Enter")
    talk.type("fenced", "Enter")
    talk.type("", "Enter")
    talk.type('text"""', "Enter")
    talk.until(r"(?s)(3 tokens.*){3}")
    talk.type(f"/save {file}", "Enter")
    talk.until("Wrote 6 messages")
    import json

    said = [m["content"] for m in json.loads(file.read_text("utf-8"))["messages"][::2]]
    assert said == ["first\nsecond\nthird", "pasted\n\n  lines", "fenced\n\ntext"]


def test_a_hostile_answer_stays_text(terminal: Open, tmp_path: Path) -> None:
    says = tmp_path / "hostile.md"
    says.write_text(
        "before\n\x1b[2J\x1b[H\x1b]0;owned\x07\x1b[31mred\x1b[?1049h\n```\n\x1b[2J\n```\nafter",
        encoding="utf-8",
    )
    talk = scripted(terminal, says)
    talk.type("go", "Enter")
    shown = talk.until("after")
    assert "before" in shown and "> go" in shown
    assert "\x1b[31m" not in talk.screen(styled=True)


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_without_colours_there_are_none(terminal: Open, says: Path, env: dict[str, str]) -> None:
    (name,) = env
    talk = scripted(terminal, says, **{name: env[name]})  # type: ignore[arg-type]
    talk.type("go", "Enter")
    talk.until("to the first")
    styled = talk.screen(styled=True)
    assert not re.search(r"\x1b\[(3|9)[0-7]m", styled)
    assert "**bold** words" in styled


def test_pipes_in_and_out(terminal: Open, tmp_path: Path, home: dict[str, str]) -> None:
    out = tmp_path / "out.txt"
    command = shlex.join([*LOCALAI, "chat", MODEL, "--max-tokens", "8", "--seed", "3"])
    piped = terminal(["sh", "-c", f"echo hi | {command} > {out}"])
    piped.until("left=0")
    text = out.read_text("utf-8")
    assert text.strip() and "\x1b" not in text and ">" not in text[:2]
    cut = terminal(["sh", "-c", f"echo hi | {command} --max-tokens 3000 | head -c 10; echo"])
    shown = cut.until("left=0")
    assert "Traceback" not in shown and "unexpected" not in shown
    # Typed at a terminal, answered into a file: the prompt stays out of it.
    typed = terminal(["sh", "-c", f"{command} > {out}"])
    typed.until(r"(?m)^> *$")
    typed.type("hi", "Enter")
    typed.until("8 tokens")
    leave(typed)
    assert out.read_text("utf-8") == text


def test_raw_prompts_reach_the_embedded_model(terminal: Open) -> None:
    talk = chat(terminal, "@localai/sql-tiny", "--max-tokens", "20")
    talk.type("/raw", "Enter")
    talk.until("raw>")
    talk.type("hello", "Enter")
    talk.until(r"\d+ tokens?, ")
    talk.type("/raw", "Enter")
    talk.until("The conversation goes on")


def sql(terminal: Open, *args: str, columns: int = 80, rows: int = 30) -> Tmux:
    shop = str(ROOT / "examples" / "shop.db")
    shown = terminal([*LOCALAI, "sql", "--db", shop, *args], columns=columns, rows=rows)
    shown.until(r"(?m)^shop\.db> *$")
    return shown


def test_a_sitting_with_a_database(terminal: Open) -> None:
    sitting = sql(terminal)
    sitting.type("How many customers are there in Berlin?", "Enter")
    sitting.until(r"(?s)SELECT.*customers.*shop\.db> *\Z")
    assert "\x1b[" in sitting.screen(styled=True)
    sitting.type("\\sch")
    sitting.until(r"\n +\\schema")
    sitting.type("", "Tab")
    sitting.until(r"> \\schema")
    sitting.type("", "C-c")
    sitting.until(r"shop\.db>\Z")
    sitting.type("", "Up")
    sitting.until("> How many customers")
    sitting.type("", "C-c")
    sitting.until(r"shop\.db>\Z")
    leave(sitting)


def test_rows_are_wrapped_at_forty_columns(terminal: Open) -> None:
    sitting = sql(terminal, columns=40)
    sitting.type("SELECT * FROM customers LIMIT 3", "Enter")
    shown = sitting.until(r"(?s)joined_on.*shop\.db> *\Z", all_lines=True)
    assert max(map(len, shown.split("\n"))) <= 40


def test_ctrl_c_ends_a_query_and_a_resize_does_no_harm(terminal: Open) -> None:
    sitting = sql(terminal)
    slow = "SELECT COUNT(*) FROM orders a" + "".join(f" CROSS JOIN orders {n}" for n in "bcdefgh")
    sitting.type(slow, "Enter")
    sitting.until("Looking into the database")
    sitting.resize(50, 20)
    time.sleep(0.3)
    sitting.type("", "C-c")
    sitting.until(r"(?s)Stopped\..*shop\.db> *\Z")
    sitting.type("SELECT 1 + 1 AS two", "Enter")
    sitting.until(r"(?s)two.*2.*shop\.db> *\Z")


def test_sql_pipes_are_plain(terminal: Open, tmp_path: Path) -> None:
    out = tmp_path / "rows.txt"
    shop = ROOT / "examples" / "shop.db"
    command = shlex.join([*LOCALAI, "sql", "--db", str(shop)])
    piped = terminal(["sh", "-c", f"echo 'SELECT 1 AS one' | {command} > {out}"])
    piped.until("left=0")
    assert "one" in out.read_text("utf-8")
    assert "\x1b" not in out.read_text("utf-8")
    assert os.path.getsize(out) < 1000


def test_many_ctrl_c_at_once_harm_no_prompt(terminal: Open) -> None:
    for prompt in (chat(terminal, "--max-tokens", "5"), sql(terminal)):
        for _ in range(15):
            prompt.type("x", "C-c", "C-c")
        # One that comes between two prompts may leave the letter before it, but no mark.
        prompt.type("end")
        prompt.until(r"> ?x*end\Z")
        prompt.type("", "C-c")
        prompt.until(r">\Z")
        shown = prompt.screen(all_lines=True)
        assert not re.search(r"Traceback|KeyboardInterrupt|\^C", shown)
        leave(prompt)
