"""The HTTP door; it must not know llama.cpp, prompts or weights."""

from localai.server.app import create_app

__all__ = ["create_app"]
