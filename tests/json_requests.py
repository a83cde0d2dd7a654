"""Random requests for JSON and for calls, run through a runtime and judged by jsonschema."""

from __future__ import annotations

import json
import queue
import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import jsonschema

from localai.dialects.dialect import Reply
from localai.errors import InvalidRequest, LocalAIError, SchemaUnmet
from localai.json_grammar import grammar
from localai.loading import RuntimeConfig
from localai.model import FileSpec, ModelSpec
from localai.registry import Registry
from localai.reply import Event
from localai.request import GenerateRequest, Message, Sampling, Tool, ToolChoice
from localai.runtime import Runtime
from localai.weights.check import architecture
from localai.weights.gguf import read_header
from localai.weights.store import Store
from tests.gguf_models import tiny_llama
from tests.json_grammar.wild_schemas import Wild

HERMES: Final = """{%- if tools %}<|im_start|>system
<tools>{% for tool in tools %}{{ tool | tojson }}
{% endfor %}</tools> Reply with <tool_call> around {"name": ..., "arguments": ...}<|im_end|>
{% endif %}{%- for message in messages %}<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""
LLAMA: Final = """{{ bos_token }}{% if tools %}{# ipython #}Environment: ipython
{% for tool in tools %}{{ tool | tojson(indent=4) }}
{% endfor %}Respond with {"name": function, "parameters": dictionary}.
{% endif %}{% for message in messages %}<|{{ message.role }}|>{{ message.content }}
{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"""
TEMPLATES: Final[Mapping[str, str]] = {"native-hermes": HERMES, "native-llama": LLAMA}
FAMILIES: Final = (
    "native-hermes", "native-llama", "llama-3.1-instruct", "chatml-bos", "zephyr",
    "llama-2-chat", "deepseek-coder", "gemma-it", "sqlcoder-7b-2", "plain",
)  # fmt: skip
MOST_BYTES: Final = 2000
SLOWEST: Final = 60.0
"""Seconds after which a request counts as one that hangs."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """kind: "validated", "words" (no call was asked for), a documented error, or "FAILURE"."""

    kind: str
    seconds: float
    tokens: int = 0
    detail: str = ""


@contextmanager
def runtime(folder: Path, path: Path | None = None, slots: int = 2) -> Iterator[Runtime]:
    """A runtime in which one file of weights speaks each family; a random tiny one by default."""
    specs = []
    for family in FAMILIES:
        template = TEMPLATES.get(family)
        file = path
        if path is None or template:
            file = folder / f"{'m' if template is None else family}.gguf"
            if not file.exists():
                tiny_llama(file, vocabulary="bpe", layers=1, heads=2, kv_heads=1, embedding=32,
                           feed_forward=64, context=32768, chat_template=template)  # fmt: skip
        assert file is not None
        numbers = architecture(read_header(file))
        specs.append(
            ModelSpec(f"@local/{family}", family, numbers, (FileSpec("F16", file.name, path=file),),
                      "F16", "gguf" if template else family, "MIT")
        )  # fmt: skip
    config = RuntimeConfig(slots=slots, threads=1, context=32768)
    with Runtime(Registry(specs), Store(folder), config) as opened:
        yield opened


def request(seed: int, tokens: int) -> GenerateRequest:
    """Half of them with tools, half for JSON."""
    chance = random.Random(seed)
    sampling = Sampling(temperature=0.0 if chance.random() < 0.2 else 1.0, seed=seed)
    family = chance.choice(FAMILIES)
    asked = _tools(chance) if seed % 2 else {"json_schema": _schema(chance, 3)}
    return GenerateRequest(
        f"@local/{family}",
        messages=(Message("user", "hi"),),
        max_tokens=tokens,
        sampling=sampling,
        stream=chance.random() < 0.5,
        **asked,
    )


def _tools(chance: random.Random) -> dict[str, Any]:
    names = chance.sample(["look_up", "f", "a.b:c", "Weather-2", "x" * 128], chance.randint(1, 4))
    tools = tuple(Tool(name, "does it", _schema(chance, 2)) for name in names)
    mode = chance.choice(["auto", "required", "required", "named"])
    choice = ToolChoice(
        "auto" if mode == "auto" else "required",
        chance.choice(names) if mode == "named" else None,
        several=chance.random() < 0.5,
    )
    return {"tools": tools, "tool_choice": choice}


def _schema(chance: random.Random, depth: int) -> dict[str, Any]:
    """One of at most MOST_BYTES, so that its prompt takes no longer than its answer."""
    while True:
        made = Wild(chance.getrandbits(32)).root(chance.randint(0, depth))
        if len(json.dumps(made)) <= MOST_BYTES:
            return made


def run(opened: Runtime, asked: GenerateRequest, *, spare: bool) -> Outcome:
    """Runs and judges. spare: the tokens suffice, so that only a named keyword excuses an error."""
    began = time.perf_counter()
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    ticket = opened.generate(asked, events.put)
    made = Reply()
    try:
        while made.finished is None:
            made.add(events.get(timeout=max(0.0, began + SLOWEST - time.perf_counter())))
        kind, detail = _judge(asked, made), ""
    except queue.Empty:
        ticket.cancel()
        kind, detail = "FAILURE", f"no end after {SLOWEST} s"
    except LocalAIError as error:
        kind, detail = _excuse(asked, error, spare=spare), str(error)
    except (ValueError, AssertionError, jsonschema.ValidationError) as fault:
        kind = "FAILURE"
        detail = f"{str(fault)[:300]} in {made.text[:200]!r} {made.calls!r:.300}"
    count = made.finished.usage.completion_tokens if made.finished else 0
    return Outcome(kind, time.perf_counter() - began, count, detail)


def _excuse(asked: GenerateRequest, error: LocalAIError, *, spare: bool) -> str:
    """The documented error's name, or "FAILURE" where the request should have been answered."""
    if isinstance(error, InvalidRequest) and error.field in ("json_schema", "tools"):
        return "InvalidRequest: No JSON can fit" if "No JSON can fit" in str(error) else "FAILURE"
    if not isinstance(error, SchemaUnmet):
        return "FAILURE"
    if not spare:
        return "SchemaUnmet: tokens ran out, or a keyword that is only verified"
    schemas = [tool.parameters for tool in asked.tools] or [asked.json_schema or {}]
    left = {name for schema in schemas for name in grammar(schema).leftovers}
    return f"SchemaUnmet: verified only, {', '.join(sorted(left))}" if left else "FAILURE"


def _judge(asked: GenerateRequest, made: Reply) -> str:
    if asked.tools:
        schemas = {tool.name: tool.parameters for tool in asked.tools}
        for call in made.calls:
            _fits(call.arguments, {"type": "object", **schemas[call.name]})
        choice = asked.tool_choice
        assert choice.several or len(made.calls) <= 1, "several calls"
        assert choice.name is None or {c.name for c in made.calls} == {choice.name}, "wrong name"
        assert made.calls or choice.mode == "auto", "no call"
        assert bool(made.calls) == (made.reason == "tool_calls"), made.reason
        return "validated" if made.calls else "words"
    assert asked.json_schema is not None
    _fits(made.text, asked.json_schema)
    return "validated"


def _fits(text: str, schema: Mapping[str, Any]) -> None:
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator(schema, format_checker=checker).validate(json.loads(text))
