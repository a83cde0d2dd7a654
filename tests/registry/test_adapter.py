"""`[[adapter]]` tables: read strictly, merged by name, written back as they were."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from localai.errors import AdapterMismatch, RegistryError, UnknownAdapter
from localai.model import AdapterSpec, ModelSpec
from localai.registry import Registry, add_adapter, add_local, remove_adapter
from localai.registry.adapter import parse_adapter
from localai.registry.dump import dump_adapter

MINE = AdapterSpec("mine", "@local/mine", Path("/a/mine.gguf"), 'Says "please"', 8, 16.0, 99, "x")


@pytest.mark.parametrize("spec", [MINE, AdapterSpec("n", "@local/mine", Path("/a/n.gguf"))])
def test_what_is_written_reads_back(spec: AdapterSpec) -> None:
    assert parse_adapter(tomllib.loads(dump_adapter(spec))["adapter"][0], "here") == spec


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ('model = "@local/mine"\npath = "/x"', "adapter without a name: name: missing"),
        ('name = "a b"\nmodel = "@local/mine"\npath = "/x"', "adapter a b: name: 'a b' is not"),
        ('name = "a"\npath = "/x"', "adapter a: model: missing"),
        ('name = "a"\nmodel = "@local/mine"', "adapter a: path: neither path nor package"),
        ('name = "a"\nmodel = "m"\npath = "x"', "path: 'x' is not absolute"),
        ('name = "a"\nmodel = "m"\npackage = "../x"', "package: '../x' leaves its folder"),
        ('name = "a"\nmodel = "m"\npath = "/x"\nrank = 0', "rank: 0 is not allowed"),
        ('name = "a"\nmodel = "m"\npath = "/x"\ncolour = 1', "colour: unknown key"),
    ],
)
def test_a_table_of_another_shape_names_file_adapter_and_key(
    own: Callable[[str], Path], table: str, problem: str
) -> None:
    path = own(f"[[adapter]]\n{table}\n")
    with pytest.raises(RegistryError, match=problem) as caught:
        Registry.load()
    assert str(path) in str(caught.value)


def test_a_file_holds_one_of_a_name(own: Callable[[str], Path]) -> None:
    table = '[[adapter]]\nname = "{}"\nmodel = "m"\npath = "/x"\n'
    own(table.format("a") + table.format("A"))
    with pytest.raises(RegistryError, match="adapter a: it stands there twice"):
        Registry.load()
    own("adapter = 3\n")
    with pytest.raises(RegistryError, match="adapter is not a list"):
        Registry.load()


def test_models_carry_their_adapters_by_any_name(
    own: Callable[[str], Path], spec: ModelSpec
) -> None:
    add_local(replace(spec, aliases=("mine-too",)))
    add_adapter(MINE)
    add_adapter(replace(MINE, name="other", model="MINE-TOO"))
    own('[[adapter]]\nname = "Mine"\nmodel = "@local/mine"\nrank = 4\n')
    registry = Registry.load()
    mine, other = registry.resolve("@local/mine").adapters
    assert mine == replace(MINE, rank=4)
    assert (other.name, other.model) == ("other", "@local/mine")
    assert registry.adapters == (mine, other)
    assert not registry.resolve("@cf/defog/sqlcoder-7b-2").adapters
    add_local(replace(registry.resolve("@local/mine"), title="Renamed"))
    assert Registry.load().resolve("@local/mine").adapters == (mine, other)


def test_names_ids_and_models_are_held_apart(spec: ModelSpec) -> None:
    add_local(spec)
    add_adapter(MINE)
    add_adapter(replace(MINE, name="lost", model="@local/gone"))
    registry = Registry.load()
    mine = registry.resolve("@local/mine")
    assert registry.adapter(" MINE ", mine) == registry.adapter(MINE.id.upper(), mine) == MINE
    with pytest.raises(UnknownAdapter, match="There are: mine"):
        registry.adapter("x" * 500, mine)
    with pytest.raises(AdapterMismatch, match="made for @local/gone"):
        registry.adapter("lost", mine)
    with pytest.raises(AdapterMismatch):
        registry.adapter("mine", registry.resolve("@cf/defog/sqlcoder-7b-2"))


def test_what_add_wrote_remove_takes_back_and_nothing_else(config: Path) -> None:
    path = add_adapter(MINE)
    assert path.parent == config / "added" and remove_adapter("MINE")
    assert not remove_adapter("mine") and not remove_adapter("../../x")
    with pytest.raises(RegistryError, match="letters, digits"):
        add_adapter(replace(MINE, name="../x"))
