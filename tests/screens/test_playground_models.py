"""The models of the page: the dialog to pick one, links to one, and downloads with progress."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from localai.cli import localai as command
from localai.model import AdapterSpec, FileSpec, ModelSpec
from localai.registry import Registry, add_adapter, dump
from localai.reply import Finished, TextDelta, Usage
from tests.gguf_models import tiny_llama
from tests.hub import Fault, Hub, running
from tests.screens.conftest import Faults, Server, serving
from tests.screens.scripted import MODEL, scripted
from tests.screens.test_playground import answer_of, ready, say
from tests.server.fake_runtime import play

expect = pytest.importorskip("playwright.sync_api").expect

Open = Callable[..., Any]
FILE = ("someone/tiny-GGUF", "tiny.F16.gguf")
ON_HUB = "@local/on-the-hub"
HUBLESS = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


def options(page: Any) -> list[str]:
    return [str(text) for text in page.locator("#model-list strong").all_inner_texts()]


def test_models_are_searched_filtered_and_chosen_by_keyboard(page: Any) -> None:
    ready(page)
    page.get_by_role("button", name=re.compile("^Model:")).focus()
    page.keyboard.press("Enter")
    everything = options(page)
    assert len(everything) == len(Registry.load().models)
    page.keyboard.type("sqlcoder defog")
    expect(page.locator("#model-list li")).to_have_count(2)
    page.keyboard.press("ArrowUp")
    card = page.get_by_role("region", name="About the model")
    assert card.get_by_text("CC-BY-SA-4.0", exact=True).is_visible()
    assert card.get_by_text("GB").count() > 0
    page.keyboard.press("Enter")  # it is not here: on to its download
    assert page.evaluate("document.activeElement.textContent").startswith("Download (")
    page.get_by_role("combobox", name="Search models").fill("no such thing")
    expect(page.get_by_text("No model is like that: take a filter away.")).to_be_visible()
    page.get_by_role("combobox", name="Search models").fill("")
    page.get_by_role("button", name="On this machine").click()
    assert options(page) == ["SQL Tiny"]
    page.get_by_role("button", name="On this machine").click()
    page.get_by_role("button", name="Tools").click()
    assert 0 < len(options(page)) < len(everything)
    page.get_by_role("button", name="Tools").click()
    page.get_by_role("combobox", name="Size").select_option("up to 1 GB")
    assert "SQLCoder-7B-2" not in options(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_link_names_model_and_adapter(open_page: Open, faults: Faults, tmp_path: Path) -> None:
    faults.expect("status of 4")
    with scripted(tmp_path, play(TextDelta("Yes."), Finished("stop", Usage(3, 2)))) as (
        live,
        runtime,
    ):
        page = ready(open_page(f"{live.url}/?model={MODEL.upper()}&lora=poems"))
        assert page.locator("#lora").input_value() == "poems"
        say(page, "Hello?")
        assert answer_of(page) == "Yes."
        assert f"model={MODEL}" in page.url
        other = ready(open_page(f"{live.url}/?model=@cf/none/such"))
        other.get_by_text("This machine knows no model @cf/none/such.").wait_for()
        assert other.locator("#model-button").inner_text() == "@cf/none/such is not known here"
    assert runtime.requests[0].adapter == "poems"


def test_adapters_are_offered_for_their_model(
    open_page: Open, tmp_path: Path, own_directories: None
) -> None:
    file = tiny_llama(tmp_path / "base.gguf")
    assert CliRunner().invoke(command, ["add", str(file), "--id", "@local/base"]).exit_code == 0
    add_adapter(AdapterSpec("poems", "@local/base", tmp_path / "poems.gguf", rank=4))
    with serving() as server:
        page = ready(open_page(f"{server.url}/?model=@local/base"))
        assert page.locator("#lora option").all_inner_texts() == ["none", "poems"]
        page.locator("#lora").select_option("poems")
        assert "lora=poems" in page.url
        page.get_by_role("button", name=re.compile("^Model:")).click()
        page.get_by_role("button", name="LoRA").click()
        assert len(options(page)) == 1


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    for name in HUBLESS:
        monkeypatch.delenv(name, raising=False)
    with running() as hub:
        yield hub


@pytest.fixture
def shop(
    hub: Hub, tmp_path: Path, own_directories: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Server]:
    """A server that knows a model of 4 MB on the Hub, and does not have it."""
    file = tiny_llama(tmp_path / "tiny.gguf", vocabulary_size=16_000, context=4096)
    assert CliRunner().invoke(command, ["add", str(file), "--id", ON_HUB]).exit_code == 0
    spec: ModelSpec = Registry.load().resolve(ON_HUB)
    assert CliRunner().invoke(command, ["rm", ON_HUB]).exit_code == 0
    on_hub = FileSpec("F16", FILE[1], repository=FILE[0], bytes=file.stat().st_size)
    spec = dataclasses.replace(spec, files=(on_hub,), licence="MIT", terms_url="https://e.org/t")
    registry = tmp_path / "config"
    registry.mkdir()
    (registry / "model_registry.toml").write_text(dump(spec))
    monkeypatch.setenv("LOCALAI_CONFIG_DIR", str(registry))
    hub.files[FILE] = file.read_bytes()
    with serving(HF_ENDPOINT=hub.endpoint) as server:
        yield server


def test_a_model_is_downloaded_with_progress_and_then_answers(
    open_page: Open, shop: Server, hub: Hub
) -> None:
    hub.delay = 0.01
    page = ready(open_page(f"{shop.url}/?model={ON_HUB}"))
    say(page, "Are you there?")
    page.locator("#message-fault").get_by_role("button", name="Look at it").click()
    card = page.get_by_role("region", name="About the model")
    assert card.get_by_text("By downloading you accept its licence, MIT").is_visible()
    assert card.get_by_role("link", name="https://e.org/t").is_visible()
    card.get_by_role("button", name="Download (").click()
    bar = card.get_by_role("progressbar")
    expect(card.get_by_text(re.compile(r"^(\d{3} kB|\d\.\d+ MB) of \d\.\d+ MB"))).to_be_visible()
    assert 0 < bar.evaluate("(bar) => bar.value / bar.max") < 1
    expect(card.get_by_role("button", name="Cancel")).to_be_visible()
    card.get_by_role("button", name="Cancel").click()
    expect(card.get_by_text("Stopped. What came is kept.")).to_be_visible()
    hub.delay = 0
    card.get_by_role("button", name="Try again").click()
    card.get_by_role("button", name="Use this model").click()
    sent = [one.headers.get("range", "") for one in hub.gets()]
    assert sent[0] == ""
    assert re.fullmatch(r"bytes=\d+-", sent[-1])
    page.locator("#p-max_tokens").fill("5")
    page.get_by_role("button", name="Send").click()
    answer_of(page)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("refuse", status=404, method="HEAD", times=9), "has no"),
        (Fault("refuse", status=403, headers={"X-Error-Code": "GatedRepo"}, method="HEAD", times=9),
         "HF_TOKEN"),
    ],
)  # fmt: skip
def test_a_download_that_fails_says_what_to_do(
    open_page: Open, shop: Server, hub: Hub, fault: Fault, words: str
) -> None:
    hub.faults.append(fault)
    page = ready(open_page(f"{shop.url}/?model={ON_HUB}"))
    page.get_by_role("button", name=re.compile("^Model:")).click()
    page.get_by_role("button", name="Download (").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text(words)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
