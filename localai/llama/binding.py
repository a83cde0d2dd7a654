"""llama_cpp imported, checked and silenced; it must not know models or requests.

Everything in this room reaches the C library through `lib`.
"""

from __future__ import annotations

import ctypes
import logging
import threading
from collections import deque
from typing import Any

from localai.errors import LocalAIError
from localai.llama import spinning

logger = logging.getLogger("localai.llama")

# Name -> number of C arguments. The low-level API changes between releases (penalties gained one):
# better to refuse at import than to call C with a wrong frame.
_CALLS = {
    "llama_model_load_from_file": 2,
    "llama_init_from_model": 2,
    "llama_model_n_params": 1,
    "llama_decode": 2,
    "llama_batch_init": 3,
    "llama_memory_seq_rm": 4,
    "llama_memory_seq_cp": 5,
    "llama_memory_seq_pos_max": 2,
    "llama_state_seq_get_size": 2,
    "llama_state_seq_get_data": 4,
    "llama_state_seq_set_data": 4,
    "llama_get_logits_ith": 2,
    "llama_set_abort_callback": 3,
    "llama_adapter_lora_init": 2,
    "llama_adapter_lora_free": 1,
    "llama_set_adapters_lora": 4,
    "llama_tokenize": 7,
    "llama_token_to_piece": 6,
    "llama_sampler_init_grammar": 3,
    "llama_sampler_init_logit_bias": 3,
    "llama_sampler_init_penalties": 5,
    "llama_sampler_init_top_k": 1,
    "llama_sampler_init_top_p": 2,
    "llama_sampler_init_temp": 1,
    "llama_sampler_init_dist": 1,
    "llama_sampler_init_greedy": 0,
    "llama_sampler_sample": 3,
    "llama_sampler_apply": 2,
    "llama_sampler_accept": 2,
    "llama_vocab_get_attr": 2,
}

# ggml_log_level in ggml.h; 5 continues the line before it.
_LEVELS = {1: logging.DEBUG, 2: logging.INFO, 3: logging.WARNING, 4: logging.ERROR}
_CONTINUED = 5


class _Log:
    """llama.cpp's log as `logging` records; the last error lines of each thread are kept."""

    def __init__(self) -> None:
        self._errors: deque[tuple[int, str]] = deque(maxlen=50)
        self._level = logging.INFO
        self._line = ""
        self._hushed: set[int] = set()

    def write(self, level: int, text: bytes, _: object) -> None:
        if level != _CONTINUED:
            self._level = _LEVELS.get(level, logging.DEBUG)
        self._line += text.decode("utf-8", "replace")
        if not self._line.endswith("\n"):
            return
        line, self._line = self._line.strip(), ""
        if not line:
            return
        me = threading.get_ident()
        # Its INFO is a page per load, and an engine's thread raises what goes wrong (an interrupted
        # decode, which is no fault, also writes errors): debugging detail for a library.
        detail = self._level < logging.WARNING or me in self._hushed
        logger.log(logging.DEBUG if detail else self._level, "%s", line)
        if self._level >= logging.ERROR:
            self._errors.append((me, line))

    def hush(self) -> None:
        """Log what this thread's calls cause as debugging detail from now on."""
        self._hushed.add(threading.get_ident())

    def forget_errors(self) -> None:
        me = threading.get_ident()
        self._errors = deque((e for e in self._errors if e[0] != me), maxlen=50)

    def errors(self, count: int = 3) -> str:
        """The last error lines that this thread's calls caused, joined; may be empty."""
        me = threading.get_ident()
        return " | ".join([line for who, line in self._errors if who == me][-count:])


def _load() -> Any:
    try:
        with spinning.patient():
            import llama_cpp
    except (ImportError, OSError, RuntimeError) as error:
        raise LocalAIError(
            f"llama.cpp could not be loaded: {error}.",
            hint="`localai doctor` says what is wrong and how to mend it.",
        ) from error
    for name, arguments in _CALLS.items():
        function = getattr(llama_cpp, name, None)
        if function is None or len(function.argtypes) != arguments:
            raise LocalAIError(
                f"llama-cpp-python {llama_cpp.__version__} has another {name} than 0.3.36.",
                hint="Install the pinned version: pip install 'llama-cpp-python>=0.3.36,<0.4'.",
            )
    return llama_cpp


lib = _load()
log = _Log()
# libllama is linked to what computes, and that to libgomp, where there is one.
brake = spinning.Brake(lib.llama_cpp._lib)
# The C side keeps only the pointer: the module keeps the object alive.
_callback = lib.llama_log_callback(log.write)
lib.llama_log_set(_callback, ctypes.c_void_p(0))
lib.llama_backend_init()


def build_info() -> dict[str, Any]:
    """What this llama.cpp was built with: version, CPU features, whether it can use a GPU."""
    features = lib.llama_print_system_info().decode("utf-8", "replace")
    return {
        "llama_cpp_python": lib.__version__,
        "features": features,
        "gpu_offload": bool(lib.llama_supports_gpu_offload()),
    }
