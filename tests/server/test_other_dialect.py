"""The endpoint with a dialect of quite another kind: counted frames, no terminator, 200 errors."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from localai.dialects.dialect import Call, Generate, Parsed, Reply, Wire
from localai.errors import InvalidRequest, LocalAIError, Overloaded
from localai.reply import Event, Failed, Finished, TextDelta, Usage
from localai.request import GenerateRequest
from localai.server.endpoint import Limits, endpoint, json_response
from tests.server.fake_runtime import FakeRuntime, play
from tests.server.live import serve


class Counting:
    terminator = None

    def __init__(self) -> None:
        self._count = 0

    def whole(self, replies: Sequence[Reply]) -> Wire:
        return {"result": replies[0].text}

    def frames(self, event: Event, choice: int) -> Sequence[Wire]:
        match event:
            case TextDelta(text=text):
                frame = {"id": self._count, "result": text, "end": False}
            case Finished(usage=usage):
                frame = {"id": self._count, "result": "", "end": True, "n": usage.total_tokens}
            case _:
                return ()
        self._count += 1
        return (frame,)


def parse(call: Call) -> Parsed:
    if "prompt" not in call.body:
        raise InvalidRequest("`prompt` is missing.", field="prompt")
    stream = bool(call.body.get("stream"))
    request = GenerateRequest(call.path["name"], prompt=call.body["prompt"], stream=stream)
    return Parsed((request,), Counting())


def in_band(_: Request, error: Exception) -> Response:
    assert isinstance(error, LocalAIError)
    return json_response({"error_code": 336003, "error_msg": error.message})


def test_another_dialect_needs_only_its_own_words() -> None:
    runtime = FakeRuntime({"full": play(Failed(Overloaded(1)))})
    runtime.scripts["p"] = play(TextDelta("a"), TextDelta("b"), Finished("stop", Usage(1, 2)))
    handler = endpoint(Generate(parse), runtime, Limits(1000, 5.0))
    routes = [Route("/rpc/{name}", handler, methods=["POST"])]
    app = Starlette(routes=routes, exception_handlers={LocalAIError: in_band})
    with serve(app) as live:
        assert live.post({"prompt": "p", "stream": True}, "/rpc/sqlcoder_7b").body == (
            b'data: {"id":0,"result":"a","end":false}\n\n'
            b'data: {"id":1,"result":"b","end":false}\n\n'
            b'data: {"id":2,"result":"","end":true,"n":3}\n\n'
        )
        assert live.post({"prompt": "p"}, "/rpc/x").json() == {"result": "ab"}
        for body in ({}, {"prompt": "full", "stream": True}):
            answer = live.post(body, "/rpc/x")
            assert (answer.status, answer.json()["error_code"]) == (200, 336003)
    assert runtime.requests[0].model == "sqlcoder_7b"
