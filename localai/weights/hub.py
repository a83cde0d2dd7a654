"""What the Hub says, through huggingface_hub: metadata, sessions, and its errors in our words.

It must not know how bytes are stored. Importing it loads huggingface_hub (0.2 s).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath

import httpx2
from huggingface_hub import constants, get_hf_file_metadata, get_session, hf_hub_url
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, OfflineModeIsEnabled
from huggingface_hub.utils import (  # type: ignore[attr-defined]  # public, but loaded lazily
    build_hf_headers,
    hf_raise_for_status,
    validate_repo_id,
)

from localai.errors import AccessDenied, DownloadFailed, NotOnHub, Offline, WeightsError
from localai.model import FileSpec

__all__ = ["Remote", "Transient", "explained", "is_offline", "look_up", "stream"]

if "HF_HUB_DISABLE_TELEMETRY" not in os.environ:
    # Else the first request is preceded by another one, that asks the Hub for a list of programs
    # to look for in the environment and to name in the User-Agent.
    constants.HF_HUB_DISABLE_TELEMETRY = True

# An etag becomes a file name and a commit a folder: nothing else may come from a server.
_ETAG = re.compile(r"[A-Za-z0-9_-]{1,128}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-f]{40}")


class Transient(DownloadFailed):
    """A failure that may pass by itself; `retry_after` (s) is what the server asks for."""

    def __init__(self, message: str, *, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Remote:
    """A file as the Hub describes it. `url` is pinned to `commit`; `etag` names the blob and is
    the SHA-256 of a file in LFS (then also in `sha256`); `size` is in bytes."""

    url: str
    commit: str
    etag: str
    size: int
    sha256: str | None


def is_offline() -> bool:
    """Whether HF_HUB_OFFLINE (or TRANSFORMERS_OFFLINE) forbids every connection."""
    return constants.is_offline_mode()


def look_up(file: FileSpec) -> Remote:
    """One HEAD request: commit, size and LFS id of the registry's file.

    Raises Offline, AccessDenied, NotOnHub, DownloadFailed (Transient where it may pass).
    """
    refuse_odd_name(file)
    with explained(file):
        url = hf_hub_url(file.repository, file.name, revision=file.revision)
        found = get_hf_file_metadata(
            url, timeout=constants.HF_HUB_ETAG_TIMEOUT, library_name="localai"
        )
    commit, etag, size = found.commit_hash or "", found.etag or "", found.size
    if not _COMMIT.fullmatch(commit) or not _ETAG.fullmatch(etag) or not size:
        raise DownloadFailed(
            f"{url} was answered without a Hub's commit, etag and size "
            f"({commit!r}, {etag!r}, {size!r}).",
            hint=f"Is {constants.ENDPOINT} (HF_ENDPOINT) a Hub? Or does a proxy answer for it?",
        )
    pinned = hf_hub_url(file.repository, file.name, revision=commit)
    return Remote(pinned, commit, etag, size, etag if _SHA256.fullmatch(etag) else None)


def refuse_odd_name(file: FileSpec) -> None:
    """Raises NotOnHub for a name or revision that would lead out of its repository's folder."""
    try:
        validate_repo_id(file.repository)
    except HFValidationError as error:
        raise NotOnHub(f"{file.repository!r} is no repository on the Hub: {error}") from error
    path = PurePosixPath(file.name)
    if path.is_absolute() or {".", ".."} & set(path.parts) or re.search(r"[\\:\0]", file.name):
        raise NotOnHub(f"{file.name!r} is no file name in a Hub repository.")
    if not re.fullmatch(r"[\w-]+([./][\w-]+)*", file.revision):
        raise NotOnHub(f"{file.revision!r} is no revision (branch, tag or commit) on the Hub.")


def timeout() -> float:
    """Seconds without a byte after which a connection counts as stalled."""
    return constants.HF_HUB_DOWNLOAD_TIMEOUT


@contextmanager
def stream(
    file: FileSpec, url: str, headers: Mapping[str, str], stalled_after: float
) -> Iterator[httpx2.Response]:
    """An open GET of a pinned file. The token goes to the Hub alone: redirects are followed, and
    httpx2 takes the Authorization header off when one leads to another origin."""
    sent = build_hf_headers(library_name="localai", headers=dict(headers))
    with (
        explained(file),
        get_session().stream("GET", url, headers=sent, timeout=stalled_after) as response,
    ):
        if response.status_code != 416:  # answered by starting anew
            hf_raise_for_status(response)
        yield response


@contextmanager
def explained(file: FileSpec) -> Iterator[None]:
    """Turns the errors of huggingface_hub and httpx2 into ours."""
    try:
        yield
    except OfflineModeIsEnabled as error:
        raise Offline(f"{file.name} is not here, and HF_HUB_OFFLINE is set.") from error
    except HfHubHTTPError as error:
        raise _refusal(file, error) from error
    except httpx2.TimeoutException as error:
        raise Transient(f"{_host()} stopped answering: no byte for a while.") from error
    except httpx2.TransportError as error:
        raise Transient(
            f"The connection to {_host()} failed: {error}.",
            hint="Behind a proxy set HTTPS_PROXY; for a mirror HF_ENDPOINT; for a company's own "
            "certificate authority SSL_CERT_FILE.",
        ) from error
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise DownloadFailed(f"The download of {file.name} failed: {error}.") from error


def _refusal(file: FileSpec, error: HfHubHTTPError) -> WeightsError:
    status = error.response.status_code
    said = error.server_message or error.response.reason_phrase
    if status in (401, 403, 451):
        return _denied(file, status, said)
    if status in (404, 410):
        where = f"{file.repository} at revision {file.revision}"
        return NotOnHub(
            f"The Hub has no {file.name} in {where}: {said}.",
            hint="It may have been moved or made private; `localai show` names other quants.",
        )
    if status in (408, 429) or status >= 500:
        wait = _retry_after(error.response)
        asked = f"; it asks for a wait of {wait:.0f} s" if wait else ""
        return Transient(
            f"{_host()} answered {status} for {file.name}: {said}{asked}.",
            retry_after=wait,
            hint="With a token in HF_TOKEN the Hub allows more." if status == 429 else "",
        )
    return DownloadFailed(f"{_host()} answered {status} for {file.name}: {said}.")


def _denied(file: FileSpec, status: int, said: str) -> AccessDenied:
    page = f"{constants.ENDPOINT}/{file.repository}"
    return AccessDenied(
        f"The Hub refuses {file.repository} ({status}): {said}.",
        hint=f"If it is gated, accept its terms at {page}, make a token at "
        f"{constants.ENDPOINT}/settings/tokens and set HF_TOKEN to it. "
        "The Hub says the same of repositories that do not exist.",
    )


def _retry_after(response: httpx2.Response) -> float | None:
    value = response.headers.get("retry-after", "")
    return float(value) if value.isdigit() else None


def _host() -> str:
    return constants.ENDPOINT.partition("//")[2] or constants.ENDPOINT
