"""Owns the network, its tokenizer and its training's parts; it must not know schemas or SQL."""
