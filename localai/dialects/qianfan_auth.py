"""Qianfan's credentials: access tokens and bce-auth-v1 signatures; it must not know models.

The secret key (SK) is the server's key; any API key (AK) goes with it. Tokens are signed rather
than remembered, for the vendor's clients keep using one over a restart of the server. Without a key
every credential is taken, and none is needed.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import parse_qsl, quote, unquote

from localai.dialects.dialect import Call, NotAuthenticated, Wire
from localai.dialects.qianfan_errors import BadSignature, BadToken, OAuthRefused, TokenExpired
from localai.model import ModelSpec

TOKEN_PATH = "/oauth/2.0/token"
TOKEN_SECONDS = 2_592_000  # thirty days, the vendor's own
SIGNED_BY_DEFAULT = ("host", "content-length", "content-type", "content-md5")


def issue(call: Call, _: Sequence[ModelSpec], now: Callable[[], float] = time.time) -> Wire:
    """A token for client_id and client_secret. Raises OAuthRefused."""
    client, secret = call.query.get("client_id", ""), call.query.get("client_secret", "")
    if call.query.get("grant_type", "client_credentials") != "client_credentials":
        raise OAuthRefused("unsupported_grant_type", "The grant_type must be client_credentials.")
    if not client:
        raise OAuthRefused("invalid_client", "unknown client id")
    if call.key is not None and not _same(secret, call.key):
        raise OAuthRefused("invalid_client", "Client authentication failed")
    expires = int(now()) + TOKEN_SECONDS
    return {
        "access_token": _token(call.key or "", expires),
        "expires_in": TOKEN_SECONDS,
        "refresh_token": "",
        "session_key": "",
        "session_secret": "",
        "scope": "public",
    }


def authenticate(call: Call, now: Callable[[], float] = time.time) -> None:
    """Raises NotAuthenticated, or the kind of it that has a code of its own."""
    if call.target.partition("?")[0] == TOKEN_PATH:
        return
    token = call.query.get("access_token")
    scheme, _, credential = call.headers.get("authorization", "").partition(" ")
    if token is not None:
        _check_token(token, call.key or "", now())
    elif scheme.startswith("bce-auth-v1/"):
        if not signed_with(call, scheme, call.key or ""):
            raise BadSignature("The signature was not made with this server's key.")
    elif scheme.lower() not in ("bearer", "accesscode") or not _same(
        credential.strip(), call.key or ""
    ):
        raise NotAuthenticated("The call carries no access_token and no signature.")


def signed_with(call: Call, authorization: str, secret: str) -> bool:
    """Whether a bce-auth-v1 header signs this call with `secret`.

    The clients' clocks may be wrong, so a signature's age is not judged. Clients list the signed
    headers in any order; the lines are sorted all the same.
    """
    parts = authorization.split("/")
    if len(parts) != 6:
        return False
    version, access_key, stamp, expires, names, signature = parts
    prefix = f"{version}/{access_key}/{stamp}/{expires}"
    signing_key = _hmac(secret, prefix)
    wanted = _hmac(signing_key, canonical(call, names.split(";") if names else None))
    return _same(signature, wanted)


def canonical(call: Call, signed: list[str] | None) -> str:
    """The text that bce-auth-v1 signs: method, path, query and signed headers, a line each."""
    path, _, query = call.target.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    lines = sorted(
        f"{_encode(name)}={_encode(value)}"
        for name, value in pairs
        if name.lower() != "authorization"
    )
    method = call.method.upper()
    parts = [method, _encode(unquote(path), "/"), "&".join(lines)]
    return "\n".join([*parts, "\n".join(_header_lines(call.headers, signed))])


def _header_lines(headers: Mapping[str, str], signed: list[str] | None) -> list[str]:
    if signed is None:
        signed = [n for n in headers if n in SIGNED_BY_DEFAULT or n.startswith("x-bce-")]
    values = {name.lower(): headers.get(name.lower(), "").strip() for name in signed}
    return sorted(f"{_encode(name)}:{_encode(value)}" for name, value in values.items() if value)


def _check_token(token: str, key: str, now: float) -> None:
    parts = token.split(".")
    if not token or len(parts) != 4 or not parts[3].isdigit() or len(parts[3]) > 12:
        # The server's key itself is a token too, for calls made by hand.
        if token and _same(token, key):
            return
        raise (
            NotAuthenticated("This is not a token of this server.")
            if token
            else BadToken("The access_token is empty.")
        )
    if not _same(token, _token(key, int(parts[3]))):
        raise NotAuthenticated("This is not a token of this server.")
    if int(parts[3]) < now:
        raise TokenExpired("The access token has expired.")


def _token(key: str, expires: int) -> str:
    return f"24.{_hmac(key, f'access_token {expires}')[:32]}.{TOKEN_SECONDS}.{expires}"


def _hmac(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def _same(left: str, right: str) -> bool:
    # Constant time, so that the answer's delay tells nothing about the key.
    return hmac.compare_digest(left.encode(), right.encode())


def _encode(text: str, safe: str = "") -> str:
    return quote(text, safe=f"-_.~{safe}")
