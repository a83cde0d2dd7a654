"""Baidu Qianfan v1: routes, answers and stream frames; it must not know HTTP or engines.

A stream is `data: ` frames alone: its clients break on comments, on other fields, and there is no
`[DONE]`. `is_safe` is 1 because the field must be there: nothing is judged here. `is_truncated`
says that the tokens ran out; `need_clear_history`, in a chat, would be a judgement too.
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
    """Answers one call; `created` is in seconds since 1970.

    chat: whether it is one, whose answers have two fields more in every case.
    """

    terminator = None

    def __init__(self, id: str, created: int, *, chat: bool = False) -> None:
        self._head: Wire = {"id": id, "object": "chat.completion", "created": created}
        self._id = id
        self._chat: Wire = {"need_clear_history": False} if chat else {}
        self._sentence = 0
        self._prompt_tokens = 0

    def whole(self, replies: Sequence[Reply]) -> Wire:
        (reply,) = replies
        assert reply.finished is not None, "the reply has not finished"
        wire: Wire = {
            **self._head,
            "result": reply.text,
            "is_safe": 1,
            "usage": usage(reply.finished.usage),
        }
        truncated = reply.reason == "length"
        # A completion's page shows no such field, so it is there only where the tokens ran out;
        # in a chat the vendor's client reads it from every answer.
        if truncated or self._chat:
            wire["is_truncated"] = truncated
        return wire | self._chat

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
        said = {"result": text, "is_safe": 1, "usage": usage(counts)}
        return {**self._head, **place, **said, **self._chat}


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


def _parse(read: Callable[[Call], GenerateRequest], *, chat: bool = False) -> Generate:
    def parse(call: Call) -> Parsed:
        return Parsed((read(call),), QianfanResponder(new_id(), int(time.time()), chat=chat))

    return Generate(parse)


DIALECT = Dialect(
    name="qianfan",
    prefixes=("/rpc", "/oauth", "/wenxinworkshop"),
    routes=(
        Route("POST", f"{PREFIX}/completions/{{name:path}}", _parse(qianfan_input.completion)),
        Route("POST", f"{PREFIX}/chat/{{name:path}}", _parse(qianfan_input.chat, chat=True)),
        Route("POST", TOKEN_PATH, Lookup(issue)),
        Route("GET", TOKEN_PATH, Lookup(issue)),
        Route("POST", "/wenxinworkshop/service/list", Lookup(services)),
    ),
    error=error_reply,
    authenticate=authenticate,
    pings=False,
)
