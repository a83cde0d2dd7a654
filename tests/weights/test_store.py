from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import huggingface_hub
import pytest

from localai.errors import ArchitectureMismatch, ChecksumMismatch, InvalidGGUF, WeightsError
from localai.weights import check
from localai.weights import store as store_module
from localai.weights.ledger import Record
from localai.weights.pull import pull
from localai.weights.store import Installed, Store, data_directory, observe
from tests.hub import Hub
from tests.weights import tiny
from tests.weights.conftest import QUICK

CONTENT = tiny.gguf()
SPEC = tiny.spec()
OTHER = "sqlcoder-7b-2.Q2_K.gguf"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return tiny.write(tmp_path / "mine" / "weights.gguf", CONTENT)


def add(store: Store, source: Path, **more: object) -> Installed:
    arguments: dict[str, object] = {"quant": None, "copy": False, "force": False} | more
    return store.add(SPEC, source, **arguments)  # type: ignore[arg-type]


def touch(path: Path) -> None:
    now = path.stat().st_mtime_ns
    os.utime(path, ns=(now, now + 10**9))


def test_nothing_is_installed_at_first(store: Store) -> None:
    assert store.installed(SPEC) == ()
    assert store.find(SPEC) is None
    assert store.remove(SPEC) == 0
    assert not store.ledger.path.exists()


def test_an_added_file_is_linked_and_found(store: Store, source: Path) -> None:
    installed = add(store, source)
    assert installed.path.is_symlink()
    assert installed.path.is_relative_to(data_directory())
    assert installed.path.read_bytes() == CONTENT
    assert (installed.quant, installed.origin) == ("Q5_K_M", "added")
    assert installed.sha256 == tiny.sha256(CONTENT)
    assert Store().find(SPEC, "q5_k_m") == installed
    assert store.installed(SPEC) == (installed,)


def test_a_relative_path_can_be_added(
    store: Store, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(source.parent)
    assert add(store, Path(source.name)).path.read_bytes() == CONTENT


def test_a_copy_outlives_its_source(store: Store, source: Path) -> None:
    installed = add(store, source, copy=True)
    source.unlink()
    assert not installed.path.is_symlink()
    assert store.find(SPEC) == installed
    assert store.remove(SPEC) == len(CONTENT)
    assert not installed.path.exists()


def test_a_link_whose_file_is_gone_is_not_installed(store: Store, source: Path) -> None:
    add(store, source)
    source.unlink()
    assert store.find(SPEC) is None
    assert store.installed(SPEC) == ()
    assert store.remove(SPEC) == 0


def test_removal_leaves_the_users_own_file(store: Store, source: Path) -> None:
    installed = add(store, source)
    assert store.remove(SPEC) == 0
    assert not installed.path.is_symlink()
    assert source.read_bytes() == CONTENT
    assert store.find(SPEC) is None


def test_without_symbolic_links_a_hard_one_is_made(
    store: Store, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object) -> None:
        raise OSError("no symbolic links here")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    for _ in range(2):
        installed = add(store, source)
        assert installed.path.samefile(source)
        assert not installed.path.is_symlink()
    assert list(installed.path.parent.iterdir()) == [installed.path]
    assert store.remove(SPEC) == 0
    assert source.exists()
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    with pytest.raises(WeightsError, match="cannot be linked") as caught:
        add(store, source)
    assert "--copy" in caught.value.hint


def test_adding_what_was_added_keeps_it(store: Store, source: Path) -> None:
    installed = add(store, source, copy=True)
    source.unlink()
    assert add(store, installed.path) == installed
    assert installed.path.read_bytes() == CONTENT


def test_a_quantization_can_be_named(store: Store, source: Path) -> None:
    assert add(store, source, quant="q4_k_m").quant == "Q4_K_M"
    tiny.write(source, tiny.gguf(without=["general.file_type"]))
    assert add(store, source).quant == "F32", "the type of most of its weights"


def test_only_a_fitting_sound_file_is_added(store: Store, source: Path) -> None:
    with pytest.raises(WeightsError, match="no file"):
        add(store, source.with_name("absent.gguf"))
    tiny.write(source, tiny.gguf({"llama.block_count": 9}))
    with pytest.raises(ArchitectureMismatch):
        add(store, source)
    assert store.find(SPEC) is None
    installed = add(store, source, force=True)
    assert "Taken with --force: layers: the file says 9" in installed.notes[0]
    assert Store().find(SPEC) == installed
    tiny.write(source, CONTENT[:-1])
    with pytest.raises(InvalidGGUF):
        add(store, source, force=True)


@pytest.mark.parametrize("model_id", ["../../../etc", "/", "..", "@cf/a/b", "a" * 300, "C:\\x"])
def test_no_id_leads_out_of_the_data_directory(model_id: str, store: Store, source: Path) -> None:
    spec = tiny.spec(model_id=model_id)
    installed = store.add(spec, source, quant="../Q4", copy=False, force=False)
    assert installed.path.parent.parent == store.added_dir
    assert store.find(spec, "../q4") == installed
    assert store.find(tiny.spec(model_id=model_id.replace("/", "-") + "-")) is None


def test_an_unchanged_file_is_not_hashed_again(
    store: Store, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = add(store, source)
    hashed: list[Path] = []

    def spy(path: Path) -> str:
        hashed.append(path)
        return check.sha256_of(path)

    monkeypatch.setattr(store_module, "sha256_of", spy)
    assert store.find(SPEC) == installed
    assert hashed == []
    touch(source)
    assert store.find(SPEC) == installed
    assert store.find(SPEC) == installed
    assert hashed == [installed.path]


def test_a_changed_file_is_told_of(
    store: Store, source: Path, caplog: pytest.LogCaptureFixture
) -> None:
    add(store, source)
    source.write_bytes(CONTENT[:-1] + b"!")
    touch(source)
    with pytest.raises(ChecksumMismatch, match="has changed") as caught:
        store.find(SPEC)
    assert "localai add FILE --id @cf/defog/sqlcoder-7b-2" in caught.value.hint
    assert store.installed(SPEC) == ()
    assert "has changed" in caplog.text


def test_a_file_that_the_registry_names_by_path_needs_no_lock_file(
    store: Store, source: Path
) -> None:
    spec = tiny.spec(tiny.file_spec(quant="F32", path=source), tiny.file_spec())
    (installed,) = store.installed(spec)
    assert installed == Installed("F32", source, len(CONTENT), "", "", "path")
    assert store.find(spec) == installed
    assert store.remove(spec) == 0
    assert source.exists()
    source.unlink()
    assert store.find(spec) is None


def test_the_default_quantization_comes_first(store: Store, source: Path) -> None:
    spec = tiny.spec(*(tiny.file_spec(quant=quant) for quant in ("Q4_K_M", "Q2_K", "Q8_0")))
    for quant in ("IQ9_X", "Q8_0", "Q2_K"):
        store.add(spec, source, quant=quant, copy=False, force=False)
    assert [one.quant for one in store.installed(spec)] == ["Q2_K", "Q8_0", "IQ9_X"]
    first = store.find(spec)
    assert first is not None and first.quant == "Q2_K"
    store.add(spec, source, quant="Q4_K_M", copy=False, force=False)
    first = store.find(spec)
    assert first is not None and first.quant == "Q4_K_M"
    assert store.find(spec, "Q3_K_S") is None


def test_a_removal_can_name_one_quantization(store: Store, source: Path) -> None:
    for quant in ("Q4_K_M", "Q5_K_M"):
        add(store, source, quant=quant)
    store.remove(SPEC, "q4_k_m")
    assert [one.quant for one in store.installed(SPEC)] == ["Q5_K_M"]


def test_a_pulled_file_is_removed_by_huggingface_hub(hub: Hub, store: Store) -> None:
    other = tiny.gguf(seed=2)
    hub.add(tiny.REPOSITORY, tiny.NAME, CONTENT)
    hub.add(tiny.REPOSITORY, OTHER, other)
    files = (tiny.file_spec(CONTENT), tiny.file_spec(other, quant="Q2_K", name=OTHER))
    spec = tiny.spec(*files)
    first, second = (pull(spec, file, store, patience=QUICK) for file in files)
    assert store.remove(spec, "Q5_K_M") == len(CONTENT)
    assert not first.path.exists()
    assert store.installed(spec) == (second,)
    assert store.remove(spec) == len(other)
    found = huggingface_hub.scan_cache_dir(store.models_dir)
    assert found.warnings == []
    assert found.size_on_disk == 0


def test_a_file_pulled_at_two_commits_is_removed_with_both(hub: Hub, store: Store) -> None:
    hub.add(tiny.REPOSITORY, tiny.NAME, CONTENT)
    file = tiny.file_spec(CONTENT)
    pull(SPEC, file, store, patience=QUICK)
    store.ledger.path.unlink()
    hub.commit = "2" * 40
    again = tiny.file_spec(CONTENT, revision="2" * 40)
    pull(SPEC, again, store, patience=QUICK)
    assert len(hub.gets()) == 1
    assert store.remove(SPEC) == len(CONTENT)


def test_a_deleted_download_is_only_forgotten(hub: Hub, store: Store) -> None:
    hub.add(tiny.REPOSITORY, tiny.NAME, CONTENT)
    installed = pull(SPEC, tiny.file_spec(CONTENT), store, patience=QUICK)
    installed.path.resolve().unlink()
    assert store.find(SPEC) is None
    assert store.remove(SPEC) == 0
    assert store.ledger.records() == ()


@pytest.mark.parametrize("origin", ["added", "hub"])
def test_a_forged_lock_file_deletes_nothing_elsewhere(
    origin: str, store: Store, source: Path, tmp_path: Path
) -> None:
    record = observe(source, model=SPEC.id, quant="Q5_K_M", origin=origin)
    values = {name: getattr(record, name) for name in Record.__slots__} | {"cache": tmp_path}
    store.ledger.put(Record(**values))
    try:
        assert store.remove(SPEC) == 0
    except WeightsError as error:
        assert "does not list" in error.message
    assert source.read_bytes() == CONTENT


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"version": 1, "files": [{}]}', b'{"version": 9}']
)
def test_a_broken_lock_file_says_what_to_do(content: bytes, store: Store) -> None:
    store.ledger.path.parent.mkdir(parents=True)
    store.ledger.path.write_bytes(content)
    with pytest.raises(WeightsError, match="cannot be read") as caught:
        store.find(SPEC)
    assert str(store.ledger.path) in caught.value.message
    assert "not fetched" in caught.value.hint


def test_the_lock_file_is_plain_json(store: Store, source: Path) -> None:
    add(store, source)
    (record,) = json.loads(store.ledger.path.read_text())["files"]
    assert record["model"] == SPEC.id
    assert record["name"] == "weights.gguf"
    assert record["observed"].endswith("+00:00")


def test_many_writers_lose_no_record(store: Store, source: Path) -> None:
    quants = [f"Q{number}" for number in range(12)]
    threads = [
        threading.Thread(target=add, args=(Store(), source), kwargs={"quant": quant})
        for quant in quants
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.quant for one in store.installed(SPEC)} == set(quants)


def test_places_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCALAI_DATA_DIR", str(tmp_path / "d"))
    monkeypatch.setenv("LOCALAI_MODELS_DIR", str(tmp_path / "m"))
    assert Store().ledger.path == tmp_path / "d" / "weights.lock.json"
    assert Store().models_dir == tmp_path / "m"
    assert Store(tmp_path / "x").models_dir == tmp_path / "x"
    monkeypatch.delenv("LOCALAI_DATA_DIR")
    assert "localai" in str(data_directory())
