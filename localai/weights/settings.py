"""How downloads are set up on this machine, for people to see; it must not download anything."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from huggingface_hub import constants, get_token

from localai.weights.cache import root
from localai.weights.store import Store, data_directory

_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")


def settings(store: Store) -> dict[str, object]:
    """Endpoint, offline switch, token (whether there is one), cache, data folder and proxies."""
    named = {name: os.environ.get(name) or os.environ.get(name.lower()) for name in _PROXIES}
    return {
        "endpoint": constants.ENDPOINT,
        "offline": bool(constants.is_offline_mode()),
        "token": get_token() is not None,
        "home": str(constants.HF_HOME),
        "models": str(root(store.models_dir)),
        "data": str(data_directory()),
        "proxies": {name: _without_secrets(value) for name, value in named.items() if value},
    }


def _without_secrets(url: str) -> str:
    """A proxy's address without the user and password that it may carry."""
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url
    return parts._replace(netloc=f"***@{parts.netloc.rpartition('@')[2]}").geturl()
