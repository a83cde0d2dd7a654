"""The devices that this llama.cpp can compute on; it must not know models."""

from __future__ import annotations

import ctypes
from typing import Any

from localai.llama.binding import lib

_KINDS = {0: "CPU", 1: "GPU", 2: "integrated GPU", 3: "accelerator"}  # ggml_backend_dev_type


def devices() -> list[dict[str, Any]]:
    """Name, description, kind and memory (bytes, free and total) of each, the CPU among them.

    Empty where the platform does not let one library's functions be found through another's.
    """
    library = lib.llama_cpp._lib
    try:
        count = library.ggml_backend_dev_count
        name, description = library.ggml_backend_dev_name, library.ggml_backend_dev_description
        get, kind = library.ggml_backend_dev_get, library.ggml_backend_dev_type
        memory = library.ggml_backend_dev_memory
    except AttributeError:
        return []
    count.restype = ctypes.c_size_t
    get.argtypes, get.restype = [ctypes.c_size_t], ctypes.c_void_p
    for text in (name, description):
        text.argtypes, text.restype = [ctypes.c_void_p], ctypes.c_char_p
    kind.argtypes = [ctypes.c_void_p]
    memory.argtypes = [ctypes.c_void_p, *[ctypes.POINTER(ctypes.c_size_t)] * 2]
    memory.restype = None
    return [
        {
            "name": name(device).decode(),
            "description": description(device).decode(errors="replace"),
            "kind": _KINDS.get(kind(device), "unknown"),
            **_memory(memory, device),
        }
        for device in map(get, range(count()))
    ]


def _memory(call: Any, device: int) -> dict[str, int]:
    free, total = ctypes.c_size_t(), ctypes.c_size_t()
    call(device, ctypes.byref(free), ctypes.byref(total))
    return {"free": free.value, "total": total.value}
