"""Prefixes on disk: what a model computed for a prompt, kept over restarts.

It must not know requests, nor llama.cpp: tokens, bytes and what they depend on come in.
"""

from localai.prefixes.desk import Desk, Errand, Kind
from localai.prefixes.entry import Entry, Prefix, key_of
from localai.prefixes.folder import Folder, Match
from localai.prefixes.place import cache_directory, named_quota, prefix_directory, size_of

__all__ = [
    "Desk",
    "Entry",
    "Errand",
    "Folder",
    "Kind",
    "Match",
    "Prefix",
    "cache_directory",
    "key_of",
    "named_quota",
    "prefix_directory",
    "size_of",
]
