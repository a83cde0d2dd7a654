"""Makes the README's pictures from the real thing: python scripts/screenshots.py [FOLDER].

It starts `localai serve --db examples/shop.db`, drives its page in Chromium with the model inside
the package, and writes PNG files of less than 150 kB each. Tools and enumerations keep that model,
which can only write SQL, to answers that make sense.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
MOST_BYTES = 150_000
TELEPHONE = {"width": 360, "height": 700}
DESK = {"width": 1160, "height": 720}
SEED = "7"

TOOLS = [
    {
        "name": "get_weather",
        "description": "The weather in a city, now.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"enum": ["Bonn"]}, "unit": {"enum": ["celsius"]}},
            "required": ["city", "unit"],
        },
    }
]
SCHEMA = {
    "type": "object",
    "properties": {
        "mood": {"enum": ["positive"]},
        "topics": {"type": "array", "items": {"enum": ["delivery"]}, "minItems": 1, "maxItems": 1},
        "reply_needed": {"const": True},
    },
    "required": ["mood", "topics", "reply_needed"],
}
QUESTION = "How many orders were placed in each city?"


@contextmanager
def served() -> Iterator[tuple[str, str]]:
    """A server in a home of its own: its URL and its key."""
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "LOCALAI_CONFIG_DIR": home, "LOCALAI_DATA_DIR": home}
        command = [sys.executable, "-m", "localai", "serve", "--port", "0", "--json"]
        command += ["--db", str(ROOT / "examples" / "shop.db"), "--model", "@localai/sql-tiny"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=env)
        try:
            assert server.stdout is not None
            ready = json.loads(server.stdout.readline())
            yield ready["url"], ready["key"]
        finally:
            server.terminate()
            server.wait(20)


def settled(page: Any) -> None:
    """An answer is whole, and nothing blinks."""
    page.locator("article.answer .figures").last.wait_for()
    page.evaluate("document.activeElement.blur()")


def ask_for_json(page: Any) -> None:
    page.get_by_role("heading", name="Tools and JSON").click()
    page.get_by_label("Answer as").select_option("json_schema")
    page.locator("#schema-text").fill(json.dumps(SCHEMA, indent=2))
    page.locator("#p-seed").fill(SEED)
    page.locator("#message").fill(
        "Judge this: “It came a day early and works like new, thank you!”"
    )
    page.keyboard.press("Enter")
    settled(page)
    page.get_by_label("Answer as").select_option("text")


def call_a_tool(page: Any) -> None:
    page.get_by_role("heading", name="Tools and JSON").click()
    page.locator("#p-seed").fill(SEED)
    page.locator("#tools-text").fill(json.dumps(TOOLS, indent=2))
    page.get_by_label("Which to call").select_option("get_weather")
    page.locator("#message").fill("Do I need an umbrella in Bonn?")
    page.keyboard.press("Enter")
    page.get_by_label("Result of get_weather").fill('{"sky": "rain", "degrees": 11}')
    page.locator("aside.settings").evaluate("(panel) => panel.scrollTo(0, 0)")
    settled(page)


def models(page: Any) -> None:
    page.locator("#model-button").click()
    page.locator("#model-search").fill("coder")


def sql(page: Any) -> None:
    page.get_by_role("link", name="SQL").click()
    page.locator(".tree").wait_for(state="attached")
    page.get_by_label("Question", exact=True).fill(QUESTION)
    page.keyboard.press("Enter")
    page.locator(".outcome:not([aria-busy]) .results > :not([role=status])").first.wait_for()
    page.evaluate("document.activeElement.blur()")


PICTURES: dict[str, tuple[Callable[[Any], None], dict[str, Any]]] = {
    "chat": (call_a_tool, {"viewport": DESK}),
    "answer": (ask_for_json, {"viewport": DESK}),
    "models": (models, {"viewport": {"width": 1080, "height": 680}}),
    "sql": (sql, {"viewport": DESK}),
    "telephone": (sql, {"viewport": TELEPHONE, "color_scheme": "dark"}),
}


def main(folder: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    folder.mkdir(parents=True, exist_ok=True)
    with served() as (url, key), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, (act, options) in PICTURES.items():
            page = browser.new_context(**options).new_page()
            page.goto(f"{url}/#key={key}")
            page.locator("html[data-ready]").wait_for()
            act(page)
            file = folder / f"{name}.png"
            page.screenshot(path=file, animations="disabled")
            size = file.stat().st_size
            assert size < MOST_BYTES, f"{file} has {size} bytes"
            print(f"{file}: {size} bytes")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures")
