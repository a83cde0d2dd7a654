"""What is known of a model before it is loaded; it must not know the Hub, disks or llama.cpp."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

F16_BYTES = 2
IN_SLOTS = "sql-tiny"
"""The prompt family that has slots in place of names."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """The numbers that a GGUF header must agree with; `name` is its general.architecture."""

    name: str
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    embedding: int
    feed_forward: int
    vocabulary: int
    context: int
    rope_theta: float
    sliding_window: int | None = None

    @property
    def kv_bytes_per_token(self) -> int:
        """Bytes of KV cache for one token at f16: a key and a value per layer and KV head."""
        return 2 * self.layers * self.kv_heads * self.head_dim * F16_BYTES


@dataclass(frozen=True, slots=True)
class FileSpec:
    """One quantization of a model's weights, on the Hub or (with `path`) on this machine.

    bytes: the exact size, where it is known; gigabytes: the size as listed (10^9 bytes).
    sha256: 64 lower-case hex digits, where known.
    """

    quant: str
    name: str
    repository: str = ""
    revision: str = "main"
    bytes: int | None = None
    gigabytes: float | None = None
    sha256: str | None = None
    path: Path | None = None

    @property
    def size(self) -> int | None:
        """Bytes, exact or rounded as listed; None where no source gives a size."""
        if self.bytes is not None:
            return self.bytes
        return None if self.gigabytes is None else int(self.gigabytes * 1e9)


@dataclass(frozen=True, slots=True)
class Limits:
    """Token limits as documented upstream. Only `max_tokens*` are applied, as defaults; the context
    and sequence limits are shown, and what is enforced is min(native context, --ctx)."""

    context_tokens: int | None = None
    sequence_tokens: int | None = None
    max_tokens: int = 256
    max_tokens_stream: int = 256


@dataclass(frozen=True, slots=True)
class AdapterSpec:
    """A LoRA adapter: small matrices that a request has added to a model's weights.

    name: what requests call it, unlike any other's in whatever case. model: the ID of the model
    that it was made for. path: its GGUF file. rank, alpha, bytes: as its file said when it was
    added, where known. created: ISO 8601, in UTC; empty where unknown.
    """

    name: str
    model: str
    path: Path
    description: str = ""
    rank: int | None = None
    alpha: float | None = None
    bytes: int | None = None
    created: str = ""

    @property
    def id(self) -> str:
        """A UUID that follows from the name; requests may give it in place of that."""
        # Imported here: whoever has no adapter need not wait for it.
        from uuid import NAMESPACE_URL, uuid5

        return str(uuid5(NAMESPACE_URL, f"localai:adapter:{self.name.casefold()}"))


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A registry entry. `id` is canonical; `aliases` are other IDs of the same weights.

    spellings: dialect name -> the names that dialect calls this model by.
    prompt: the prompt family (a key of `localai.prompt`), or "gguf" for the file's own template.
    stop: end-of-turn texts; they apply in every dialect. adapters: those that were made for it.
    embeds: it makes vectors of texts, and no text.
    """

    id: str
    title: str
    architecture: Architecture
    files: tuple[FileSpec, ...]
    default_quant: str
    prompt: str
    licence: str
    terms_url: str = ""
    description: str = ""
    base_model: str = ""
    stop: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    beta: bool = False
    embeds: bool = False
    adapters: tuple[AdapterSpec, ...] = ()

    @property
    def reads_slots(self) -> bool:
        """Whether prompts of its family, and answers, have slots in place of a schema's names, as
        `localai.linking` writes and reads them."""
        return self.prompt == IN_SLOTS

    def file(self, quant: str | None = None) -> FileSpec | None:
        """The file of a quantization (case-insensitive; None: the default one), or None."""
        wanted = (quant or self.default_quant).upper()
        return next((file for file in self.files if file.quant.upper() == wanted), None)
