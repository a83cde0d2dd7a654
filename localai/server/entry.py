"""`POST /localai/enter`: a code, good once and for a minute, against the key; it knows no pages.

A browser gets the address to open on its command line, which every user of the machine can read.
A code that has been used, or is old, is worth nothing to them; a key would be.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from localai.dialects.dialect import Forbidden
from localai.errors import InvalidRequest
from localai.server.endpoint import CLIENT_CLOSED, json_object, json_response
from localai.server.job import ClientGone
from localai.server.own import PREFIX

ENTER = f"{PREFIX}/enter"
SECONDS = 60.0
"""A browser that has to be started first takes ten at most."""

MOST_BODY = 1000  # bytes
TERMINAL = "Type the key: it stands in the terminal of `localai playground`."


class Entry:
    """One code for one key, from now on. clock: seconds, as time.monotonic has them."""

    def __init__(self, code: str, key: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._code, self._key, self._clock = code, key, clock
        self._until = clock() + SECONDS
        self._used = False

    def key(self, code: str) -> str:
        """The key. Raises Forbidden for a code that is wrong, used or old."""
        if not hmac.compare_digest(code.encode(), self._code.encode()):
            raise Forbidden("This link is not of this run of the server.", hint=TERMINAL)
        if self._used:
            raise Forbidden(
                "This link has been used already.",
                hint=f"{TERMINAL} If nobody of yours has used it, end the server: others of this"
                " machine may have.",
            )
        if self._clock() > self._until:
            raise Forbidden(f"This link was good for {SECONDS:.0f} seconds.", hint=TERMINAL)
        self._used = True
        return self._key

    def routes(self) -> list[Route]:
        """The one route, which needs no key."""

        async def enter(request: Request) -> Response:
            try:
                code = (await json_object(request, MOST_BODY)).get("code")
            except ClientGone:
                return Response(status_code=CLIENT_CLOSED)
            if not isinstance(code, str):
                raise InvalidRequest("code must be a text.", field="code")
            told = {"key": self.key(code)}
            return json_response(told, headers={"Cache-Control": "no-store"})

        return [Route(ENTER, enter, methods=["POST"])]
