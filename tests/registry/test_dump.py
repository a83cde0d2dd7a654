"""Whatever `dump` writes is read back to an equal model."""

from __future__ import annotations

import tomllib
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from localai.model import Architecture, FileSpec, Limits, ModelSpec
from localai.registry import Registry, dump
from localai.registry.entry import parse

text = st.text(max_size=20)
some = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
word = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,8}", fullmatch=True)
name = st.lists(word, min_size=1, max_size=3).map("/".join)
count = st.integers(1, 2**40)
maybe = st.none() | count
prefix = st.sampled_from(["@cf/", "@hf/", "@local/", "@localai/", "qianfan:"])
quant = st.sampled_from(["Q2_K", "Q4_K_M", "Q8_0", "IQ4_XS", "F16", "BF16"])
architecture = st.builds(Architecture, some, *[count] * 8, st.floats(0, 1e12), maybe)
limits = st.builds(Limits, maybe, maybe, count, count)
path = st.lists(word, min_size=1, max_size=3).map(lambda parts: Path("/", *parts).absolute())
known = {
    "quant": quant,
    "revision": word,
    "bytes": maybe,
    "gigabytes": st.none() | st.floats(0.001, 1e6),
    "sha256": st.none() | st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
}
on_hub = st.builds(
    FileSpec, name=name, repository=st.tuples(word, word).map("/".join), path=st.none(), **known
)
on_disk = st.builds(FileSpec, name=name, path=path, **known)


@st.composite
def specs(draw: st.DrawFn) -> ModelSpec:
    files = draw(
        st.lists(on_hub | on_disk, min_size=1, max_size=4, unique_by=lambda file: file.quant)
    )
    dialects = st.sampled_from(["workers_ai", "qianfan", "openai"])
    names = st.lists(name, max_size=3).map(tuple)
    return ModelSpec(
        id=draw(prefix) + draw(name),
        title=draw(some),
        architecture=draw(architecture),
        files=tuple(files),
        default_quant=draw(st.sampled_from([file.quant for file in files])),
        prompt=draw(some),
        licence=draw(some),
        terms_url=draw(st.sampled_from(["", "https://a.example/b?c#d"])),
        description=draw(text),
        base_model=draw(text),
        stop=tuple(draw(st.lists(some, max_size=3))),
        aliases=draw(names),
        spellings=draw(st.dictionaries(dialects, names)),
        limits=draw(limits),
        beta=draw(st.booleans()),
    )


@given(specs())
@settings(max_examples=150, deadline=None)
def test_a_dumped_model_is_read_back_equal(spec: ModelSpec) -> None:
    (table,) = tomllib.loads(dump(spec))["model"]
    assert parse(table, "dump") == spec


def test_the_packaged_models_survive_a_round_trip(tmp_path: Path) -> None:
    registry = Registry.load()
    copy = tmp_path / "copy.toml"
    copy.write_text("\n".join(dump(spec) for spec in registry.models), encoding="utf-8")
    assert Registry.load(copy).models == registry.models


def test_the_embedded_file_is_written_relative_to_the_package() -> None:
    text = dump(Registry.load().resolve("@localai/sql-tiny"))
    assert 'package = "embedded/sql-tiny.gguf"' in text
    assert str(Path.cwd()) not in text


def test_one_line_a_file_and_no_key_at_its_default(spec: ModelSpec) -> None:
    text = dump(spec)
    assert text.count("\n  { quant = ") == len(spec.files)
    assert "beta" not in text and "revision" not in text and "limits" not in text
