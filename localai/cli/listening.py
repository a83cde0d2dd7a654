"""The socket that a server listens on, and why there is none; it must not know what is served."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from localai.errors import InvalidRequest, LocalAIError


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A listening socket, so that its port is known and held before anything is said about it.

    Raises LocalAIError for an address that is taken, not this machine's, or not ours to use.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise InvalidRequest(f"--host {host} is no address: {error}.", field="host") from error
    # `localhost` may be both: most clients try IPv4.
    family, _, _, _, address = min(found, key=lambda one: one[0] != socket.AF_INET)
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        if os.name != "nt":
            # On Windows this option would let two servers share a port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except OSError as error:
            raise _cannot_listen(host, port, error) from error
        listener.listen(128)
        yield listener


def _cannot_listen(host: str, port: int, error: OSError) -> LocalAIError:
    if error.errno == errno.EADDRINUSE:
        return LocalAIError(
            f"Port {port} of {host} is taken by another program.",
            hint="Name another with --port, or take a free one with --port 0.",
        )
    return LocalAIError(
        f"Cannot listen on {host}, port {port}: {error.strerror}.",
        hint="--host takes an address of this machine, --port 1024 or more without privileges.",
    )


def is_loopback(host: str) -> bool:
    """Whether only programs on this machine reach that address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
