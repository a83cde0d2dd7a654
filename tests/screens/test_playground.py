"""The chat page on real servers: streaming, stopping, parameters, conversations, errors."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from localai.dialects.workers_ai_input import INTEGERS, NUMBERS
from localai.errors import ContextExceeded, Overloaded
from localai.reply import Failed, Finished, TextDelta, ToolCallDelta, Usage
from localai.request import ToolCall
from localai.runtime import Runtime, RuntimeConfig
from localai.server import create_app
from tests.screens.conftest import Faults, Server, serving
from tests.screens.scripted import scripted
from tests.server.fake_runtime import play, talk_on
from tests.server.live import eventually, serve

expect = pytest.importorskip("playwright.sync_api").expect

Open = Callable[..., Any]
SQL_TINY = "@localai/sql-tiny"
ANSWERED = "article.answer .figures [data-figure=finish]"


def say(page: Any, text: str) -> None:
    page.get_by_role("textbox", name="Message", exact=True).fill(text)
    page.keyboard.press("Enter")


def figure(page: Any, name: str) -> str:
    return str(page.locator(f"article.answer [data-figure={name}]").last.inner_text())


def answer_of(page: Any) -> str:
    page.locator(ANSWERED).last.wait_for()
    return str(page.locator("article.answer .body").last.inner_text())


def idle(page: Any) -> None:
    expect(page.locator("article.answer.active")).to_have_count(0)


def ready(page: Any) -> Any:
    page.locator("html[data-ready]").wait_for()
    return page


def test_an_answer_comes_token_by_token(open_page: Open, long_talker: Path) -> None:
    with talking(long_talker) as (live, _):
        page = ready(open_page(f"{live.url}/?model=@local/long"))
        page.evaluate(
            """() => {
              window.states = new Set();
              new MutationObserver(() => {
                const body = document.querySelector("article.answer .body");
                if (body) window.states.add(body.textContent.length);
              }).observe(document.querySelector("#transcript"),
                {childList: true, subtree: true, characterData: true});
            }"""
        )
        page.locator("#p-max_tokens").fill("200")
        say(page, "Say something.")
        text = answer_of(page)
        states = sorted(page.evaluate("() => [...window.states]"))
        # The page may draw several tokens at once, but not the whole answer.
        assert len(states) >= 5, states
        assert states[-1] >= len(text.strip())
        assert re.fullmatch(r"\d+ tokens", figure(page, "tokens"))
        assert re.search(r"tokens/s", figure(page, "rate"))
        assert re.fullmatch(r"first after \d+\.\d\d s", figure(page, "first"))
        assert re.search(r"seed\s+\d+", figure(page, "seed"))


def test_stop_frees_the_slot_at_once(open_page: Open, long_talker: Path) -> None:
    # Other programs on the machine only ever add to the time: the shortest of three says it.
    with talking(long_talker) as (live, runtime):
        assert min(_stopped(open_page, live, runtime) for _ in range(3)) < 1


def _stopped(open_page: Open, live: Any, runtime: Runtime) -> float:
    """Seconds from the press of Stop, in the midst of an answer, until its slot is free."""
    page = ready(open_page(f"{live.url}/?model=@local/long"))
    page.locator("#p-max_tokens").fill("3000")
    say(page, "Go on for ever.")
    expect(page.locator("article .body")).to_contain_text(re.compile(r"[\s\S]{200}"))
    (resident,) = runtime.status()
    assert resident.users == 1
    freed: list[float] = []

    def watch() -> None:
        eventually(lambda: resident.users == 0)
        freed.append(time.time())

    watcher = threading.Thread(target=watch)
    watcher.start()
    page.evaluate(
        """() => addEventListener("click", () => { window.pressed = Date.now(); }, true)"""
    )
    page.get_by_role("button", name="Stop").click()
    watcher.join()
    took = freed[0] - float(page.evaluate("window.pressed")) / 1000
    print(f"slot free {took * 1000:.0f} ms after the press")
    page.locator("[data-figure=finish]", has_text="stopped by you").wait_for()
    assert len(answer_of(page)) > 200
    return took


def test_parameters_reach_the_engine(page: Any) -> None:
    ready(page)
    page.locator("#p-max_tokens").fill("4")
    page.locator("#p-seed").fill("4711")
    say(page, IN_SLOTS)
    first = answer_of(page)
    assert figure(page, "tokens") == "4 tokens"
    assert figure(page, "finish") == "cut at the most tokens"
    page.get_by_role("button", name="Answer again").click()
    idle(page)
    assert answer_of(page) == first
    page.locator("#p-seed").fill("")
    page.locator("#p-temperature").fill("0")
    texts = set()
    for _ in range(2):
        page.get_by_role("button", name="Answer again").click()
        idle(page)
        texts.add(answer_of(page))
    assert len(texts) == 1


def test_a_drawn_seed_is_shown_and_can_be_used_again(page: Any) -> None:
    ready(page)
    page.locator("#p-max_tokens").fill("30")
    page.locator("#p-temperature").fill("2")
    say(page, "Anything")
    first = answer_of(page)
    page.get_by_role("button", name=re.compile("Reuse the seed")).click()
    assert page.locator("#p-seed").input_value() in figure(page, "seed")
    page.get_by_role("button", name="Answer again").click()
    idle(page)
    assert answer_of(page) == first


def test_every_parameter_has_the_range_of_the_dialect(page: Any) -> None:
    ready(page)
    page.get_by_text("Penalties and stop texts").click()
    for name, (least, most) in {**NUMBERS, **INTEGERS}.items():
        field = page.locator(f"#p-{name}")
        assert float(field.get_attribute("min")) == least
        if most is not None:
            assert float(field.get_attribute("max")) == most
    page.locator("#p-top_k").fill("51")
    assert page.locator("#p-top_k").get_attribute("aria-invalid") == "true"
    assert page.get_by_text("Top k: a whole number from 1 to 50.").is_visible()
    say(page, "x")
    page.locator("#message-fault", has_text="Top k").wait_for()
    assert page.locator("article").count() == 0


def test_a_conversation_outlives_a_reload(page: Any) -> None:
    ready(page)
    page.locator("#p-max_tokens").fill("12")
    say(page, "The first question")
    text = answer_of(page)
    page.reload()
    ready(page)
    assert answer_of(page) == text
    assert page.get_by_text("The first question").first.is_visible()
    assert page.locator("#p-max_tokens").input_value() == "12"
    page.get_by_role("button", name="New conversation", exact=True).click()
    assert page.locator("article").count() == 0
    say(page, "The second question")
    answer_of(page)
    page.get_by_role("button", name="Rename The second question").click()
    page.get_by_label("Title").fill("Cities")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Rename Cities")).to_be_focused()
    page.get_by_role("button", name="The first question", exact=True).click()
    assert answer_of(page) == text
    page.get_by_role("button", name="Delete Cities").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator("#talks li")).to_have_count(1)
    expect(page.get_by_role("button", name="The first question", exact=True)).to_be_focused()


def test_conversations_go_to_a_file_and_back(page: Any, tmp_path: Path) -> None:
    ready(page)
    page.locator("#p-max_tokens").fill("8")
    say(page, "Kept in a file")
    text = answer_of(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    file = tmp_path / "talks.json"
    download.value.save_as(file)
    (talk,) = json.loads(file.read_text())["conversations"]
    assert [turn["role"] for turn in talk["turns"]] == ["user", "assistant"]
    page.evaluate("localStorage.clear(), sessionStorage.clear()")
    page.reload()
    ready(page)
    assert page.locator("article").count() == 0
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("1 imported.").wait_for()
    page.get_by_role("button", name="Kept in a file", exact=True).click()
    assert answer_of(page) == text
    broken = tmp_path / "other.json"
    broken.write_text("{")
    page.locator("input[type=file]").set_input_files(broken)
    page.get_by_text("This file is no JSON").wait_for()


def test_a_file_of_anything_cannot_break_the_page(page: Any, tmp_path: Path) -> None:
    ready(page)
    answer = {"role": "assistant", "content": "Good", "calls": "no", "stats": {"rate": "<b>"}}
    odd = {"id": "odd", "updated": "now", "turns": [{"role": "user", "content": "Odd"}, answer]}
    wrong = [{}, {"id": 3, "turns": []}, {"id": "x", "turns": [{"role": "boss", "content": ""}]}]
    file = tmp_path / "odd.json"
    file.write_text(json.dumps({"format": "localai.conversations", "conversations": [odd, *wrong]}))
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("1 imported.").wait_for()
    page.evaluate(
        "localStorage.setItem('localai.settings', '{\"parameters\": null, \"model\": 7}')"
    )
    page.evaluate("localStorage.setItem('localai.talk.y', 'null')")
    page.get_by_role("button", name="Odd", exact=True).click()
    page.reload()
    ready(page)
    assert page.locator("article.answer .body").inner_text() == "Good"


def test_a_browser_that_keeps_nothing_still_chats(open_page: Open, tiny_server: Server) -> None:
    page = open_page(home=tiny_server.url)
    page.add_init_script(
        """for (const name of ["localStorage", "sessionStorage"])
             Object.defineProperty(window, name, {get() { throw new DOMException("no"); }});"""
    )
    page.goto(tiny_server.url)
    ready(page)
    page.locator("#p-max_tokens").fill("5")
    say(page, "Hello")
    answer_of(page)


def test_a_full_storage_is_told(page: Any) -> None:
    ready(page)
    page.evaluate(
        """() => { let text = "x".repeat(1 << 20);
        for (let i = 0; text.length; ) {
          try { localStorage.setItem("filler" + i++, text); }
          catch { text = text.slice(0, text.length >> 1); }
        } }"""
    )
    say(page, "There is no room for this")
    page.locator("#banner", has_text="Export the conversations").wait_for()
    answer_of(page)


def test_a_question_is_edited_and_asked_again(page: Any) -> None:
    ready(page)
    page.locator("#p-max_tokens").fill("8")
    say(page, "One")
    answer_of(page)
    say(page, "Two")
    expect(page.locator("article.answer .figures")).to_have_count(2)
    page.get_by_role("button", name="Edit and ask again").first.click()
    page.get_by_label("Edit the message").fill("Three")
    page.keyboard.press("Enter")
    expect(page.locator("article.answer .figures")).to_have_count(1)
    assert page.locator(".asked").all_inner_texts() == ["Three"]


def test_stopping_by_leaving_editing_and_deleting(open_page: Open, tmp_path: Path) -> None:
    with scripted(tmp_path, talk_on) as (live, runtime):
        page = ready(open_page(live.url))
        say(page, "First")
        expect(page.locator("article .body")).to_contain_text("word word")
        page.get_by_role("button", name="Edit and ask again").click()
        area = page.get_by_label("Edit the message")
        eventually(lambda: runtime.cancels.total() == 1)
        area.fill("Second")
        area.press("Enter")
        expect(page.locator("article .body")).to_contain_text("word word")
        page.get_by_role("button", name="New conversation", exact=True).click()
        eventually(lambda: runtime.cancels.total() == 2)
        assert page.locator("article").count() == 0
        page.get_by_role("button", name="Second", exact=True).click()
        expect(page.locator("[data-figure=finish]")).to_have_text("stopped by you")
        page.get_by_role("button", name="Answer again").click()
        expect(page.locator("article .body")).to_contain_text("word word")
        page.get_by_role("button", name="Delete Second").click()
        page.get_by_role("button", name="Delete", exact=True).click()
        eventually(lambda: runtime.cancels.total() == 3)
        expect(page.locator("#talks li")).to_have_text(["None yet."])
        page.reload()
        ready(page)
        expect(page.locator("#talks li")).to_have_text(["None yet."])


def test_a_prompt_goes_raw_or_not(open_page: Open, tmp_path: Path) -> None:
    with scripted(tmp_path, play(TextDelta(" a time"), Finished("stop", Usage(3, 2)))) as (
        live,
        runtime,
    ):
        page = ready(open_page(f"{live.url}/#prompt"))
        page.locator("#prompt-text").fill("Once upon")
        page.get_by_role("button", name="Run").click()
        page.locator(".figures").wait_for()
        assert page.locator(".output").inner_text() == " a time"
        page.get_by_label("Raw").check()
        page.get_by_role("button", name="Go on from here").click()
        eventually(lambda: len(runtime.requests) == 2)
    first, second = runtime.requests
    assert (first.prompt, first.raw, first.stream) == ("Once upon", False, True)
    assert (second.prompt, second.raw) == ("Once upon a time", True)


def test_tools_are_called_and_their_results_typed(open_page: Open, tmp_path: Path) -> None:
    calls = (
        ToolCallDelta(0, '{"city": "Bonn"}', id="1", name="get_weather"),
        Finished("tool_calls", Usage(9, 5)),
    )
    last = (TextDelta("It rains."), Finished("stop", Usage(9, 5)))
    with scripted(tmp_path, play(*calls), play(*last)) as (live, runtime):
        page = ready(open_page(live.url))
        page.get_by_role("heading", name="Tools and JSON").click()
        tools = page.get_by_label("Tools", exact=True)
        tools.fill('[{"name" 1}]')
        page.get_by_text(re.compile(r"Tools: .*line 1")).wait_for()
        page.get_by_role("button", name="Example").first.click()
        page.get_by_label("Which to call").select_option("get_weather")
        say(page, "How is the weather in Bonn?")
        page.get_by_label("Result of get_weather").fill('{"sky": "grey"}')
        assert figure(page, "finish") == "calls tools"
        page.get_by_role("button", name="Send the result").click()
        page.locator(".body", has_text="It rains.").wait_for()
    first, second = runtime.requests
    assert [tool.name for tool in first.tools] == ["get_weather"]
    assert first.tool_choice.name == "get_weather"
    asked, called, result = second.messages
    assert called.tool_calls == (ToolCall("call_1_0", "get_weather", '{"city":"Bonn"}'),)
    assert (result.role, result.tool_call_id, result.content) == (
        "tool", "call_1_0", '{"sky": "grey"}',
    )  # fmt: skip
    assert asked.content == "How is the weather in Bonn?"


def test_json_is_asked_for_by_a_schema(open_page: Open, tmp_path: Path) -> None:
    answer = (TextDelta('{"name":"Ada"}'), Finished("stop", Usage(9, 5)))
    with scripted(tmp_path, play(*answer)) as (live, runtime):
        page = ready(open_page(live.url))
        page.get_by_role("heading", name="Tools and JSON").click()
        page.get_by_label("Answer as").select_option("json_schema")
        say(page, "Who?")
        page.get_by_text("JSON Schema: an object in { } is needed.").first.wait_for()
        page.get_by_label("JSON Schema").fill('{"type": "object"}')
        page.get_by_role("button", name="Send").click()
        page.locator("figure.code", has_text="Ada").wait_for()
    assert runtime.requests[0].json_schema == {"type": "object"}


# The embedded model by itself knows no other questions.
IN_SLOTS = "<question> how many <t0> for each <c0><sql>"


@pytest.mark.parametrize(
    ("error", "words"),
    [(Overloaded(64), "Try again in 1 s"), (ContextExceeded(900, 256, 1024), "lower max_tokens")],
)
def test_errors_say_what_to_do(
    open_page: Open, faults: Faults, tmp_path: Path, error: Any, words: str
) -> None:
    faults.expect("status of 4")
    good = play(TextDelta("There it is."), Finished("stop", Usage(3, 2)))
    with scripted(tmp_path, play(Failed(error)), good) as (live, _):
        page = ready(open_page(live.url))
        say(page, "Now?")
        page.get_by_role("alert").filter(has_text=words).wait_for()
        page.get_by_role("button", name="Try again").click()
        page.locator(".body", has_text="There it is.").wait_for()
        assert page.locator(".error").count() == 0


def test_a_server_that_goes_and_comes_back(
    open_page: Open, faults: Faults, tmp_path: Path, own_directories: None
) -> None:
    faults.expect(
        "ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|ERR_INCOMPLETE|ERR_SOCKET"
    )
    with serving("--model", SQL_TINY) as server:
        page = ready(open_page(server.url))
        port = server.url.rpartition(":")[2]
    say(page, "Is anybody there?")
    page.locator("#banner", has_text="localai serve").wait_for()
    page.get_by_role("alert").filter(has_text="does not answer").first.wait_for()
    with serving("--port", port, "--model", SQL_TINY):
        page.locator("#banner").wait_for(state="hidden")
        page.get_by_role("button", name="Try again").click()
        answer_of(page)


def test_the_key_is_asked_for_once(open_page: Open, faults: Faults, tmp_path: Path) -> None:
    faults.expect("status of 401")
    with scripted(
        tmp_path, play(TextDelta("Welcome."), Finished("stop", Usage(3, 2))), key="s3cret"
    ) as (live, _):
        page = open_page(live.url)
        page.locator("#asked").fill("wrong")
        page.keyboard.press("Enter")
        page.get_by_text("That key is not the server's.").wait_for()
        page.locator("#asked").fill("s3cret")
        page.keyboard.press("Enter")
        ready(page)
        say(page, "Hello")
        page.locator(".body", has_text="Welcome.").wait_for()
        page.reload()
        ready(page)
        assert page.locator("#asked").count() == 0
        assert (
            page.evaluate(
                "Object.keys(localStorage).some((k) => localStorage[k].includes('s3cret'))"
            )
            is False
        )
        other = ready(open_page(f"{live.url}/#key=s3cret"))
        assert "s3cret" not in other.url


def test_a_code_in_the_address_lets_one_page_in(
    open_page: Open, faults: Faults, tmp_path: Path
) -> None:
    faults.expect("403")
    welcome = play(TextDelta("Welcome."), Finished("stop", Usage(3, 2)))
    with scripted(tmp_path, welcome, key="s3cret", enter="once") as (live, _):
        page = ready(open_page(f"{live.url}/#enter=once"))
        assert "once" not in page.url
        say(page, "Hello")
        page.locator(".body", has_text="Welcome.").wait_for()
        other = open_page(f"{live.url}/#enter=once")
        expect(other.get_by_role("alert").filter(has_text="used already")).to_be_visible()
        other.locator("#asked").fill("s3cret")
        other.keyboard.press("Enter")
        ready(other)


@contextmanager
def talking(model: Path) -> Iterator[tuple[Any, Runtime]]:
    """A server whose only model, on one thread, talks for as long as it may."""
    from click.testing import CliRunner

    from localai.cli import localai as command

    added = CliRunner().invoke(command, ["add", str(model), "--id", "@local/long"])
    assert added.exit_code == 0, added.output
    with Runtime(config=RuntimeConfig(threads=1)) as runtime, serve(create_app(runtime)) as live:
        runtime.load("@local/long")
        yield live, runtime


@pytest.fixture(scope="module")
def long_talker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A model that never ends, and speaks at some hundred tokens a second."""
    from tests.gguf_models import tiny_llama

    folder = tmp_path_factory.mktemp("talker")
    yield tiny_llama(
        folder / "long.gguf",
        context=4096,
        layers=6,
        embedding=384,
        feed_forward=1024,
        heads=6,
        kv_heads=6,
    )
