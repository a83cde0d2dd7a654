"""Names to models: any ID, alias or dialect's spelling; it must not know how the files are laid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from localai.errors import AdapterMismatch, UnknownAdapter, UnknownModel
from localai.model import AdapterSpec, ModelSpec
from localai.registry.adapter import parse_adapter
from localai.registry.entry import MAX_NAME, parse
from localai.registry.fault import fault, shorten
from localai.registry.files import layers, merged

# The scope of IDs and aliases, which every dialect understands.
_EVERYWHERE = ""


class Registry:
    """The models and adapters known on this machine, in the order of the registry files; never
    changed. An adapter whose model is not known stands in `adapters` alone."""

    def __init__(
        self,
        models: Iterable[ModelSpec],
        sources: Mapping[str, str] | None = None,
        adapters: Iterable[AdapterSpec] = (),
    ):
        """`sources`: model ID -> file, for the RegistryError that a name claimed twice raises."""
        self._names: dict[str, dict[str, ModelSpec]] = {_EVERYWHERE: {}}
        self.models, self.adapters = _joined(models, adapters)
        for spec in self.models:
            source = (sources or {}).get(spec.id, "the registry")
            for key, scope, name in _claims(spec):
                self._claim(spec, key, scope, name, source)

    @classmethod
    def load(cls, path: Path | None = None) -> Registry:
        """The packaged registry (or `path`), with the user's files merged over it.

        Raises RegistryError, which names the file, the model and the key.
        """
        files = layers(path)
        tables = merged(files)
        models = [parse(table, source) for table, source in tables]
        sources = {spec.id: source for spec, (_, source) in zip(models, tables, strict=True)}
        adapters = [parse_adapter(*one) for one in merged(files, "adapter")]
        return cls(models, sources, adapters)

    def resolve(self, name: str, dialect: str | None = None) -> ModelSpec:
        """The model of that name, in any case; `dialect`'s own spelling goes before all others.

        Raises UnknownModel with up to three IDs that look alike.
        """
        wanted = _fold(name)
        for scope in (dialect, _EVERYWHERE):
            if scope is not None and (spec := self._names.get(scope, {}).get(wanted)):
                return spec
        found = {spec.id: spec for names in self._names.values() if (spec := names.get(wanted))}
        if len(found) == 1:
            return found.popitem()[1]
        raise UnknownModel(shorten(name), tuple(found) or self._suggest(wanted))

    def adapter(self, name: str, model: ModelSpec) -> AdapterSpec:
        """The adapter of that name (in any case) or ID, for this model.

        Raises UnknownAdapter, AdapterMismatch.
        """
        wanted = _fold(name)
        found = [one for one in self.adapters if wanted == one.name.casefold()]
        found = found or [one for one in self.adapters if wanted == one.id]
        if not found:
            raise UnknownAdapter(shorten(name), tuple(one.name for one in model.adapters))
        if found[0] not in model.adapters:
            raise AdapterMismatch(model.id, found[0].name, found[0].model)
        return found[0]

    def _claim(self, spec: ModelSpec, key: str, scope: str, name: str, source: str) -> None:
        # Two dialects may call two models by one name, but an ID or alias means one model anywhere.
        scopes = self._names if scope == _EVERYWHERE else (scope, _EVERYWHERE)
        for other in scopes:
            holder = self._names.get(other, {}).get(_fold(name))
            if holder is not None and holder is not spec:
                raise fault(source, spec.id, key, f"{name} already names {holder.id}")
        self._names.setdefault(scope, {})[_fold(name)] = spec

    def _suggest(self, wanted: str) -> tuple[str, ...]:
        # Imported here: only a wrong name needs it.
        from difflib import get_close_matches

        owners: dict[str, ModelSpec] = {}
        for names in self._names.values():
            for name, spec in names.items():
                owners |= {name: spec, name.rpartition("/")[2]: spec}
        close = get_close_matches(wanted, owners, n=9)
        close += [name for name in owners if len(wanted) > 2 and wanted in name]
        return tuple(dict.fromkeys(owners[name].id for name in close))[:3]


def _joined(
    models: Iterable[ModelSpec], adapters: Iterable[AdapterSpec]
) -> tuple[tuple[ModelSpec, ...], tuple[AdapterSpec, ...]]:
    """The models with their adapters in them, and all adapters with their models' IDs."""
    models, adapters = tuple(models), tuple(adapters)
    if not adapters:
        return models, ()
    ids = {_fold(name): spec.id for spec in models for name in (*spec.aliases, spec.id)}
    adapters = tuple(replace(one, model=ids.get(_fold(one.model), one.model)) for one in adapters)
    return tuple(
        replace(spec, adapters=mine) if mine else spec
        for spec in models
        for mine in [tuple(one for one in adapters if one.model == spec.id)]
    ), adapters


def _claims(spec: ModelSpec) -> Iterable[tuple[str, str, str]]:
    """(key, scope, name) of every name that leads to this model."""
    yield "id", _EVERYWHERE, spec.id
    for alias in spec.aliases:
        yield "aliases", _EVERYWHERE, alias
    for dialect, names in spec.spellings.items():
        for name in names:
            yield f"spellings.{dialect}", dialect, name


def _fold(name: str) -> str:
    # Cut: a name too long to be known must not cost time either.
    return name[: MAX_NAME + 9].strip().casefold()
