from __future__ import annotations

import json
import shutil
import threading
import time
from dataclasses import replace
from pathlib import Path

import huggingface_hub
import pytest
from filelock import FileLock

from localai.errors import (
    AccessDenied,
    ArchitectureMismatch,
    Cancelled,
    ChecksumMismatch,
    DownloadFailed,
    InvalidGGUF,
    NotEnoughDisk,
    NotOnHub,
    WeightsError,
)
from localai.model import FileSpec
from localai.weights import transfer
from localai.weights.ledger import Installed
from localai.weights.pull import pull, remote_size
from localai.weights.store import Store
from tests.hub import Fault, Hub
from tests.weights import tiny
from tests.weights.conftest import QUICK

CONTENT = tiny.gguf()


@pytest.fixture
def served(hub: Hub) -> Hub:
    hub.add(tiny.REPOSITORY, tiny.NAME, CONTENT)
    return hub


def get(store: Store, file: FileSpec | None = None, **more: object) -> Installed:
    file = file or tiny.file_spec(CONTENT)
    return pull(tiny.spec(file), file, store, patience=QUICK, **more)  # type: ignore[arg-type]


def downloads(store: Store) -> Path:
    assert store.models_dir is not None
    return store.models_dir


def partial(store: Store) -> Path:
    (found,) = downloads(store).rglob("*.localai.incomplete")
    return found


def assert_no_bytes_left(store: Store) -> None:
    files = [path for path in downloads(store).rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) == 0


def assert_whole(store: Store, installed: Installed) -> None:
    assert installed.path.read_bytes() == CONTENT
    assert installed.sha256 == tiny.sha256(CONTENT)
    assert store.find(tiny.spec()) == installed


def test_a_pull_ends_in_a_verified_file_that_is_remembered(served: Hub, store: Store) -> None:
    progress: list[tuple[int, int | None]] = []
    installed = get(store, on_progress=lambda done, total: progress.append((done, total)))
    assert_whole(store, installed)
    assert installed.origin == "hub"
    assert progress[0] == (0, len(CONTENT))
    assert progress[-1] == (len(CONTENT), len(CONTENT))
    record = json.loads(store.ledger.path.read_text())["files"][0]
    assert record["repository"] == tiny.REPOSITORY
    assert record["revision"] == tiny.COMMIT == installed.revision
    assert record["sha256"] == tiny.sha256(CONTENT)
    assert record["bytes"] == len(CONTENT)


def test_only_the_file_is_asked_for(served: Hub, store: Store) -> None:
    get(store)
    assert [(one.method, one.path) for one in served.seen] == [
        ("HEAD", f"/{tiny.REPOSITORY}/resolve/main/{tiny.NAME}"),
        ("GET", f"/{tiny.REPOSITORY}/resolve/{tiny.COMMIT}/{tiny.NAME}"),
    ]


def test_huggingface_hub_finds_what_was_pulled(served: Hub, store: Store) -> None:
    installed = get(store)
    path = huggingface_hub.hf_hub_download(
        tiny.REPOSITORY, tiny.NAME, cache_dir=store.models_dir, local_files_only=True
    )
    assert Path(path) == installed.path
    found = huggingface_hub.scan_cache_dir(store.models_dir)
    assert found.warnings == []
    assert found.size_on_disk == len(CONTENT)
    assert not found.incomplete_files


def test_a_second_pull_connects_to_nothing(served: Hub, store: Store) -> None:
    first = get(store)
    served.seen.clear()
    assert get(store) == first
    assert served.seen == []


def test_a_file_of_another_program_counts_once_verified_without_network(
    served: Hub, store: Store
) -> None:
    theirs = huggingface_hub.hf_hub_download(
        tiny.REPOSITORY, tiny.NAME, cache_dir=store.models_dir, endpoint=served.endpoint
    )
    assert store.find(tiny.spec()) is None
    served.seen.clear()
    installed = get(store)
    assert served.seen == []
    assert installed.path == Path(theirs)
    assert installed.revision == tiny.COMMIT
    assert_whole(store, installed)


def test_a_damaged_file_of_another_program_is_fetched_anew(served: Hub, store: Store) -> None:
    theirs = Path(
        huggingface_hub.hf_hub_download(
            tiny.REPOSITORY, tiny.NAME, cache_dir=store.models_dir, endpoint=served.endpoint
        )
    )
    damaged = bytearray(CONTENT)
    damaged[-1] ^= 1
    theirs.write_bytes(damaged)
    assert_whole(store, get(store))


def test_a_dropped_connection_goes_on_where_it_broke(served: Hub, store: Store) -> None:
    served.faults = [Fault("drop", after=200_000), Fault("drop", after=100_000)]
    assert_whole(store, get(store))
    assert [one.headers.get("range") for one in served.gets()] == [
        None,
        "bytes=200000-",
        "bytes=300000-",
    ]
    assert served.served == len(CONTENT)


def test_a_stalled_connection_is_given_up_and_resumed(served: Hub, store: Store) -> None:
    served.faults = [Fault("stall", after=150_000)]
    started = time.monotonic()
    file = tiny.file_spec(CONTENT)
    hasty = replace(QUICK, stalled_after=0.3)
    assert_whole(store, pull(tiny.spec(file), file, store, patience=hasty))
    assert time.monotonic() - started < 10
    assert served.gets()[1].headers["range"] == "bytes=150000-"


def test_a_truncated_answer_is_completed(served: Hub, store: Store) -> None:
    served.faults = [Fault("truncate", after=123_456)]
    assert_whole(store, get(store))
    assert served.gets()[1].headers["range"] == "bytes=123456-"


def test_answers_without_a_byte_come_to_an_end(served: Hub, store: Store) -> None:
    served.faults = [Fault("truncate", times=-1)]
    with pytest.raises(DownloadFailed, match=f"ended at byte 0 of {len(CONTENT)}"):
        get(store)
    assert len(served.gets()) == QUICK.retries + 1


def test_a_server_that_ignores_range_gives_a_whole_file(served: Hub, store: Store) -> None:
    served.faults = [Fault("drop", after=200_000), Fault("ignore_range")]
    assert_whole(store, get(store))
    assert served.served == len(CONTENT) + 200_000


def test_a_range_other_than_asked_is_not_appended(served: Hub, store: Store) -> None:
    served.announced = {"Content-Range": f"bytes 5-{len(CONTENT) - 1}/{len(CONTENT)}"}
    served.faults = [Fault("drop", after=200_000)]
    assert_whole(store, get(store))
    assert [one.headers.get("range") for one in served.gets()] == [None, "bytes=200000-", None]


def test_a_refused_range_starts_anew(served: Hub, store: Store) -> None:
    served.faults = [Fault("drop", after=200_000), Fault("refuse", status=416)]
    assert_whole(store, get(store))
    assert served.gets()[-1].headers.get("range") is None


def test_a_failure_keeps_the_bytes_and_the_next_pull_goes_on(served: Hub, store: Store) -> None:
    served.faults = [Fault("drop", after=200_000), Fault("drop", after=0, times=4)]
    with pytest.raises(DownloadFailed) as caught:
        get(store)
    assert f"200000 of {len(CONTENT)} bytes are kept" in caught.value.message
    assert "Repeat the command" in caught.value.hint
    assert partial(store).stat().st_size == 200_000
    assert store.find(tiny.spec()) is None
    progress: list[int] = []
    assert_whole(store, get(store, on_progress=lambda done, total: progress.append(done)))
    assert progress[0] == 200_000
    assert served.served == len(CONTENT)


def test_retries_end_when_no_byte_is_won(served: Hub, store: Store) -> None:
    served.faults = [Fault("ignore_range", times=0), Fault("drop", after=1000, times=1)]
    served.faults += [Fault("drop", after=0, times=-1)]
    with pytest.raises(DownloadFailed, match="1000 of"):
        get(store)
    assert len(served.gets()) == 1 + QUICK.retries + 1


def test_a_corrupt_byte_is_found_and_the_file_removed(served: Hub, store: Store) -> None:
    served.faults = [Fault("corrupt", after=300_000)]
    with pytest.raises(ChecksumMismatch) as caught:
        get(store)
    assert "was removed" in caught.value.message
    assert tiny.sha256(CONTENT) in caught.value.message
    assert_no_bytes_left(store)
    assert store.find(tiny.spec()) is None
    assert_whole(store, get(store))


def test_without_a_registry_checksum_the_hubs_counts(served: Hub, store: Store) -> None:
    served.faults = [Fault("corrupt", after=300_000)]
    with pytest.raises(ChecksumMismatch, match="arrived damaged"):
        get(store, tiny.file_spec())
    assert get(store, tiny.file_spec()).sha256 == tiny.sha256(CONTENT)


def test_another_file_on_the_hub_is_refused_before_a_byte(served: Hub, store: Store) -> None:
    served.add(tiny.REPOSITORY, tiny.NAME, tiny.gguf(seed=2))
    with pytest.raises(ChecksumMismatch, match="Nothing was downloaded"):
        get(store)
    with pytest.raises(ChecksumMismatch, match="size"):
        get(store, tiny.file_spec(bytes=5))
    assert served.gets() == []


def test_more_bytes_than_announced_are_not_stored(served: Hub, store: Store) -> None:
    served.faults = [Fault("larger", after=50_000)]
    with pytest.raises(DownloadFailed, match="more than"):
        get(store)
    assert partial(store).stat().st_size == 0


def test_one_server_error_passes(served: Hub, store: Store) -> None:
    served.faults = [
        Fault("refuse", method="HEAD", status=503),
        Fault("refuse", status=500),
        Fault("refuse", status=429, headers={"Retry-After": "1"}),
    ]
    assert_whole(store, get(store))


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_too_many_requests_name_the_wait(method: str, served: Hub, store: Store) -> None:
    fault = Fault("refuse", method=method, status=429, headers={"Retry-After": "3600"})
    served.faults = [fault]
    with pytest.raises(DownloadFailed) as caught:
        get(store)
    assert "429" in str(caught.value)
    assert "3600 s" in str(caught.value)


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_a_gated_repository_says_how_to_get_in(
    method: str, status: int, served: Hub, store: Store
) -> None:
    headers = {"X-Error-Code": "GatedRepo", "X-Error-Message": "Access is restricted"}
    served.faults = [Fault("refuse", method=method, status=status, headers=headers)]
    with pytest.raises(AccessDenied) as caught:
        get(store)
    assert "Access is restricted" in caught.value.message
    assert f"{served.endpoint}/{tiny.REPOSITORY}" in caught.value.hint
    assert "HF_TOKEN" in caught.value.hint


def test_the_token_opens_a_gated_repository_and_goes_to_no_other_host(
    served: Hub, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    served.gated = "hf_secret"
    served.redirect = True
    served.faults = [Fault("drop", after=100_000)]
    assert_whole(store, get(store))
    assert [one.at_cdn for one in served.gets()] == [False, True, False, True]
    for one in served.seen:
        expected = None if one.at_cdn else "Bearer hf_secret"
        assert one.headers.get("authorization") == expected
    assert served.gets()[3].headers["range"] == "bytes=100000-"


def test_what_the_hub_has_not_is_named(served: Hub, store: Store) -> None:
    with pytest.raises(NotOnHub, match=r"other\.gguf in defog/sqlcoder-7b-2 at revision main"):
        get(store, tiny.file_spec(name="other.gguf"))
    with pytest.raises(NotOnHub, match="defog/gone"):
        get(store, tiny.file_spec(repository="defog/gone"))


@pytest.mark.parametrize(
    "more",
    [
        {"name": "../../outside.gguf"},
        {"name": "/etc/passwd"},
        {"name": "a\\..\\b.gguf"},
        {"revision": "../../outside"},
        {"repository": "../outside"},
    ],
)
def test_no_name_leads_out_of_the_cache(more: dict[str, str], served: Hub, store: Store) -> None:
    with pytest.raises(NotOnHub):
        get(store, tiny.file_spec(**more))  # type: ignore[arg-type]
    assert served.seen == []


@pytest.mark.parametrize(
    "announced",
    [{"X-Linked-Etag": '"../../../outside"'}, {"X-Repo-Commit": "../../outside"}],
)
def test_no_server_names_a_path(announced: dict[str, str], served: Hub, store: Store) -> None:
    served.announced = announced
    with pytest.raises(DownloadFailed, match="without a Hub's commit"):
        get(store)
    assert served.gets() == []


def test_a_host_that_does_not_answer_is_named(
    hub: Hub, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = "http://127.0.0.1:1/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(huggingface_hub.constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", "http://127.0.0.1:1")
    with pytest.raises(DownloadFailed, match=r"127\.0\.0\.1:1 failed") as caught:
        get(store)
    assert "HTTPS_PROXY" in caught.value.hint


def test_a_full_disk_is_told_before_and_during(
    served: Hub, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")._replace(free=1000)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda path: usage)
        with pytest.raises(NotEnoughDisk, match=f"needs {len(CONTENT)} more bytes.* 1000 free"):
            get(store)
    assert served.gets() == []

    def fail(*args: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(transfer.Transfer, "_write", fail)
    with pytest.raises(NotEnoughDisk, match="is full after 0 of"):
        get(store)


def test_the_disk_needs_room_only_for_what_is_missing(
    served: Hub, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.faults = [Fault("drop", after=400_000), Fault("drop", times=4)]
    with pytest.raises(DownloadFailed):
        get(store)
    usage = shutil.disk_usage("/")._replace(free=len(CONTENT) - 400_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert_whole(store, get(store))


def test_a_file_that_is_no_gguf_is_removed(hub: Hub, store: Store) -> None:
    page = b"<html>not what you think</html>" * 100
    hub.add(tiny.REPOSITORY, tiny.NAME, page)
    with pytest.raises(InvalidGGUF, match="begins with"):
        get(store, tiny.file_spec(page))
    assert store.find(tiny.spec()) is None
    assert_no_bytes_left(store)


def test_the_weights_of_another_model_do_not_count_as_installed(hub: Hub, store: Store) -> None:
    other = tiny.gguf({"llama.block_count": 7})
    hub.add(tiny.REPOSITORY, tiny.NAME, other)
    file = tiny.file_spec(other)
    with pytest.raises(ArchitectureMismatch, match="file says 7, the registry 2") as one:
        get(store, file)
    assert "--force" in one.value.hint
    assert store.find(tiny.spec(file)) is None
    # The bytes are what the registry wanted: the way out that the hint names works without network.
    kept = Path(one.value.hint.removeprefix("It was kept as ").split(". ")[0])
    installed = store.add(tiny.spec(file), kept, quant=None, copy=False, force=True)
    assert installed.notes == ("Taken with --force: layers: the file says 7, the registry 2.",)


def test_an_early_codellama_without_rope_base_is_caught(hub: Hub, store: Store) -> None:
    early = tiny.gguf(without=["llama.rope.freq_base"])
    hub.add(tiny.REPOSITORY, tiny.NAME, early)
    with pytest.raises(ArchitectureMismatch, match="rope theta") as caught:
        get(store, tiny.file_spec(early))
    assert "newer file" in caught.value.hint


def test_another_native_context_is_taken_with_a_note(hub: Hub, store: Store) -> None:
    longer = tiny.gguf({"llama.context_length": 4096})
    hub.add(tiny.REPOSITORY, tiny.NAME, longer)
    installed = get(store, tiny.file_spec(longer))
    assert installed.notes == ("context: the file says 4096, the registry 2048.",)


def test_a_cancelled_pull_keeps_what_came(served: Hub, store: Store) -> None:
    cancel = threading.Event()

    def on_progress(done: int, total: int | None) -> None:
        if done > 0:
            cancel.set()

    served.delay = 0.05
    with pytest.raises(Cancelled, match="are kept"):
        get(store, on_progress=on_progress, cancel=cancel)
    kept = partial(store).stat().st_size
    assert 0 < kept < len(CONTENT)
    served.delay = 0
    assert_whole(store, get(store))
    assert served.gets()[-1].headers["range"] == f"bytes={kept}-"


def test_a_folder_that_cannot_be_written_is_named(served: Hub, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WeightsError, match="could not be stored.*file") as caught:
        get(Store(tmp_path / "file" / "cache"))
    assert "LOCALAI_MODELS_DIR" in caught.value.hint


def test_ctrl_c_keeps_what_came(served: Hub, store: Store) -> None:
    def on_progress(done: int, total: int | None) -> None:
        if done > 0:
            raise KeyboardInterrupt

    served.delay = 0.05
    with pytest.raises(KeyboardInterrupt):
        get(store, on_progress=on_progress)
    assert 0 < partial(store).stat().st_size < len(CONTENT)
    served.delay = 0
    assert_whole(store, get(store))


def test_a_whole_partial_file_is_not_fetched_again(served: Hub, store: Store) -> None:
    served.faults = [Fault("drop", after=100), Fault("drop", times=4)]
    with pytest.raises(DownloadFailed):
        get(store)
    partial(store).write_bytes(CONTENT)
    before = len(served.gets())
    assert_whole(store, get(store))
    assert len(served.gets()) == before


def test_a_new_file_in_the_registry_replaces_the_old_one(served: Hub, store: Store) -> None:
    get(store)
    new = tiny.gguf(seed=2)
    served.add(tiny.REPOSITORY, tiny.NAME, new)
    served.commit = "1" * 40
    installed = get(store, tiny.file_spec(new))
    assert installed.path.read_bytes() == new
    assert store.find(tiny.spec()) == installed


def test_two_ids_share_one_download(served: Hub, store: Store) -> None:
    get(store)
    file = tiny.file_spec(CONTENT)
    twin = tiny.spec(file, model_id="@hf/defog/sqlcoder")
    installed = pull(twin, file, store, patience=QUICK)
    assert len(served.gets()) == 1
    assert store.find(twin) == installed
    assert store.remove(twin) == 0
    assert_whole(store, get(store))
    assert store.remove(tiny.spec()) == len(CONTENT)


def test_removal_drops_what_an_interrupted_pull_kept(served: Hub, store: Store) -> None:
    served.faults = [Fault("drop", after=200_000), Fault("drop", times=4)]
    with pytest.raises(DownloadFailed):
        get(store)
    assert store.remove(tiny.spec(), "Q2_K") == 0
    with FileLock(next(downloads(store).rglob("*.localai.lock"))):
        assert store.remove(tiny.spec()) == 0
    assert partial(store).stat().st_size == 200_000
    assert store.remove(tiny.spec()) == 200_000
    assert_no_bytes_left(store)


def test_the_size_of_an_unlisted_file_can_be_asked(served: Hub) -> None:
    assert remote_size(tiny.file_spec()) == len(CONTENT)


def test_a_file_without_a_repository_cannot_be_pulled(store: Store, tmp_path: Path) -> None:
    file = tiny.file_spec(repository="", path=tmp_path / "absent.gguf")
    with pytest.raises(WeightsError, match="names no Hub repository"):
        get(store, file)
