"""What a program may know of each model before it asks it; it must not know how models run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from localai import machine
from localai.model import ModelSpec
from localai.runtime import Runtime
from localai.weights.fit import FitRow, fit


@dataclass(frozen=True, slots=True)
class KnownFile:
    """One quantization of a model's weights.

    bytes: None where no source gives a size. path: where it is on this disk, or None. needed: bytes
    of memory with the context that it would get (at most 4096 tokens). fits: whether so much is
    free now, None where that is unknown.
    """

    quant: str
    bytes: int | None
    path: Path | None
    needed: int | None
    fits: bool | None


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model of the registry, and how it stands on this machine.

    context: tokens that it was trained on. files: the smallest first. loaded: it is in memory.
    loading: 0 to 1 while it is being loaded, else None. embeds: it makes vectors, and no text.
    """

    id: str
    title: str
    description: str
    aliases: tuple[str, ...]
    licence: str
    terms_url: str
    context: int
    files: tuple[KnownFile, ...]
    default_quant: str
    loaded: bool
    loading: float | None
    embeds: bool = False

    @property
    def downloaded(self) -> bool:
        """Whether some file of it is on this disk."""
        return any(file.path for file in self.files)

    @property
    def fits(self) -> bool | None:
        """Whether a file that is here, or where none is some file, fits into the free memory. One
        that is loaded does; None where no size is known."""
        if self.loaded:
            return True
        known = [
            file.fits
            for file in self.files
            if file.fits is not None and (file.path or not self.downloaded)
        ]
        return any(known) if known else None


def known(runtime: Runtime, specs: tuple[ModelSpec, ...]) -> tuple[KnownModel, ...]:
    """Those models as they stand now; a few stat calls each."""
    free = machine.memory().free
    loaded = {one.spec.id for one in runtime.status()}
    loading = runtime.loading()
    return tuple(
        KnownModel(
            id=spec.id,
            title=spec.title,
            description=spec.description,
            aliases=spec.aliases,
            licence=spec.licence,
            terms_url=spec.terms_url,
            context=spec.architecture.context,
            files=_files(runtime, spec, free),
            default_quant=spec.default_quant,
            loaded=spec.id in loaded,
            loading=loading.get(spec.id),
            embeds=spec.embeds,
        )
        for spec in specs
    )


def _files(runtime: Runtime, spec: ModelSpec, free: int) -> tuple[KnownFile, ...]:
    here = {one.quant.upper(): one for one in runtime.store.installed(spec)}
    rows = fit(spec, free=free, installed={one.quant: one.bytes for one in here.values()})

    def file(row: FitRow) -> KnownFile:
        found = here.get(row.quant.upper())
        path = found.path if found else None
        return KnownFile(row.quant, row.weights, path, row.total, row.fits)

    return tuple(file(row) for row in rows)
