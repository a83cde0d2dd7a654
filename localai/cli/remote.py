"""A running server, asked over HTTP; it must not know what its answers mean.

Only the standard library: a command that asks one question needs no client of its own.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

import click

from localai.errors import LocalAIError

URL = "http://127.0.0.1:8642"
# Seconds: a status comes at once; unloading may have to wait for another model's load.
QUICK = 10.0
LONG = 600.0
_LARGEST = 10_000_000


def server_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--url and --api-key, as `url` and `api_key`."""
    command = click.option(
        "--api-key", envvar="LOCALAI_API_KEY", help="The server's key (or LOCALAI_API_KEY)."
    )(command)
    return click.option(
        "--url",
        envvar="LOCALAI_URL",
        default=URL,
        show_default=True,
        help="The server to ask (or LOCALAI_URL).",
    )(command)


class Remote:
    """A server at a URL. Raises LocalAIError, with its own words where it refuses."""

    def __init__(self, url: str, key: str | None) -> None:
        parts = urllib.parse.urlsplit(url if "://" in url else f"http://{url}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise LocalAIError(
                f"{url} is no URL of a server.", hint=f"It looks like {URL}; see --url."
            )
        self.url = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        # A proxy is for other machines than this one.
        proxies = urllib.request.ProxyHandler({} if _is_loopback(parts.hostname) else None)
        self._opener = urllib.request.build_opener(proxies)

    def get(self, path: str, *, holding: str) -> dict[str, Any]:
        """The JSON object at a path, which has that key."""
        request = urllib.request.Request(self.url + path, headers=self._headers)
        return self._ask(request, holding, QUICK)

    def post(self, path: str, body: object, *, holding: str) -> dict[str, Any]:
        """The JSON object that answers a body."""
        headers = {**self._headers, "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers)
        return self._ask(request, holding, LONG)

    def _ask(self, request: urllib.request.Request, holding: str, timeout: float) -> dict[str, Any]:
        try:
            with self._opener.open(request, timeout=timeout) as reply:
                found = self._object(reply.read(_LARGEST))
        except urllib.error.HTTPError as error:
            with error:
                raise self._refused(error.code, error.read(_LARGEST)) from None
        except TimeoutError:
            raise LocalAIError(f"{self.url} did not answer in {timeout:.0f} s.") from None
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            raise self._nobody(error) from None
        if holding not in found:
            raise self._other()
        return found

    def _nobody(self, error: Exception) -> LocalAIError:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            return LocalAIError(f"{self.url} did not answer in time.")
        return LocalAIError(
            f"No server answers at {self.url} ({getattr(reason, 'strerror', None) or reason}).",
            hint="Start one with `localai serve`, or name another with --url or LOCALAI_URL.",
        )

    def _refused(self, status: int, body: bytes) -> LocalAIError:
        if status == 401:
            return LocalAIError(
                f"{self.url} asks for a key.", hint="Give it with --api-key or LOCALAI_API_KEY."
            )
        error = self._object(body).get("error")
        if not isinstance(error, dict) or not isinstance(error.get("message"), str):
            raise self._other()
        return LocalAIError(error["message"], hint=str(error.get("hint") or ""))

    def _object(self, body: bytes) -> dict[str, Any]:
        try:
            found = json.loads(body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise self._other()
        return found

    def _other(self) -> LocalAIError:
        return LocalAIError(
            f"What answers at {self.url} is no localai server, or an older one.",
            hint="Name another with --url or LOCALAI_URL.",
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
