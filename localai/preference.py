"""Which model answers a question about a database where none is named; it must not know doors."""

from __future__ import annotations

from collections.abc import Callable

from localai import machine
from localai.errors import DoesNotFit, NotDownloaded
from localai.model import ModelSpec
from localai.runtime import Runtime
from localai.weights.fit import choose

# The first of these that is on this disk and fits into memory answers.
PREFERRED = ("@cf/defog/sqlcoder-7b-2", "@localai/sql-tiny")


def preferred(runtime: Runtime, on_remark: Callable[[str], None] | None = None) -> ModelSpec:
    """The preferred model of those that are here and fit into free memory, or are in it.

    on_remark: told, in a sentence, why a better one was passed over. Raises NotDownloaded.
    """
    loaded = {resident.spec.id for resident in runtime.status()}
    free = machine.memory().free
    for name in PREFERRED:
        spec = runtime.registry.resolve(name)
        # A model in memory leaves less than it takes: it must not be passed over for itself.
        if spec.id in loaded:
            return spec
        here = {one.quant: one.bytes for one in runtime.store.installed(spec)}
        try:
            if here and choose(spec, free=free, installed=here, quants=here):
                return spec
        except DoesNotFit as error:
            if on_remark is not None:
                on_remark(f"{error.message} Asking a smaller model.")
    raise NotDownloaded(PREFERRED[0])
