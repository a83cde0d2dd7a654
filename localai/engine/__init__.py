"""Token ids in, reply events out: the order of work, in pure Python; it must not know llama_cpp."""

from localai.engine.counts import EngineStatus
from localai.engine.embedding import EmbeddingJob, EmbeddingThread
from localai.engine.engine import Engine
from localai.engine.language_model import Chunk, LanguageModel
from localai.engine.scheduler import SchedulerConfig
from localai.engine.sequence import Sequence
from localai.engine.shelf import Shelf, ShelfRules
from localai.engine.speculation import PromptLookup
from localai.engine.tally import BOUNDS, Histogram, Tally
from localai.engine.thread import EngineThread

__all__ = [
    "BOUNDS",
    "Chunk",
    "EmbeddingJob",
    "EmbeddingThread",
    "Engine",
    "EngineStatus",
    "EngineThread",
    "Histogram",
    "LanguageModel",
    "PromptLookup",
    "SchedulerConfig",
    "Sequence",
    "Shelf",
    "ShelfRules",
    "Tally",
]
