"""One slot's computed state as bytes, out of KV memory and back; it must not know files.

What goes in has been checked by whoever kept it. It is looked through here all the same, since C
trusts what it is given, and a restore that fails leaves nothing behind in the slot.

The bytes are, in llama.cpp's own order (llama_context::state_seq_write_data, llama_kv_cache::
state_write): a magic number, the slot, the number of streams, and for each stream its number of
cells, then, where there are any, position, owners' number and owner of each cell, and its layers.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import mmap
import os
import struct
import sys
from pathlib import Path
from typing import Any

from localai.llama.binding import lib

_HEAD = struct.Struct("<Iii")
_COUNT = struct.Struct("<I")
_CELL = struct.Struct("<iIi")
_LAYERS = struct.Struct("<II")
_KEYS = struct.Struct("<iQ")
_VALUES_TURNED = struct.Struct("<iII")

_MOST_STREAMS = 256  # LLAMA_MAX_SEQ


def facts(params: Any) -> dict[str, str]:
    """What a state depends on beside weights and build, by a context's parameters. llama.cpp may
    still turn flash attention on or off where it is left to it: that follows from the build."""
    layout = {
        "keys": params.type_k,
        "values": params.type_v,
        "flash_attention": params.flash_attn_type,
        "offload": params.offload_kqv,
        "streams": 1 if params.kv_unified else params.n_seq_max,
        "rope": (params.rope_scaling_type, params.rope_freq_base, params.rope_freq_scale),
        "yarn": (params.yarn_ext_factor, params.yarn_attn_factor, params.yarn_beta_fast,
                 params.yarn_beta_slow, params.yarn_orig_ctx),
        # Sums are split among threads and batches: other bits, where a seed promises the same.
        "threads": (params.n_threads, params.n_threads_batch),
        "batch": (params.n_batch, params.n_ubatch),
    }  # fmt: skip
    return {name: str(value) for name, value in layout.items()}


def build() -> str:
    """Which llama.cpp this is: the binding's version, the libraries' bytes and what they use of
    this CPU. Hashing 8 MB takes 8 ms."""
    named = os.environ.get("LLAMA_CPP_LIB_PATH")
    folder = Path(named) if named else Path(str(lib.__file__)).parent / "lib"
    digest = hashlib.sha256(lib.llama_print_system_info())
    for path in sorted(folder.glob("*")):
        if path.suffix in (".so", ".dylib", ".dll"):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return f"{lib.__version__} {digest.hexdigest()}"


def save(context: Any, slot: int, length: int, most: int = sys.maxsize) -> memoryview | None:
    """What a slot of `length` tokens holds, in memory of its own; None where it cannot be read, or
    is more than `most` bytes."""
    size = lib.llama_state_seq_get_size(context, slot)
    if not 0 < size <= most:
        return None
    held = _room(size)
    target = (ctypes.c_uint8 * size).from_buffer(held)
    written = lib.llama_state_seq_get_data(context, target, size, slot)
    state = memoryview(held)[:written]
    return state if written and fits(state, length) else None


def _room(size: int) -> mmap.mmap:
    """Memory that goes back to the system with its last reader; a heap would keep it. In huge
    pages, where there are some, it is filled in half the time."""
    if not hasattr(mmap, "MADV_HUGEPAGE"):
        return mmap.mmap(-1, size)
    held = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    with contextlib.suppress(OSError):  # a kernel may be built without
        held.madvise(mmap.MADV_HUGEPAGE)
    return held


def restore(context: Any, slot: int, state: memoryview, length: int) -> bool:
    """Make a slot hold the `length` tokens of a state alone; false, and an empty slot, where that
    is not possible."""
    memory = lib.llama_get_memory(context)
    lib.llama_memory_seq_rm(memory, slot, -1, -1)
    if fits(state, length):
        source = (ctypes.c_uint8 * len(state)).from_buffer(state)
        read = lib.llama_state_seq_set_data(context, source, len(state), slot)
        last = lib.llama_memory_seq_pos_max(memory, slot)
        if read == len(state) and last == length - 1:
            return True
    lib.llama_memory_seq_rm(memory, slot, -1, -1)
    return False


def copy(context: Any, source: int, target: int) -> bool:
    """Let a slot hold what another one holds, in cells of its own; false, and an empty slot, where
    that is not possible. llama_memory_seq_cp would put it off until the next decode, and whoever
    saved or restored one of the two before that would find the wrong bytes."""
    memory = lib.llama_get_memory(context)
    lib.llama_memory_seq_rm(memory, target, -1, -1)
    size = lib.llama_state_seq_get_size(context, source)
    with mmap.mmap(-1, size) as held:
        room = (ctypes.c_uint8 * size).from_buffer(held)
        written = lib.llama_state_seq_get_data(context, room, size, source)
        read = lib.llama_state_seq_set_data(context, room, written, target)
        del room  # or the memory could not be given back
    if written and read == written:
        return True
    lib.llama_memory_seq_rm(memory, target, -1, -1)
    return False


def fits(state: memoryview, length: int) -> bool:
    """Whether the bytes are a state of `length` tokens at the positions from 0 on, and no more."""
    try:
        return _end(state, length) == len(state)
    except struct.error:
        return False


def _end(state: memoryview, length: int) -> int:
    """Where a sound state ends; -1 where it is none."""
    _, _, streams = _HEAD.unpack_from(state)
    if not 0 < streams <= _MOST_STREAMS:
        return -1
    at, cells = _HEAD.size, 0
    for _ in range(streams):
        (count,) = _COUNT.unpack_from(state, at)
        at += _COUNT.size
        if count:
            if cells or count != length or not _are_cells(state[at : at + count * _CELL.size]):
                return -1
            cells = count
            at = _after_layers(state, at + count * _CELL.size, count)
    return at if cells else -1


def _are_cells(cells: memoryview) -> bool:
    """Whether they are one for each position, of one owner each."""
    found = list(_CELL.iter_unpack(cells))
    if any(owners != 1 for _, owners, _ in found):
        return False
    return sorted(position for position, _, _ in found) == list(range(len(found)))


def _after_layers(state: memoryview, at: int, cells: int) -> int:
    """Where keys and values of so many cells end; struct.error where they do not."""
    turned, layers = _LAYERS.unpack_from(state, at)
    at += _LAYERS.size
    for _ in range(layers):
        _, row = _KEYS.unpack_from(state, at)
        at += _KEYS.size + cells * row
    for _ in range(layers):
        if turned:
            _, size, row = _VALUES_TURNED.unpack_from(state, at)
            at += _VALUES_TURNED.size + cells * size * row
        else:
            _, row = _KEYS.unpack_from(state, at)
            at += _KEYS.size + cells * row
    return at
