"""Guessing what sequences will say next, so that one decode yields several tokens.

It must not know models: a guess is held against what is sampled, whoever made it.
"""

from localai.engine.speculation.drafter import Drafter
from localai.engine.speculation.lookup import PromptLookup

__all__ = ["Drafter", "PromptLookup"]
