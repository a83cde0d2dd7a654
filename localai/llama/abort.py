"""A flag that stops a computation of llama.cpp from any thread; it must not know who sets it."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

from localai.llama.binding import lib


class AbortFlag:
    """llama.cpp asks it after every graph node, a thousand times per token, from C threads.

    A Python function there would need the GIL each time. libc's strlen does not: over a buffer that
    holds an empty string it answers 0 (go on), over one of a single byte 1 (stop).
    """

    def __init__(self, context: Any) -> None:
        libc = ctypes.cdll.msvcrt if sys.platform == "win32" else ctypes.CDLL(None)
        address = ctypes.cast(libc.strlen, ctypes.c_void_p).value
        self._buffer = ctypes.create_string_buffer(2)
        self._callback = lib.ggml_abort_callback(address)
        data = ctypes.cast(self._buffer, ctypes.c_void_p)
        lib.llama_set_abort_callback(context, self._callback, data)

    def set(self) -> None:
        self._buffer[0] = b"\1"

    def clear(self) -> None:
        self._buffer[0] = b"\0"
