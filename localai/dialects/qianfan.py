"""Baidu Qianfan v1: routes, answers and stream frames; it must not know HTTP or engines.

A stream is `data: ` frames alone: its clients break on comments, on other fields, and there is no
`[DONE]`. `is_safe` is 1 because the field must be there: nothing is judged here. `is_truncated`
says that the tokens ran out.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence

from localai.dialects import qianfan_input
from localai.dialects.dialect import Call, Dialect, Generate, Lookup, Parsed, Reply, Route, Wire
from localai.dialects.qianfan_auth import TOKEN_PATH, authenticate, issue
from localai.dialects.qianfan_errors import error_reply, fault, new_id
from localai.model import ModelSpec
from localai.reply import Event, Failed, Finished, Progress, TextDelta, Usage
from localai.request import GenerateRequest

PREFIX = "/rpc/2.0/ai_custom/v1/wenxinworkshop"
HOST = "https://aip.baidubce.com"
COMPLETIONS = ("sqlcoder_7b", "codellama_7b_instruct")
"""The models that the vendor's clients ask at /completions; all others they ask at /chat."""

# The Go client drops every line that holds the word: it looks for the field of that name.
_EVENT = re.compile("(?<=eve)(?=nt)")


class QianfanResponder:
    """Answers one call; `created` is in seconds since 1970."""

    terminator = None

    def __init__(self, id: str, created: int) -> None:
        self._head: Wire = {"id": id, "object": "chat.completion", "created": created}
        self._id = id
        self._sentence = 0
        self._prompt_tokens = 0

    def whole(self, replies: Sequence[Reply]) -> Wire:
        (reply,) = replies
        assert reply.finished is not None, "the reply has not finished"
        wire = {
            **self._head,
            "result": reply.text,
            "is_safe": 1,
            "usage": usage(reply.finished.usage),
        }
        # The page shows no such field, so it is there only where the tokens ran out.
        return wire | {"is_truncated": True} if reply.reason == "length" else wire

    def frames(self, event: Event, choice: int) -> Sequence[Wire]:
        match event:
            case Progress(total=total):
                self._prompt_tokens = total
            case TextDelta(text=text) if text:
                so_far = Usage(self._prompt_tokens, 0)
                return [self._frame(part, so_far) for part in _EVENT.split(text)]
            case Finished(reason=reason, usage=counts):
                return [self._frame("", counts, is_end=True, is_truncated=reason == "length")]
            case Failed(error=error):
                return [fault(error, self._id)]
        return ()

    def _frame(
        self, text: str, counts: Usage, *, is_end: bool = False, is_truncated: bool = False
    ) -> Wire:
        place = {
            "sentence_id": self._sentence,
            "is_end": is_end,
            "is_truncated": is_truncated,
        }
        self._sentence += 1
        return {**self._head, **place, "result": text, "is_safe": 1, "usage": usage(counts)}


def usage(counts: Usage) -> Wire:
    return {
        "prompt_tokens": counts.prompt_tokens,
        "completion_tokens": counts.completion_tokens,
        "total_tokens": counts.total_tokens,
    }


def services(_: Call, models: Sequence[ModelSpec]) -> Wire:
    """The models that have names of the vendor's, as its clients ask for them before a call."""
    named = [(names[0], names[-1]) for m in models if (names := m.spellings.get("qianfan"))]
    return {"log_id": "1", "result": {"common": [_service(*n) for n in named], "custom": []}}


def _service(endpoint: str, name: str) -> Wire:
    kind = "completions" if endpoint in COMPLETIONS else "chat"
    return {
        "name": name,
        "url": f"{HOST}{PREFIX}/{kind}/{endpoint}",
        "apiType": kind,
        "chargeStatus": "OPENED",
        "versionList": [{"trainType": "", "serviceStatus": "Done"}],
    }


def _parse(read: Callable[[Call], GenerateRequest]) -> Generate:
    return Generate(
        lambda call: Parsed((read(call),), QianfanResponder(new_id(), int(time.time())))
    )


DIALECT = Dialect(
    name="qianfan",
    prefixes=("/rpc", "/oauth", "/wenxinworkshop"),
    routes=(
        Route("POST", f"{PREFIX}/completions/{{name:path}}", _parse(qianfan_input.completion)),
        Route("POST", f"{PREFIX}/chat/{{name:path}}", _parse(qianfan_input.chat)),
        Route("POST", TOKEN_PATH, Lookup(issue)),
        Route("GET", TOKEN_PATH, Lookup(issue)),
        Route("POST", "/wenxinworkshop/service/list", Lookup(services)),
    ),
    error=error_reply,
    authenticate=authenticate,
    pings=False,
)
