"""What the page must never do, and what everybody can do with it: hostile answers, keys, weight."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from localai.reply import Finished, TextDelta, Usage
from tests.screens.conftest import ROOT, Server, serving
from tests.screens.scripted import scripted
from tests.screens.test_playground import ready, say
from tests.server.fake_runtime import play

expect = pytest.importorskip("playwright.sync_api").expect

Open = Callable[..., Any]
MOST_BYTES = 150_000

HOSTILE = """<script>window.harmed = 1</script> <img src=x onerror="window.harmed = 2">
<svg onload="window.harmed = 3"></svg><iframe src="https://evil.example/"></iframe>

[press](javascript:window.harmed=4) [data](data:text/html,<script>window.harmed=5</script>)
[a <b>link</b>](https://evil.example/?q=<script>) ![picture](https://evil.example/spy.png)
<https://evil.example/auto> <a href="javascript:window.harmed=6">x</a> https://plain.example/way.

```html"><script>window.harmed = 7</script>
</code></pre><script>window.harmed = 8</script>
```

| <b>a</b> | <img src=https://evil.example/t.png> |
|---|---|
| `<script>window.harmed=9</script>` | **<i>bold</i>** |

> <style>body { display: none }</style>
1. <form action=https://evil.example><button>go</button></form>
"""


def test_a_hostile_answer_stays_text(open_page: Open, tmp_path: Path) -> None:
    pieces = [TextDelta(HOSTILE[at : at + 7]) for at in range(0, len(HOSTILE), 7)]
    with scripted(tmp_path, play(*pieces, Finished("stop", Usage(3, 2)))) as (live, _):
        page = ready(open_page(live.url))
        say(page, "<img src=x onerror='window.harmed = 10'>")
        page.locator("article .figures").wait_for()
        body = page.locator("article.answer .body")
        for text in (
            "<script>window.harmed = 1</script>",
            "<iframe src=",
            "<style>body",
            "[press](",
        ):
            assert text in body.inner_text()
        assert "</code></pre><script>" in body.locator("figure.code").inner_text()
        links = body.locator("a")
        assert links.count() >= 3
        for link in links.all():
            assert link.get_attribute("href").startswith(("https://evil.", "https://plain."))
            assert "noopener" in link.get_attribute("rel")
            assert "example" in link.inner_text()
        made = (
            "script, img, svg:not(.icon), iframe, style, form, object, embed, [onerror], [onload]"
        )
        assert body.locator(made).count() == 0
        assert page.evaluate("window.harmed") is None
        page.reload()
        ready(page)
        page.locator("article .figures").wait_for()
        assert page.evaluate("window.harmed") is None


NASTY = ["*" * 30_000, "[" * 30_000, "`" * 20_001, "> " * 5_000 + "x", "_a" * 15_000, "- " * 8_000,
         "|-" * 9_000 + "\n" + "|-" * 9_000, "https://" * 3_000, "**a" * 3_000, "[a](" * 2_000,
         "\n".join(" " * depth + "- x" for depth in range(300)), "# a" + " " * 50_000 + "x",
         "```" + " " * 50_000 + "`", "~~~" + "a" * 50_000 + "`", "|\n" + " " * 50_000 + "-x",
         "# " + " #" * 30_000 + "x"]  # fmt: skip


def test_no_text_stalls_the_page(page: Any) -> None:
    ready(page)
    for text in NASTY:
        took = page.evaluate(
            """async (text) => {
              const { render } = await import("/playground/markdown.js");
              const begun = performance.now();
              render(document.createElement("div"), text);
              return performance.now() - begun;
            }""",
            text,
        )
        assert took < 2000, (text[:20], took)


GROWING = """- one
- **two** and `code`

  more of it
- [x] three

```python
def f(x):  # a comment
    return "text" + 1
```

| a | b |
|---|---|
| 1 | *2* |
| 3 | 4 |

> quoted
> on

3. last
<b>end</b>"""


def test_a_text_that_grows_looks_as_one_that_came_whole(page: Any) -> None:
    ready(page)
    grown, whole, copied, kept = page.evaluate(
        """async (text) => {
          const { render } = await import("/playground/markdown.js");
          await import("/playground/highlight.js");
          render(document.createElement("div"), "```sql\\nSELECT 1\\n```");
          await new Promise((done) => setTimeout(done, 50));
          let copied = "";
          Object.defineProperty(navigator, "clipboard", {
            value: { writeText: async (given) => { copied = given; } } });
          const [grown, whole] = [0, 1].map(() => document.createElement("div"));
          render(grown, text.slice(0, 3));
          const first = grown.querySelector("li");
          for (let at = 4; at <= text.length; at += 1) render(grown, text.slice(0, at));
          render(whole, text);
          grown.querySelector("figure button").click();
          return [grown.innerHTML, whole.innerHTML, copied, first === grown.querySelector("li")];
        }""",
        GROWING,
    )
    assert whole == grown.replace(">Copied<", ">Copy<")
    assert 'class="s"' in whole
    assert copied == 'def f(x):  # a comment\n    return "text" + 1'
    assert kept, "what stands is not made anew"


FOCUSED = """() => {
  const e = document.activeElement;
  if (e === document.body) return -1;
  window.ids ??= new Map();
  if (!window.ids.has(e)) window.ids.set(e, window.ids.size);
  return window.ids.get(e);
}"""


def walked(page: Any, most: int = 300) -> int:
    """Presses Tab from the end of the page, through all of it, to its end again; how many stops."""
    ends, stops = 0, 0
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) < 0:
            ends += 1
            if ends == 2:
                return stops
        stops += ends
    raise AssertionError("Tab never came to an end")


REACHABLE = """() => [
  ...document.querySelectorAll("button, input, select, textarea, a[href], summary")]
  .filter((e) => e.checkVisibility({visibilityProperty: true}) && !e.disabled
     && e.tabIndex >= 0 && !e.closest("[inert]"))
  .filter((e) => !window.ids.has(e)).map((e) => e.outerHTML.slice(0, 120))"""


def unnamed(page: Any) -> list[Any]:
    """What can have the focus and has no name for a screen reader."""
    client = page.context.new_cdp_session(page)
    nodes = client.send("Accessibility.getFullAXTree")["nodes"]
    found = []
    for node in nodes:
        if node.get("ignored"):
            continue
        focusable = any(
            one["name"] == "focusable" and one["value"].get("value")
            for one in node.get("properties", [])
        )
        role = node["role"]["value"]
        if (
            focusable
            and role not in ("RootWebArea", "main")
            and not node.get("name", {}).get("value")
        ):
            found.append((role, node.get("properties")))
    return found


@pytest.mark.parametrize("width", [1280, 360])
def test_every_control_is_reached_by_keyboard_and_named(
    open_page: Open, tiny_server: Server, width: int
) -> None:
    page = ready(open_page(tiny_server.url, viewport={"width": width, "height": 800}))
    page.locator("#p-max_tokens").fill("6") if width > 1000 else None
    say(page, "Hello")
    page.locator("article .figures").wait_for()
    for details in page.locator("details:not([open]) > summary").all():
        if details.is_visible():
            details.click()
    reached = walked(page)
    assert reached > (25 if width > 1000 else 8)
    assert page.evaluate(REACHABLE) == []
    assert unnamed(page) == []
    if width < 1000:
        page.get_by_role("button", name="Settings").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#p-temperature")).to_be_visible()
        assert unnamed(page) == []
        page.keyboard.press("Escape")
        expect(page.locator("#p-temperature")).not_to_be_visible()
        page.get_by_role("button", name="Conversations").press("Enter")
        expect(page.get_by_role("button", name="New conversation", exact=True)).to_be_visible()
        page.keyboard.press("Escape")
    for opener in ("#model-button", "#code-button"):
        page.locator(opener).focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog")).to_be_visible()
        assert unnamed(page) == []
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert page.evaluate("document.activeElement.id") == opener[1:]


def test_nothing_is_wider_than_a_telephone(open_page: Open, tiny_server: Server) -> None:
    page = ready(open_page(tiny_server.url, viewport={"width": 360, "height": 740}))
    say(page, "Hello")
    page.locator("article .figures").wait_for()
    for view in ("chat", "prompt"):
        page.goto(f"{tiny_server.url}/#{view}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


MANY = """() => {
  for (let i = 0; i < 40; i += 1) {
    const turns = [{ role: "user", content: `Question ${i}` }];
    const talk = { id: `t${i}`, title: "long ".repeat(30), updated: i, model: "m", turns };
    localStorage.setItem(`localai.talk.t${i}`, JSON.stringify(talk));
  }
}"""


@pytest.mark.parametrize("width", [360, 640, 1280])
def test_only_its_parts_scroll(open_page: Open, tiny_server: Server, width: int) -> None:
    page = ready(open_page(tiny_server.url, viewport={"width": width, "height": 500}))
    page.evaluate(MANY)
    page.reload()
    ready(page)
    root = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    assert page.evaluate(root) == [width, 500]
    page.locator("#model-button").click()
    expect(page.get_by_role("combobox", name="Search models")).to_be_in_viewport()


def test_colours_follow_the_system_and_the_toggle(open_page: Open, tiny_server: Server) -> None:
    page = ready(open_page(tiny_server.url, color_scheme="dark"))
    paper = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(paper)
    page.get_by_role("button", name="Light colours").click()
    light = page.evaluate(paper)
    assert light != dark
    page.reload()
    ready(page)
    assert page.evaluate(paper) == light


def weigh(page: Any) -> dict[str, int]:
    """The bytes, uncompressed, of each file that the page has loaded."""
    found: dict[str, int] = page.evaluate(
        """() => Object.fromEntries(
          ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
            .map((one) => [new URL(one.name).pathname, one.decodedBodySize]))"""
    )
    return {
        path: size for path, size in found.items() if path.startswith("/playground/") or path == "/"
    }


def test_it_is_small_and_soon_usable(open_page: Open, tiny_server: Server) -> None:
    page = ready(open_page(tiny_server.url))
    first = sum(weigh(page).values())
    shown, usable = page.evaluate(
        """() => [performance.getEntriesByType("paint").at(-1).startTime,
                  performance.getEntriesByName("usable")[0].startTime]"""
    )
    page.locator("#code-button").click()
    page.locator(".pane code .s").first.wait_for()
    files = weigh(page)
    print(f"chat: {first} bytes; with its code {len(files)} files, {sum(files.values())} bytes; "
          f"first paint {shown:.0f} ms, usable {usable:.0f} ms")  # fmt: skip
    assert 15 < len(files)
    assert min(files.values()) > 0
    assert sum(files.values()) < MOST_BYTES
    assert usable < 5000


def test_the_sql_page_is_small_too(open_page: Open, own_directories: None) -> None:
    with serving("--db", str(ROOT / "examples" / "shop.db")) as server:
        page = open_page(f"{server.url}/#sql")
        page.locator("#asked").fill(server.key)
        page.keyboard.press("Enter")
        page.locator("#sql textarea").first.wait_for()
        files = weigh(page)
        page.context.close()
        print(f"SQL: {len(files)} files, {sum(files.values())} bytes")
        assert sum(files.values()) < MOST_BYTES
