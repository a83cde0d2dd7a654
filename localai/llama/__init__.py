"""The only code that touches llama_cpp: weights, vocabulary, KV memory, samplers."""

from localai.llama.binding import build_info
from localai.llama.context import LlamaContext
from localai.llama.embedder import LlamaEmbedder
from localai.llama.model import LlamaModel

__all__ = ["LlamaContext", "LlamaEmbedder", "LlamaModel", "build_info"]
