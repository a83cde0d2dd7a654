"""Loading, unloading and downloading as a program asks for them, told of and taken back."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from huggingface_hub import constants

from localai import AsyncLocalAI, LocalAI
from localai.errors import Cancelled, Closed, InvalidRequest, NotDownloaded, Offline, UnknownModel
from localai.model import FileSpec
from localai.registry import add_local
from tests.hub import Hub
from tests.inprocess.conftest import CONFIG
from tests.test_runtime import local_model
from tests.weights.conftest import hub as hub


def test_a_load_is_told_from_0_to_1_and_the_model_is_there(ai: LocalAI, model: str) -> None:
    seen: list[float] = []
    known = ai.load(model, on_progress=seen.append)
    assert seen[0] == 0.0 and seen[-1] == 1.0 and seen == sorted(seen)
    assert known.id == model and known.loaded and known.downloaded and known.fits
    assert [one.id for one in ai.models() if one.loaded] == [model]
    assert ai.unload(model) and not ai.unload(model)
    assert not any(one.loaded for one in ai.models())


def test_a_callback_that_answers_false_ends_the_load(ai: LocalAI, model: str) -> None:
    with pytest.raises(Cancelled, match="load"):
        ai.load(model, on_progress=lambda done: False)
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        ai.load(model, cancel=stop)
    assert ai.load(model).loaded


def test_a_callback_that_fails_ends_the_load_with_its_own_error(ai: LocalAI, model: str) -> None:
    with pytest.raises(ZeroDivisionError):
        ai.load(model, on_progress=lambda done: 1 / 0)
    assert ai.load(model).loaded


@pytest.mark.parametrize("wrong", ["@local/none", "not an ID"])
def test_loading_what_is_not_there_says_so(ai: LocalAI, wrong: str) -> None:
    with pytest.raises(UnknownModel):
        ai.load(wrong)
    with pytest.raises(NotDownloaded, match="localai pull"):
        ai.load("@cf/defog/sqlcoder-7b-2")


def test_models_are_typed_values(ai: LocalAI, model: str) -> None:
    by_id = {one.id: one for one in ai.models()}
    mine, other = by_id[model], by_id["@cf/defog/sqlcoder-7b-2"]
    assert mine.downloaded and mine.files[0].path and not mine.loaded and mine.loading is None
    assert not other.downloaded and len(other.files) > 1 and other.licence
    assert all(file.path is None and file.needed for file in other.files if file.bytes)
    assert by_id["@localai/sql-tiny"].downloaded


def test_a_closed_one_takes_nothing_more(ai: LocalAI, model: str) -> None:
    ai.close()
    for call in (lambda: ai.load(model), lambda: ai.sql("x.db", "How many?")):
        with pytest.raises(Closed):
            call()


def test_a_cancelled_task_gives_its_load_up(model: str) -> None:
    async def scenario() -> list[float]:
        seen: list[float] = []
        async with AsyncLocalAI(config=CONFIG) as ai:
            known = await ai.load(model, on_progress=seen.append)
            assert known.loaded and await ai.unload(model)
            task = asyncio.create_task(ai.load(model))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert (await ai.load(model)).loaded
        return seen

    seen = asyncio.run(scenario())
    assert seen[0] == 0.0 and seen[-1] == 1.0


REPOSITORY, REMOTE = "own/tiny", "@local/remote"


@pytest.fixture
def remote(hub: Hub, tiny_path: Path) -> Hub:
    """A Hub that has the weights of a model which is not on this machine."""
    content = tiny_path.read_bytes()
    file = FileSpec(
        "F16", "tiny.gguf", REPOSITORY, bytes=len(content), sha256=sha256(content).hexdigest()
    )
    spec = local_model(tiny_path, "remote")
    add_local(replace(spec, files=(file,)))
    hub.add(REPOSITORY, "tiny.gguf", content)
    return hub


def test_a_pull_is_told_of_and_asks_no_second_time(remote: Hub) -> None:
    with LocalAI(config=CONFIG) as ai:
        with pytest.raises(NotDownloaded):
            ai.load(REMOTE)
        assert remote.seen == [], "nothing is downloaded that was not asked for"
        seen: list[tuple[int, int | None]] = []
        known = ai.pull(REMOTE, on_progress=lambda done, total: seen.append((done, total)))
        assert known.downloaded and seen[-1][0] == seen[-1][1]
        asked = len(remote.seen)
        assert ai.pull(REMOTE) == known and ai.pull(REMOTE, "f16").downloaded
        assert len(remote.seen) == asked
        assert ai.run(REMOTE, {"prompt": "hello", "max_tokens": 3})["response"]
        with pytest.raises(InvalidRequest, match="has no file Q2_K"):
            ai.pull(REMOTE, "Q2_K")


def test_offline_means_no_download_whatever_is_called(remote: Hub) -> None:
    with LocalAI(offline=True, config=CONFIG) as ai:
        with pytest.raises(Offline, match="offline=True"):
            ai.pull(REMOTE)
        assert ai.pull("@localai/sql-tiny").downloaded
    assert remote.seen == []


def test_the_environments_offline_is_honoured_too(
    remote: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with LocalAI(config=CONFIG) as ai, pytest.raises(Offline, match="HF_HUB_OFFLINE"):
        ai.pull(REMOTE)
    assert remote.seen == []


@pytest.mark.parametrize("how", ["false", "event", "close"])
def test_a_pull_can_be_taken_back(remote: Hub, how: str) -> None:
    remote.delay = 0.05
    stop = threading.Event()
    with LocalAI(config=CONFIG) as ai:

        def progress(done: int, total: int | None) -> bool:
            if how == "event":
                stop.set()
            elif how == "close":
                ai.close()
            return how != "false"

        with pytest.raises(Cancelled):
            ai.pull(REMOTE, on_progress=progress, cancel=stop)


def test_a_cancelled_task_ends_its_download(remote: Hub) -> None:
    remote.delay = 0.05

    async def scenario() -> None:
        async with AsyncLocalAI(config=CONFIG) as ai:
            begun = asyncio.Event()
            task = asyncio.create_task(ai.pull(REMOTE, on_progress=lambda *_: begun.set()))
            await begun.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            remote.delay = 0
            assert (await ai.pull(REMOTE)).downloaded

    asyncio.run(scenario())
