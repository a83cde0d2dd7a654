"""`localai run`: one prompt, one answer; it must not know how models are found or loaded."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click

from localai.cli.options import engine_options, opened
from localai.cli.output import Waiting, emit, json_option, note, printable
from localai.errors import EngineError
from localai.loading import RuntimeConfig
from localai.reply import Failed, Finished, Notice, TextDelta
from localai.request import GenerateRequest, Message, Sampling
from localai.ticket import EventStream

# The ranges are those of the Workers AI inputs.
SAMPLING: tuple[tuple[str, click.ParamType[Any], str], ...] = (
    ("temperature", click.FloatRange(0, 5), "0 always takes the likeliest token. Default: 0.6."),
    ("top-p", click.FloatRange(0, 2), "Keep the likeliest tokens of this total probability."),
    ("top-k", click.IntRange(1, 50), "Keep this many of the likeliest tokens."),
    ("seed", click.IntRange(1, 9_999_999_999), "Repeat an answer exactly."),
    ("repetition-penalty", click.FloatRange(0, 2), "Divide what came before; 0 and 1 are off."),
    ("frequency-penalty", click.FloatRange(-2, 2), "Lower each token by how often it came."),
    ("presence-penalty", click.FloatRange(-2, 2), "Lower each token that came."),
)


def sampling_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for name, kind, text in reversed(SAMPLING):
        command = click.option(f"--{name}", type=kind, metavar="N", help=text)(command)
    return command


@click.command()
@click.argument("model")
@click.argument("prompt")
@click.option("--system", help="What the model should be or know, before the prompt.")
@click.option("--raw", is_flag=True, help="Send the prompt as it is, without a chat template.")
@click.option("--max-tokens", type=click.IntRange(1), metavar="N", help="Tokens to write at most.")
@sampling_options
@click.option("--stop", multiple=True, help="End the answer before this text; may be repeated.")
@click.option("--lora", metavar="NAME", help="An adapter that `localai lora ls` lists.")
@click.option("--pull", is_flag=True, help="Download the model first if it is not here.")
@engine_options
@json_option
def run(
    model: str,
    prompt: str,
    system: str | None,
    raw: bool,
    max_tokens: int | None,
    stop: tuple[str, ...],
    lora: str | None,
    pull: bool,
    engine: RuntimeConfig,
    as_json: bool,
    **sampling: Any,
) -> None:
    """Answer PROMPT with MODEL (any ID or alias that `localai models` lists).

    The text streams to stdout as it comes. The prompt `-` is read from stdin.

    \b
    Examples:
      localai run @cf/meta/llama-3.2-1b-instruct "Why is the sky blue?"
      localai run @hf/mistral/mistral-7b-instruct-v0.2 - < prompt.txt
      localai run @cf/tinyllama/tinyllama-1.1b-chat-v1.0 "Name a colour." --max-tokens 8 --json
    """
    if system and raw:
        raise click.UsageError("--system needs a chat template, and --raw goes without one.")
    text = text_of(prompt)
    conversation = (Message("system", system), Message("user", text)) if system else ()
    request = GenerateRequest(
        model=model,
        prompt=None if conversation else text,
        messages=conversation,
        raw=raw,
        stream=not as_json,
        max_tokens=max_tokens,
        sampling=Sampling(**{name: v for name, v in sampling.items() if v is not None}),
        stop=stop,
        adapter=lora,
    )
    with opened(replace(engine, slots=1)) as runtime:
        spec = runtime.registry.resolve(model)
        if pull:
            from localai.cli.pull import ensure

            ensure(spec, runtime.store)
        waiting = Waiting(f"Loading {spec.id} ...")
        events = runtime.stream(request)
        if as_json:
            pieces: list[str] = []
            end = answer(events, pieces.append, waiting)
            emit(_whole(spec.id, "".join(pieces), end))
        else:
            _show(events, waiting)


def text_of(prompt: str) -> str:
    """The prompt, or with `-` what stands on stdin."""
    given = sys.stdin.buffer.read() if prompt == "-" else os.fsencode(prompt)
    try:
        text = given.decode()
    except UnicodeDecodeError as error:
        raise click.UsageError(f"The prompt is not UTF-8 (byte {error.start}).") from None
    if not text:
        raise click.UsageError("The prompt is empty.")
    return text


def answer(events: EventStream, write: Callable[[str], Any], waiting: Waiting) -> Finished:
    """Write the answer's text as it comes. Raises the request's LocalAIError."""
    for event in events:
        waiting.end()
        if isinstance(event, TextDelta):
            write(event.text)
        elif isinstance(event, Notice):
            note(printable(event.text))
        elif isinstance(event, Failed):
            raise event.error
        elif isinstance(event, Finished):
            return event
    raise EngineError("The model's answer stopped without an end.")


def _show(events: EventStream, waiting: Waiting) -> None:
    steers = sys.stdout.isatty()
    wrote = False

    def write(text: str) -> None:
        nonlocal wrote
        wrote = True
        click.echo(printable(text) if steers else text, nl=False)

    try:
        end = answer(events, write, waiting)
    finally:
        if wrote:
            click.echo()
    if end.reason == "length":
        count = end.usage.completion_tokens
        note(f"(Cut off after {count} tokens; --max-tokens N allows more.)")


def _whole(model: str, text: str, end: Finished) -> dict[str, Any]:
    usage = {
        "prompt_tokens": end.usage.prompt_tokens,
        "completion_tokens": end.usage.completion_tokens,
        "total_tokens": end.usage.total_tokens,
    }
    return {"model": model, "response": text, "finish_reason": end.reason, "usage": usage}
