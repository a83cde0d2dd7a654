"""A window that answers questions about a database in plain words, offline. Tk, nothing more.

    python examples/desktop_sql.py                 # the shop beside this file
    python examples/desktop_sql.py sales.csv       # any file, folder or URL that localai opens

To copy from it: all windows share one LocalAI, and its model. Only Tk's own thread touches Tk:
whatever takes time has a thread (`App.beside`) and tells what comes of it through a queue
(`App.tell`), which is emptied a little at a time. A question can be cancelled, and a window closed,
at any moment.
"""

from __future__ import annotations

import argparse
import queue
import threading
import time
import tkinter as tk
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tkinter import filedialog, ttk
from typing import Any

from localai import Event, LocalAI, LocalAIError, Progress, TextDelta, errors

SHOP, MODEL = Path(__file__).parent / "shop.db", "@localai/sql-tiny"
TICK, SLICE = 10, 0.008  # milliseconds between two looks into the queue, seconds of work at each
ROWS, AT_ONCE = 500, 50  # rows of an answer, and how many of them are shown at a time
INK, FAINT, PAPER, WHITE = "#1d2530", "#6b7789", "#f3f5f8", "#ffffff"
LINE, PALE, BLUE, RED = "#dde3ea", "#b9c6e2", "#2457c5", "#b3261e"


class App:
    """The program: one LocalAI, any number of windows, and the way from threads back to Tk."""

    def __init__(self, database: str | Path = SHOP, model: str = MODEL) -> None:
        self.ai = LocalAI(offline=True)
        self.model = model
        self.loaded: float | None = 0.0  # of 1.0; None where the model cannot be had
        self.windows: list[Window] = []
        self._threads: list[threading.Thread] = []
        self._told: queue.SimpleQueue[Callable[[], Any]] = queue.SimpleQueue()
        self.root = tk.Tk()
        self.root.withdraw()
        style(self.root)
        self.open(database)
        self.beside(self._load)
        self._next = self.root.after(TICK, self._listen)

    def run(self) -> None:
        """Until the last window is closed. Then all is out of sight at once, and what still runs is
        ended and waited for."""
        self.root.mainloop()
        self.root.after_cancel(self._next)
        self.root.destroy()
        self.ai.close()
        for thread in self._threads:
            thread.join()

    def open(self, database: str | Path) -> None:
        self.windows.append(Window(self, database))

    def forget(self, window: Window) -> None:
        self.windows.remove(window)
        if not self.windows:
            self.root.quit()

    def beside(self, work: Callable[[], None]) -> None:
        """Do something on a thread of its own. It must not touch Tk."""
        self._threads = [one for one in self._threads if one.is_alive()]
        self._threads.append(threading.Thread(target=work))
        self._threads[-1].start()

    def tell(self, what: Callable[..., Any], *arguments: Any) -> None:
        """From any thread: have something called on Tk's."""
        self._told.put(partial(what, *arguments))

    def _listen(self) -> None:
        until = time.monotonic() + SLICE
        while not self._told.empty() and time.monotonic() < until:
            self._told.get()()
        self._next = self.root.after(TICK, self._listen)

    def _load(self) -> None:
        def on_progress(done: float) -> None:
            self.loaded = done
            self.tell(self._each, Window.show_load)

        try:
            self.ai.load(self.model, on_progress=on_progress)
        except LocalAIError as error:
            self.loaded = None
            self.tell(self._each, Window.show_fault, error)

    def _each(self, show: Callable[..., None], *what: Any) -> None:
        for window in self.windows:
            show(window, *what)


class Window(tk.Toplevel):
    """A question over its SQL and its rows, for one database."""

    def __init__(self, app: App, database: str | Path) -> None:
        super().__init__(app.root, background=PAPER)
        self.app = app
        self.turn = 0  # what an earlier one still tells is not shown
        self.cancel: Callable[[], None] = lambda: None
        self.protocol("WM_DELETE_WINDOW", self.close)
        self._build()
        self.choose(database)

    def choose(self, database: str | Path) -> None:
        """Look into another database."""
        self.database, self.name = str(database), Path(database).name
        self._begin(f"Opening {self.name} ...")
        self._beside(lambda: self.app.ai.schema(database), self._show_schema)

    def ask(self) -> None:
        """Answer what is in the box."""
        if self.go.instate(["disabled"]):
            return
        turn = self._begin("Thinking ...")
        inquiry = self.app.ai.inquiry(
            self.database,
            self.question.get(),
            model=self.app.model,
            max_rows=ROWS,
            on_event=lambda event: self._tell(turn, self._show_event, event),
        )
        self.cancel = inquiry.cancel
        self.stop.state(["!disabled"])
        self._beside(inquiry.answer, self._show_answer)

    def close(self) -> None:
        """Out of sight at once; a question that still runs is cancelled."""
        self.cancel()
        self.turn = -1
        self.destroy()
        self.app.forget(self)

    def _beside(self, work: Callable[[], Any], show: Callable[[Any], None]) -> None:
        """Do something on a thread, and show what comes of it, unless it is out of date then."""
        turn = self.turn

        def run() -> None:
            try:
                outcome = work()
            except LocalAIError as error:
                self._tell(turn, self.show_fault, error)
            else:
                self._tell(turn, show, outcome)

        self.app.beside(run)

    def _tell(self, turn: int, show: Callable[[Any], None], what: Any) -> None:
        self.app.tell(lambda: show(what) if turn == self.turn else None)

    def show_load(self) -> None:
        done = self.app.loaded
        if done is not None and done < 1:
            self._say(f"Loading {self.app.model}: {done:.0%}", done)
        elif done and self.stop.instate(["disabled"]):
            self._say(f"{self.app.model} is ready.")

    def show_fault(self, error: LocalAIError) -> None:
        if isinstance(error, errors.Cancelled):
            self._end("Cancelled.")
        else:
            self._write(f"{error.message}\n{error.hint}".strip(), "fault")
            self._end("That did not work.", " - failed")

    def _show_schema(self, schema: Any) -> None:
        self.about.configure(text=f"{self.name}: {', '.join(one.name for one in schema.tables)}")
        self.go.state(["!disabled"])
        self._end("Ask what you like.")
        self.show_load()

    def _show_event(self, event: Event) -> None:
        if isinstance(event, Progress):
            self._say("Reading the schema ...", event.computed / max(1, event.total))
        elif isinstance(event, TextDelta):
            self._say("Writing SQL ...", 1.0)
            self._write(self.sql.get("1.0", "end-1c") + event.text, "draft")

    def _show_answer(self, answer: Any) -> None:
        self._write(answer.sql or answer.reason, "" if answer.sql else "fault")
        rows = f"{len(answer.rows)} rows{' and more' if answer.truncated else ''}"
        count = rows if answer.sql else "No answer"
        self._end(f"{count}. {answer.explanation or ''}", f" - {count}")
        # Two columns may have one name, so the grid's own names are numbers.
        self.rows.configure(columns=[str(number) for number in range(len(answer.columns))])
        for number, name in enumerate(answer.columns):
            right = any(isinstance(row[number], int | float) for row in answer.rows)
            self.rows.heading(number, text=name, anchor="e" if right else "w")
            self.rows.column(number, anchor="e" if right else "w", width=140)
        self._show_rows(answer.rows)

    def _show_rows(self, rows: tuple[tuple[Any, ...], ...]) -> None:
        for row in rows[:AT_ONCE]:
            cells = ["NULL" if cell is None else str(cell) for cell in row]
            odd = len(self.rows.get_children()) % 2
            self.rows.insert("", "end", values=cells, tags=("odd",) if odd else ())
        if rows[AT_ONCE:]:
            self._tell(self.turn, self._show_rows, rows[AT_ONCE:])

    def _begin(self, saying: str) -> int:
        self.cancel()
        self.turn += 1
        self._write("")
        self.rows.configure(columns=())
        self.rows.delete(*self.rows.get_children())
        self._say(saying)
        return self.turn

    def _end(self, saying: str, title: str = "") -> None:
        self.cancel = lambda: None
        self.stop.state(["disabled"])
        self.title(f"{self.name}{title}")
        self._say(saying)

    def _say(self, text: str, done: float = 0.0) -> None:
        self.status.configure(text=text)
        self.bar.configure(value=done)

    def _write(self, text: str, tag: str = "") -> None:
        self.sql.configure(state="normal")
        self.sql.replace("1.0", "end", text, tag)
        self.sql.configure(state="disabled")

    def _build(self) -> None:
        self.geometry("860x640")
        self.about, self.status = (ttk.Label(self, style="Faint.TLabel") for _ in range(2))
        top, bottom = ttk.Frame(self), ttk.Frame(self)
        self.question = ttk.Entry(top, font="TkHeadingFont")
        self.go = ttk.Button(top, text="Ask", style="Go.TButton", command=self.ask)
        self.stop = ttk.Button(top, text="Stop", command=lambda: self.cancel())
        self.bar = ttk.Progressbar(self, maximum=1.0)
        self.sql = tk.Text(self, height=10, wrap="word", font="TkFixedFont", foreground=INK)
        self.sql.configure(relief="flat", padx=10, pady=8, highlightthickness=0, background=WHITE)
        self.sql.tag_configure("draft", foreground=FAINT)
        self.sql.tag_configure("fault", foreground=RED, font="TkDefaultFont")
        self.rows = ttk.Treeview(bottom, show="headings", columns=())
        self.rows.tag_configure("odd", background=PAPER)
        scroll = ttk.Scrollbar(bottom, command=self.rows.yview)
        self.rows.configure(yscrollcommand=scroll.set)
        for widget in (self.stop, self.go):
            widget.state(["disabled"])
            widget.pack(side="right", padx=(6, 0))
        self.question.pack(fill="x", expand=True)
        scroll.pack(side="right", fill="y")
        self.rows.pack(fill="both", expand=True)
        self.status.pack(side="bottom", fill="x", padx=12, pady=8)
        self.status.bind("<Configure>", lambda at: self.status.configure(wraplength=at.width - 12))
        for part, pady in ((self.about, (10, 2)), (top, 4), (self.bar, (4, 0)), (self.sql, 0)):
            part.pack(fill="x", padx=12, pady=pady)
        bottom.pack(fill="both", expand=True, padx=12, pady=(8, 0))
        self.question.bind("<Return>", lambda _: self.ask())
        self.bind("<Escape>", lambda _: self.cancel())
        self.question.focus_set()
        self._build_menu()

    def _build_menu(self) -> None:
        bar = tk.Menu(self, background=PAPER, borderwidth=0, relief="flat")
        menu = tk.Menu(bar, background=PAPER, tearoff=False)
        for label, key, command in (
            ("New window", "n", lambda: self.app.open(self.database)),
            ("Open database ...", "o", self._pick),
            ("Close window", "w", self.close),
        ):
            menu.add_command(label=label, accelerator=f"Ctrl+{key.upper()}", command=command)
            self.bind(f"<Control-{key}>", partial(lambda call, _: call(), command))
        bar.add_cascade(label="File", menu=menu)
        self.configure(menu=bar)

    def _pick(self) -> None:
        if chosen := filedialog.askopenfilename(parent=self, title="Open a database"):
            self.choose(chosen)


def style(root: tk.Tk) -> None:
    """Quiet colours, on the theme that takes them on every system."""
    look = ttk.Style(root)
    look.theme_use("clam")
    look.configure(".", background=PAPER, foreground=INK, bordercolor=LINE, troughcolor=LINE)
    look.configure("Faint.TLabel", foreground=FAINT)
    look.configure("TEntry", fieldbackground=WHITE, padding=7)
    look.configure("TButton", padding=(14, 7), relief="flat")
    look.configure("Go.TButton", background=BLUE, foreground=WHITE)
    look.map("Go.TButton", background=[("disabled", PALE)], foreground=[("disabled", WHITE)])
    look.configure("Horizontal.TProgressbar", thickness=5, background=BLUE, borderwidth=0)
    look.configure("Treeview", fieldbackground=WHITE, background=WHITE, rowheight=26)
    look.configure("Treeview.Heading", background=LINE, padding=(6, 5), relief="flat")


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description="Ask a database in plain words.")
    reader.add_argument("database", nargs="?", default=SHOP, help="a file, folder or URL")
    reader.add_argument("--model", default=MODEL, help="its ID (default: %(default)s)")
    App(**vars(reader.parse_args())).run()
