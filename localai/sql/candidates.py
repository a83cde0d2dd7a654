"""Owns getting SQL out of a model, one or several times; it must not know schemas or databases."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from localai.errors import EngineError
from localai.reply import Event, Failed, Finished, FinishReason, TextDelta, TokenScore, Usage
from localai.request import GenerateRequest, Sampling
from localai.sql.cut import Cut, cut, declined

# Warm enough that samples differ, cool enough that they stay SQL: with the embedded model, four
# candidates answered 80 of its 100 held-out questions at 0.5, 79 at 0.9 and 75 at 1.2 (greedy 81).
# Not repeatable to the last bit: for that an idle engine would compute the schema once more.
SAMPLED = Sampling(temperature=0.5, top_p=0.95, repeatable=False)
# SQLCoder, told to return a text, may write it as a query.
SAYS_SO = re.compile(r"\s*SELECT\s+'I do not know[.']", re.IGNORECASE)


class Events(Protocol):
    """A request's events; `cancel` asks for the end, which is then still to be read."""

    def __iter__(self) -> Iterator[Event]: ...

    def cancel(self) -> None: ...

    def close(self) -> None: ...


Generate = Callable[[GenerateRequest], Events]
OnEvent = Callable[[Event], None]
Reader = Callable[[Events], "Reply"]


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of a model: its text as far as it was read, and the SQL in it.

    ended: the SQL is whole. reason: why the text ended. confidence: 0 to 1, the geometric mean of
    the probabilities of the SQL's tokens; lowest: the least of them; likelihood: their product.
    None where the engine gave none. scores: of all tokens that were read.
    """

    text: str
    sql: str
    ended: bool
    reason: FinishReason
    usage: Usage | None
    confidence: float | None
    lowest: float | None = None
    likelihood: float | None = None
    scores: tuple[TokenScore, ...] = ()

    @property
    def declines(self) -> bool:
        """Whether the model says, as it was told to, that the schema has no answer."""
        return declined(self.text) or SAYS_SO.match(self.sql) is not None


class Propose(Protocol):
    """Where candidates come from: at most `count` replies to one request, the model's own first.

    `sampled` below, and `localai/sql/forking.py:forked` for the embedded model. A beam search would
    be another: it takes the same place, and what judges the candidates asks only for this order.
    """

    def __call__(
        self, request: GenerateRequest, generate: Generate, count: int, on_event: OnEvent | None
    ) -> Sequence[Reply]: ...


def sampled(
    request: GenerateRequest, generate: Generate, count: int, on_event: OnEvent | None
) -> Sequence[Reply]:
    """The request's own (greedy) reply, then `count` - 1 sampled ones.

    All are submitted before the first is read, so that the engine computes their prompt once.
    on_event sees the events of the first. Raises what the engine raises.
    """
    requests = [request, *(resampled(request, seed) for seed in range(1, count))]
    readers: list[Reader] = [partial(read, on_event=on_event), *[read] * (count - 1)]
    return together(requests, generate, readers)


def together(
    requests: Sequence[GenerateRequest], generate: Generate, readers: Sequence[Reader]
) -> list[Reply]:
    """The replies to all requests, each read by its reader. All are submitted before the first is
    read. Raises what the engine raises."""
    streams: list[Events] = []
    # Each stream has a reader: one that waits for its turn would run on past the SQL's end.
    pool = ThreadPoolExecutor(max(1, len(requests) - 1), "localai-candidate")
    try:
        streams.extend(generate(each) for each in requests)
        others = [
            pool.submit(reader, stream)
            for reader, stream in zip(readers[1:], streams[1:], strict=True)
        ]
        first = readers[0](streams[0])
        return [first, *(other.result() for other in others)]
    finally:
        for stream in streams:
            stream.close()
        pool.shutdown(wait=True)


def resampled(request: GenerateRequest, seed: int) -> GenerateRequest:
    """The request drawn at random, with a fixed seed: the same question has the same answer."""
    return replace(request, sampling=replace(SAMPLED, seed=seed))


def read(
    events: Events, on_event: OnEvent | None = None, begun: Sequence[TokenScore] = ()
) -> Reply:
    """The reply, read no further than the end of its SQL. begun: the tokens that it goes on from.

    Raises what the engine raises.
    """
    text, found = b"".join(score.piece for score in begun).decode(), None
    scores = list(begun)
    with closing(events):
        for event in events:
            if on_event is not None and found is None:
                on_event(event)
            if isinstance(event, Finished):
                return _reply(text, found or cut(text), event.reason, event.usage, scores)
            if isinstance(event, Failed):
                if found is None:
                    raise event.error
                return _reply(text, found, "stop", event.usage, scores)
            if isinstance(event, TextDelta) and found is None:
                text += event.text
                scores.extend(event.tokens)
                found = _ended(text)
                if found is not None:
                    # No further token is worth its time; the end still tells the usage.
                    events.cancel()
    raise EngineError("The model's answer stopped without an end.")


def _reply(
    text: str, found: Cut, reason: FinishReason, usage: Usage | None, scores: Sequence[TokenScore]
) -> Reply:
    chances = [score.logprob for score in spelling(found.sql, scores)]
    return Reply(
        text,
        *found,
        reason,
        usage,
        confidence(found.sql, scores),
        math.exp(min(chances)) if chances else None,
        math.exp(math.fsum(chances)) if chances else None,
        tuple(scores),
    )


def _ended(text: str) -> Cut | None:
    found = cut(text)
    return found if found.ended else None


def confidence(sql: str, scores: Sequence[TokenScore]) -> float | None:
    """The geometric mean of the probabilities of the tokens that spell `sql`, all tokens where they
    do not spell it; None without scores."""
    chances = [score.logprob for score in spelling(sql, scores)]
    return math.exp(math.fsum(chances) / len(chances)) if chances else None


def spelling(sql: str, scores: Sequence[TokenScore]) -> list[TokenScore]:
    """The tokens that spell `sql`; all of them where they do not."""
    written = b"".join(score.piece for score in scores)
    start = written.find(sql.encode())
    end = start + len(sql.encode()) if start >= 0 else len(written)
    place, found = 0, []
    for score in scores:
        following = place + len(score.piece)
        if place < end and following > start:
            found.append(score)
        place = following
    return found


def total(usages: Sequence[Usage | None]) -> Usage | None:
    """What all candidates took together; None where no engine told."""
    told = [usage for usage in usages if usage is not None]
    if not told:
        return None
    return Usage(
        prompt_tokens=sum(usage.prompt_tokens for usage in told),
        completion_tokens=sum(usage.completion_tokens for usage in told),
        cached_tokens=sum(usage.cached_tokens for usage in told),
        rejected_tokens=sum(usage.rejected_tokens for usage in told),
    )
