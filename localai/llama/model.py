"""A GGUF in memory: weights, vocabulary, chat template; it must not know KV memory or policy."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from localai.errors import Cancelled, ModelLoadError
from localai.llama.binding import lib, log
from localai.llama.closing import Place
from localai.llama.grammar import Alphabet, Grammar
from localai.llama.huge_pages import HugePages
from localai.request import RenderedPrompt, Segment

_CONTROL = 8  # LLAMA_TOKEN_ATTR_CONTROL
_USER_DEFINED = 16  # LLAMA_TOKEN_ATTR_USER_DEFINED
_SENTENCEPIECE = 1  # LLAMA_VOCAB_TYPE_SPM


class LlamaModel:
    """Weights and vocabulary of one file; several contexts may share it. Close it after them.

    gpu_layers: None offloads all layers where the build has a GPU, else none.
    on_progress: called with 0..1 while loading; answering False stops the load with Cancelled.
    Raises ModelLoadError with llama.cpp's last error lines.
    """

    def __init__(
        self,
        path: Path,
        *,
        name: str = "",
        gpu_layers: int | None = None,
        on_progress: Callable[[float], bool] | None = None,
    ) -> None:
        params = lib.llama_model_default_params()
        params.n_gpu_layers = -1 if gpu_layers is None else gpu_layers
        pages = HugePages()

        def heard(done: float, _: Any) -> bool:
            pages.advise()
            return on_progress is None or on_progress(done)

        # Held in a local for as long as C may call it.
        callback = lib.llama_progress_callback(heard)
        params.progress_callback = callback
        log.forget_errors()
        self._model = lib.llama_model_load_from_file(str(path).encode(), params)
        if not self._model:
            if on_progress is not None and not on_progress(0.0):
                raise Cancelled("Loading the model was cancelled.")
            raise ModelLoadError(
                f"llama.cpp could not load {path}: {log.errors() or 'no reason given'}.",
                model=name or path.name,
                hint="`localai doctor` checks this machine; `localai pull` fetches the file anew.",
            )
        self._gpu_layers = gpu_layers
        self._name = name or path.name
        self._adapters: list[Any] = []
        self._vocab = lib.llama_model_get_vocab(self._model)
        self._pieces: dict[int, bytes] = {}
        self._ends: dict[int, bool] = {}
        self._markers: tuple[dict[str, int], dict[str, int]] | None = None
        self._alphabet: Alphabet | None = None
        self.vocabulary: int = lib.llama_vocab_n_tokens(self._vocab)
        self.context_length: int = lib.llama_model_n_ctx_train(self._model)
        self.is_sentencepiece = lib.llama_vocab_type(self._vocab) == _SENTENCEPIECE

    @property
    def handle(self) -> Any:
        """The C pointer, for a context."""
        return self._model

    @property
    def on_gpu(self) -> bool:
        """Whether a GPU may compute with it."""
        return self._gpu_layers != 0 and bool(lib.llama_supports_gpu_offload())

    @property
    def can_trim(self) -> bool:
        """Whether its memory can forget an arbitrary tail: not recurrent, not a sliding window."""
        return not (
            lib.llama_model_is_recurrent(self._model)
            or lib.llama_model_is_hybrid(self._model)
            or lib.llama_model_n_swa(self._model) > 0
        )

    @property
    def pools(self) -> bool:
        """Whether it was made for vectors of whole texts: its file says how they are pooled."""
        family = self._said("general.architecture")
        pooling = self._said(f"{family}.pooling_type")
        kinds = (lib.LLAMA_POOLING_TYPE_MEAN, lib.LLAMA_POOLING_TYPE_CLS,
                 lib.LLAMA_POOLING_TYPE_LAST)  # fmt: skip
        return pooling in map(str, kinds)

    @property
    def bos(self) -> str:
        return self._text(lib.llama_vocab_bos(self._vocab))

    @property
    def eos(self) -> str:
        return self._text(lib.llama_vocab_eos(self._vocab))

    @property
    def chat_template(self) -> str | None:
        """The file's own template (Jinja source), if it carries one."""
        source: bytes | None = lib.llama_model_chat_template(self._model, None)
        return source.decode("utf-8", "replace") if source else None

    def piece(self, token: int) -> bytes:
        """A token's text in UTF-8 bytes; empty for control tokens."""
        piece = self._pieces.get(token)
        if piece is None:
            piece = self._pieces[token] = self._piece(token)
        return piece

    def is_end(self, token: int) -> bool:
        ends = self._ends.get(token)
        if ends is None:
            ends = self._ends[token] = bool(lib.llama_vocab_is_eog(self._vocab, token))
        return ends

    def grammar(self, text: str, json_after: str | None = None) -> Grammar:
        """A grammar (GBNF, rule `root`) for one answer, to be given to a context's `sampler`.

        json_after: the answer is JSON behind this text (empty: from its start), and is brought to
        its end when its tokens run out; None: it is cut.

        Raises InvalidRequest (field `grammar`).
        """
        if self._alphabet is None:
            tokens = range(self.vocabulary)
            self._alphabet = Alphabet(map(self.piece, tokens), map(self.is_end, tokens))
        place = None if json_after is None else Place(json_after.encode())
        return Grammar(self._vocab, self._alphabet, text, place)

    def tokenize(self, prompt: RenderedPrompt) -> list[int]:
        """Token ids, with one BOS in front where the vocabulary wants one.

        A special token's text becomes that token in trusted segments only.
        """
        trusted = "".join(s.text for s in prompt.segments if s.trusted)
        message = "".join(s.text for s in prompt.segments if not s.trusted)
        markers = self._markers_in(trusted)
        if not trusted:
            tokens = self._tokenize(message, parse_special=False)
        elif not message or not any(marker in message for marker in markers):
            tokens = self._tokenize(prompt.text, parse_special=True)
        else:
            tokens = self._tokenize_guarded(prompt.segments, markers)
        return self._with_bos(tokens)

    def tokenize_whole(self, text: str) -> list[int]:
        """A text's token ids with all that the vocabulary puts around it; no text is a marker."""
        return self._tokenize(text, parse_special=False, add_special=True)

    def adapter(self, path: Path, name: str = "") -> Any:
        """Load a LoRA adapter beside the weights; the C pointer, for a context. It is freed with
        them. Only the thread that decodes may call it: llama.cpp reads its list of adapters there.

        Raises ModelLoadError with llama.cpp's last error lines.
        """
        log.forget_errors()
        handle = lib.llama_adapter_lora_init(self._model, str(path).encode())
        if not handle:
            raise ModelLoadError(
                f"llama.cpp could not load the adapter {name or path}: "
                f"{log.errors() or 'no reason given'}.",
                model=self._name,
                hint="It was perhaps made for another model: `localai lora ls` lists them.",
            )
        self._adapters.append(handle)
        return handle

    def close(self) -> None:
        """Free the adapters and the weights; idempotent."""
        while self._adapters:
            lib.llama_adapter_lora_free(self._adapters.pop())
        model, self._model = self._model, None
        if model:
            lib.llama_model_free(model)

    def _tokenize(self, text: str, *, parse_special: bool, add_special: bool = False) -> list[int]:
        data = text.encode("utf-8", "replace")
        room, flags = len(data) + 8, (add_special, parse_special)
        tokens = (lib.llama_token * room)()
        count = lib.llama_tokenize(self._vocab, data, len(data), tokens, room, *flags)
        if count < 0:
            tokens = (lib.llama_token * -count)()
            count = lib.llama_tokenize(self._vocab, data, len(data), tokens, -count, *flags)
        return list(tokens[:count])

    def _tokenize_guarded(self, segments: Iterable[Segment], markers: dict[str, int]) -> list[int]:
        """Cut the prompt at its own markers and read what is between them as plain text."""
        pattern = _alternatives(markers)
        tokens: list[int] = []
        plain = ""
        for segment in segments:
            if not segment.trusted:
                # A marker's text in a message loses its meaning when its first character stands
                # apart: llama.cpp reads "user-defined" tokens even where specials are off.
                plain += pattern.sub(lambda m: f"{m[0][0]}\0{m[0][1:]}", segment.text)
                continue
            for part in re.split(f"({pattern.pattern})", segment.text):
                if part in markers:
                    tokens += [*self._plain(plain), markers[part]]
                    plain = ""
                else:
                    plain += part
        return tokens + self._plain(plain)

    def _plain(self, text: str) -> list[int]:
        parts = [part for part in text.split("\0") if part]
        return [t for part in parts for t in self._tokenize(part, parse_special=False)]

    def _with_bos(self, tokens: list[int]) -> list[int]:
        bos = lib.llama_vocab_bos(self._vocab)
        wanted = bos >= 0 and lib.llama_vocab_get_add_bos(self._vocab)
        if wanted and (not tokens or tokens[0] != bos):
            return [bos, *tokens]
        return tokens

    def _markers_in(self, trusted: str) -> dict[str, int]:
        """Texts that a message must not smuggle in: all control tokens, and user-defined tokens
        that this template uses (the rest are ordinary words, such as HTML tags, in some models)."""
        if self._markers is None:
            self._markers = self._read_markers()
        control, user_defined = self._markers
        return control | {text: i for text, i in user_defined.items() if text in trusted}

    def _read_markers(self) -> tuple[dict[str, int], dict[str, int]]:
        control: dict[str, int] = {}
        user_defined: dict[str, int] = {}
        for token in range(self.vocabulary):
            attribute = lib.llama_vocab_get_attr(self._vocab, token)
            if attribute & (_CONTROL | _USER_DEFINED):
                text = self._text(token)
                # Runs of blanks are user-defined tokens in several vocabularies, and plain text.
                if text.strip():
                    (control if attribute & _CONTROL else user_defined)[text] = token
        return control, user_defined

    def _said(self, key: str) -> str:
        """What the file's header says under a key, as text; empty where it says nothing."""
        buffer = ctypes.create_string_buffer(256)
        lib.llama_model_meta_val_str(self._model, key.encode(), buffer, len(buffer))
        return buffer.value.decode("utf-8", "replace")

    def _text(self, token: int) -> str:
        if token < 0:
            return ""
        text: bytes = lib.llama_vocab_get_text(self._vocab, token) or b""
        return text.decode("utf-8", "replace")

    def _piece(self, token: int) -> bytes:
        size = 64
        while True:
            buffer = ctypes.create_string_buffer(size)
            written = lib.llama_token_to_piece(self._vocab, token, buffer, size, 0, False)
            if written >= 0:
                return buffer.raw[:written]
            size = -written


def _alternatives(markers: dict[str, int]) -> re.Pattern[str]:
    # Longest first, as llama.cpp matches them.
    ordered = sorted(markers, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered)))
