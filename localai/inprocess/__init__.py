"""The Workers AI dialect without HTTP: LocalAI and its async face; it must not know sockets.

Both take the inputs that Workers AI documents and answer with its unwrapped result, or with the
events of `localai.reply`.
"""

from localai.inprocess.asynchronous import AsyncEventStream, AsyncLocalAI, AsyncStream
from localai.inprocess.blocking import LocalAI, Stream
from localai.inprocess.known import KnownFile, KnownModel
from localai.loading import RuntimeConfig
from localai.ticket import EventStream

__all__ = [
    "AsyncEventStream",
    "AsyncLocalAI",
    "AsyncStream",
    "EventStream",
    "KnownFile",
    "KnownModel",
    "LocalAI",
    "RuntimeConfig",
    "Stream",
]
