"""A process that serves for long is told so; it must not know what it serves."""

from __future__ import annotations

import gc
import sys


def settle() -> None:
    """Have an event loop share its process well with threads that compute; call it before it runs.

    These take shorter turns (of 5 ms, usually): an answer needs a dozen. And what is there by now
    stays: looking through its 70,000 objects for garbage held everyone up for 18 ms, now and then.
    """
    sys.setswitchinterval(0.0005)
    gc.collect()
    gc.freeze()
